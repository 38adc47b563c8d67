"""Ordered: rows in the order of their key, in slices of one size, in memory that does not grow with the table.

Rows that are in order already are passed through. Where only the last part of the key is out of order, rows are sorted
within the groups that agree in all other parts. All others are sorted in runs that fit into memory, which are kept in a
work folder and then merged.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import polars as pl

from .arrowfile import FileRows, spooled

RUN = 500_000
"""How many rows are sorted in memory at a time by default."""
BATCH = 122_880
"""How many rows of a lazy frame are taken at a time."""
PARTS = 8
"""In how many parts a run is read while runs are merged; one part of each run is in memory."""
MERGED = 32
"""How many runs are merged at once; if there are more, they are first merged into longer ones."""


class Rows(Protocol):
    """Rows that can be read from the beginning more than once, some columns or all of them, in bounded memory."""

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows in their own order; with `columns`, at least these columns."""
        ...


@dataclass(frozen=True)
class LazyRows:
    """The rows of a lazy frame."""

    frame: pl.LazyFrame

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows as they come."""
        frame = self.frame if columns is None else self.frame.select(columns)
        yield from frame.collect_batches(chunk_size=BATCH, maintain_order=True)


class UnorderedError(Exception):
    """Rows do not come by ascending key."""


def as_they_come(rows: Rows, key: Sequence[str], size: int) -> Iterator[pl.DataFrame]:
    """Yield rows `size` at a time, as `in_order` does, if they come by ascending key.

    Raises UnorderedError at the first row that does not; the caller must then discard the rows before it.
    """
    yield from resized(insisting(rows.batches(), key), size)


def insisting(
    frames: Iterable[pl.DataFrame], key: Sequence[str], or_equal: bool = False
) -> Iterator[pl.DataFrame]:
    """Yield the frames unchanged, as long as each key is above the one before it; with `or_equal`, or equal to it.

    With an empty key, any order will do. Raises UnorderedError before the first frame that is out of order.
    """
    if not key:
        yield from frames
        return
    last: tuple[Any, ...] | None = None
    for rows in frames:
        if not _goes_on(rows, key, last, or_equal):
            raise UnorderedError
        last = rows.select(key).row(-1) if len(rows) else last
        yield rows


def in_order(
    rows: Rows, key: Sequence[str], size: int, work: Path, run: int | None = None
) -> Iterator[pl.DataFrame]:
    """Yield rows by ascending key, `size` rows at a time; only the last slice may have fewer.

    The order is that of the values: texts by code point, days by time, numbers by size. No key may be null or NaN. With
    an empty key, rows keep their order.
    work: an existing folder for rows that must be sorted; nothing is left there.
    run: how many rows are sorted in memory at a time.
    """
    if not key or is_ordered(rows, key):
        frames = rows.batches()
    elif _is_grouped(rows, key):
        frames = _sorted_in_groups((frame for frame in rows.batches() if len(frame)), key)
    else:
        frames = _sorted(rows, key, run or RUN, work)
    yield from resized(frames, size)


def in_order_of(
    frames: Iterable[pl.DataFrame], key: Sequence[str], size: int, work: Path, run: int | None = None
) -> Generator[pl.DataFrame]:
    """Yield rows as `in_order` does, from frames that can be iterated only once; they are spooled to the folder `work`."""
    filled = (rows for rows in frames if len(rows))
    first = next(filled, None)
    if first is None:
        return
    with TemporaryDirectory(prefix="unsorted-", dir=work) as folder:
        rows = spooled(chain([first], filled), Path(folder) / "rows.arrow")
        yield from in_order(rows, key, size, Path(folder), run)


def is_ordered(rows: Rows, key: Sequence[str]) -> bool:
    """Say whether each key is above the one before it; only the key is read."""
    return ascends(rows.batches(key), key)


def ascends(frames: Iterable[pl.DataFrame], key: Sequence[str]) -> bool:
    """Say whether the rows of frames, one after the other, come by ascending key, each key once."""
    try:
        for _ in insisting(frames, key):
            pass
    except UnorderedError:
        return False
    return True


def _is_grouped(rows: Rows, key: Sequence[str]) -> bool:
    """Say whether rows are in the order of all parts of the key but the last, in groups smaller than a batch."""
    head = key[:-1]
    if not head:
        return False
    last: tuple[Any, ...] | None = None
    for frame in resized(rows.batches(key), BATCH):
        if not _goes_on(frame, head, last, or_equal=True):
            return False
        first, last = (frame.select(head).row(place) for place in (0, -1))
        if first == last and len(frame) == BATCH:
            return False
    return True


def _goes_on(rows: pl.DataFrame, key: Sequence[str], last: tuple[Any, ...] | None, or_equal: bool) -> bool:
    """Say whether each key is above the one before it (or equal), and the first above `last`; never with null or NaN."""
    keys = rows.select(key)
    if any(part.has_nulls() or has_nan(part) for part in keys):
        return False
    if last is not None and not keys.head(1).select(above(key, last, or_equal).all()).item():
        return False
    before = [pl.col(name).shift(1) for name in key]
    return keys.select(above(key, before, or_equal).slice(1)).to_series().all(ignore_nulls=False) is True


def has_nan(column: pl.Series) -> bool:
    """Say whether a value of a column is NaN, which has no place in an order, although Polars gives it one."""
    return column.dtype.is_float() and bool(column.is_nan().any())


def above(key: Sequence[str], bound: Sequence[Any], or_equal: bool = False) -> pl.Expr:
    """Say whether the key of a row is above `bound`, part by part; or equal to it."""
    expression = pl.lit(value=or_equal)
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


def _sorted_in_groups(frames: Iterable[pl.DataFrame], key: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Sort rows by the last part of their key, within the groups of adjacent rows that agree in all other parts.

    frames: none is empty.
    """
    held: pl.DataFrame | None = None
    for frame in frames:
        rows = pl.concat([held, frame]) if held is not None else frame
        groups = rows.select(pl.struct(key[:-1]).rle_id()).to_series()
        whole = groups.index_of(groups[-1]) or 0
        yield rows[:whole].select(pl.all().sort_by(groups[:whole], pl.col(key[-1])))
        held = rows[whole:]
    if held is not None:
        yield held.sort(key[-1])


