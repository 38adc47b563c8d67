"""The input of every rival: the tables as typed frames, and their rules as Polars expressions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
from narwhals._polars.namespace import PolarsNamespace
from narwhals._utils import Version

from communique.datapackage import open_dataset
from communique.schemas import SCHEMAS, Column, ForeignKey, Table
from communique.schemas.rules import LIST_SEPARATOR


def typed_frames(folder: Path) -> dict[str, pl.DataFrame]:
    """Read every table as whole frames with types, as Polars does it: nothing is checked on the way."""
    return {table.name: _typed(table, folder) for table in SCHEMAS.written}


def _typed(table: Table, folder: Path) -> pl.DataFrame:
    text = pl.read_csv(folder / f"{table.name}.csv", infer_schema=False)
    typed = nw.from_native(text.with_columns(_parsed(column) for column in table.source_columns))
    derived = {column.name: column.derived for column in table.columns if column.derived is not None}
    return typed.with_columns(**derived).select(column.name for column in table.columns).to_native()


def _parsed(column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    if column.type == "date":
        return cell.str.to_date("%Y-%m-%d")
    if column.type == "boolean":
        return cell == "true"
    return cell.cast(pl.Int64) if column.type == "integer" else cell


def rules(table: Table, today: date) -> dict[str, pl.Expr]:
    """Return the rules over the cells and rows of a table by names of their own."""
    cells = {
        f"{column.name}:{rule.code}": rule.holds(nw.col(column.name))
        for column in table.columns
        for rule in column.rules
    }
    rows = {rule.code: rule.holds(today) for rule in table.rules}
    return {name: _native(holds) for name, holds in {**cells, **rows}.items()}


def _native(expression: nw.Expr) -> pl.Expr:
    """Return the expression of Polars behind one of narwhals, so that a rival runs no code of ours."""
    polars = PolarsNamespace(version=Version.MAIN)
    compliant: Any = expression._to_compliant_expr(polars)  # pyright: ignore[reportPrivateUsage]
    native: pl.Expr = compliant.native
    return native


def dangling(frames: dict[str, pl.DataFrame]) -> int:
    """Count references that lead nowhere, by plain joins of Polars, for rivals that have no references."""
    return sum(
        len(_dangling(key, frames[table.name], frames))
        for table in SCHEMAS.written
        for key in table.foreign_keys
    )


def _dangling(key: ForeignKey, frame: pl.DataFrame, frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    given = frame.select(key.columns).drop_nulls()
    if key.many:
        given = given.select(pl.col(key.columns).str.split(LIST_SEPARATOR)).explode(key.columns)
    return given.join(frames[key.table], left_on=key.columns, right_on=key.references, how="anti")


def today_of(folder: Path) -> date:
    """Return the day that rules take for the present."""
    return open_dataset(folder).release_date


def allowed(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Yield the columns with a code list, and their codes."""
    return ((column.name, list(column.codes.values)) for column in table.columns if column.codes)
