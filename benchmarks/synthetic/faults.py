"""Plant faults: change single rows of a clean dataset so that each breaks one rule, and record the expected findings.

Rows that rules compare with each other (a meeting's participants, an initiative's steps) get at most one fault, so that
no fault hides another and the expected findings are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from communique.schemas import SCHEMAS
from communique.schemas.table import KEY_SEPARATOR

from .expectations import Expectation
from .kinds import Kind, Row, kinds
from .template import Template

_AT = "at"


@dataclass(frozen=True)
class Plot:
    """How many faults of each kind go into which of the worlds."""

    faults: int
    worlds: int
    seed: int
    template: Template

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of faults, in the order in which they are planted."""
        return kinds(self.template)

    @cached_property
    def _worlds(self) -> np.ndarray:
        rng = np.random.default_rng([self.seed, self.worlds, self.faults])
        return rng.integers(0, self.worlds, (len(self.kinds), self.faults))

    def of(self, world: int) -> Iterator[tuple[Kind, int]]:
        """Return the kinds of faults of a world, and how many of each."""
        if self.faults:
            counts = (self._worlds == world).sum(axis=1)
            yield from ((kind, int(count)) for kind, count in zip(self.kinds, counts, strict=True) if count)


@dataclass
class _Changes:
    """The rows of one table that change: by their place in the table, so that a new row can follow another."""

    rows: list[Row] = field(default_factory=list[Row])
    replaced: set[int] = field(default_factory=set[int])
    taken: set[str] = field(default_factory=set[str])

    def add(self, kind: Kind, place: int, row: Row) -> None:
        self.rows.append({**row, _AT: place})
        if not kind.adds:
            self.replaced.add(place)

    def applied(self, frame: pl.DataFrame) -> pl.DataFrame:
        numbered = frame.with_row_index(_AT)
        kept = numbered.filter(~pl.col(_AT).is_in(sorted(self.replaced)))
        rows = pl.DataFrame(self.rows, schema=numbered.schema)
        return pl.concat([kept, rows]).sort(_AT, maintain_order=True).drop(_AT)


def plant(
    frames: dict[str, pl.DataFrame], plot: Plot, world: int
) -> tuple[dict[str, pl.DataFrame], list[Expectation]]:
    """Return the rows of a world with its faults, and what has to be found in them."""
    rng = np.random.default_rng([plot.seed, world, plot.faults])
    changes: dict[str, _Changes] = {}
    expected: list[Expectation] = []
    for kind, count in plot.of(world):
        changed = changes.setdefault(kind.table, _Changes())
        for place, row in _places(kind, frames[kind.table], changed, count, rng):
            broken = {**row, **kind.edit(row)}
            changed.add(kind, place, broken)
            expected.append(_expectation(kind, broken))
    planted = {name: change.applied(frames[name]) for name, change in changes.items()}
    return {**frames, **planted}, expected


def _places(
    kind: Kind, frame: pl.DataFrame, changed: _Changes, count: int, rng: np.random.Generator
) -> Iterator[tuple[int, Row]]:
    """Yield up to `count` random rows that fit the kind; rows that belong together are taken once."""
    fitting = frame.with_row_index(_AT).filter(kind.where)
    together = SCHEMAS.table(kind.table).primary_key[0]
    for index in rng.permutation(len(fitting)):
        row = fitting.row(int(index), named=True)
        if count and row[together] not in changed.taken:
            changed.taken.add(row[together])
            count -= 1
            yield row.pop(_AT), row


def _expectation(kind: Kind, row: Row) -> Expectation:
    table = kind.found_in or kind.table
    key = KEY_SEPARATOR.join(str(row[part]) for part in SCHEMAS.table(table).primary_key)
    return Expectation(table, kind.code, kind.column, key if kind.keyed else None)
