"""Diff: what changed from one release to another, in the descriptor and row by row, and which version step that demands.

Rows are identified by their key, never by their position. The rows that differ are kept in files of a work folder, so
that memory grows neither with the tables nor with the number of changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

import polars as pl
from pyarrow import ipc

from communique.schemas.column import ColumnType

from .arguments import as_path, optional_path
from .comparing.renames import Renames
from .comparing.schemadiff import Change, schema_changes
from .describing.descriptor import Package, Resource, read_descriptor
from .errors import ParquetError
from .foreign.adopting.asrelease import as_release
from .progress import Step, tell
from .releasing.kinds import Bump, verdict
from .storing.arrow import POLARS, TYPES
from .storing.compare import NEW, OLD, Pair, aligned, changes, same
from .storing.digest import spelled
from .storing.keyless import BY_VALUE, by_value
from .storing.ordered import UnorderedError, in_order_of, insisting
from .storing.parquet import ROW_GROUP, columns_of, parquet_rows, rows_by_key
from .threads import side_by_side

Happening: TypeAlias = Literal["added", "removed", "changed", "renamed"]
Cell: TypeAlias = "str | int | float | bool | date | time | None"
Row: TypeAlias = "dict[str, Cell]"
_Read: TypeAlias = Callable[[Path, Sequence[str], Path], Iterator[pl.DataFrame]]
"""Yields the rows of a file in the order of their key; rows that must be sorted wait in the given folder."""
_HAPPENINGS: tuple[Happening, ...] = ("added", "changed", "renamed", "removed")


@dataclass(frozen=True)
class RowChange:
    """A row that differs.

    old, new: the whole row before and after, as values by column; None where there is none.
    key_columns: the columns of the key.
    """

    old: Row | None
    new: Row | None
    key_columns: tuple[str, ...]

    @property
    def kind(self) -> Happening:
        """What happened to the row."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        keeps_key = all(same(self.old[name], self.new[name]) for name in self.key_columns)
        return "changed" if keeps_key else "renamed"

    @property
    def key(self) -> Row:
        """The key of the row; where it is gone, the key that it had."""
        return self._key(self.new if self.new is not None else self.old)

    @property
    def formerly(self) -> Row | None:
        """The key that the row had before, where it has another one now."""
        return self._key(self.old) if self.kind == "renamed" else None

    @property
    def cells(self) -> dict[str, tuple[Cell, Cell]]:
        """The values that differ, before and after, of a row that is on both sides."""
        if self.old is None or self.new is None:
            return {}
        return {
            name: (self.old[name], cell)
            for name, cell in self.new.items()
            if name not in self.key_columns and not same(self.old[name], cell)
        }

    def _key(self, row: Row | None) -> Row:
        assert row is not None
        return {name: row[name] for name in self.key_columns}


@dataclass
class TableDiff:
    """What changed in the rows of one table.

    table: the name of the table.
    key: its key; empty where it has none: then rows are compared as a whole, and none counts as changed.
    columns: the type of each column of the new table, by name; of the old one, where the table was removed.
    counts: rows by what happened to them.
    unmatched: the keys of added rows whose former key, as `formerly` gives it, is not that of a removed row.
    cells: changed cells by column and by kind of change.
    """

    table: str
    key: tuple[str, ...]
    columns: Mapping[str, ColumnType]
    spool: Path
    counts: Counter[Happening] = field(default_factory=Counter[Happening])
    cells: Counter[tuple[str, str]] = field(default_factory=Counter["tuple[str, str]"])
    unmatched: tuple[str, ...] = ()

    def changes(self) -> Iterator[RowChange]:
        """Yield the rows that differ, in the order of their key; renamed ones come last."""
        if not self.counts:
            return
        with ipc.open_file(self.spool) as file:
            for number in range(file.num_record_batches):
                for row in pl.DataFrame(file.get_batch(number)).iter_rows(named=True):
                    yield RowChange(self._shown(row[OLD]), self._shown(row[NEW]), self.key)

    def _shown(self, row: Row | None) -> Row | None:
        return row and {name: row[name] for name in self.columns}

    @property
    def kinds(self) -> Counter[str]:
        """How often each kind of change occurs."""
        kinds = Counter[str]()
        for happened, count in self.counts.items():
            if happened != "changed":
                kinds[f"row-{happened}"] += count
        for (_, kind), count in self.cells.items():
            kinds[kind] += count
        return kinds


