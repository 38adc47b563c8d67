"""Which rules the rows of a table keep, all of them: whoever asks goes on with the others alone."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date
from typing import Any

import narwhals as nw

from .column import Column
from .rules import CellRule, Severity, cell_checks
from .table import Table

_SAMPLE = 1024


def failed(
    table: Table,
    rows: nw.DataFrame[Any],
    today: date,
    severities: Container[Severity] = ("error", "warning"),
    plain: bool = False,
) -> list[nw.Expr]:
    """Return the checks that some of these rows fail; each is null where it cannot be decided.

    plain: whether all text is printable ASCII, which keeps some rules in any case.
    """
    found = [check for column in table.columns for check in _failed(column, rows, severities, plain)]
    over_rows = [rule.holds(today) for rule in table.rules if rule.severity in severities]
    passed = rows.select(check.all().alias(str(number)) for number, check in enumerate(over_rows))
    return found + [check for check, passes in zip(over_rows, *passed.rows(), strict=True) if not passes]


def _failed(
    column: Column, rows: nw.DataFrame[Any], severities: Container[Severity], plain: bool
) -> Iterator[nw.Expr]:
    cell, cells = nw.col(column.name), rows[column.name]
    if column.required and cells.null_count():
        yield ~cell.is_null()
    if column.codes and column.derived is None and not cells.is_in(column.codes.values).all():
        yield cell.is_in(column.codes.values)
    if column.minimum is not None and not (cells >= column.minimum).all():
        yield cell >= column.minimum
    rules = [rule for rule in column.rules if rule.severity in severities]
    if not keep(cells, rules, plain):
        yield from cell_checks(rules, cell, plain)


def keep(cells: nw.Series[Any], rules: Iterable[CellRule], plain: bool = False) -> bool:
    """Say whether all these cells keep all these rules; texts that stand in many cells are looked at once.

    plain: whether all text is printable ASCII.
    """
    checks = list(cell_checks(rules, nw.col(cells.name), plain))
    if not checks:
        return True
    texts = distinct(cells).to_frame()
    return all(texts.select(check.all().alias(str(number)) for number, check in enumerate(checks)).row(0))


def distinct(cells: nw.Series[Any]) -> nw.Series[Any]:
    """Return each value of the cells, once where the first of them show that many are alike."""
    first = cells.head(_SAMPLE)
    return cells.unique() if 2 * first.n_unique() <= len(first) else cells
