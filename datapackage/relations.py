"""Keys and references: what holds between the rows of a table, and between tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from communique.schemas import ForeignKey, Table
from communique.schemas.rules import LIST_SEPARATOR, RECORD

from .codes import RULES
from .finding import Finding, Origin


def repeated(
    frame: pl.LazyFrame, table: Table, origin: Origin, lines_of: Callable[[set[int]], Mapping[int, int]]
) -> Iterator[Finding]:
    """Yield a finding for each row whose primary or unique key an earlier row has.

    lines_of: tells the physical lines of rows, so that a finding can name the earlier one.
    """
    keys = [("primary-key", table.primary_key), *(("unique-error", key) for key in table.unique_keys)]
    for code, key in keys:
        whole = frame.select(RECORD, *key).drop_nulls(list(key))
        firsts = whole.group_by(key).agg(pl.col(RECORD).min().alias("first"), pl.len().alias("rows"))
        twice = firsts.filter(pl.col("rows") > 1)
        later = whole.join(twice, on=list(key)).filter(pl.col(RECORD) > pl.col("first"))
        pairs = later.select(RECORD, "first").sort(RECORD).collect()
        lines = lines_of(set(pairs["first"].to_list())) if len(pairs) else {}
        for record, first in pairs.iter_rows():
            expected = f"a key of its own: line {lines[first]} has the same {', '.join(key)}"
            yield origin.finding(RULES[code], record, key[0], expected)


def dangling(
    table: Table, frame: pl.LazyFrame, keys: Mapping[str, pl.LazyFrame], origin: Origin
) -> Iterator[Finding]:
    """Yield a finding for each reference to a row that is not there; references to unread tables are passed over."""
    for foreign_key in table.foreign_keys:
        if foreign_key.table in keys:
            yield from _dangling(foreign_key, frame, keys[foreign_key.table], origin)


def _dangling(
    foreign_key: ForeignKey, frame: pl.LazyFrame, keys: pl.LazyFrame, origin: Origin
) -> Iterator[Finding]:
    columns, references = list(foreign_key.columns), list(foreign_key.references)
    lost = pointers(foreign_key, frame).join(keys, left_on=columns, right_on=references, how="anti")
    for record, *values in lost.sort(RECORD, *columns).collect().iter_rows():
        wanted = f"the {', '.join(references)} of a row of {foreign_key.table}"
        expected = f"{wanted}, which {', '.join(map(str, values))} is not"
        yield origin.finding(RULES["foreign-key"], record, columns[0], expected)


def pointers(foreign_key: ForeignKey, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the references of the rows, one a row of the result, with the number of the row that they stand in."""
    columns = list(foreign_key.columns)
    given = frame.select(RECORD, *columns).drop_nulls(columns)
    return (
        given.with_columns(pl.col(columns).str.split(LIST_SEPARATOR)).explode(columns)
        if foreign_key.many
        else given
    )
