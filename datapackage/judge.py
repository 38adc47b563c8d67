"""Pandera judges rows: it finds what is broken, and it has the last word on what is written.

It is given eager frames and the native Polars backend, and its switches are set here: lazy frames and two
environment variables would each turn the checks off without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrorReason, SchemaErrors

from communique.schemas import Column, RowRule, Rule, Table

from .codes import LAST_WORD, RULES


@dataclass(frozen=True)
class Broken:
    """A rule that some rows break: the rule, the column to point to, the rows' indexes, and what was expected."""

    rule: Rule
    column: str | None
    rows: tuple[int, ...]
    expected: str | None = None


def judge(schema: pa.DataFrameSchema, frame: pl.DataFrame, table: Table) -> list[Broken]:
    """Return what Pandera finds in the rows; an empty list where it accepts them all."""
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return [_broken(error, table) for error in errors.schema_errors]
    return []


def _broken(error: Any, table: Table) -> Broken:
    rows = tuple(_failing(error.check_output))
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


def _failing(output: Any) -> Iterator[int]:
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
