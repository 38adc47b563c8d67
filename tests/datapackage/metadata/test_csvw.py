"""csv-metadata.json describes the CSV files so that CSV on the Web tools read and check them."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import polars as pl
import pytest

from communique.datapackage import adopt

from ..constrained import constrained
from ..foreign.sample_packages import package as package_of
from .complete import resources_of, texts_of

csvw: Any = pytest.importorskip("csvw", reason="csvw is not installed")
FILE = "data/csv-metadata.json"


def group(package: Path) -> dict[str, Any]:
    return dict(json.loads((package / FILE).read_text("utf-8")))


def faults(package: Path) -> list[str]:
    """Return what a processor of CSVW says against the files; references may be null, as in a descriptor."""
    try:
        found = csvw.CSVW(str(package / FILE), validate=True, strict=False)
        return [] if found.is_valid else [str(warning.message) for warning in found.warnings]
    except (ValueError, UserWarning) as error:
        return [str(error)]


def test_a_processor_finds_the_files_valid(package: Path) -> None:
    assert faults(package) == []


def test_it_is_found_on_the_web_by_its_name_alone(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=own))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/data/persons.csv"
        assert csvw.CSVW.locate_metadata(address) == (group(own), False)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_rows_are_read_with_the_types_of_the_release(package: Path) -> None:
    resources = json.loads((package / "datapackage.json").read_text("utf-8"))["resources"]
    tables = {str(table.url): table for table in csvw.CSVW(str(package / FILE)).tables}
    for resource in (entry for entry in resources if entry["format"] == "csv"):
        rows = list(tables[Path(resource["path"]).name])
        fields = resource["schema"]["fields"]
        frame = pl.read_parquet(package / resource["path"].replace(".csv", ".parquet"))
        for number, field in enumerate(fields):
            if field["type"] in ("string", "integer", "boolean", "number"):
                read = [list(row.values())[number] for row in rows]
                assert read == frame[field["name"]].to_list(), field["name"]
            if field["type"] == "date":
                days = [cell and cell.date() for cell in (list(row.values())[number] for row in rows)]
                assert days == frame[field["name"]].to_list()


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("persons", "BY", "XX"),  # a code that the list does not have
        ("persons", "boris-petrov", "Boris Petrov"),  # an id that its pattern does not allow
        ("meetings", ",2013-12-31,", ",2013-13-31,"),  # no day
        ("meetings", ",council,", ",nobody,"),  # a reference to nobody
        ("persons", "person_id", "person"),  # another header
    ],
)
def test_a_broken_promise_is_seen(own: Path, table: str, old: str, new: str) -> None:
    path = own / "data" / f"{table}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert faults(own)


def test_a_repeated_key_is_seen(own: Path) -> None:
    with (own / "data" / "persons.csv").open("a", encoding="utf-8") as file:
        file.write((own / "data" / "persons.csv").read_text("utf-8").splitlines()[1] + "\n")
    assert faults(own)


def test_names_are_variables_of_uri_templates_and_titles_are_headers(package: Path) -> None:
    for table in group(package)["tables"]:
        header = (package / "data" / table["url"]).read_text("utf-8").splitlines()[0]
        columns = table["tableSchema"]["columns"]
        names = [column["name"] for column in columns]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"(?!_)(?:[A-Za-z0-9_]|%[0-9A-F]{2})+", name) for name in names)
        assert len(columns) == 1 or all(column["titles"][:3].strip('"') in header for column in columns)


def test_references_and_keys_name_columns_that_are_there(package: Path) -> None:
    tables = {table["url"]: table["tableSchema"] for table in group(package)["tables"]}
    names = {url: {column["name"] for column in schema["columns"]} for url, schema in tables.items()}
    for url, schema in tables.items():
        assert set(schema.get("primaryKey", [])) <= names[url]
        for key in schema.get("foreignKeys", []):
            assert set(key["columnReference"]) <= names[url]
            assert set(key["reference"]["columnReference"]) <= names[key["reference"]["resource"]]


def column_of(**field: object) -> dict[str, Any]:
    """Return the column of a field, in a table that a processor of CSVW accepts."""
    content = json.loads(texts_of(resources=resources_of({"name": "a", **field}))[FILE])
    csvw.Table.fromvalue({"@context": "http://www.w3.org/ns/csvw", **content["tables"][0]})
    return dict(content["tables"][0]["tableSchema"]["columns"][0])


@pytest.mark.parametrize(
    ("field", "datatype"),
    [
        ({}, "string"),
        ({"type": "any"}, "string"),
        ({"type": "geopoint"}, "string"),
        ({"type": "list"}, "string"),
        ({"type": "yearmonth"}, "gYearMonth"),
        ({"type": "duration"}, "duration"),
        ({"type": "date"}, "date"),
        ({"type": "number"}, "number"),
        ({"type": "integer", "constraints": {"minimum": "2"}}, "integer"),
        ({"type": "boolean"}, {"base": "boolean", "format": "true|false"}),
        ({"constraints": {"enum": ["a.b", "c/d"]}}, {"base": "string", "format": r"^(?:a\.b|c\/d)$"}),
        ({"categories": [{"value": 1}, {"value": 2}], "type": "integer"}, "integer"),
        ({"type": "year", "constraints": {"minimum": 1900}}, "gYear"),
        ({"type": "yearmonth", "constraints": {"minimum": "1900-01"}}, "gYearMonth"),
        ({"type": "duration", "constraints": {"minimum": "P1D"}}, "duration"),
        ({"type": "date", "constraints": {"minimum": "soon", "maximum": 3}}, "date"),
    ],
)
def test_types_that_csvw_cannot_spell_are_texts(field: dict[str, Any], datatype: object) -> None:
    assert column_of(**field)["datatype"] == datatype


@pytest.mark.parametrize(
    ("kind", "constraints", "limits"),
    [
        ("integer", {"exclusiveMinimum": 0, "maximum": 9}, {"minExclusive": 0, "maximum": 9}),
        ("number", {"exclusiveMaximum": 0.5, "minimum": -1}, {"maxExclusive": 0.5, "minimum": -1}),
        ("integer", {"exclusiveMinimum": 3, "minimum": 3}, {"minExclusive": 3}),
        ("integer", {"exclusiveMinimum": 3, "minimum": 4}, {"minimum": 4}),
        ("integer", {"exclusiveMaximum": 3, "maximum": 4}, {"maxExclusive": 3}),
        ("date", {"minimum": "2000-01-01"}, {"minimum": "2000-01-01"}),
        ("date", {"exclusiveMaximum": "2000-01-01"}, {"maxExclusive": "2000-01-01"}),
        ("datetime", {"maximum": "2000-01-01T00:00:00"}, {"maximum": "2000-01-01T00:00:00"}),
        ("time", {"exclusiveMinimum": "12:00:00"}, {"minExclusive": "12:00:00"}),
    ],
)
def test_limits_are_those_of_csvw_one_at_each_end(
    kind: str, constraints: dict[str, Any], limits: dict[str, Any]
) -> None:
    datatype = column_of(type=kind, constraints=constraints)["datatype"]
    assert {key: value for key, value in datatype.items() if key != "base"} == limits


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",2000-01-01,", ",1999-12-31,"),  # before the first day
        (",2029-12-31,", ",2030-01-01,"),  # the day before which all days are
        (",2000-01-01T00:00:00,", ",1999-01-01T00:00:00,"),
        (",0.1000001,", ",0.1,"),
        ("10,1,99.25", "11,1,99.25"),
    ],
)
def test_a_value_beyond_a_limit_is_seen(old: str, new: str, tmp_path: Path) -> None:
    release = constrained(tmp_path / "made")
    path = release / "data" / "t.csv"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    assert faults(release)


def test_an_empty_text_that_is_a_value_is_one(tmp_path: Path) -> None:
    kept = {"name": "kept", "type": "string", "missingValues": [], "constraints": {"required": True}}
    fields = [{"name": "id", "type": "integer"}, kept, {"name": "note", "type": "string"}]
    table = {"name": "t", "path": "t.csv", "schema": {"fields": fields}}
    source = package_of(tmp_path / "source", table, files={"t.csv": 'id,kept,note\n1,"",\n2,b,c\n'})
    release = tmp_path / "release"
    assert adopt(source, release).report.ok
    assert faults(release) == []
    [table] = csvw.CSVW(str(release / FILE)).tables
    assert [list(row.values()) for row in table] == [[1, "", None], [2, "b", "c"]]


def test_metadata_moved_away_from_its_files_is_of_no_use(own: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(own / FILE, tmp_path / "data")
    with pytest.raises(OSError, match=r"\.csv"):
        faults(tmp_path)