@dataclass(frozen=True)
class Diff:
    """What changed from one release to another.

    old, new: the descriptors of both.
    changes: what differs in the descriptors.
    tables: what differs in the rows.
    folders: where the old and the new one lie.
    work: a folder that lives as long as the diff.
    """

    old: Package
    new: Package
    changes: tuple[Change, ...]
    tables: tuple[TableDiff, ...]
    folders: tuple[Path, Path]
    work: Path

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not self.kinds

    @property
    def kinds(self) -> Counter[str]:
        """How often each kind of change occurs: the evidence of the verdict."""
        return sum((table.kinds for table in self.tables), Counter(change.kind for change in self.changes))

    @property
    def bump(self) -> Bump:
        """The step of the version that the changes demand."""
        return verdict(self.kinds)


@contextmanager
def diff(old: str | Path, new: str | Path, schema: str | Path | None = None) -> Generator[Diff]:
    """Compare two releases, or packages of others, for a `with` block, within which the Diff can be read.

    The files are taken as they are: `verify` says whether they are what was published.
    schema: the file with the Table Schema of two lone tables.
    Raises ReleaseError or ParquetError where one of the two cannot be read.
    """
    old, new, schema = as_path(old), as_path(new), optional_path(schema)
    with (
        as_release(old, schema) as before,
        as_release(new, schema) as after,
        TemporaryDirectory(prefix="communique-") as work,
    ):
        yield compared(before, after, Path(work))


def compared(old: Path, new: Path, work: Path) -> Diff:
    """Compare the releases in two folders; the rows that differ are kept in the folder `work`."""
    before, after = read_descriptor(old), read_descriptor(new)
    olds, news = before.of("parquet"), after.of("parquet")
    sides = [(_Side(old, olds.get(name)), _Side(new, news.get(name))) for name in {**news, **olds}]
    tell(Step("compare", ahead=sum(map(_size, sides))))
    tables = side_by_side(lambda pair: _table_diff(*pair, work), sides, _size)
    return Diff(before, after, tuple(schema_changes(before, after)), tuple(tables), (old, new), work)


def _size(sides: tuple[_Side, _Side]) -> int:
    return sum(side.size for side in sides)


def _table_diff(old: _Side, new: _Side, work: Path) -> TableDiff:
    """Compare a table. Its rows are nearly always in the order of their key: then each file is read once."""
    try:
        return _Comparison(old, new, work, _as_they_stand).run()
    except UnorderedError:
        return _Comparison(old, new, work, rows_by_key).run()


def _as_they_stand(path: Path, key: Sequence[str], _work: Path) -> Iterator[pl.DataFrame]:
    return insisting(parquet_rows(path), key)


