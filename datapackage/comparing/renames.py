"""Renames: rows that have another key than in the release before, where `formerly` says so."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from communique.schemas.table import KEY_SEPARATOR

from ..describing.descriptor import Resource
from ..storing.compare import NEW, OLD


class Renames:
    """The rows of one table that `formerly` names: they are held back until both the old and the new one have been read."""

    def __init__(self, resource: Resource, key: Sequence[str]) -> None:
        """Take the former keys that the table declares; a table without a key has none."""
        # Of entries that name the same row or former key, the first counts: one row cannot become two.
        keys, self._formerly = dict[str, str](), dict[str, str]()
        for renamed in resource.formerly if key else ():
            keys.setdefault(renamed.formerly, renamed.key)
        for formerly, now in keys.items():
            self._formerly.setdefault(now, formerly)
        self._key = key
        self._waiting: list[pl.DataFrame] = []
        self.unmatched: tuple[str, ...] = ()
        """After `settled`: the keys of added rows for which no row with their former key was removed."""

    def set_aside(self, differing: pl.DataFrame) -> pl.DataFrame:
        """Hold back the rows that may have been renamed; return the others."""
        if not self._formerly:
            return differing
        gone = pl.col(NEW).is_null() & self._text(OLD).is_in(list(self._formerly.values()))
        come = pl.col(OLD).is_null() & self._text(NEW).is_in(list(self._formerly))
        self._waiting.append(differing.filter(gone | come))
        return differing.filter(~(gone | come))

    def settled(self) -> pl.DataFrame | None:
        """Return the rows that were held back: each renamed one as a single change, the others unchanged."""
        if not self._waiting:
            return None
        waiting = pl.concat(self._waiting)
        gone = waiting.filter(pl.col(NEW).is_null()).select(OLD, self._text(OLD).alias("former"))
        come = waiting.filter(pl.col(OLD).is_null()).select(NEW, self._text(NEW).alias("key"))
        keys = pl.DataFrame(
            list(self._formerly.items()), schema={"key": pl.String, "former": pl.String}, orient="row"
        )
        pairs = come.join(keys, on="key").join(gone, on="former", how="full", coalesce=True)
        self.unmatched = tuple(pairs.filter(pl.col(OLD).is_null())["key"].sort())
        return pairs.sort("key", "former", nulls_last=True).select(OLD, NEW)

    def _text(self, side: str) -> pl.Expr:
        parts = [pl.col(side).struct.field(name).cast(pl.String) for name in self._key]
        return pl.concat_str(parts, separator=KEY_SEPARATOR)
