"""Allowed: the values that a field of a Table Schema lists, and its limits.

The field may be anybody's: properties that do not have the type that the specification gives them
(https://datapackage.org/standard/table-schema/#field-constraints) are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, TypeAlias

Code: TypeAlias = str | int | float

LOWER = ("minimum", "exclusiveMinimum")
UPPER = ("maximum", "exclusiveMaximum")
BOUNDS = (LOWER[0], UPPER[0], LOWER[1], UPPER[1])
"""Both, in the order in which checks report them."""
LENGTHS = ("minLength", "maxLength")
LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
    "minLength": "a length of at least",
    "maxLength": "a length of at most",
}
"""The constraints that are one number or moment, in words."""
NUMBERS: dict[str, type | tuple[type, ...]] = {"integer": int, "year": int, "number": (int, float)}
"""The types whose values are numbers, with their types in JSON."""


def constraint(field: Mapping[str, Any], name: str) -> object:
    """Return a constraint of a field; None where it has none of that name."""
    constraints = field.get("constraints")
    return constraints.get(name) if isinstance(constraints, dict) else None


def listed(field: Mapping[str, Any]) -> list[Any]:
    """Return the values that a field lists in `enum` and `categories`; none where it has neither.

    Where a field has both, only values in both are allowed.
    """
    values, named = _list(constraint(field, "enum")), [value for value, _ in _categories(field)]
    if values and named and values != named:
        return [value for value in values if value in named]
    return named or values


def codes(field: Mapping[str, Any]) -> list[tuple[Code, str]]:
    """Return the codes of a field with their labels, which may be empty: numbers of a field of numbers, else texts."""
    kind = str(field.get("type"))
    labels = {value: label for value, label in _categories(field) if _fits(value, kind)}
    return [(value, labels.get(value, "")) for value in listed(field) if _fits(value, kind)]


def number(field: Mapping[str, Any], name: str) -> int | float | None:
    """Return a constraint that is a number; None where it has none of that name."""
    value = constraint(field, name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if is_finite(value) else None


def is_finite(value: object) -> bool:
    """Say whether JSON can express a value: it has neither NaN nor infinite numbers."""
    return not isinstance(value, float) or isfinite(value)


def _fits(value: object, kind: str) -> bool:
    return isinstance(value, NUMBERS.get(kind, str)) and not isinstance(value, bool) and is_finite(value)


def _categories(field: Mapping[str, Any]) -> list[tuple[Any, str]]:
    pairs = [
        (item.get("value"), item.get("label")) if isinstance(item, dict) else (item, "")
        for item in _list(field.get("categories"))
    ]
    return [(value, label if isinstance(label, str) else "") for value, label in pairs]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
