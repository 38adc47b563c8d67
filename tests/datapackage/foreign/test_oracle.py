"""For random schemas and tables the findings are those of an independent check in plain Python."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from communique.datapackage import validate_package

from .oracle import Broken, check, value

_POOL = {
    "string": ["a", "ab", "B", "é", "x1", "1"],
    "integer": [
        "1",
        "2",
        "+3",
        "-4",
        "007",
        "10",
        "9223372036854775807",
        "9223372036854775808",
        "1.0",
        "1_0",
    ],
    "number": ["1", "2.5", "-3.", ".5", "1e3", "1,000.5", "1e400", "1,5", "0x1", "2"],
    "boolean": ["true", "false", "1", "0", "True", "yes", "no", "ja"],
    "date": ["2024-01-01", "2024-02-29", "2023-02-29", "1999-12-31", "2024-1-5", "0001-01-01"],
    "time": ["00:00:00", "23:59:59", "24:00:00", "1:00:00", "12:30:00"],
    "datetime": ["2024-01-01T00:00:00", "2024-01-01T12:00:00", "2024-01-01 00:00:00", "2023-13-01T00:00:00"],
    "year": ["2024", "1999", "-0044", "24", "02024"],
    "yearmonth": ["2024-01", "1999-12", "2024-13", "2024-1"],
}
_ANYWHERE = ["", "-", "NA", "x"]
_ORDERED = ("integer", "number", "date", "time", "datetime", "year", "yearmonth")


def _fits(text: str, field: dict[str, Any]) -> bool:
    try:
        value(text, field)
    except ValueError:
        return False
    return True


@st.composite
def fields(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A field with some constraints that go with its type."""
    kind = draw(st.sampled_from(sorted(_POOL)))
    field: dict[str, Any] = {"name": name, "type": kind}
    if kind == "number":
        field |= draw(st.sampled_from([{}, {"groupChar": ","}, {"decimalChar": ","}]))
    if kind == "boolean":
        field |= draw(st.sampled_from([{}, {"trueValues": ["ja", "1"], "falseValues": ["no"]}]))
    if draw(st.booleans()):
        field["missingValues"] = draw(st.sampled_from([[""], ["-"], ["", "NA"], ["x", "1"]]))
    known = [text for text in _POOL[kind] if _fits(text, field)]
    rules: dict[str, Any] = {}
    constraints = st.sampled_from(["required", "unique", "enum", "low", "high", "size", "pattern"])
    for key in sorted(draw(st.sets(constraints, max_size=3))):
        if key in ("required", "unique"):
            rules[key] = True
        elif key == "enum" and kind != "boolean":
            rules[key] = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))
        elif key in ("low", "high") and kind in _ORDERED:
            names = {"low": ["minimum", "exclusiveMinimum"], "high": ["maximum", "exclusiveMaximum"]}[key]
            rules[draw(st.sampled_from(names))] = draw(st.sampled_from(known))
        elif key == "size" and kind == "string":
            rules[draw(st.sampled_from(["minLength", "maxLength"]))] = draw(st.integers(0, 3))
        elif key == "pattern" and kind == "string":
            rules[key] = draw(st.sampled_from(["a", "[a-z]+", "a|ab", "(x1)?", ".{2}"]))
    return {**field, "constraints": rules} if rules else field


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], dict[str, Any]]:
    """Rows, and a schema with keys and references."""
    names = [f"f{number}" for number in range(draw(st.integers(1, 3)))]
    schema: dict[str, Any] = {"fields": [draw(fields(name)) for name in names]}
    if draw(st.booleans()):
        schema["missingValues"] = draw(st.sampled_from([[""], ["", "-"], ["NA"]]))
    some = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    if draw(st.booleans()):
        schema["primaryKey"] = draw(some)
    if draw(st.booleans()):
        schema["uniqueKeys"] = [draw(some)]
    same = [
        (one["name"], other["name"])
        for one in schema["fields"]
        for other in schema["fields"]
        if one["type"] == other["type"]
    ]
    if draw(st.booleans()):
        near, far = draw(st.sampled_from(same))
        schema["foreignKeys"] = [{"fields": [near], "reference": {"fields": [far]}}]
    cells = [st.sampled_from(_POOL[field["type"]] + _ANYWHERE) for field in schema["fields"]]
    rows = draw(st.lists(st.tuples(*cells).map(list), max_size=8))
    return rows, schema


def _by_field(broken: Broken) -> Broken:
    code, row, field = broken
    return code, row, field if code in ("type-error", "constraint-error") else None


@settings(max_examples=60, deadline=None)
@given(tables())
def test_findings_are_those_of_plain_python(drawn: tuple[list[list[str]], dict[str, Any]]) -> None:
    rows, schema = drawn
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [[f["name"] for f in schema["fields"]], *rows]
    )
    with TemporaryDirectory() as folder:
        (Path(folder) / "t.csv").write_text(text.getvalue())
        descriptor = {"resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
        (Path(folder) / "datapackage.json").write_text(json.dumps(descriptor))
        report = validate_package(Path(folder))
    found = {_by_field((f.code, f.row or 0, f.field)) for f in report.findings if f.severity == "error"}
    blank = {row for code, row, _ in found if code == "blank-row"}
    expected = {broken for broken in check(rows, schema) if broken[1] not in blank}
    assert {broken for broken in found if broken[1] not in blank} == expected
    assert report.ok == (not expected and not blank)
