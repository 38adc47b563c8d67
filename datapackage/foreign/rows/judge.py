"""Judge: typed rows against the constraints of their fields. Suspects are found first; Pandera judges them.

Columns have safe names here, for a field may have any name, even `*`, which means every column to Polars.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from ...arrays import Ints
from ...found import Group
from ..fields.field import Field
from .typedrows import TypedRows


def inner(number: int) -> str:
    """Return the safe name of a field, by its place in the schema."""
    return f"c{number}"


@dataclass(frozen=True, eq=False)
class Judge:
    """The fields that a file has, with the safe names of their columns."""

    fields: Sequence[Field]
    names: Sequence[str]

    def broken(self, typed: pl.DataFrame, records: Ints) -> Iterator[Group]:
        """Yield the constraints that rows break."""
        suspects = self.suspects(TypedRows(typed))
        if len(suspects):
            yield from self.judged(typed[suspects], records[suspects])

    def judged(self, typed: pl.DataFrame, records: Ints) -> Iterator[Group]:
        """Yield the constraints that rows break, as Pandera finds them."""
        from ..fields.contract import (
            judged,  # most files have no suspects, and Pandera takes a while to import
        )

        yield from judged(dict(zip(self.names, self.fields, strict=True)), typed, records)

    def suspects(self, typed: TypedRows) -> Ints:
        """Return the rows that seem to break a constraint. Slow ones are checked once for each repeated text."""
        rows = typed.rows
        if rows.is_empty():
            return np.empty(0, np.int64)
        required = (name for name, field in zip(self.names, self.fields, strict=True) if field.required)
        broken = [pl.col(name).is_not_null() for name in required if rows[name].null_count()]
        holds: list[pl.Expr] = []
        for name, quick, slow in self._holds:
            values = typed.distinct(name) if slow else rows[name]
            if len(values) < len(rows):
                broken += broken_by(values.to_frame(), slow)
                holds += quick
            else:
                holds += [*quick, *slow]
        broken += broken_by(rows, holds)
        if not broken:
            return np.empty(0, np.int64)
        kept = rows.select(kept=pl.all_horizontal(hold.fill_null(True) for hold in broken))["kept"]
        return np.flatnonzero(~kept.to_numpy())

    @cached_property
    def _holds(self) -> list[tuple[str, list[pl.Expr], list[pl.Expr]]]:
        """The columns, each with its quick and its slow constraints."""
        fields = zip(self.names, self.fields, strict=True)
        return [
            (name, _holding(name, field, slow=False), _holding(name, field, slow=True))
            for name, field in fields
        ]


def _holding(name: str, field: Field, slow: bool) -> list[pl.Expr]:
    return [check.holds(pl.col(name)) for check in field.checks if check.slow is slow and not check.implied]


def broken_by(rows: pl.DataFrame, holds: Sequence[pl.Expr]) -> list[pl.Expr]:
    """Return the constraints that some of the rows break."""
    if not holds:
        return []
    passed = rows.select(hold.all().alias(str(number)) for number, hold in enumerate(holds)).row(0)
    return [hold for hold, passes in zip(holds, passed, strict=True) if passes is False]
