"""What counts as a constraint that a field declares."""

from __future__ import annotations

from typing import Any

import pytest

from communique.datapackage.foreign.fields.constraints import declared


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
