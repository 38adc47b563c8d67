"""A stray file is identified by its rows, not by its own metadata."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from communique.datapackage import CommuniqueError, identify

from ..releases import built, descriptor, edited


@pytest.fixture(scope="module")
def releases(released: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("releases")
    return [
        released,
        built(folder / "two", edited("persons.csv", "Anna Ivanova", "Anne Ivanova")),
    ]


def test_the_files_of_a_release_are_identified(releases: list[Path], tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        stray = tmp_path / f"x.{form}"
        stray.write_bytes((releases[1] / "data" / f"persons.{form}").read_bytes())
        found = identify(stray, releases)
        assert [(match.release, match.table, match.exact) for match in found.matches] == [
            (releases[1], "persons", True)
        ]
        assert found.intact is (form == "parquet")
        assert found.claims.get("table", "persons") == "persons"


def test_rows_in_another_order_and_form_are_the_same_rows(releases: list[Path], tmp_path: Path) -> None:
    head, *rows = (releases[0] / "data" / "persons.csv").read_text("utf-8").splitlines()
    (tmp_path / "x.csv").write_text("\r\n".join([head, *reversed(rows)]) + "\r\n", "utf-8")
    (match,) = identify(tmp_path / "x.csv", releases).matches
    assert (match.release, match.exact) == (releases[0], False)


def test_a_file_that_gives_no_digest_is_not_contradicted(releases: list[Path], tmp_path: Path) -> None:
    table = pq.read_table(
        releases[0] / "data" / "persons.parquet"
    )  # its own metadata are those of the schema
    pq.write_table(table, tmp_path / "x.parquet")
    found = identify(tmp_path / "x.parquet", releases)
    assert found.claims["table"] == "persons"
    assert [match.release for match in found.matches] == [releases[0]]
    assert (found.intact, found.contradicted) == (False, False)


def test_a_release_may_have_a_table_as_csv_alone(releases: list[Path], tmp_path: Path) -> None:
    release = Path(shutil.copytree(releases[0], tmp_path / "release"))
    content = descriptor(release)
    content["resources"] = [one for one in content["resources"] if one["format"] == "csv"]
    (release / "datapackage.json").write_text(json.dumps(content), "utf-8")
    (match,) = identify(releases[0] / "data" / "persons.csv", [release]).matches
    assert (match.table, match.exact) == ("persons", True)


def test_a_changed_file_is_not_what_it_says(releases: list[Path], tmp_path: Path) -> None:
    file = pq.ParquetFile(releases[0] / "data" / "persons.parquet")
    table = file.read().slice(1)
    order = pq.SortingColumn.from_ordering(table.schema, [("person_id", "ascending")])
    with pq.ParquetWriter(tmp_path / "x.parquet", table.schema, sorting_columns=order) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({b"communique:digest": file.metadata.metadata[b"communique:digest"]})
    found = identify(tmp_path / "x.parquet", releases)
    assert not found.matches
    assert (found.intact, found.contradicted) == (False, True)
    lines = (releases[0] / "data" / "persons.csv").read_text("utf-8").splitlines()
    (tmp_path / "x.csv").write_text("\n".join(lines[:-1]) + "\n", "utf-8")
    found = identify(tmp_path / "x.csv", releases)
    assert not found.matches
    assert len(found.alike) == 2


def test_other_files_are_not_identified(releases: list[Path], tmp_path: Path) -> None:
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("a,b\n1\n")
    (tmp_path / "bad.csv").write_text("person_id,name,name_ru,country_code\na,b\n")
    for name in ("a.parquet", "a.csv", "bad.csv"):
        found = identify(tmp_path / name, releases)
        assert (found.matches, found.alike, found.claims) == ((), (), {})
    (tmp_path / "cut.parquet").write_bytes(b"PAR1xxxx")
    (tmp_path / "a.csv.gz").write_bytes(b"\x1f\x8b\x08\0")
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04")
    for name in ("cut.parquet", "none", "a.csv.gz: .* gzip", "a.zip: expected a plain CSV", "there"):
        with pytest.raises(CommuniqueError, match=name):
            identify(tmp_path / name, releases)


def test_tables_that_no_release_can_have_are_not_identified(releases: list[Path], tmp_path: Path) -> None:
    import pyarrow as pa

    nested = pa.table({"s": pa.array([{"a": 1, "b": 2}]), "k": ["a"]})
    lists = pa.table({"k": ["a"], "s": pa.array([[1]])})
    for table, place in ((nested, 2), (lists, 0)):
        pq.write_table(table, tmp_path / "x.parquet", sorting_columns=[pq.SortingColumn(place)])
        found = identify(tmp_path / "x.parquet", releases)
        assert (found.matches, found.digest) == ((), None)


def test_parquet_written_by_another_program_is_identified_by_its_rows(
    releases: list[Path], tmp_path: Path
) -> None:
    pl.read_parquet(releases[0] / "data" / "persons.parquet").write_parquet(tmp_path / "x.parquet")
    (match,) = identify(tmp_path / "x.parquet", releases).matches
    assert (match.release, match.table, match.exact) == (releases[0], "persons", False)
