"""Table Schemas out of choices: mostly of the right form, with a wrong value here and there."""

from __future__ import annotations

from typing import Any

from communique.datapackage.foreign.constraints import KEYS
from communique.datapackage.foreign.field import TYPES

from .choices import Choices

_NAMES = ("a", "b", "*", "^a$", "c0", "record", "a\nb", "é", "")
_FORMATS = (
    "default",
    "any",
    "email",
    "uri",
    "array",
    "object",
    "topojson",
    "%d/%m/%Y",
    "%Y-%m-%dT%H:%M:%S%z",
    "%p",
)
_PROPERTIES: dict[str, tuple[Any, ...]] = {
    "format": _FORMATS,
    "missingValues": (["", "-"], ["a"], [], [{"value": "9", "label": "none"}], ["12", "NaN"]),
    "decimalChar": (",", ".", "'", "\\", "^", "é"),
    "groupChar": (" ", ",", ".", "]", "-", "\u00a0"),
    "bareNumber": (False, True),
    "trueValues": (["yes"], ["true", "1"], [""], ["a", "a"]),
    "falseValues": (["no"], ["false", "0"], ["yes"]),
    "categories": (["a", "b"], [1, 2], [{"value": "a", "label": "A"}], []),
    "categoriesOrdered": (True, False),
    "delimiter": (";", ",", "|", "", "\n"),
    "itemType": ("integer", "date", "boolean", "number", "datetime", "time", "string"),
    "title": ("T", "\x1b[1m"),
}
_CONSTRAINTS: dict[str, tuple[Any, ...]] = {
    "required": (True, False),
    "unique": (True, False),
    "enum": (["a", "12"], [1, 2, 0.5], ["2024-12-06"], [True], [None], [[1], {"a": 1}]),
    "minimum": (1, "1", 0.5, "2024-01-01", "PT1M", "12:00:00", "NaN", 10**20),
    "maximum": (9, "9", 1e300, "2024-12-31", "P1Y", "INF", -1),
    "exclusiveMinimum": (0, "0", "2024-01"),
    "exclusiveMaximum": (9, "2025"),
    "minLength": (0, 1, 2**62, -1, 2.0),
    "maxLength": (0, 3, True),
    "pattern": ("[a-z]+", "a|b", "(", "(?=a)", "\\d{3}", "(?x)a # b", "a)|(b"),
    "jsonSchema": (
        {"type": "object"},
        {"items": {"type": "integer"}},
        {"pattern": "("},
        {"$ref": "#"},
        {"properties": {"a": {"minimum": 1}}},
        True,
    ),
}


def schema(choices: Choices) -> Any:
    """Return a schema."""
    fields = [_field(choices, _NAMES[number]) for number in range(choices.count(2) + 1)]
    given: dict[str, Any] = {"fields": fields}
    names = [field.get("name") for field in fields]
    parts: dict[str, Any] = {
        "primaryKey": names[:1],
        "uniqueKeys": [names],
        "missingValues": ["", "-"],
        "fieldsMatch": "partial",
        "foreignKeys": [{"fields": names, "reference": {"resource": "", "fields": names}}],
    }
    for key, usual in parts.items():
        if choices.chance(4):
            given[key] = choices.value() if choices.chance(4) else usual
    return given


def _field(choices: Choices, name: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": choices.text() if choices.chance(8) else name,
        "type": choices.pick(TYPES),
    }
    for _ in range(choices.count(3)):
        key = choices.pick(tuple(_PROPERTIES))
        field[key] = choices.value() if choices.chance(6) else choices.pick(_PROPERTIES[key])
    constraints: dict[str, Any] = {}
    for _ in range(choices.count(3)):
        key = choices.pick(KEYS)
        constraints[key] = choices.value() if choices.chance(6) else choices.pick(_CONSTRAINTS[key])
    return {**field, "constraints": constraints} if constraints else field