class _Comparison:
    """The comparison of one table, which may be on one side only."""

    def __init__(self, old: _Side, new: _Side, work: Path, read: _Read) -> None:
        """Take both sides, and how the rows of a file are read; what differs goes into the folder `work`."""
        resource = new.resource or old.resource
        assert resource is not None
        self._old, self._new, self._work, self._read = old, new, work, read
        key = tuple(resource.table_schema.primary_key)
        columns: dict[str, ColumnType] = {column.name: column.type for column in resource.table_schema.fields}
        self._result = TableDiff(resource.table, key, columns, work / f"{resource.table}.changes")
        self._types = _common_types(columns, old.resource)
        self._key = key or BY_VALUE
        self._renames = Renames(resource, key)
        self._sink: ipc.RecordBatchFileWriter | None = None

    def run(self) -> TableDiff:
        """Compare, and return what differs."""
        old, new = self._rows_of(self._old), self._rows_of(self._new)
        try:
            for left, right in self._slices(old, new):
                tell(Step("compare", sum(len(side) for side in (left, right) if side is not None)))
                differing = changes(left, right, self._key)
                if differing is not None:
                    self._keep(self._renames.set_aside(differing))
            self._keep(self._renames.settled())
        finally:  # an exception that is kept would keep the open files alive
            old.close()
            new.close()
            if self._sink:
                self._sink.close()
        self._result.unmatched = self._renames.unmatched
        return self._result

    def _rows_of(self, side: _Side) -> Generator[pl.DataFrame]:
        rows = side.rows(self._types, self._work, self._read)
        yield from rows if self._result.key else by_value(rows, self._work)

    def _slices(self, old: Iterator[pl.DataFrame], new: Iterator[pl.DataFrame]) -> Iterator[Pair]:
        if self._old.key == self._new.key or None in (self._old.resource, self._new.resource):
            return aligned(old, new, self._key)
        # Where the key itself changed, no rows match: all old ones are removed, all new ones are added.
        return chain(((rows, None) for rows in old), ((None, rows) for rows in new))

    def _keep(self, differing: pl.DataFrame | None) -> None:
        if differing is None or differing.is_empty():
            return
        self._count(differing)
        table = differing.to_arrow(compat_level=pl.CompatLevel.oldest())
        self._sink = self._sink or ipc.new_file(self._result.spool, table.schema)
        self._sink.write_table(table)

    def _count(self, differing: pl.DataFrame) -> None:
        counts, key = self._result.counts, self._result.key
        counts["added"] += differing[OLD].null_count()
        counts["removed"] += differing[NEW].null_count()
        both = differing.drop_nulls([OLD, NEW])
        old, new = both[OLD].struct.unnest(), both[NEW].struct.unnest()
        renamed = int(sum((old[name] != new[name] for name in key), pl.Series([False])).cast(bool).sum())
        counts["renamed"] += renamed
        counts["changed"] += len(both) - renamed
        self._result.counts = Counter({kind: counts[kind] for kind in _HAPPENINGS if counts[kind]})
        for name in new.columns:
            if name not in key:
                self._count_cells(name, old[name], new[name])

    def _count_cells(self, name: str, old: pl.Series, new: pl.Series) -> None:
        cells = self._result.cells
        cells[name, "cell-filled"] += int((old.is_null() & new.is_not_null()).sum())
        cells[name, "cell-emptied"] += int((old.is_not_null() & new.is_null()).sum())
        cells[name, "cell-corrected"] += int((old != new).sum())
        self._result.cells = +cells


@dataclass(frozen=True)
class _Side:
    """A table on one side; without a resource that side does not have it."""

    folder: Path
    resource: Resource | None

    @property
    def key(self) -> list[str]:
        return self.resource.table_schema.primary_key if self.resource else []

    @property
    def size(self) -> int:
        """How many rows it has."""
        return self.resource.rows if self.resource else 0

    def rows(self, types: Mapping[str, pl.DataType], work: Path, read: _Read) -> Iterator[pl.DataFrame]:
        """Yield the rows in the order of their key, with the columns of `types`; one that is not there is null."""
        if not self.resource:
            return iter(())
        path, fields = self.folder / self.resource.path, self.resource.table_schema.fields
        promised = {column.name: TYPES[column.type] for column in fields}
        found = columns_of(path)
        if list(found) != list(promised) or found != promised:
            raise ParquetError(f"{path}: has other columns than its descriptor says. See communique verify.")
        rows = (_typed(part, types) for part in read(path, self.key, work))
        retyped = {column.name for column in fields if types.get(column.name) != POLARS[column.type]}
        # As text, keys sort differently: 10 before 9. A key of which a column was removed sorts nothing.
        reordered = retyped & {*self.key} and types.keys() >= {*self.key}
        return in_order_of(rows, self.key, ROW_GROUP, work) if reordered else rows


def _typed(rows: pl.DataFrame, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return the columns of `types`; those that become text are spelt as in the CSV."""
    spelt = rows.with_columns(spelled(rows[name]) for name in rows.columns if types.get(name) == pl.String())
    return spelt.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in types.items()
    )


def _common_types(columns: Mapping[str, ColumnType], old: Resource | None) -> dict[str, pl.DataType]:
    """Return the types in which both sides are compared: text for a column whose type changed."""
    before = {column.name: column.type for column in old.table_schema.fields} if old else {}
    return {
        name: POLARS[kind] if before.get(name, kind) == kind else pl.String()
        for name, kind in columns.items()
    }
