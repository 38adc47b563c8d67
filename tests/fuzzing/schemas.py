"""Table Schemas and cells made from choices: mostly well formed, with an occasional wrong value."""

from __future__ import annotations

from typing import Any

from communique.datapackage.foreign.fields.constraints import KEYS
from communique.datapackage.foreign.fields.field import TYPES

from .choices import Choices

SAMPLES: dict[str, tuple[str, ...]] = {
    "string": ("a", "ab", "x@example.org", "https://a.b/c", "YQ==", "é", "a\nb", "123e4567-e89b-12d3-a456-426614174000"),
    "number": ("1", "2.5", "-3.", ".5", "1e3", "1.000,5", "1 000", "€ 5 %", "nan", "-inf", "1e-400", "1e309", "-0"),
    "integer": ("1", "+2", "-3", "007", "1 000", "5%", "9223372036854775807", "-9223372036854775808", "9223372036854775808"),
    "boolean": ("true", "1", "yes", "false", "0", "no"),
    "date": ("2024-12-06", "2024-02-29", "0001-01-01", "9999-12-31", "6/12/2024", "06.12.24", "Dec 6, 2024", "2024-1-1"),
    "time": ("15:00:00", "00:00:00.123456789", "24:00:00", "23:59:60", "15:00:00Z", "01:00:00+14:00", "3:00 PM"),
    "datetime": ("2024-12-06T15:00:00Z", "2024-12-06T15:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9-14:00"),
    "year": ("2024", "-0044", "0000", "999999999", "24"),
    "yearmonth": ("2024-12", "0000-01", "2024-13"),
    "duration": ("P1Y", "PT1S", "-P1D", "P", "PT", "P1W", "PT0.5S", "P99999999999999999999Y", "P1Y2M3DT4H5M6S"),
    "object": ('{"a": 1}', "{}", '{"a": {"b": []}}', '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1e999}', "{", '{"é": "\\ud800"}'),
    "array": ("[1, 2]", "[]", '["a"]', "[[[]]]", "[" * 70 + "]" * 70, "[1e5]"),
    "list": ("1,2", "a;b", "2024-12-06,2024-12-07", ",", "1,,2", "true,false"),
    "geopoint": ("1,2", "181,0", "[1, 2]", '{"lon": 1, "lat": 2}', "1e400,0", " 1 , 2 ", "nan,nan", '["1", "2"]'),
    "geojson": ('{"type": "Point", "coordinates": [1, 2]}', '{"type": "Feature", "geometry": null, "properties": null}',
                '{"type": "Topology", "objects": {}, "arcs": []}', '{"type": "GeometryCollection", "geometries": [[]]}'),
    "any": ("a", "1", "null"),
}  # fmt: skip
"""Cells of each type, most of which fit."""
_NAMES = ("a", "b", "*", "^a$", "c0", "record", "a\nb", "é", "")
_TEXT_FORMATS = ("default", "email", "uri", "uuid", "binary")
_PATTERNS = (
    "any",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%Y-%j",
    "%B %d, %Y",
    "%H:%M:%S.%f",
    "%I:%M %p",
    "%Y-%m-%dT%H:%M:%S%z",
    "%%",
)
_PROPERTIES: dict[str, dict[str, tuple[Any, ...]]] = {
    "string": {"format": _TEXT_FORMATS, "categories": (["a", "b"], [{"value": "a", "label": "A"}]), "categoriesOrdered": (True, False)},
    "number": {"decimalChar": (",", ".", "'", "\\", "^"), "groupChar": (" ", ",", ".", "]", "\u00a0"), "bareNumber": (False, True)},
    "integer": {"groupChar": (" ", ",", ".", "-", "$"), "bareNumber": (False, True), "categories": ([1, 2], [7])},
    "boolean": {"trueValues": (["yes"], ["true", "1"], [""]), "falseValues": (["no"], ["false", "0"])},
    "date": {"format": _PATTERNS},
    "time": {"format": _PATTERNS},
    "datetime": {"format": _PATTERNS},
    "list": {"delimiter": (";", ",", "|", "\n", ""), "itemType": ("integer", "date", "boolean", "number", "datetime", "time", "string")},
    "geopoint": {"format": ("array", "object", "default")},
    "geojson": {"format": ("topojson", "default")},
}  # fmt: skip
_ANY = {
    "missingValues": (["", "-"], ["a"], [], [{"value": "9", "label": "none"}], ["12", "NaN"]),
    "title": ("T", "\x1b[1m"),
}
_FIXED: dict[str, tuple[Any, ...]] = {
    "required": (True, False),
    "unique": (True, False),
    "minLength": (0, 1, 2**61, -1, 2.0),
    "maxLength": (0, 3, True),
    "pattern": ("[a-z]+", "a|b", "(", "(?=a)", "\\d{3}", "(?x)a # b", "a)|(b", "(?s).", "\\B"),
    "jsonSchema": (
        {"type": "object"},
        {"items": {"type": "integer"}},
        {"pattern": "("},
        {"$ref": "#"},
        {"properties": {"a": {"minimum": 1}}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#"}}},
        {"patternProperties": {"^a": False}},
        {"multipleOf": 0.1, "$schema": "http://json-schema.org/draft-04/schema#"},
        {"$schema": "x", "items": [True], "enum": [1]},
        True,
    ),
}
_ALLOWED = {
    "pattern": ("string", "any"),
    "jsonSchema": ("object", "array", "geojson"),
    **dict.fromkeys(("minLength", "maxLength"), ("string", "array", "object", "list")),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        ("integer", "number", "date", "time", "datetime", "duration", "year", "yearmonth"),
    ),
}
_KEYS = {kind: tuple(key for key in KEYS if kind in _ALLOWED.get(key, TYPES)) for kind in TYPES}


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
            given[key] = choices.value() if choices.chance(16) else usual
    return given


def cell(choices: Choices) -> str:
    """Return the text of a cell: one that fits some type, or any."""
    return choices.text() if choices.chance(3) else choices.pick(SAMPLES[choices.pick(tuple(SAMPLES))])


def _field(choices: Choices, name: str) -> dict[str, Any]:
    kind = choices.pick(TYPES)
    field: dict[str, Any] = {"name": choices.text() if choices.chance(16) else name, "type": kind}
    own = {**_PROPERTIES.get(kind, {}), **_ANY}
    for _ in range(choices.count(3)):
        key = choices.pick(tuple(own))
        field[key] = choices.value() if choices.chance(16) else choices.pick(own[key])
    constraints: dict[str, Any] = {}
    for _ in range(choices.count(3)):
        key = choices.pick(_KEYS[kind])
        constraints[key] = choices.value() if choices.chance(16) else _limit(choices, key, kind)
    return {**field, "constraints": constraints} if constraints else field


def _limit(choices: Choices, key: str, kind: str) -> Any:
    if key in _FIXED:
        return choices.pick(_FIXED[key])
    value = choices.number() if kind in ("integer", "number", "year") and choices.chance(3) else None
    given = choices.pick(SAMPLES[kind]) if value is None else value
    return [given, choices.pick(SAMPLES[kind])] if key == "enum" else given
