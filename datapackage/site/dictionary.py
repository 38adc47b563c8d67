"""Dictionary: the columns of a table for its page, with what their values must be, in the words of all dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..describing.demands import MOST, demands
from ..describing.describe import json_field
from ..describing.descriptor import TableField
from ..describing.tableschema import table_of
from .shape import TableShape


@dataclass(frozen=True)
class Entry:
    """A column: its field, what its values must be (words, and what they are about), and its codes with their labels."""

    field: TableField
    demands: list[tuple[str, str]]
    codes: list[tuple[str, str]]


def dictionary(shape: TableShape) -> list[Entry]:
    """Return the columns of a table in their order. A key of one column is told with that column, too."""
    resource = shape.parquet
    table = table_of(shape.name, resource.title, resource.description, resource.table_schema)
    alone = {key[0] for key in table.unique_keys if len(key) == 1}
    entries: list[Entry] = []
    for column in table.columns:
        if column.name in alone:
            field = json_field(column)
            unique = {**field, "constraints": {**field.get("constraints", {}), "unique": True}}
            column = replace(column, declared=unique)
        field_of = shape.fields[column.name]
        entries.append(Entry(field_of, list(demands(table, column)), _codes(field_of)))
    return entries


def _codes(field: TableField) -> list[tuple[str, str]]:
    if field.categories:
        return [(str(code.value), code.label or "") for code in field.categories]
    values = field.constraints.enum or []
    told = field.type != "string" and len(values) <= MOST  # the demands tell them in full
    return [] if told else [(str(value), "") for value in values]
