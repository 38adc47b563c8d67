"""Derived: the rows of a derived table, computed from those of other tables as they stream by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import polars as pl

from communique.schemas import Table

from ..storing.ordered import Rows


@dataclass(frozen=True)
class DerivedRows:
    """The rows that follow from those of other tables, in the order in which the table names them."""

    table: Table
    others: Mapping[str, Rows]

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the derived rows, one frame for each frame of another table."""
        for derivation in self.table.derive:
            for rows in self.others[derivation.table].batches(derivation.columns):
                derived = derivation.rows(nw.from_native(rows, eager_only=True)).to_native()
                yield derived if columns is None else derived.select(columns)
