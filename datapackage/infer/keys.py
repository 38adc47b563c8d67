"""Keys and references: which columns tell the rows of a table apart, and which name rows of another.

That values happen to differ, or to be among those of a key, proves little. Only where the names of the columns speak
for it too it is drafted; the rest is evidence to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl

from ..arrays import ascending
from ..checking.hashes import HashFile, distinct, hashed, repeats
from ..progress import Step, tell
from .column import KEY_LENGTH, InferredColumn
from .source import Rows
from .values import Values, values_of

_PARTS = 6
"""A composite key is looked for among so many columns, the leftmost."""
_MANY = 10
"""So many different values are no accident."""
_KEYS = ("string", "integer", "date", "year", "yearmonth", "datetime")
_TELLING = re.compile(r"(?i)(?:^|_|-|\s|(?<=[a-z]))(?:id|ids|key|code|nr|no|number|uuid|slug|iso[23]?)$")
_GENERIC = ("id", "key", "code", "nr", "no", "number", "uuid", "slug", "name", "title")


@dataclass
class Table:
    """A table that is being drafted.

    key: its primary key; keys: others that would do. nearly: the column that would be its key, were not a few values
        there twice. references: by field, the table and field that it refers to.
    """

    name: str
    path: str
    rows: Rows
    columns: list[InferredColumn]
    key: tuple[str, ...] = ()
    keys: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    nearly: InferredColumn | None = None
    references: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    likely: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def single_keys(table: Table) -> None:
    """Find the columns that are keys by themselves, and take the most telling one."""
    found = [column for column in table.columns if _may_be_key(column) and column.is_unique]
    table.keys = [(column.name,) for column in found]
    telling = sorted(found, key=lambda column: (_rank(column.name, table), column.seen.place))
    if telling and (_rank(telling[0].name, table) < 3 or _leads(telling[0])):
        table.key = (telling[0].name,)
    meant = (column for column in table.columns if _may_be_key(column) and not _rank(column.name, table))
    table.nearly = next((column for column in meant if column.seen.is_nearly_unique), None)


def _may_be_key(column: InferredColumn) -> bool:
    return column.field["type"] in _KEYS and column.seen.longest <= KEY_LENGTH


def _leads(column: InferredColumn) -> bool:
    """Say whether a column is a key by its place and its many values, though its name does not say so."""
    return column.seen.place == 0 and column.values >= _MANY


def _rank(name: str, table: Table) -> int:
    """Say how little a name speaks for a key: that of the table first, then any that ends like one."""
    plain = name.lower()
    if plain in ("id", *(f"{_single(table.name)}_{part}" for part in ("id", "key", "code"))):
        return 0
    return 1 if _TELLING.search(name) else 3


def composite_keys(table: Table, work: Path) -> None:
    """Find two or three columns that are a key together, where none is one by itself, or was meant to be.

    Reads the rows once more.
    """
    parts = [column for column in table.columns if _may_be_key(column) and not column.empty][:_PARTS]
    if table.keys or table.nearly or table.rows.counts.read < 2 or len(parts) < 2:
        return
    for size in (2, 3):
        alive = dict[tuple[InferredColumn, ...], HashFile]()
        for number, group in enumerate(combinations(parts, size)):
            alive[group] = HashFile(work / f"{size}-{number}.hashes")
        tell(Step("check", ahead=table.rows.size))
        for frame in table.rows.frames():
            values = {column: column.seen.comparable(frame[str(column.seen.place)]) for column in parts}
            for group in list(alive):
                hashes = hashed(pl.DataFrame([values[column] for column in group]))
                if len(set(hashes.tolist())) < len(hashes):
                    del alive[group]
                else:
                    alive[group].add(hashes)
            if not alive:
                break
        found = [group for group, file in alive.items() if not len(repeats(file))]
        table.keys = [tuple(column.name for column in group) for group in found]
        if table.keys:
            break
    table.key = next((key for key in table.keys if all(_speaks(table, name) for name in key)), ())


def _speaks(table: Table, name: str) -> bool:
    """Say whether a column looks like a part of a key: a reference, a day, or what its name says is one."""
    if name in table.references or _TELLING.search(name):
        return True
    kinds = {column.name: column.field["type"] for column in table.columns}
    return kinds[name] in ("date", "year", "yearmonth", "datetime")


def references(tables: Sequence[Table]) -> None:
    """Find the columns all of whose values are those of a key, in any of the tables."""
    columns = [
        (table, column, compared.hashes)
        for table in tables
        for column in table.columns
        if (compared := column.seen.compared) and _may_be_key(column) and column.values
    ]
    values = {column: values_of(hashes) for _, column, hashes in columns}
    keys = _Keys(tables, values)
    for table, column, _ in columns:
        near = values[column]
        targets = list(_targets(table, column, keys.with_least(column, near)))
        holding = (item for item in sorted(targets, key=lambda item: item[0]) if item[0] < 3)
        named = next((item for item in holding if near.are_among(values[item[2]])), None)
        if named is not None:
            table.references[column.name] = named[1].name, named[2].name
        elif column.field["type"] == "string" and column.codes is None and column.values >= _MANY:
            found = [(far, key) for _, far, key in targets if near.are_among(values[key])]
            table.likely[column.name] = [f"{far.name}.{key.name}" for far, key in found]


class _Keys:
    """The columns that are keys by themselves, to be found by a value that they have."""

    def __init__(self, tables: Sequence[Table], values: Mapping[InferredColumn, Values]) -> None:
        """Read the values of each key once; only those are looked for that are the least of a column."""
        least = distinct(ascending(np.array([one.least for one in values.values() if one.count], np.uint64)))
        self._by_value = dict[tuple[str, int], list[tuple[Table, InferredColumn]]]()
        for table in tables:
            names = set(table.keys)
            for key in table.columns:
                if (key.name,) in names and key in values:
                    for value in values[key].have(least):
                        self._by_value.setdefault((repr(key.field), value), []).append((table, key))

    def with_least(self, column: InferredColumn, values: Values) -> list[tuple[Table, InferredColumn]]:
        """Return the keys of the same type that have the least value of a column, in the order of the tables."""
        # Where nothing but marks for what is missing is there, nothing speaks for a reference.
        return self._by_value.get((repr(column.field), values.least), []) if values.count else []


def _targets(
    table: Table, column: InferredColumn, keys: Sequence[tuple[Table, InferredColumn]]
) -> Iterator[tuple[int, Table, InferredColumn]]:
    for far, key in keys:
        if far is table and key is column:
            continue
        if key.name != column.name and (column.name,) == table.key:
            continue  # a key that merely looks like another
        yield _kinship(column.name, key.name, table, far), far, key


def _kinship(name: str, key: str, near: Table, far: Table) -> int:
    """Say how little the names speak for a reference, from 0 to 3, which is not at all."""
    name, key, one = name.lower(), key.lower(), _single(far.name)
    if far is not near and name in (f"{one}_{key}", f"{one}{key}"):
        return 0
    if far is not near and name == key and key not in _GENERIC and _single(near.name) not in key:
        return 1
    if far is not near and name in (one, far.name.lower()):
        return 1
    if name.endswith((f"_{key}", f"-{key}", f" {key}")) and (far is near or one in name):
        return 2
    return 3


def _single(name: str) -> str:
    """Return the name of one of what a table has: of cities, city."""
    plain = name.lower()
    for many, one in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if plain.endswith(many) and not plain.endswith("ss"):
            return plain.removesuffix(many) + one
    return plain
