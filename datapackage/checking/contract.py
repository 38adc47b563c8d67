"""The contract of a table: its declaration as Pandera schemas that run."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from functools import lru_cache
from typing import Any

import narwhals as nw
import pandera.polars as pa
import polars as pl

from communique.schemas import CellRule, RowRule, Severity, Table

from .failed import failed


@lru_cache(256)
def pandera_schema(table: Table, today: date, severity: Severity = "error") -> pa.DataFrameSchema:
    """Return the Pandera schema of a table: for errors the whole contract, else only the rules of that severity.

    today: the day that counts as today.
    """
    # Pandera caches one schema per model and returns that very object.
    found = deepcopy(table.model.to_schema())
    found.strict = severity == "error"
    for pandera, column in zip(found.columns.values(), table.columns, strict=True):
        if severity != "error":
            pandera.checks, pandera.nullable = [], True
        cell_rules = (rule for rule in column.rules if rule.severity == severity)
        pandera.checks = [*pandera.checks, *map(_cell_check, cell_rules)]
    if severity != "error":
        found.columns = {name: pandera for name, pandera in found.columns.items() if pandera.checks}
    row_rules = (rule for rule in table.rules if rule.severity == severity)
    found.checks = [_row_check(rule, today) for rule in row_rules]
    return found


def brief_schema(table: Table, today: date, odd: Mapping[str, Any] | None = None) -> pa.DataFrameSchema:
    """Return the Pandera schema for errors with one check for all rules, and the types of the columns.

    It accepts what `pandera_schema` accepts, but faster; for rows that it refuses, that one names the rules.

    odd: for text columns of the rows to be checked, the positions of texts that are not plain.
    """
    columns = pandera_schema(table, today).columns
    types = {name: pa.Column(pandera.dtype, nullable=True) for name, pandera in columns.items()}
    return pa.DataFrameSchema(types, checks=[_contract_check(table, today, odd)], strict=True)


def _cell_check(rule: CellRule) -> pa.Check:
    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        cell = nw.col(str(data.key))
        return nw.from_native(data.lazyframe).select(rule.holds(cell)).to_native()

    return pa.Check(holds, name=rule.code)


def _row_check(rule: RowRule, today: date) -> pa.Check:
    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        return nw.from_native(data.lazyframe).select(rule.holds(today).alias(rule.column)).to_native()

    return pa.Check(holds, name=rule.code)


def _contract_check(table: Table, today: date, odd: Mapping[str, Any] | None) -> pa.Check:
    def hold(data: pa.PolarsData) -> pl.LazyFrame:
        rows = data.lazyframe.collect()
        broken = failed(table, nw.from_native(rows, eager_only=True), today, ("error",), odd)
        # Pandera cannot combine a single result for all rows with results for each row.
        return pl.LazyFrame({"contract": pl.repeat(not broken, len(rows), dtype=pl.Boolean, eager=True)})

    return pa.Check(hold, name="contract")
