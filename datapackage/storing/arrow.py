"""The Arrow schema of a table: plain types that every reader knows, NOT NULL where a value is required."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from communique.schemas import Column, Table
from communique.schemas.column import ColumnType

AS_TEXT: tuple[ColumnType, ...] = (
    *("yearmonth", "duration", "object", "array", "list", "geopoint", "geojson", "any"),
)

TYPES: dict[ColumnType, pa.DataType] = {
    "string": pa.string(),
    "edtf": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "datetime": pa.timestamp("us"),
    "time": pa.time64("us"),
    "year": pa.int32(),
    **dict.fromkeys(AS_TEXT, pa.string()),
}
"""The Arrow type of each column type; docs/packages.md says why."""
POLARS: dict[ColumnType, pl.DataType] = {
    "date": pl.Date(),
    "boolean": pl.Boolean(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "datetime": pl.Datetime("us"),
    "time": pl.Time(),
    "year": pl.Int32(),
    **dict.fromkeys(("string", "edtf", *AS_TEXT), pl.String()),
}
"""The corresponding Polars types."""


def arrow_schema(table: Table, identity: Mapping[str, str]) -> pa.Schema:
    """Return the schema of the published columns; titles and descriptions are metadata of the fields.

    identity: which table of which release it is. This helps to identify the file, and proves nothing.
    """
    metadata = {"title": table.title, "description": table.description, **identity}
    fields = [_field(column) for column in table.published_columns]
    return pa.schema(fields, metadata=dict(sorted(metadata.items())))


def _field(column: Column) -> pa.Field:
    metadata = {"title": column.title, "description": column.description, "term": column.term}
    given = {key: value for key, value in sorted(metadata.items()) if value}
    return pa.field(column.name, TYPES[column.type], nullable=not column.required, metadata=given)
