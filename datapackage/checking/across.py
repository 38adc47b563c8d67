"""Across: check the rules over several tables, against all rows at once, or in parts where that gives the same result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import narwhals as nw
import numpy as np
import polars as pl

from communique.schemas import CrossRule, Schemas
from communique.schemas.rules import RECORD, Frames, Lazy

from ..arrays import Ints, sorted_once
from ..found import Group
from ..threads import side_by_side
from .checked import CheckedTable

PART = 1 << 20
"""How many rows are checked against other tables at once."""


def check_across(readable: Mapping[str, CheckedTable], schemas: Schemas, today: date) -> Iterator[str]:
    """Check the rules across tables; yield the codes of those that could not be decided."""
    frames = {name: nw.from_native(checked.known()) for name, checked in readable.items()}
    for table in schemas.tables:
        yield from (
            "foreign-key" for key in table.foreign_keys if not table.derive and key.table not in readable
        )
    decided: list[CrossRule] = []
    for rule in schemas.cross_rules:
        if set(rule.needs) <= set(readable):
            decided.append(rule)
        else:
            yield rule.code
    broken = side_by_side(lambda rule: _broken(rule, frames, readable, today), decided)
    for rule, records in zip(decided, broken, strict=True):
        checked = readable[rule.table]
        reads = {column.source for column in checked.table.columns if column.name in rule.reads}
        checked.found.add([Group(rule, rule.column, records)], reads)


def _broken(rule: CrossRule, frames: Frames, readable: Mapping[str, CheckedTable], today: date) -> Ints:
    """Return the numbers of the rows that break a rule, leaving out those that are not well formed."""
    broken = [
        rule.broken(part, today).select(RECORD).to_native().collect()[RECORD].to_numpy()
        for part in _parts(rule, frames, readable)
    ]
    records = sorted_once(np.concatenate(broken))
    return records[~np.isin(records, readable[rule.table].malformed[RECORD].to_numpy())]


def _parts(rule: CrossRule, frames: Frames, readable: Mapping[str, CheckedTable]) -> Iterator[Frames]:
    """Yield the frames for a rule: in parts, where that gives the same result."""
    checked = readable[rule.table]
    if rule.alone is None or all(readable[name].read <= PART for name in rule.needs):
        yield frames
        return
    for begin in range(0, max(checked.read, 1), PART):
        rows = checked.frame().slice(begin, PART)
        near = {name: _near(readable[name], rows, column) for name, column in rule.alone.items()}
        yield {**frames, **near, rule.table: nw.from_native(rows)}


def _near(other: CheckedTable, rows: pl.LazyFrame, column: str) -> Lazy:
    """Return rows of another table, including all whose value in the column occurs in these rows."""
    ends = rows.select(low=pl.col(column).min(), high=pl.col(column).max()).collect()
    return nw.from_native(other.near(column, *ends.row(0)))
