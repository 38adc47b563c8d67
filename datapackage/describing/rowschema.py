"""Row schema: a table as a JSON Schema of its rows, for rows that are JSON objects.

The format is https://json-schema.org/draft/2020-12/json-schema-validation. The schema fits the values of the JSON Lines
export. Limits of days and times are left out: those are texts there, which JSON Schema cannot compare.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from communique.schemas import Column, Table
from communique.schemas.column import ColumnType

from ..untrusted.patterns import for_polars
from .allowed import LENGTHS, LOWER, NUMBERS, UPPER, constraint, is_finite, listed, number
from .describe import Json, json_field, table_description

_TYPES: dict[ColumnType, str] = {
    "boolean": "boolean",
    "integer": "integer",
    "year": "integer",
    "number": "number",
}
_FORMATS = {"email": "email", "uri": "iri", "uuid": "uuid"}
"""By the formats of Table Schema. Its URIs may contain any letters, which JSON Schema calls IRIs."""
_WITHIN: dict[ColumnType, tuple[str, tuple[str, str]]] = {
    "array": ("array", ("minItems", "maxItems")),
    "object": ("object", ("minProperties", "maxProperties")),
    "geojson": ("object", ("minProperties", "maxProperties")),
}
"""The types whose texts are JSON: the type of that JSON, and the keywords that limit its size."""


def json_schema(table: Table) -> Json:
    """Return a JSON Schema (2020-12) of one published row."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_said(table.title, table_description(table)),
        "type": "object",
        "properties": {
            column.name: _property(column, table.may_be_empty(column)) for column in table.published_columns
        },
        "required": [column.name for column in table.published_columns if not table.may_be_empty(column)],
        "additionalProperties": False,
    }


def _said(title: str, description: str) -> Json:
    """Return what people read; a text that nobody wrote is left out."""
    return {name: text for name, text in (("title", title), ("description", description)) if text}


def _property(column: Column, may_be_empty: bool) -> Json:
    kind, field = _TYPES.get(column.type, "string"), json_field(column)
    entries: Json = {
        **_said(column.title, column.description),
        "type": [kind, "null"] if may_be_empty else kind,
        "format": "date" if column.type == "date" else _of_texts(column, field, _FORMATS),
        "contentEncoding": _of_texts(column, field, {"binary": "base64"}),
        "enum": _enum(column, field, may_be_empty),
        "pattern": _pattern(field),
        **(_limits(field) if column.type in NUMBERS else {}),
        **({name: number(field, name) for name in LENGTHS} if column.type == "string" else {}),
        **_content(column, field),
    }
    return {name: value for name, value in entries.items() if value is not None}


def _of_texts(column: Column, field: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    return names.get(str(field.get("format"))) if column.type == "string" else None


def _enum(column: Column, field: Mapping[str, Any], may_be_empty: bool) -> list[Any] | None:
    """Return the listed values; none for durations, since P1D and PT24H are the same value in two texts."""
    values = [value for value in listed(field) if is_finite(value)]
    if not values or column.type == "duration":
        return None
    return [*values, None] if may_be_empty else values


def _pattern(field: Mapping[str, Any]) -> str | None:
    """Return the pattern anchored at both ends, unless its character classes mean something else in ECMAScript."""
    pattern = constraint(field, "pattern")
    same = isinstance(pattern, str) and for_polars(pattern) == pattern
    return f"^(?:{pattern})$" if same else None


def _limits(field: Mapping[str, Any]) -> Json:
    return {name: number(field, name) for name in (*LOWER, *UPPER)}


def _content(column: Column, field: Mapping[str, Any]) -> Json:
    """Return the schema of JSON within a text, which readers may use, but need not."""
    if column.type not in _WITHIN:
        return {}
    kind, sizes = _WITHIN[column.type]
    limits = {size: number(field, name) for size, name in zip(sizes, LENGTHS, strict=True)}
    within: Json = {"type": kind, **{name: value for name, value in limits.items() if value is not None}}
    own = constraint(field, "jsonSchema")
    if own and '"$' not in json.dumps(own):  # a reference, or a dialect of its own, means nothing elsewhere
        within["allOf"] = [own]
    return {"contentMediaType": "application/json", "contentSchema": within}
