"""Judge: typed rows against the constraints of their fields. Suspects are found first; Pandera judges them.

Columns go by safe names here, for a field may be called anything, even `*`, which means every column to Polars.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from ..found import Group
from ..scan import Ints
from .field import Field


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
        suspects = self._suspects(typed)
        if not len(suspects):
            return
        from .contract import judged  # most files have no suspects, and Pandera takes a while to import

        yield from judged(dict(zip(self.names, self.fields, strict=True)), typed[suspects], records[suspects])

    def _suspects(self, typed: pl.DataFrame) -> Ints:
        """Return the rows that seem to break something."""
        holds = self._holds
        if not holds or typed.is_empty():
            return np.empty(0, np.int64)
        passed = typed.select(self._all_hold).row(0)
        broken = [hold.fill_null(True) for hold, passes in zip(holds, passed, strict=True) if passes is False]
        if not broken:
            return np.empty(0, np.int64)
        kept = typed.select(kept=pl.all_horizontal(broken))["kept"].to_numpy()
        return np.flatnonzero(~kept)

    @cached_property
    def _holds(self) -> list[pl.Expr]:
        return list(self._constraints())

    @cached_property
    def _all_hold(self) -> list[pl.Expr]:
        return [hold.all().alias(str(number)) for number, hold in enumerate(self._holds)]

    def _constraints(self) -> Iterator[pl.Expr]:
        for field, name in zip(self.fields, self.names, strict=True):
            if field.required:
                yield pl.col(name).is_not_null()
            yield from (check.holds(pl.col(name)) for check in field.checks)
