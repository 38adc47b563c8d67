"""Keyless: give rows of a table without a key one: all of their values, and a number that distinguishes equal rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from .digest import spelled
from .ordered import BATCH, in_order_of

ROW, NUMBER = "\x1frow", "\x1fnumber"
"""The whole row as one text, and the number of equal rows before it: together they are a key."""
BY_VALUE = (ROW, NUMBER)


def by_value(frames: Iterator[pl.DataFrame], work: Path) -> Iterator[pl.DataFrame]:
    """Yield rows in the order of `BY_VALUE`, with these two columns. work: an existing folder for rows to be sorted."""
    texts = (rows.with_columns(_whole(rows)) for rows in frames if len(rows))
    last, count = None, 0
    for part in in_order_of(texts, [ROW], BATCH, work):
        numbers = pl.int_range(pl.len(), dtype=pl.Int64).over(ROW)
        before = pl.when(pl.col(ROW) == last).then(count).otherwise(0) if last is not None else pl.lit(0)
        numbered = part.with_columns((numbers + before).alias(NUMBER))
        yield numbered
        last, count = numbered[ROW][-1], numbered[NUMBER][-1] + 1


def _whole(rows: pl.DataFrame) -> pl.Series:
    """Return each row as one text; cells are prefixed with their lengths, so that rows that differ have different texts."""
    texts = rows.select(spelled(column).cast(pl.String) for column in rows)
    cells = (
        pl.when(pl.col(name).is_null())
        .then(pl.lit("-"))
        .otherwise(pl.concat_str(pl.col(name).str.len_bytes().cast(pl.String), pl.lit(":"), pl.col(name)))
        for name in texts.columns
    )
    return texts.select(pl.concat_str(*cells).alias(ROW)).to_series()
