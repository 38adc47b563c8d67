"""Failed: the checks that some rows of a table fail. All others hold for every row, and need no further look."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import Any

import narwhals as nw

from communique.schemas import SEVERITIES, Column, Severity, Table
from communique.schemas.rules import cell_checks

_SAMPLE = 1024


def failed(
    table: Table,
    rows: nw.DataFrame[Any],
    today: date,
    severities: Container[Severity] = SEVERITIES,
    odd: Mapping[str, Any] | None = None,
) -> list[nw.Expr]:
    """Return the checks that some of these rows fail; each is null where it cannot be decided.

    A text that occurs in many cells is checked once.

    odd: for text columns, the positions (a NumPy array) of texts that are not plain; rules that plain texts keep are run
        over these alone.
    """
    odd = odd or {}
    found = [~nw.col(column.name).is_null() for column in table.columns if _is_missing(column, rows)]
    checks = [rule.holds(today) for rule in table.rules if rule.severity in severities]
    for column in table.columns:
        cells, rules = rows[column.name], [rule for rule in column.rules if rule.severity in severities]
        if column.name in odd:
            few = cells[odd[column.name]].to_frame()
            found += _broken(
                few, list(cell_checks([rule for rule in rules if rule.plain], nw.col(column.name)))
            )
            rules = [rule for rule in rules if not rule.plain]
        checks += _constraints(column)
        of_column = list(cell_checks(rules, nw.col(column.name)))
        texts = _distinct(cells) if of_column and len(rows) > _SAMPLE else cells
        if len(texts) < len(rows):
            found += _broken(texts.to_frame(), of_column)
        else:
            checks += of_column
    return found + _broken(rows, checks)


def _is_missing(column: Column, rows: nw.DataFrame[Any]) -> bool:
    return column.required and rows[column.name].null_count() > 0


def _constraints(column: Column) -> Iterator[nw.Expr]:
    """Yield the constraints of a column besides its rules. Checking them is faster than looking for distinct values."""
    cell = nw.col(column.name)
    if column.codes and column.derived is None:
        yield cell.is_in(column.codes.values)
    if column.minimum is not None:
        yield cell >= column.minimum


def _broken(rows: nw.DataFrame[Any], checks: list[nw.Expr]) -> list[nw.Expr]:
    """Return the checks that some of these rows fail, in one pass over them."""
    if not checks or not len(rows):
        return []
    passed = rows.select(check.all().alias(str(number)) for number, check in enumerate(checks))
    return [check for check, passes in zip(checks, *passed.rows(), strict=True) if not passes]


def _distinct(cells: nw.Series[Any]) -> nw.Series[Any]:
    """Return the distinct cells if a sample shows many repetitions, else all cells."""
    first = cells.head(_SAMPLE)
    return cells.unique() if 2 * first.n_unique() <= len(first) else cells