def _sorted(rows: Rows, key: Sequence[str], run: int, work: Path) -> Iterator[pl.DataFrame]:
    """Sort runs of `run` rows in memory, keep them in files, and merge them, at most `MERGED` at once."""
    with TemporaryDirectory(prefix="runs-", dir=work) as folder:
        paths = (Path(folder) / f"{number}.arrow" for number in count())
        part = -(-run // PARTS)
        runs = [spooled([some.sort(key)], next(paths), part) for some in resized(rows.batches(), run)]
        while len(runs) > MERGED:
            runs = [spooled(_merged(some, key), next(paths), part) for some in _lots(runs)]
        yield from _merged(runs, key)


def _lots(runs: list[FileRows]) -> Iterator[list[FileRows]]:
    return (runs[start : start + MERGED] for start in range(0, len(runs), MERGED))


class _Run:
    """A sorted run, of which one part is in memory: `first` and `last` are the keys at its ends."""

    def __init__(self, parts: Iterator[pl.DataFrame], key: Sequence[str]) -> None:
        self._parts, self._key, self.ended = parts, key, False
        self._show(next(parts))

    def _show(self, rows: pl.DataFrame) -> None:
        self._rows = rows
        self.first, self.last = rows.select(self._key).row(0), rows.select(self._key).row(-1)

    def up_to(self, bound: tuple[Any, ...]) -> pl.DataFrame:
        """Take the rows whose key is not above `bound` from the part that is in memory."""
        count = reach(self._rows, self._key, bound)
        taken, rest = self._rows[:count], self._rows[count:]
        following = rest if len(rest) else next(self._parts, None)
        self.ended = following is None
        if following is not None:
            self._show(following)
        return taken


def _merged(files: list[FileRows], key: Sequence[str]) -> Iterator[pl.DataFrame]:
    runs = [_Run(rows.batches(), key) for rows in files]
    while runs:
        bound = min((run.last for run in runs), key=rank)
        taken = [run.up_to(bound) for run in runs if rank(run.first) <= rank(bound)]
        yield pl.concat(taken).sort(key) if len(taken) > 1 else taken[0]
        runs = [run for run in runs if not run.ended]


def rank(key: tuple[Any, ...]) -> tuple[tuple[bool, Any], ...]:
    """Return a sort key for Python that sorts as Polars does, where NaN is above all numbers."""
    odd = (isinstance(part, float) and isnan(part) for part in key)
    return tuple((nan, None if nan else part) for nan, part in zip(odd, key, strict=True))


def reach(frame: pl.DataFrame, key: Sequence[str], bound: tuple[Any, ...]) -> int:
    """Return how many rows of a sorted frame have a key that is not above `bound`."""
    if frame.select(key).row(-1) == bound:
        return len(frame)
    return len(frame) - int(frame.select(above(key, bound).sum()).item())
