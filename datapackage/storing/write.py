"""Write: typed rows, in the order of their key, into a CSV and a Parquet file at once.

Both files get the same slices of rows, so that their bytes depend neither on the batches in which the rows were read nor
on the number of threads. Pandera checks each slice one last time before it is written.
The footers of the Parquet files wait until all tables are written: they name the digest of the package too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from communique.schemas import Table

from ..errors import CommuniqueError
from ..progress import Step, tell
from ..threads import WORKERS, each_in_turn
from .arrow import arrow_schema
from .digest import PREFIX, Digest, canonical, header
from .ordered import Rows, UnorderedError, as_they_come, in_order, insisting
from .parquet import ROW_GROUP

_PIECE = 32_768
"""How many rows are turned into CSV at once: with fewer, the fixed cost of each call would dominate."""
_SYNCED = 64 << 20
"""How many bytes are written before the system is asked to sync them to disk."""
_AT_A_TIME = max(1, WORKERS // 2)
"""How many slices of a table are prepared at once: other tables are written meanwhile, and each slice takes memory."""
Refuse: TypeAlias = Callable[[pl.DataFrame, pa.Table], None]
"""Takes rows, and their published columns as an Arrow table; raises where they must not be written."""
_PARQUET: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "use_dictionary": True,
    "write_statistics": True,
    "write_page_index": True,
    "write_page_checksum": True,
}


@dataclass(frozen=True)
class Written:
    """A file of a release: its path in the release, its size in bytes, its SHA-256, its rows and their digest."""

    path: str
    bytes: int
    sha256: str
    rows: int
    digest: str


@dataclass
class ToldRows:
    """Rows that tell of each row when it is read for the first time: those that must be sorted are read more than once."""

    rows: Rows
    told: int = 0

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows as they come."""
        read = 0
        for frame in self.rows.batches(columns):
            yield frame
            read += len(frame)
            if read > self.told:
                tell(Step("write", read - self.told))
                self.told = read


class HashedFile(RawIOBase):
    """A new file that knows the SHA-256 and the size of what was written to it.

    It is synced to disk while it is written: else all of that would happen at the end, with the processors idle.
    """

    def __init__(self, path: Path) -> None:
        """Create the file; it must not exist."""
        self._file = path.open("xb", buffering=1 << 20)
        self._state = hashlib.sha256()
        self.size = self._asked = 0
        self._disk = ThreadPoolExecutor(1)
        self._syncing: Future[None] | None = None

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def write(self, data: Any) -> int:
        """Write, count and hash bytes."""
        self._state.update(data)
        self.size += len(data)
        if self.size - self._asked >= _SYNCED and (self._syncing is None or self._syncing.done()):
            self._sync()
        return self._file.write(data)

    def _sync(self) -> None:
        """Start syncing what was written so far; raises the error of the previous sync, if it had one."""
        if self._syncing:
            self._syncing.result()
        self._asked, self._syncing = self.size, self._disk.submit(os.fsync, self._file.fileno())

    def flush(self) -> None:
        """Hand what was written to the system."""
        if not self._file.closed:
            self._file.flush()

    def close(self) -> None:
        """Close the file; raises the errors of the last write and sync."""
        self._disk.shutdown()
        self._file.close()
        super().close()
        if self._syncing:
            self._syncing.result()

    @property
    def sha256(self) -> str:
        """The digest of what was written, in hexadecimal digits."""
        return self._state.hexdigest()


@dataclass(frozen=True)
class _Slice:
    """Some rows, ready to be written: as canonical CSV, as a row group, and the unpublished columns as CSV."""

    rows: int
    csv: list[bytes]
    parquet: pa.Table
    unpublished: list[bytes]


