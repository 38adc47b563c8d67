"""Validators with the rules of this project, each on whole frames, as its own documentation recommends."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from communique.datapackage.checking.contract import pandera_schema
from communique.schemas import SCHEMAS, Column, Severity, Table

from .tables import allowed, dangling, rules, today_of, typed_frames

_SEVERITIES: tuple[Severity, ...] = ("error", "warning")


def pandera(folder: Path, work: Path) -> str:
    """Types, nulls, code lists, primary keys, rules over cells and rows; references by joins of Polars."""
    from pandera.errors import SchemaErrors

    today, frames, broken = today_of(folder), typed_frames(folder), 0
    for table in SCHEMAS.written:
        for schema in _pandera_schemas(table, today):
            try:
                schema.validate(frames[table.name], lazy=True)
            except SchemaErrors as errors:
                broken += len(errors.failure_cases)
    return _verdict(broken + dangling(frames))


def _pandera_schemas(table: Table, today: date) -> tuple[Any, Any]:
    errors, warnings = (pandera_schema(table, today, severity) for severity in _SEVERITIES)
    errors.unique = list(table.primary_key)
    return errors, warnings


def dataframely(folder: Path, work: Path) -> str:
    """Types, nulls, code lists, primary keys, rules over cells and rows; references by joins of Polars."""
    today, frames, broken = today_of(folder), typed_frames(folder), 0
    for table in SCHEMAS.written:
        frames[table.name], failures = _dataframely_schema(table, today).filter(frames[table.name])
        broken += len(failures)
    return _verdict(broken + dangling(frames))


def _dataframely_schema(table: Table, today: date) -> Any:
    dy: Any = import_module("dataframely")

    def rule(holds: pl.Expr) -> Any:
        def method(cls: type) -> pl.Expr:
            return holds

        return dy.rule()(method)

    columns = {column.name: _dataframely_column(column, table) for column in table.columns}
    checks = {f"rule_{number}": rule(holds) for number, holds in enumerate(rules(table, today).values())}
    codes = {f"codes_{name}": rule(pl.col(name).is_in(values)) for name, values in allowed(table)}
    return type(table.name, (dy.Schema,), {**columns, **checks, **codes})


def _dataframely_column(column: Column, table: Table) -> Any:
    dy: Any = import_module("dataframely")
    options: dict[str, Any] = {
        "nullable": not column.required,
        "primary_key": column.name in table.primary_key,
    }
    if column.type == "integer":
        return dy.Int64(min=column.minimum, **options)
    if column.type == "date":
        return dy.Date(**options)
    return dy.Bool(**options) if column.type == "boolean" else dy.String(**options)


def pointblank(folder: Path, work: Path) -> str:
    """Nulls, code lists, primary keys, rules over cells and rows; references by joins of Polars."""
    today, frames, passed = today_of(folder), typed_frames(folder), True
    for table in SCHEMAS.written:
        plan = _pointblank_plan(table, frames[table.name], today)
        passed &= plan.interrogate(collect_extracts=False, collect_tbl_checked=False).all_passed()
    return _verdict(dangling(frames) + (not passed))


def _pointblank_plan(table: Table, frame: pl.DataFrame, today: date) -> Any:
    plan: Any = import_module("pointblank").Validate(frame)
    plan = plan.rows_distinct(columns_subset=list(table.primary_key))
    plan = plan.col_vals_not_null([column.name for column in table.columns if column.required])
    for name, values in allowed(table):
        plan = plan.col_vals_in_set(name, [*values, None])
    for holds in rules(table, today).values():
        plan = plan.col_vals_expr(holds.fill_null(True))
    return plan


def _verdict(broken: int) -> str:
    return f"rejected: {broken}" if broken else "accepted"
