"""What counts as a constraint that a field declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from communique.datapackage.foreign.fields.constraints import declared

from .. import codes, column, report, said


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, set()),
        ({"constraints": None}, set()),
        ({"constraints": ["required"]}, set()),
        (
            {"constraints": {"required": True, "unique": False, "minimum": 0, "enum": []}},
            {"required", "minimum", "enum"},
        ),
        ({"constraints": {"nonsense": 1, "Required": True, "jsonSchema": {}}}, {"jsonSchema"}),
        ({"categories": ["a"], "constraints": {"pattern": "a"}}, {"categories", "pattern"}),
        ({"categories": None, "required": True}, {"categories"}),
    ],
)
def test_constraints_that_demand_something_are_declared(given: dict[str, Any], expected: set[str]) -> None:
    assert declared(given) == expected


@pytest.mark.parametrize("enum", [["1", "+2", "03"], [1, "+2", "03"], [1, 2, 3]])
def test_an_enum_of_texts_means_the_values_of_its_field(tmp_path: Path, enum: list[Any]) -> None:
    found = column(tmp_path, ["1", "2", "3", "4"], type="integer", constraints={"enum": enum})
    assert found == [("constraint-error", 5, 1)]


def test_the_value_of_an_enum_that_does_not_fit_is_named(tmp_path: Path) -> None:
    field = {"name": "v", "type": "date", "constraints": {"enum": ["2024-01-01", "2024-02-30"]}}
    assert "2024-02-30" in said(report(tmp_path, {"t.csv": "v\n"}, schema={"fields": [field]}))


@pytest.mark.parametrize("rule", [{"minimum": 5}, {"enum": ["P1D", 86_400]}], ids=str)
def test_a_number_is_no_duration(tmp_path: Path, rule: dict[str, Any]) -> None:
    schema = {"fields": [{"name": "v", "type": "duration", "constraints": rule}]}
    found = report(tmp_path, {"t.csv": "v\nP1D\n"}, schema=schema)
    assert [code for code, _, _ in codes(found)] == ["field-error"]
    assert "that is, a duration" in said(found)


def test_a_list_that_an_enum_has_may_look_like_a_formula(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "v", "type": "list", "constraints": {"enum": [["=1", "2"]]}}]}
    assert codes(report(tmp_path, {"t.csv": 'v\n"=1,2"\n'}, schema=schema)) == [("formula-like", 2, 1)]
