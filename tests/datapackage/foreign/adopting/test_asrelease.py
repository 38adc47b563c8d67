"""Every command gives the same result for an external package as for a release built from it."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl
import pytest

import communique
from communique.datapackage import (
    CommuniqueError,
    adopt,
    data_dictionary,
    diff,
    diff_entry,
    export,
    is_of_others,
    prove,
    snippets_of,
    validate_package,
    verify,
)
from communique.datapackage.site import site
from communique.schemas import SCHEMAS, STORY

from ....conftest import ROOT
from .. import package as described
from ..sample_packages import CITIES, MAKERS, compressed, package, parts, schema, tarred, tsv, zipped


@pytest.fixture
def lone(tmp_path: Path) -> tuple[Path, Path]:
    table, fields = tmp_path / "lone.csv", tmp_path / "lone.json"
    table.write_text("id,City Name,people\n2,b,1\n1,a,\n")
    fields.write_text(json.dumps(CITIES))
    return table, fields


def test_a_package_of_others_is_told_from_a_release_and_a_dataset(tmp_path: Path) -> None:
    source = tsv(tmp_path)
    adopt(source, tmp_path / "release")
    assert is_of_others(source)
    assert is_of_others(source / "datapackage.json")
    assert is_of_others(zipped(tmp_path / "zip"))
    assert is_of_others(tarred(tmp_path / "tar"))
    assert not is_of_others(tmp_path / "release")
    assert not is_of_others(tmp_path / "release" / "datapackage.json")
    assert not is_of_others(ROOT / "data" / "union-state")
    assert not is_of_others(ROOT / "output" / "union-state")
    assert not is_of_others(tmp_path / "nothing")


def test_a_database_has_the_rows_types_and_keys(tmp_path: Path) -> None:
    source = compressed(tmp_path)
    export(source, "duckdb", tmp_path / "a.duckdb")
    with duckdb.connect(tmp_path / "a.duckdb", read_only=True) as database:
        assert database.execute("SELECT * FROM near ORDER BY n").fetchall() == [(1, "a"), (1, "a"), (2, None)]
        assert database.execute("SELECT * FROM far ORDER BY code").fetchall() == [("a", 2), ("b", 1)]
    export(source, "sqlite", tmp_path / "a.sqlite")
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as database:
        assert database.execute("SELECT * FROM near").fetchall() == [(1, "a"), (1, "a"), (2, None)]


def test_moments_and_numbers_are_exported_as_such(tmp_path: Path) -> None:
    source = MAKERS["parquet"](tmp_path)
    export(source, "duckdb", tmp_path / "a.duckdb")
    with duckdb.connect(tmp_path / "a.duckdb", read_only=True) as database:
        kinds = [str(kind) for _, kind, *_ in database.execute("DESCRIBE rows").fetchall()]
        assert kinds == ["BIGINT", "TIMESTAMP", "TIME", "DOUBLE", "VARCHAR"]
    export(source, "sqlite", tmp_path / "a.sqlite")
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as database:
        row = database.execute("SELECT at, time, x, text FROM rows WHERE id = 3").fetchone()
    assert row == ("2020-01-01T12:00:00", "01:02:03.000004", None, "a\rb")
    export(source, "jsonl", tmp_path / "jsonl")
    first, second = (tmp_path / "jsonl" / "rows.jsonl").read_text("utf-8").splitlines()
    assert json.loads(first) == {"id": 1, "at": None, "time": None, "x": 1.5, "text": None}
    assert json.loads(second)["at"] == "2020-01-01T12:00:00"
    export(source, "xlsx", tmp_path / "a.xlsx")


def test_rows_are_compared_by_their_key(tmp_path: Path) -> None:
    old = tsv(tmp_path / "old")
    new = tsv(tmp_path / "new")
    (new / "cities.tsv").write_text("id\tCity Name\tpeople\n1\tBrest\t340000.5\n3\tHomel\t\n")
    with diff(old, new) as found:
        [table] = found.tables
        assert table.key == ("id",)
        assert dict(table.counts) == {"added": 1, "changed": 1, "removed": 1}
        assert found.bump == "minor"
        prove(found)
    with diff(old, old) as found:
        assert found.empty


def test_rows_without_a_key_are_compared_as_a_whole_and_counted(tmp_path: Path) -> None:
    old, new = parts(tmp_path / "old"), parts(tmp_path / "new")
    (new / "2.csv").write_text("a,b\n3,\n2,\n")
    with diff(old, new) as found:
        [table] = found.tables
        assert table.key == ()
        assert sorted(
            (change.kind, *(change.new or change.old or {}).values()) for change in table.changes()
        ) == [
            ("added", 2, None),
            ("added", 3, None),
            ("removed", 1, "x"),
        ]
        [told] = diff_entry(found, 10)["tables"]
        assert told["key"] == []
        assert {"change": "removed", "key": {}, "row": {"a": 1, "b": "x"}} in told["changes"]
        with pytest.raises(CommuniqueError, match="has no key"):
            prove(found)
    with diff(old, old) as found:
        assert found.empty


def test_the_order_of_rows_without_a_key_is_no_change(tmp_path: Path) -> None:
    old, new = parts(tmp_path / "old"), parts(tmp_path / "new")
    (new / "1.csv").write_text("a,b\n1,x\n1,x\n")
    (new / "2.csv").write_text("a,b\n2,\n")
    with diff(old, new) as found:
        assert found.empty


def test_what_a_descriptor_does_not_let_anybody_verify_is_said(tmp_path: Path) -> None:
    source = tsv(tmp_path)
    report = verify(source)
    assert report.ok
    assert {finding.code: finding.severity for finding in report.findings} == {"no-hash": "info"}
    path = source / "datapackage.json"
    content = json.loads(path.read_text())
    content["resources"][0] |= {"hash": "sha256:" + "0" * 64, "bytes": 7}
    path.write_text(json.dumps(content))
    assert set(verify(source).counts) == {"hash-count", "byte-count"}
    with pytest.raises(CommuniqueError, match="is not a release"):
        verify(source, key=tmp_path / "key")


def test_a_site_shows_tables_whoever_made_them(tmp_path: Path) -> None:
    site(compressed(tmp_path), tmp_path / "site", STORY)
    page = (tmp_path / "site" / "tables" / "near.html").read_text("utf-8")
    assert "None; a row is identified by all of its values." in page
    assert (tmp_path / "site" / "release" / "data" / "near.parquet").is_file()
    assert "None" not in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_a_site_has_values_as_the_csv_has_them(tmp_path: Path) -> None:
    fields = schema(("year", "year"), ("x", "number"), ("at", "datetime"))
    text = "year,x,at\n0999,1e20,2020-01-01T00:00:00.5\n2020,-INF,\n"
    table = {"name": "t", "path": "t.csv", "schema": fields}
    site(package(tmp_path / "p", table, files={"t.csv": text}), tmp_path / "site", STORY)
    page = (tmp_path / "site" / "tables" / "t.html").read_text("utf-8")
    for value in ("0999", "1e+20", "2020-01-01T00:00:00.500", "-INF"):
        assert f">{value}<" in page


def test_a_descriptor_alone_is_enough_to_describe(tmp_path: Path) -> None:
    source = compressed(tmp_path)
    for name in ("far.csv.gz", "near.csv"):
        (source / name).unlink()
    data = data_dictionary(source, SCHEMAS)
    assert [table.name for table in data.tables] == ["far", "near"]
    assert data.citation == "compressed."
    found = snippets_of(source)
    assert 'pl.read_parquet("output/compressed/data/near.parquet")' in found[0].code


def test_a_package_is_opened_and_its_tables_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "temporary"
    work.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    with communique.open(compressed(tmp_path)) as release:
        assert list(release.tables) == ["far", "near"]
        assert release.load("far").collect().rows() == [("a", 2), ("b", 1)]
        joined = release.join("near", "far", via=["near.of"]).collect()
        assert joined["far.value"].to_list() == [2, 2, None]
        assert release.cite() == "compressed [Data set]. (n.d.)."
        assert "none" in str(release)
        assert release["near"].schema == pl.Schema({"n": pl.Int64(), "of": pl.String()})
        [folder] = work.iterdir()
    assert not folder.exists()


def test_a_lone_table_with_a_schema_goes_everywhere(tmp_path: Path, lone: tuple[Path, Path]) -> None:
    table, fields = lone
    assert communique.load("lone", table, schema=fields).collect()["id"].to_list() == [1, 2]
    assert verify(table, schema=fields).ok
    assert data_dictionary(table, SCHEMAS, fields).tables[0].primary_key == ("id",)
    export(table, "jsonl", tmp_path / "out", schema=fields)
    with diff(table, table, fields) as found:
        assert found.empty


def test_data_that_is_not_valid_is_refused_in_one_line_that_names_what_was_given(tmp_path: Path) -> None:
    source = tsv(tmp_path)
    (source / "cities.tsv").write_text("id\tCity Name\tpeople\nx\ta\t1\n")
    for use in (
        lambda: export(source, "jsonl", tmp_path / "out"),
        lambda: communique.open(source),
        lambda: site(source, tmp_path / "site", STORY),
        lambda: diff(source, source).__enter__(),
    ):
        with pytest.raises(CommuniqueError) as caught:
            use()
        assert str(caught.value) == (
            f"{source}: has 1 error: type-error at cities.id, row 2: expected a whole number of 64 bits, such as "
            "12. See communique build."
        )


@pytest.mark.parametrize(
    "change",
    [
        {"path": "../secret.csv"},
        {"path": "https://example.org/a.csv"},
        {"path": "/etc/passwd"},
        {"schema": 1},
    ],
)
def test_the_guards_hold_for_every_way_in(tmp_path: Path, change: dict[str, object]) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    table = {"name": "t", "path": "t.csv", "schema": schema(("a", "integer")), **change}
    source = package(tmp_path / "p", table, files={"t.csv": "a\n1\n"})
    assert not adopt(source, tmp_path / "release").report.ok
    with pytest.raises(CommuniqueError):
        communique.open(source)
    assert not (tmp_path / "release").exists()


def test_a_row_that_no_release_can_keep_is_named_where_the_check_is_clean(tmp_path: Path) -> None:
    pl.DataFrame({"id": ["a", None], "name": ["b", None]}).write_parquet(tmp_path / "t.parquet")
    schema = {"fields": [{"name": "id", "type": "string"}, {"name": "name", "type": "string"}]}
    source = described(tmp_path, {}, path="t.parquet", schema=schema)
    assert validate_package(source).ok
    with pytest.raises(CommuniqueError) as caught:
        communique.open(source)
    assert str(caught.value) == (
        f"{source}: has 1 error: blank-row at t, row 3: expected a value in a row: in the CSV of a release, a row "
        "without one is blank. See communique build."
    )
