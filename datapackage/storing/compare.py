"""Compare: find what differs between two sequences of rows, each in the order of its key, key by key.

Both are read side by side in slices that cover the same keys, so that memory does not grow with the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isnan
from typing import Any, TypeAlias

import polars as pl

from .ordered import rank, reach

OLD, NEW = "\x1fold", "\x1fnew"
"""The columns of a change that hold the whole row before and after; null where there is none. No table has such names."""
Pair: TypeAlias = tuple[pl.DataFrame | None, pl.DataFrame | None]
"""Slices of two sides that cover the same range of keys; None for a side that has ended."""


def aligned(old: Iterable[pl.DataFrame], new: Iterable[pl.DataFrame], key: Sequence[str]) -> Iterator[Pair]:
    """Yield both sides in slices that cover the same range of keys."""
    olds, news = _filled(old), _filled(new)
    left, right = next(olds, None), next(news, None)
    while left is not None and right is not None:
        bound = min(_last(left, key), _last(right, key), key=rank)
        lefts, rights = reach(left, key, bound), reach(right, key, bound)
        yield left[:lefts], right[:rights]
        left = left[lefts:] if lefts < len(left) else next(olds, None)
        right = right[rights:] if rights < len(right) else next(news, None)
    while left is not None:
        yield left, None
        left = next(olds, None)
    while right is not None:
        yield None, right
        right = next(news, None)


def _filled(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    return (frame for frame in frames if len(frame))


def _last(frame: pl.DataFrame, key: Sequence[str]) -> tuple[Any, ...]:
    return frame.select(key).row(-1)


def changes(old: pl.DataFrame | None, new: pl.DataFrame | None, key: Sequence[str]) -> pl.DataFrame | None:
    """Return the rows that differ, in the order of the key, as `old` and `new` rows; None where none differs.

    Both sides have the same columns, of the same types.
    """
    if old is None or new is None:
        return _one_sided(old, new)
    if old.equals(new):
        return None
    before, after = (_as_struct(frame, name, key) for frame, name in ((old, OLD), (new, NEW)))
    joined = before.join(after, on=list(key), how="full", coalesce=True, nulls_equal=True)
    differing = joined.filter(~pl.col(OLD).eq_missing(pl.col(NEW)))
    # Where a side has no row, the struct must be null as a whole, not a struct of nulls.
    sides = [pl.when(pl.col(f"{side} is there")).then(pl.col(side)).alias(side) for side in (OLD, NEW)]
    return differing.sort(key).select(sides) if len(differing) else None


def same(old: object, new: object) -> bool:
    """Say whether two values are the same; unlike with `==`, NaN is the same as NaN."""
    return old == new or (isinstance(old, float) and isinstance(new, float) and isnan(old) and isnan(new))


def _one_sided(old: pl.DataFrame | None, new: pl.DataFrame | None) -> pl.DataFrame | None:
    frame = new if old is None else old
    if frame is None or frame.is_empty():
        return None
    whole, none = (
        frame.to_struct(),
        pl.Series([None], dtype=pl.Struct(frame.schema)).new_from_index(0, len(frame)),
    )
    sides = (none, whole) if old is None else (whole, none)
    return pl.DataFrame({OLD: sides[0], NEW: sides[1]})


def _as_struct(frame: pl.DataFrame, name: str, key: Sequence[str]) -> pl.DataFrame:
    return frame.select(*key, pl.struct(pl.all()).alias(name), pl.lit(value=True).alias(f"{name} is there"))