class TableFiles:
    """The two files of a table, `data/<table>.csv` and `data/<table>.parquet`: rows go in, then the seal."""

    def __init__(self, folder: Path, table: Table, identity: Mapping[str, str]) -> None:
        """Create the files below `folder`, the folder of the release."""
        self._folder, self._table = folder, table
        self._arrow = arrow_schema(table, identity)
        self._paths = [f"data/{table.name}.{form}" for form in ("csv", "parquet")]
        self._begin()

    def _begin(self) -> None:
        self._csv, self._sink = (HashedFile(self._folder / path) for path in self._paths)
        order = [(name, "ascending") for name in self._table.primary_key]
        sorting = pq.SortingColumn.from_ordering(self._arrow, order) if order else None
        self._parquet = pq.ParquetWriter(self._sink, self._arrow, sorting_columns=sorting, **_PARQUET)
        self._csv.write(header(self._arrow.names))
        hidden = [column.name for column in self._table.source_columns if not column.published]
        self._unpublished = Digest([*self._table.primary_key, *hidden]) if hidden else None
        self.rows = 0

    def write(self, rows: Rows, refuse: Refuse, work: Path) -> None:
        """Write rows in the order of their key, without sorting where they come in that order.

        refuse: gives each slice to Pandera one last time, and raises where Pandera refuses it.
        work: an existing folder for rows that must be sorted; nothing is left there.
        """
        key = self._table.primary_key
        try:
            self._write(as_they_come(rows, key, ROW_GROUP), refuse)
        except UnorderedError:
            self.close()
            for path in self._paths:
                (self._folder / path).unlink()
            self._begin()
            self._write(self._sorted(rows, work), refuse)

    def _sorted(self, rows: Rows, work: Path) -> Iterator[pl.DataFrame]:
        """Yield rows in the order of their key, and check that: sorting reads them more than once."""
        key = self._table.primary_key
        try:
            yield from insisting(in_order(rows, key, ROW_GROUP, work), key, or_equal=True)
        except UnorderedError as error:
            told = f"{self._table.name}: rows do not come in the same order each time they are read."
            raise CommuniqueError(told) from error

    def _write(self, slices: Iterable[pl.DataFrame], refuse: Refuse) -> None:
        """Write slices, one row group each. Several are prepared at a time, and written in their order."""
        with ThreadPoolExecutor(1) as encoder:
            encoded: Future[None] | None = None
            for part in each_in_turn(lambda rows: self._ready(rows, refuse), slices, _AT_A_TIME):
                if encoded:
                    encoded.result()
                encoded = encoder.submit(self._parquet.write_table, part.parquet, row_group_size=ROW_GROUP)
                self._write_texts(part)
                self.rows += part.rows
            if encoded:
                encoded.result()

    def _write_texts(self, part: _Slice) -> None:
        for text in part.csv:
            self._csv.write(text)
        for text in part.unpublished:
            assert self._unpublished
            self._unpublished.add_text(text)

    def _ready(self, rows: pl.DataFrame, refuse: Refuse) -> _Slice:
        rows = rows.rechunk()  # else the ends of pages would depend on the chunks in which rows were read
        published = rows.select(self._arrow.names)
        parquet = _to_arrow(published, self._arrow)
        refuse(rows, parquet)
        unpublished = _texts(rows.select(self._unpublished.columns)) if self._unpublished else []
        return _Slice(len(rows), _texts(published), parquet, unpublished)

    @property
    def unpublished(self) -> str | None:
        """The digest of the key with the columns that are not published; None where there are none."""
        return self._unpublished.text if self._unpublished else None

    @property
    def digest(self) -> str:
        """The digest of the rows: the CSV is their canonical form."""
        return PREFIX + self._csv.sha256

    def seal(self, package: str) -> tuple[Written, Written]:
        """Write what identifies the file into the footer, close both files, and return what they are.

        package: the digest of the package.
        """
        digests = {"communique:digest": self.digest, "communique:package-digest": package}
        self._parquet.add_key_value_metadata(digests)
        self.close()
        csv, parquet = (
            Written(path, file.size, file.sha256, self.rows, self.digest)
            for path, file in zip(self._paths, (self._csv, self._sink), strict=True)
        )
        return csv, parquet

    def close(self) -> None:
        """Close both files."""
        self._parquet.close()
        self._csv.close()
        self._sink.close()


def _texts(rows: pl.DataFrame) -> list[bytes]:
    """Return rows as canonical CSV, some at a time."""
    return [canonical(piece) for piece in rows.iter_slices(_PIECE)]


def _to_arrow(rows: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    return pa.table(
        [column.cast(field.type) for column, field in zip(table.columns, schema, strict=True)], schema=schema
    )
