"""The JSON Schema of rows accepts each exported row, and rejects what the Table Schema rejects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from communique.datapackage import data_dictionary, export, json_schema
from communique.schemas import SCHEMAS

from ...conftest import ROOT
from ..constrained import constrained


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release with every constraint, as JSON Lines."""
    release = constrained(tmp_path_factory.mktemp("rows") / "made")
    return export(release, "jsonl", release.with_name("jsonl"))


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text("utf-8").splitlines()]


def schemas_of(folder: Path) -> dict[str, Any]:
    note = json.loads((folder / "jsonl-schema.json").read_text("utf-8"))
    return {name: table["row"] for name, table in note["tables"].items()}


def judge(schema: Any) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@pytest.mark.no_cover
def test_each_row_that_is_exported_is_valid(exported: Path, tmp_path: Path) -> None:
    union = export(ROOT / "output" / "union-state", "jsonl", tmp_path / "union")
    for folder in (exported, union):
        for table, schema in schemas_of(folder).items():
            rows, judged = rows_of(folder, table), judge(schema)
            assert rows
            for row in rows:
                judged.validate(row)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *[("a", -1), ("a", 11), ("a", None), ("b", None), ("x", 0.1), ("x", 99.5)],
        *[("y", 799), ("y", 2100), ("s", "é"), ("s", "abcdef"), ("s", "AB"), ("code", 3), ("ei", 7)],
        *[("en", 0.25), ("mail", "nobody"), ("uuid", "123"), ("any", "its"), ("ed", "2003-03-03")],
        *[("et", "12:00:01"), ("bo", False), ("array", "[1]"), ("d", "2001-02-30")],
    ],
)
def test_a_value_that_the_table_does_not_take_is_refused(exported: Path, column: str, value: Any) -> None:
    row = rows_of(exported, "t")[0]
    assert not judge(schemas_of(exported)["t"]).is_valid({**row, column: value})


def test_what_json_schema_cannot_say_of_texts_is_left_out(exported: Path) -> None:
    properties = schemas_of(exported)["t"]["properties"]
    assert schemas_of(exported)["t"]["required"] == ["a", "b"]
    for name in ("dt", "tm", "ym", "dur"):
        assert {*properties[name]} <= {"title", "description", "type"}, name
    assert properties["d"]["format"] == "date"
    assert properties["link"]["format"] == "iri"
    assert properties["bin"]["contentEncoding"] == "base64"
    assert properties["list"]["contentSchema"] == {"type": "array", "minItems": 1, "maxItems": 3}
    assert properties["array"]["contentSchema"]["allOf"] == [{"items": {"type": "integer"}}]


def test_a_pattern_that_means_something_else_in_ecmascript_is_left_out(tmp_path: Path) -> None:
    fields = [{"name": "s", "type": "string", "constraints": {"pattern": "[a-z-[aeiou]]+"}}]
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps({"fields": fields}), "utf-8")
    (tmp_path / "s.csv").write_text("s\nxyz\n", "utf-8")
    (table,) = data_dictionary(tmp_path / "s.csv", SCHEMAS, schema).tables
    assert "pattern" not in json_schema(table)["properties"]["s"]


def test_titles_and_descriptions_that_nobody_wrote_are_left_out(exported: Path) -> None:
    (schema, *_) = schemas_of(exported).values()
    for part in (schema, *schema["properties"].values()):
        assert "" not in (part.get("title"), part.get("description"))
