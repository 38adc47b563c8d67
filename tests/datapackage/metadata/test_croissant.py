"""croissant.json is accepted by the reference library of the format, which loads every table from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest

from ..constrained import constrained
from .complete import texts_of

mlc: Any = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
# The library calls what its own dependencies call deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]


def croissant(package: Path) -> dict[str, Any]:
    return dict(json.loads((package / "croissant.json").read_text("utf-8")))


def tables(package: Path) -> Iterator[dict[str, Any]]:
    """Yield the record sets that are not code lists."""
    yield from (entry for entry in croissant(package)["recordSet"] if "data" not in entry)


def loaded(package: Path) -> Any:
    return mlc.Dataset(jsonld=package / "croissant.json")


def plain(value: Any) -> object:
    """Return what mlcroissant gives in the types of Python: its texts are bytes, its days Pandas timestamps."""
    if isinstance(value, bytes):
        return value.decode()
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value


def expected(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def test_mlcroissant_finds_nothing_wrong(package: Path) -> None:
    issues = loaded(package).metadata.ctx.issues
    assert (list(issues.errors), list(issues.warnings)) == ([], [])


def test_every_table_loads_with_its_values_and_types(package: Path) -> None:
    dataset, names = loaded(package), []
    for record_set in tables(package):
        table = pq.read_table(package / "data" / f"{record_set['name']}.parquet")
        prefix = quote(record_set["name"], safe="")
        rows = [
            {f"{prefix}/{quote(name, safe='')}": expected(cell) for name, cell in row.items()}
            for row in table.to_pylist()
        ]
        records = [
            {key: plain(cell) for key, cell in row.items()} for row in dataset.records(record_set["@id"])
        ]
        assert records == rows
        kinds = [[type(cell) for cell in row.values()] for row in records]
        assert kinds == [[type(cell) for cell in row.values()] for row in rows]
        names.append(record_set["name"])
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    assert names == [entry["name"] for entry in descriptor["resources"] if entry["format"] == "csv"]


def test_code_lists_are_enumerations_that_columns_refer_to(package: Path) -> None:
    record_sets = {entry["@id"]: entry for entry in croissant(package)["recordSet"]}
    fields = {field["@id"]: field for entry in record_sets.values() for field in entry["field"]}
    lists = [entry for entry in record_sets.values() if entry.get("dataType") == "sc:Enumeration"]
    dataset = loaded(package)
    assert lists
    for entry in lists:
        column = fields[entry["@id"].removesuffix("/codes")]
        assert column["references"] == {"field": {"@id": entry["key"]["@id"]}}
        assert [dict(row) for row in dataset.records(entry["@id"])] == entry["data"]


def test_codes_that_are_numbers_stay_numbers(tmp_path: Path) -> None:
    package = constrained(tmp_path / "made")
    lists = {entry["@id"]: entry for entry in croissant(package)["recordSet"] if "data" in entry}
    entry = lists["t/code/codes"]
    assert [tuple(row.values()) for row in entry["data"]] == [(1, "one"), (2, "two")]
    assert [field["dataType"] for field in entry["field"]] == ["sc:Integer", "sc:Text"]
    assert [row["t/en/codes/code"] for row in lists["t/en/codes"]["data"]] == [0.5, 6]
    assert [dict(row) for row in loaded(package).records("t/code/codes")] == entry["data"]


def test_ids_are_unique_and_keys_name_fields(package: Path) -> None:
    content = croissant(package)
    fields = [field["@id"] for entry in content["recordSet"] for field in entry["field"]]
    ids = [*fields, *(entry["@id"] for key in ("distribution", "recordSet") for entry in content[key])]
    assert len(ids) == len(set(ids))
    for record_set in tables(package):
        assert {key["@id"] for key in record_set.get("key", [])} <= set(fields)


def test_a_changed_file_is_not_loaded(own: Path) -> None:
    with (own / "data" / "persons.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(mlc.GenerationError, match="persons"):
        list(loaded(own).records("persons"))


def test_what_the_format_requires_is_there_or_left_out() -> None:
    least = json.loads(texts_of()["croissant.json"])
    assert least["url"] == "./"
    assert not {"license", "creator", "datePublished", "description"} & set(least)
    full = json.loads(
        texts_of(homepage="https://example.org/", licenses=[{"name": "CC0-1.0"}])["croissant.json"]
    )
    assert (full["url"], full["license"]) == ("https://example.org/", "https://spdx.org/licenses/CC0-1.0")


def test_it_says_how_to_cite_as_the_readme_does(own: Path) -> None:
    assert f"Cite as: {croissant(own)['citeAs']}" in (own / "README.md").read_text("utf-8")
    assert json.loads(texts_of()["croissant.json"])["citeAs"] == "x."
