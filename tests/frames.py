"""Typed frames made from the examples of rules, and the pattern of plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
from polars.datatypes import DataTypeClass

from communique.schemas import Table
from communique.schemas.rules import RECORD

TODAY = date(2025, 1, 31)
PLAIN = r"[!-*,./0-<>?A-~](?:[ -~\n]*[!-~])?"
"""A pattern of plain text as `CellRule.plain` defines it."""
_DTYPES: dict[str, DataTypeClass] = {"date": pl.Date, "boolean": pl.Boolean, "integer": pl.Int64}


def frame_of(table: Table, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Return rows as a typed frame of all columns of the table; cells that a row omits are null."""
    dates = {column.name for column in table.columns if column.type == "date"}
    unknown = {name for row in rows for name in row} - {column.name for column in table.columns}
    assert not unknown, f"{table.name} has no {unknown}"
    cells = [{name: _typed(value, name in dates) for name, value in row.items()} for row in rows]
    schema = {column.name: _DTYPES.get(column.type, pl.String) for column in table.columns}
    frame = pl.DataFrame([{**dict.fromkeys(schema), **row} for row in cells], schema=schema)
    return frame.with_columns(pl.int_range(1, len(cells) + 1, dtype=pl.Int64).alias(RECORD))


def _typed(value: object, is_date: bool) -> object:
    return date.fromisoformat(str(value)) if is_date and value is not None else value
