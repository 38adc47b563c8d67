"""Merge: rows of tables put together along their keys, in memory that does not grow with the tables.

Both sides are put in order, on disk where they must be, and passed through side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ..storing.ordered import in_order_of
from .shape import SLICE

Row = dict[str, Any]
RUN = 50_000
"""How many rows are sorted at a time."""
MOST = 500
"""How many rows of one group are kept; all are counted."""


def arranged(frames: Iterator[pl.DataFrame], key: Sequence[str], work: Path) -> Iterator[pl.DataFrame]:
    """Yield rows in the order of `key`, which no two rows share; without a row nothing."""
    return in_order_of(frames, key, SLICE, work, RUN)


def joined(
    left: Iterator[pl.DataFrame],
    column: str,
    right: Iterator[pl.DataFrame],
    key: str,
    names: Mapping[str, str],
) -> Iterator[pl.DataFrame]:
    """Yield the rows of `left`, in the order of `column`, each with texts of the row of `right` that it refers to.

    right: in the order of `key`, the column that `column` refers to.
    names: the columns of `right` that are added, as text, and what they are called then; null without such a row.
    """
    held = next(right, None)
    for rows in left:
        wanted, last = rows.select(pl.col(column).unique()), rows[column][-1]
        found = [pl.DataFrame(schema=dict.fromkeys(("_key", *names.values()), pl.String))]
        while held is not None:
            met = held.join(wanted, left_on=key, right_on=column, how="semi")
            added = (pl.col(name).cast(pl.String).alias(called) for name, called in names.items())
            found.append(met.select(pl.col(key).alias("_key"), *added))
            if len(held) and held[key][-1] >= last:
                held = held.filter(pl.col(key) >= last)
                break
            held = next(right, None)
        partners = pl.concat(found).unique("_key", keep="first")
        yield rows.join(partners, left_on=column, right_on="_key", how="left", maintain_order="left")


class Groups:
    """Rows in the order of a column, handed out group by group to whoever asks for values in that order."""

    def __init__(self, frames: Iterator[pl.DataFrame], column: str) -> None:
        self._rows = (row for frame in frames for row in frame.iter_rows(named=True))
        self._column = column
        self._next = next(self._rows, None)

    def of(self, value: str) -> tuple[list[Row], int]:
        """Return the first rows with that value, and how many there are; those before it are passed over."""
        kept: list[Row] = []
        count = 0
        while self._next is not None and self._next[self._column] <= value:
            if self._next[self._column] == value:
                count += 1
                if count <= MOST:
                    kept.append(self._next)
            self._next = next(self._rows, None)
        return kept, count
