"""Judge: Pandera finds what is broken in rows, and has the last word on what is written.

It is given eager frames and the native Polars backend, and its configuration is set here: lazy frames and two
environment variables would each silently turn the checks off.

Most rows break nothing. `suspects` finds those that do, by running the same rules as plain expressions, so that Pandera
need judge only these where rows are merely checked; a test proves that both agree. Rows to be written are all judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrorReason, SchemaErrors

from communique.schemas import SEVERITIES, Column, RowRule, Rule, Table

from ..arrays import Ints
from ..codes import LAST_WORD, RULES
from .contract import pandera_schema
from .failed import failed


@dataclass(frozen=True)
class Broken:
    """A rule that some rows break: the rule, the column to point to, the indexes of the rows, and what was expected."""

    rule: Rule
    column: str | None
    rows: tuple[int, ...]
    expected: str | None = None


def judge(schema: pa.DataFrameSchema, frame: pl.DataFrame, table: Table) -> list[Broken]:
    """Return what Pandera finds in the rows; an empty list where it accepts them all."""
    return [_broken(error, table) for error in refusals(schema, frame)]


def refusals(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> list[Any]:
    """Return Pandera's errors about the rows, whatever the environment variables say; none where it accepts them all."""
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return list(errors.schema_errors)
    return []


def judge_suspects(
    frame: pl.DataFrame, table: Table, today: date, odd: Mapping[str, Ints] | None = None
) -> list[Broken]:
    """Return what Pandera finds in the rows, warnings included; it is given only those that seem to break something.

    odd: for text columns, the positions of texts that are not plain: rules that plain texts keep are run over these alone.
    """
    rows = suspects(frame, table, today, odd)
    if not len(rows):
        return []
    broken = [
        item
        for severity in SEVERITIES
        for item in judge(pandera_schema(table, today, severity), frame[rows], table)
    ]
    return [replace(item, rows=tuple(rows[list(item.rows)].tolist())) for item in broken]


def suspects(frame: pl.DataFrame, table: Table, today: date, odd: Mapping[str, Ints] | None) -> Ints:
    """Return the indexes of the rows that break a rule, or a constraint of their columns."""
    rows = nw.from_native(frame, eager_only=True)
    broken = [check.fill_null(True) for check in failed(table, rows, today, odd=odd)]
    if not broken:
        return np.empty(0, np.int64)
    holds = rows.select(holds=nw.all_horizontal(*broken, ignore_nulls=True))
    return np.flatnonzero(~holds["holds"].to_numpy())


def _broken(error: Any, table: Table) -> Broken:
    rows = tuple(refused_rows(error.check_output))
    column = {column.name: column for column in table.columns}.get(str(error.schema.name))
    if error.reason_code is SchemaErrorReason.SERIES_CONTAINS_NULLS and column:
        return Broken(RULES["constraint-error"], column.source, rows, "a value")
    name = error.check.name if isinstance(error.check, pa.Check) else None
    for row_rule in table.rules:
        if name == row_rule.code:
            return Broken(row_rule, _pointed_at(row_rule, table), rows)
    if column and rows:
        for cell_rule in column.rules:
            if name == cell_rule.code:
                return Broken(cell_rule, column.source, rows)
        return Broken(RULES["constraint-error"], column.source, rows, allowed(column))
    return Broken(LAST_WORD, column.source if column else None, rows, str(error))


def _pointed_at(rule: RowRule, table: Table) -> str:
    return next(column.source for column in table.columns if column.name == rule.column)


def refused_rows(output: Any) -> Iterator[int]:
    """Yield the indexes of the rows at which a check of Pandera came out false."""
    if isinstance(output, pl.LazyFrame):
        output = output.collect()
    if isinstance(output, pl.DataFrame) and output.width:
        yield from output.to_series(0).eq(False).arg_true().to_list()


def allowed(column: Column) -> str:
    """Say which values a column allows."""
    if column.codes:
        return f"one of: {', '.join(column.codes.values)}"
    if column.minimum is not None:
        return f"a number of at least {column.minimum}"
    return "a value that the column allows"
