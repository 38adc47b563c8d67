"""Keys and references of tables of others: what is compared, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from communique.schemas import ForeignKey

from ...arrays import Ints
from ...checking.hashes import Hashes, HashFile, hashed, repeats, whole
from ...checking.relations import dangling, reference_hashes, repeating
from ...found import GAP, Group
from ...storing.digest import spelled
from ...storing.ordered import Rows, has_nan
from ..codes import FOREIGN
from ..descriptor.tableschema import Key, TableSchema
from .judge import inner
from .typedrows import TypedRows


@dataclass(frozen=True, eq=False)
class Compared:
    """The parts of a table that are compared with other rows.

    own: its keys. away: its references. referred: the sets of fields that references, of any table, refer to.
    """

    schema: TableSchema
    own: tuple[Key, ...]
    away: tuple[ForeignKey, ...]
    referred: tuple[tuple[str, ...], ...]

    @property
    def sets(self) -> list[tuple[str, ...]]:
        """The sets of fields whose hashes are kept: those of own keys first."""
        return list(dict.fromkeys([*(key.names for key in self.own), *self.referred]))

    def restricted(self, places: Container[str]) -> Compared:
        """Return what can be compared in a file that has only these fields."""
        return Compared(
            self.schema,
            tuple(key for key in self.own if all(name in places for name in key.names)),
            tuple(key for key in self.away if all(name in places for name in key.columns)),
            tuple(names for names in self.referred if all(name in places for name in names)),
        )

    @property
    def names(self) -> list[str]:
        """The fields that take part in any of these."""
        parts = [*self.sets, *(key.columns for key in self.away)]
        return list(dict.fromkeys(name for part in parts for name in part))

    def inner(self, names: Sequence[str]) -> list[str]:
        """Return the safe names of fields."""
        return [inner(self.schema.index[name]) for name in names]

    def hashes(self, typed: TypedRows) -> list[Hashes]:
        """Return the hashes of `sets`, then those of the references, in which equal ones need not be repeated."""
        own = {key.names for key in self.own}
        sets = [self._texts(typed, names, every=names in own) for names in self.sets]
        away = [(self.safe(key), self._texts(typed, key.columns)) for key in self.away]
        return [
            *(hashed(whole(texts, texts.columns)) for texts in sets),
            *(reference_hashes(key, texts) for key, texts in away),
        ]

    def _texts(self, typed: TypedRows, names: Sequence[str], every: bool = False) -> pl.DataFrame:
        """Return the values of fields as text: of a single field only the distinct ones, unless `every` is asked for."""
        columns = self.inner(names)
        if every or len(columns) > 1:
            return pl.DataFrame([comparable(typed.rows[name]) for name in columns])
        return comparable(typed.distinct(columns[0])).to_frame()

    def safe(self, key: ForeignKey) -> ForeignKey:
        """Return a reference whose near side goes by safe names."""
        return replace(key, columns=tuple(self.inner(key.columns)))


def comparable(column: pl.Series) -> pl.Series:
    """Return values as text in which equal ones are equal: in the spelling of a release."""
    texts = spelled(column)
    return texts if texts.dtype == pl.String else texts.cast(pl.String)


@dataclass(frozen=True)
class _WithoutNan:
    """Rows except those with NaN in one of the fields `numbers`, which have a finding anyway. Values are texts here."""

    rows: Rows
    numbers: Sequence[str]

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows as they come."""
        whole = [pl.col(name) != "NaN" for name in self.numbers]
        return (rows.filter(whole) for rows in self.rows.batches(columns))


def repeated_keys(compared: Compared, rows: Rows, files: Sequence[HashFile]) -> Iterator[Group]:
    """Yield the rows whose key an earlier row has, too."""
    by_names = dict(zip(compared.sets, files, strict=False))
    for key in compared.own:
        file, names = by_names[key.names], compared.inner(key.names)
        kinds = (compared.schema.fields[compared.schema.index[name]].kind for name in key.names)
        numbers = [name for name, kind in zip(names, kinds, strict=True) if kind == "number"]
        named = _WithoutNan(rows, numbers) if numbers and key.code == "primary-key" else rows
        records, firsts = repeating(named, names, repeats(file))
        if len(records):
            expected = f"a unique key: {GAP} has the same {', '.join(key.names)}"
            yield Group(FOREIGN[key.code], key.names[0], records, expected, earlier=firsts)


def lost(
    compared: Compared,
    rows: Rows,
    key: ForeignKey,
    wanted: HashFile,
    known: HashFile,
    malformed: pl.DataFrame,
) -> Iterator[Group]:
    """Yield the references of a table to rows that do not exist."""
    for group in dangling(rows, compared.safe(key), wanted, known, malformed):
        yield replace(group, column=key.columns[0])


def without_key(
    key: Key, texts: Mapping[str, pl.Series], typed: Mapping[str, pl.Series], records: Ints
) -> Iterator[Group]:
    """Yield the rows without a whole primary key: those without a value, or with NaN, in a part of it.

    texts, typed: the cells of fields, and their values.
    """
    if key.code != "primary-key":
        return
    for name in key.names:
        if texts[name].null_count():
            yield _nameless(name, texts[name].is_null(), records, "a value in each part of the key")
        if has_nan(typed[name]):
            nan = typed[name].is_nan().fill_null(value=False)
            expected = "a value in each part of the key, which NaN is not: many programs take it for none"
            yield _nameless(name, nan, records, expected)


def _nameless(name: str, rows: pl.Series, records: Ints, expected: str) -> Group:
    return Group(FOREIGN["primary-key"], name, records[np.flatnonzero(rows.to_numpy())], expected)
