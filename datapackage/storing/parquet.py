"""Parquet: the rows of a file, read by PyArrow with the checksums of its pages, in the order of their key.

PyArrow raises an exception where a file is damaged; Polars may end the process.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..arrays import arrow, polars
from ..errors import ParquetError, why
from ..threads import go_on
from .ordered import ascends, has_nan, in_order_of

ROW_GROUP = 122_880
"""How many rows of a file are written or read at once."""
_DAYS = 95_000_000
"""How many days before and after 1970 the calendar of Polars reaches, in round numbers."""
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""How many of each unit of time make a second."""
_DAMAGED = (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError, MemoryError, OverflowError)
"""What PyArrow raises where a file is damaged, and Polars where it does not support its content."""
_NOT_THE_FILE = (errno.EMFILE, errno.ENFILE)
"""Errors that say nothing about the file: too many files are open."""


@contextmanager
def reading(path: object) -> Generator[None]:
    """Within the block, what PyArrow or Polars raise about a damaged file becomes a ParquetError that names `path`.

    Raises OSError where it is not the file that is at fault.
    """
    try:
        yield
    except BaseException as error:
        # A panic of Polars is no Exception; it is known by its name alone.
        if not isinstance(error, _DAMAGED) and type(error).__name__ != "PanicException":
            raise
        if isinstance(error, OSError) and error.errno in _NOT_THE_FILE:
            raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
        first = why(error).splitlines()[0]
        raise ParquetError(f"{path}: cannot be read: {first}") from error


def open_parquet(path: Path) -> pq.ParquetFile:
    """Return an open Parquet file. Raises ParquetError where it is not one."""
    if path.exists() and not path.is_file():
        raise ParquetError(f"{path}: cannot be read: it is not a regular file")
    with reading(path), path.open("rb") as file:
        source = pa.OSFile(f"/dev/fd/{file.fileno()}")  # what the path itself opens, which may be picky
        return pq.ParquetFile(source, page_checksum_verification=True)


def columns_of(path: Path) -> dict[str, pa.DataType]:
    """Return the types of the columns of a file, by name; a text is a string, however it is stored, JSON and UUID too.

    Raises ParquetError where it is no Parquet file, or two of its columns have one name.
    """
    with open_parquet(path) as file:
        for name, times in Counter(file.schema_arrow.names).items():
            if times > 1:
                raise ParquetError(f"{path}: has {times} columns named {name[:100]!r}")
        return {field.name: _type(field.type) for field in file.schema_arrow}


def _type(kind: pa.DataType) -> pa.DataType:
    """Return the type as which a column is read, see `_taken`."""
    if kind in (pa.large_string(), pa.string_view()) or isinstance(kind, pa.UuidType):
        return pa.string()
    return _type(kind.storage_type) if isinstance(kind, pa.BaseExtensionType) else kind


def decompressed_size(path: Path) -> int:
    """Return how many bytes the pages of a file hold once they are decompressed, as its footer says.

    Raises ParquetError where it is no Parquet file.
    """
    with reading(path), open_parquet(path) as file:
        groups = map(file.metadata.row_group, range(file.metadata.num_row_groups))
        return sum(
            max(0, group.column(place).total_uncompressed_size)
            for group in groups
            for place in range(group.num_columns)
        )


def row_size(path: Path) -> float:
    """Return how many bytes of a file there are for each row. Raises ParquetError where it is no Parquet file."""
    with reading(path), open_parquet(path) as file:
        return path.stat().st_size / max(int(file.metadata.num_rows), 1)


def parquet_rows(
    path: Path, columns: Sequence[str] | None = None, size: int = ROW_GROUP
) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file in its order, at most `size` at a time. Raises ParquetError where the file is damaged."""
    for batch in parquet_batches(path, columns, size):
        with reading(path):
            rows = pl.DataFrame(batch)
        yield rows


def parquet_batches(
    path: Path, columns: Sequence[str] | None = None, size: int = ROW_GROUP
) -> Iterator[pa.RecordBatch]:
    """Yield the same rows as Arrow batches, with types that Polars accepts. Raises ParquetError as `parquet_rows` does."""
    file = open_parquet(path)
    with file:
        wanted = None if columns is None else list(columns)
        groups = file.iter_batches(batch_size=size, columns=wanted)
        while True:
            go_on()
            with reading(path):
                batch = next(groups, None)
                if batch is None:
                    return
                batch.validate(full=True)
                # Drop the metadata of the fields: Polars panics where it is not UTF-8.
                taken = [_taken(column) for column in batch.columns]
                rows = pa.RecordBatch.from_arrays(taken, names=batch.schema.names)
            yield rows


def false_statistics(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the columns and row groups (numbered from 1) whose statistics do not match their rows.

    Queries rely on statistics to skip row groups, and would miss rows. No column may be nested.
    Raises ParquetError where the file is damaged.
    """
    with open_parquet(path) as file:
        for number in range(file.metadata.num_row_groups):
            go_on()
            with reading(path):
                group, rows = file.metadata.row_group(number), file.read_row_group(number, use_threads=False)
                told = [group.column(place).statistics for place in range(rows.num_columns)]
                false = [
                    name
                    for name, column, statistics in zip(rows.column_names, rows.columns, told, strict=True)
                    if statistics is not None and not _covers(statistics, column)
                ]
            yield from ((name, number + 1) for name in false)


