"""Keys and references: what holds between the rows of a table, and between tables.

Keys are compared by their hashes. The rows are read again only where a key is repeated or missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from communique.schemas import ForeignKey, Table
from communique.schemas.rules import LIST_SEPARATOR, RECORD

from ..arrays import Ints, ascending
from ..codes import RULES
from ..finding import KEPT
from ..found import GAP, Group
from ..storing.ordered import Rows
from .hashes import Hashes, HashFile, absent, among, distinct, hashed, repeats, whole


def own_keys(table: Table) -> list[tuple[str, tuple[str, ...]]]:
    """Return the primary key and the unique keys, with the codes of their rules."""
    primary = [("primary-key", table.primary_key)] if table.primary_key else []
    return [*primary, *(("unique-error", key) for key in table.unique_keys)]


def count_keys(table: Table) -> int:
    """Return how many lists `key_hashes` returns."""
    return len(own_keys(table)) + len(table.foreign_keys)


def key_hashes(typed: pl.DataFrame, table: Table) -> list[Hashes]:
    """Return the hashes of the own keys of rows, followed by those of their references."""
    own = [hashed(whole(typed, key)) for _, key in own_keys(table)]
    return own + [reference_hashes(key, typed) for key in table.foreign_keys]


def reference_hashes(key: ForeignKey, typed: pl.DataFrame) -> Hashes:
    """Return the hashes of the references of rows, without consecutive repetitions."""
    given = whole(typed, key.columns)
    if key.many and len(given):
        given = given.to_series().unique().str.split(LIST_SEPARATOR).explode().to_frame()
    return distinct(hashed(given))  # repetitions often are consecutive


def repeated(rows: Rows, table: Table, hashes: Sequence[HashFile]) -> Iterator[Group]:
    """Yield the rows whose primary or unique key an earlier row has.

    hashes: those of the own keys.
    """
    for (code, key), file in zip(own_keys(table), hashes, strict=False):
        records, firsts = repeating(rows, list(key), repeats(file))
        if len(records):
            expected = f"a unique key: line {GAP} has the same {', '.join(key)}"
            yield Group(RULES[code], key[0], records, expected, earlier=firsts)


def repeating(rows: Rows, key: list[str], suspects: Hashes) -> tuple[Ints, Ints]:
    """Return the rows that repeat an earlier one, and those earlier rows.

    suspects: the hashes that occur more than once.

    Two rows have the same key if two independent hashes of it agree, 128 bits together.
    """
    if not len(suspects):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    firsts = np.zeros(len(suspects), np.int64)
    others = np.zeros(len(suspects), np.uint64)
    found: list[tuple[Ints, Ints]] = []
    for batch in rows.batches(key):
        given = batch.drop_nulls()
        given = given.filter(pl.Series(among(hashed(given.select(key)), suspects), dtype=pl.Boolean))
        places = np.searchsorted(suspects, hashed(given.select(key)))
        records, second = given[RECORD].to_numpy(), hashed(given.select(key), seed=1)
        new, begin = np.unique(places, return_index=True)
        unseen = firsts[new] == 0
        firsts[new[unseen]], others[new[unseen]] = records[begin[unseen]], second[begin[unseen]]
        later = (firsts[places] != records) & (others[places] == second)
        found.append((records[later], firsts[places][later]))
    return np.concatenate([records for records, _ in found]), np.concatenate([first for _, first in found])


def dangling(
    rows: Rows, key: ForeignKey, wanted: HashFile, known: HashFile, malformed: pl.DataFrame
) -> Iterator[Group]:
    """Yield the references to rows that do not exist.

    known: the keys of the rows that are well formed.
    malformed: the keys of the other rows, which exist all the same.
    """
    lost = absent(wanted, known)
    if len(lost) and len(malformed):
        lost = lost[~among(lost, ascending(hashed(whole(malformed, key.references))))]
    if len(lost):
        columns = list(key.columns)
        found = [_lost(key, batch, lost) for batch in rows.batches(columns)]
        records = np.concatenate([part[RECORD].to_numpy() for part in found])
        expected = f"the {', '.join(key.references)} of a row of {key.table}; no row has {GAP}"
        yield Group(RULES["foreign-key"], columns[0], records, expected, _values(found, columns))


def _lost(key: ForeignKey, batch: pl.DataFrame, lost: Hashes) -> pl.DataFrame:
    rows = pointers(key, batch.lazy()).collect()
    lone = pl.Series(among(hashed(rows.select(key.columns)), lost), dtype=pl.Boolean)
    return rows.filter(lone).sort(RECORD, *key.columns)


def _values(found: list[pl.DataFrame], columns: list[str]) -> tuple[str, ...]:
    """Return the values of the first rows; those of the others are never shown."""
    values: list[str] = []
    for rows in found:
        joined = rows.head(KEPT - len(values)).select(pl.concat_str(columns, separator=", ")).to_series()
        values += joined.to_list()
    return tuple(values)


def pointers(foreign_key: ForeignKey, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the references of the rows, one per row of the result, each with the number of its row."""
    columns = list(foreign_key.columns)
    given = frame.select(RECORD, *columns).drop_nulls(columns)
    return (
        given.with_columns(pl.col(columns).str.split(LIST_SEPARATOR)).explode(columns)
        if foreign_key.many
        else given
    )
