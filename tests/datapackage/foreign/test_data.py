"""Inline rows in a descriptor: a value of the wrong type is reported as it is written, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from . import codes, report, said

REQUIRED = {"required": True}
WRONG: list[tuple[str, list[Any]]] = [
    ("string", [5, -5, 1.5, 5.0, True, False, 0, [1, "a"], {"a": "é"}, ["\u200b"]]),
    ("integer", [True, 1.5, [1], {"a": 1}]),
    ("boolean", [0, 1, 2.5, [True]]),
    ("date", [5, True, {}]),
    ("number", [False, []]),
    ("list", [{"a": 1}]),
]


def _found(
    folder: Path, data: list[Any], *fields: dict[str, Any], **schema: Any
) -> list[tuple[str, Any, Any]]:
    found = report(folder, {}, data=data, schema={"fields": list(fields), **schema})
    return [(finding.code, finding.row, finding.value) for finding in found.findings]


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, some in WRONG for value in some])
@pytest.mark.parametrize("more", [{}, {"primaryKey": "n"}, {"uniqueKeys": [["n"]]}], ids=str)
@pytest.mark.parametrize("constraints", [{}, REQUIRED], ids=str)
def test_a_value_of_another_type_is_a_type_error_as_it_stands(
    tmp_path: Path, kind: str, value: Any, more: dict[str, Any], constraints: dict[str, Any]
) -> None:
    field = {"name": "n", "type": kind, "constraints": constraints}
    shown = json.dumps(value, ensure_ascii=value == ["\u200b"])
    assert _found(tmp_path, [{"n": value}], field, **more) == [("type-error", 2, shown)]
    tasks = Package(str(tmp_path / "datapackage.json")).validate().tasks
    assert "type-error" in {error.type for task in tasks for error in task.errors}


def test_what_looks_alike_is_told_apart(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "n", "type": "date"}]}
    found = report(tmp_path, {}, data=[["n"], [5], ["5"]], schema=schema)
    assert [
        (finding.row, "found a value of another JSON type" in str(finding.expected))
        for finding in found.findings
    ] == [
        (2, True),
        (3, False),
    ]


def test_it_is_held_against_no_constraint_and_no_mark_of_a_missing_value(tmp_path: Path) -> None:
    rules = {"minLength": 3, "enum": ["abc"], "pattern": "[a-z]+", **REQUIRED}
    field = {"name": "n", "type": "string", "constraints": rules}
    assert _found(tmp_path, [["n"], [5], ["abc"]], field) == [("type-error", 2, "5")]
    assert ("type-error", 2, "5") in _found(tmp_path, [["n"], [5], ["x"]], field, missingValues=["5"])
    titled = {"name": "n", "type": "string", "categories": ["5", "a"]}
    assert _found(tmp_path, [["n"], [5]], titled) == [("type-error", 2, "5")]


def test_it_is_no_key_and_refers_to_nothing(tmp_path: Path) -> None:
    text = {"name": "n", "type": "string"}
    wrong = [("type-error", 2, "5"), ("type-error", 3, "5")]
    data = [{"n": value} for value in (5, 5, "5")]
    assert _found(tmp_path, data, text, primaryKey="n") == wrong
    repeated = _found(tmp_path, [*data, {"n": "5"}], text, primaryKey="n")
    assert {(code, row) for code, row, _ in repeated} == {
        ("type-error", 2),
        ("type-error", 3),
        ("primary-key", 5),
    }
    far = {"name": "m", "type": "string"}
    keys = [{"fields": ["m"], "reference": {"resource": "", "fields": ["n"]}}]
    lost = _found(tmp_path, [{"n": 5, "m": "5"}, {"n": "6", "m": 7}], text, far, foreignKeys=keys)
    assert {(code, row) for code, row, _ in lost} == {
        ("type-error", 2),
        ("foreign-key", 2),
        ("type-error", 3),
    }


def test_what_is_null_is_still_no_value(tmp_path: Path) -> None:
    field = {"name": "n", "type": "string", "constraints": REQUIRED}
    assert _found(tmp_path, [{"n": None}, {"n": 5}], field) == [
        ("constraint-error", 2, ""),
        ("type-error", 3, "5"),
    ]


@pytest.mark.parametrize(
    ("dialect", "data"),
    [
        ({"header": False}, [[1, "a"], ["x", "b"]]),
        ({"header": False}, [{"id": 1}, {"id": "x"}]),
        ({"itemKeys": ["id", "name"]}, [{"id": 1, "more": 2}, {"name": "b", "id": "x"}]),
        ({"itemType": "array", "itemKeys": ["name"]}, [["id", "name"], ["x", "b"]]),
        ({"property": "rows"}, {"rows": [{"id": 1}, {"id": "x"}]}),
    ],
    ids=str,
)
@pytest.mark.parametrize("match", ["exact", "superset"])
def test_a_dialect_says_where_the_rows_are(
    tmp_path: Path, dialect: dict[str, Any], data: Any, match: str
) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]}
    if not isinstance(data, list) or (isinstance(data[0], dict) and "itemKeys" not in dialect):
        schema["fields"].pop()
    found = report(tmp_path, {}, data=data, dialect=dialect, schema={**schema, "fieldsMatch": match})
    row = 2 if dialect.get("itemType") or isinstance(data[0] if isinstance(data, list) else 0, list) else 3
    assert [(finding.code, finding.row, finding.value) for finding in found.findings] == [
        ("type-error", row, "x")
    ]


@pytest.mark.parametrize(
    ("dialect", "data", "expected"),
    [
        ({"itemType": "array"}, [{"id": 1}], "a list of arrays"),
        ({"itemType": "object"}, [["id"], [1]], "a list of objects"),
        ({"property": "rows"}, {"row": []}, "data as a list"),
        ({"property": "rows"}, {"rows": []}, "found none"),
    ],
    ids=str,
)
def test_rows_that_are_not_where_the_dialect_says_are_a_finding(
    tmp_path: Path, dialect: dict[str, Any], data: Any, expected: str
) -> None:
    found = report(
        tmp_path, {}, data=data, dialect=dialect, schema={"fields": [{"name": "id", "type": "any"}]}
    )
    assert [finding.code for finding in found.findings] == ["source-error"]
    assert expected in str(found.findings[0].expected)


def test_an_empty_text_is_a_value_and_null_is_none_unless_it_is_a_mark_of_a_missing_value(
    tmp_path: Path,
) -> None:
    field = {"name": "n", "type": "string", "constraints": REQUIRED}
    rows = [{"n": ""}, {"n": None}, {"n": "x"}]
    assert _found(tmp_path / "1", rows, field, missingValues=[]) == [("constraint-error", 3, "")]
    assert [row for _, row, _ in _found(tmp_path / "2", rows, field)] == [2, 3]
    key = {"uniqueKeys": [["n"]], "missingValues": ["-"]}
    rows = [["n"], [""], [None], [None], ["-"], [""]]
    assert _found(tmp_path / "3", rows, {"name": "n", "type": "string"}, **key) == [("unique-error", 6, "")]


@pytest.mark.parametrize(
    ("dialect", "data"),
    [
        ({"headerRows": [2]}, [["A title"], ["id"], [1]]),
        ({"commentRows": [2]}, [["id"], ["a note"], [1]]),
        ({"commentChar": "#"}, [["id"], ["# a note"], [1]]),
    ],
    ids=["headerRows", "commentRows", "commentChar"],
)
def test_rows_of_which_some_are_comments_are_refused_with_the_reason(
    tmp_path: Path, dialect: dict[str, Any], data: list[Any]
) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}]}
    found = report(tmp_path, {}, data=data, dialect=dialect, schema=schema)
    assert [code for code, _, _ in codes(found)] == ["dialect-error"]
    assert "without comments" in said(found)


def test_a_dialect_for_other_tables_does_no_harm(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}]}
    dialect = {"headerRows": [2], "commentRows": [9], "commentChar": "#"}
    assert report(tmp_path, {}, data=[{"id": 1}], dialect=dialect, schema=schema).ok
