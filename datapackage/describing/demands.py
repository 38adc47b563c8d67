"""Demands: the constraints of a column besides its type, in words, for data dictionaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from communique.schemas import Column, Table

from ..storing.digest import text_of
from .allowed import LIMITS, codes, listed
from .describe import json_field

MOST = 20
"""How many of the allowed values are listed."""


def demands(table: Table, column: Column) -> Iterator[tuple[str, str]]:
    """Yield the constraints of a column: words, and the value as it is in the schema.

    Not repeated are its type, its code list, whether it is required, and the pattern of a reference, which is that of
    the key it refers to. For the constraints see https://datapackage.org/standard/table-schema/#field-constraints.
    """
    field = json_field(column)
    constraints = field.get("constraints", {})
    if field.get("format", "default") not in ("default", "any"):
        yield "in the format", str(field["format"])
    for name, words in LIMITS.items():
        if constraints.get(name) is not None:
            yield words, text_of(constraints[name], column.type)
    refers = any(column.name in key.columns for key in table.foreign_keys)
    if constraints.get("pattern") and column.type != "edtf" and not refers:
        yield "matching", constraints["pattern"]
    if listed(field) and not column.codes:
        yield "one of", _listed(field, column)
    if constraints.get("jsonSchema"):
        yield "as its JSON Schema says", ""
    if constraints.get("unique"):
        yield "each value once", ""


def _listed(field: Mapping[str, Any], column: Column) -> str:
    """Return the values that are allowed, as the data spells them, with their labels."""
    labels, values = dict(codes(field)), listed(field)
    told = [
        f"{text_of(value, column.type)} ({labels[value]})"
        if labels.get(value)
        else text_of(value, column.type)
        for value in values[:MOST]
    ]
    return ", ".join(told) + (", …" if len(values) > MOST else "")