def _covers(statistics: pq.Statistics, column: pa.ChunkedArray) -> bool:
    """Say whether all values lie within the stated minimum and maximum, and as many are null as stated."""
    if statistics.has_null_count and statistics.null_count != column.null_count:
        return False
    least, greatest = pc.call_function("min_max", [column]).as_py().values()
    if least is None or not statistics.has_min_max:
        return True
    return not (statistics.min > least or statistics.max < greatest)


def _taken(column: pa.Array) -> pa.Array:
    """Return a column as Polars accepts it. Raises ValueError where Polars would panic, or change a value."""
    kind = column.type
    if isinstance(kind, pa.UuidType):
        return _uuids(column.storage)
    if isinstance(kind, pa.BaseExtensionType):  # such as JSON, which is a text
        return _taken(column.storage)
    if pa.types.is_date32(kind) or pa.types.is_timestamp(kind):
        _insist_on_days(column)
    known = _known(kind)
    return column if known == kind else column.cast(known)


def _insist_on_days(column: pa.Array) -> None:
    number, most = pa.int32(), _DAYS
    if pa.types.is_timestamp(column.type):
        number, most = pa.int64(), min(_DAYS * 86_400 * PER_SECOND[column.type.unit], 2**63 - 1)
    if not pl.Series(column.view(number)).is_between(-most, most).all():
        raise ValueError(f"days more than {_DAYS:,} from 1970-01-01")


def _known(kind: pa.DataType) -> pa.DataType:
    """Return the type that Polars knows for a type, and for its parts; zones such as +05:30 become UTC.

    Raises ValueError for a map whose keys have parts, which Polars cannot give to Python, and for views of lists.
    """
    if pa.types.is_timestamp(kind):
        return pa.timestamp(kind.unit, "UTC") if (kind.tz or "").startswith(("+", "-")) else kind
    if pa.types.is_duration(kind) and kind.unit == "s":
        return pa.duration("ms")
    if pa.types.is_decimal(kind):
        return pa.decimal128(kind.precision if pa.types.is_decimal128(kind) else 38, kind.scale)
    if not pa.types.is_nested(kind):
        return kind
    parts = [part.with_type(_known(part.type)) for part in map(kind.field, range(kind.num_fields))]
    if pa.types.is_struct(kind):
        return pa.struct(parts)
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(parts[0], kind.list_size)
    if pa.types.is_map(kind):
        if pa.types.is_nested(kind.key_type):
            raise ValueError(f"the keys of a map are of the type {kind.key_type}")
        return pa.map_(*parts[0].type)
    if pa.types.is_list(kind):
        return pa.list_(parts[0])
    if pa.types.is_large_list(kind):
        return pa.large_list(parts[0])
    raise ValueError(f"values are of the type {kind}")


def _uuids(column: pa.Array) -> pa.Array:
    digits = polars(column).bin.encode("hex")
    return arrow(digits.str.replace("^(.{8})(.{4})(.{4})(.{4})", "$1-$2-$3-$4-"))


def is_in_order(path: Path, key: Sequence[str]) -> bool:
    """Say whether the rows of a file are in the order of their key, each key once."""
    return ascends(parquet_rows(path, key), key)


def rows_by_key(path: Path, key: Sequence[str], work: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file in the order of their key, sorted in the folder `work` if necessary.

    With an empty key, they keep their order.
    Raises ParquetError where the file is damaged, or a row has no key, or the same key as another row.
    """
    if not key or is_in_order(path, key):
        yield from parquet_rows(path)
        return
    rows = (_with_key(part, key, path) for part in parquet_rows(path))
    with closing(in_order_of(rows, key, ROW_GROUP, work)) as slices:
        yield from _each_once(slices, key, path)


def _with_key(rows: pl.DataFrame, key: Sequence[str], path: Path) -> pl.DataFrame:
    if any(rows[name].null_count() or has_nan(rows[name]) for name in key):
        raise ParquetError(f"{path}: a row has no {', '.join(key)}. See communique verify.")
    return rows


def _each_once(slices: Iterator[pl.DataFrame], key: Sequence[str], path: Path) -> Iterator[pl.DataFrame]:
    last: pl.DataFrame | None = None
    for rows in slices:
        joined = rows if last is None else pl.concat([last, rows])
        if not ascends([joined], key):
            raise ParquetError(f"{path}: two rows have the same {', '.join(key)}. See communique verify.")
        last = rows.tail(1)
        yield rows
