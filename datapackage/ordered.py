"""Ordered: rows in the order of their key, in slices of one size, in memory that does not grow with the table.

Rows that are in order already are passed through. Others are dealt into ranges of keys, each a file in a work
folder and small enough to be sorted in memory; the ranges are read back one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from pyarrow import ipc

RANGE = 1_000_000
"""How many rows are sorted in memory at a time, about."""
_SAMPLES = 64
"""How many keys of each range are looked at, to deal out the rows evenly."""


def in_order(frame: pl.LazyFrame, key: Sequence[str], size: int, work: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows of `frame` by ascending key, `size` rows at a time; only the last slice may have fewer.

    The order is that of the values: texts by code point, days by time, numbers by size. No key may be null.
    work: an existing folder for rows that must be sorted; nothing is left there.
    """
    rows = batches(frame, size) if is_ordered(frame, key) else _sorted(frame, key, work)
    yield from resized(rows, size)


def batches(frame: pl.LazyFrame, size: int) -> Iterator[pl.DataFrame]:
    """Yield the rows as they come, in frames of about `size` rows."""
    yield from frame.collect_batches(chunk_size=size, maintain_order=True)


def is_ordered(frame: pl.LazyFrame, key: Sequence[str]) -> bool:
    """Say whether each key is above the one before it; only the key is read."""
    return ascends(batches(frame.select(key), RANGE), key)


def ascends(frames: Iterable[pl.DataFrame], key: Sequence[str]) -> bool:
    """Say whether the rows of frames, one after the other, come by ascending key, each key once."""
    last: tuple[Any, ...] | None = None
    for rows in frames:
        if rows.is_empty():
            continue
        keys = rows.select(key)
        if last is not None and not keys.head(1).select(above(key, last)).item():
            return False
        if not keys.select(_ascends(key)).to_series().all(ignore_nulls=False):
            return False
        last = keys.row(-1)
    return True


def _ascends(key: Sequence[str]) -> pl.Expr:
    """Say of each row but the first whether its key is above that of the row before."""
    return above(key, [pl.col(name).shift(1) for name in key]).slice(1)


def above(key: Sequence[str], bound: Sequence[Any]) -> pl.Expr:
    """Say whether the key of a row is above `bound`, part by part."""

    expression = pl.lit(value=False)
    for name, value in reversed(list(zip(key, bound, strict=True))):
        expression = (pl.col(name) > value) | ((pl.col(name) == value) & expression)
    return expression


def resized(frames: Iterable[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """Yield the same rows in frames of `size` rows; only the last may have fewer."""
    held: list[pl.DataFrame] = []
    count = 0
    for frame in frames:
        held.append(frame)
        count += len(frame)
        if count >= size:
            whole = pl.concat(held)
            yield from (whole.slice(start, size) for start in range(0, count - size + 1, size))
            held = [whole.slice(count - count % size)]
            count %= size
    if count:
        yield pl.concat(held)


def spooled(frames: Iterable[pl.DataFrame], path: Path) -> pl.LazyFrame:
    """Write at least one frame to a new file, and return its rows."""
    sink: ipc.RecordBatchFileWriter | None = None
    with ExitStack() as stack:
        for frame in frames:
            table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
            sink = sink or stack.enter_context(ipc.new_file(path, table.schema))
            sink.write_table(table)
    return pl.scan_ipc(path)


def _sorted(frame: pl.LazyFrame, key: Sequence[str], work: Path) -> Iterator[pl.DataFrame]:
    bounds = _bounds(frame, key)
    if bounds.is_empty():
        yield frame.collect().sort(key)
        return
    with TemporaryDirectory(prefix="ranges-", dir=work) as folder:
        paths = [Path(folder) / f"{number}.arrow" for number in range(len(bounds) + 1)]
        _deal(frame, key, bounds, paths)
        for path in paths:
            if path.exists():
                yield pl.read_ipc(path).sort(key)
                path.unlink()


def _bounds(frame: pl.LazyFrame, key: Sequence[str]) -> pl.DataFrame:
    """Return the keys at which one range ends and the next begins."""
    samples = [rows.gather_every(max(RANGE // _SAMPLES, 1)) for rows in batches(frame.select(key), RANGE)]
    keys = pl.concat(samples).sort(key)
    return keys.slice(_SAMPLES).gather_every(_SAMPLES) if samples else keys


def _deal(frame: pl.LazyFrame, key: Sequence[str], bounds: pl.DataFrame, paths: list[Path]) -> None:
    """Write each row to the file of its range."""
    number = pl.sum_horizontal(*(above(key, bound).cast(pl.UInt32) for bound in bounds.iter_rows()))
    with ExitStack() as open_files:
        sinks: dict[int, ipc.RecordBatchFileWriter] = {}
        for rows in batches(frame, RANGE // 4):
            dealt = rows.with_columns(number.alias("__range")).partition_by("__range", as_dict=True)
            for (index,), part in dealt.items():
                table = part.drop("__range").to_arrow(compat_level=pl.CompatLevel.oldest())
                if index not in sinks:
                    sinks[index] = open_files.enter_context(ipc.new_file(paths[index], table.schema))
                sinks[index].write_table(table)
