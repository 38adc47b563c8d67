"""Typed rows, whose repeated texts are looked at only once."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

_SAMPLE = 1024


def deduplicated(values: pl.Series) -> pl.Series:
    """Return each text once if a sample suggests that most are repeated; else all values as they are."""
    if values.dtype != pl.String or len(values) <= _SAMPLE or 2 * values.head(_SAMPLE).n_unique() > _SAMPLE:
        return values
    return values.unique()


@dataclass(frozen=True, eq=False)
class TypedRows:
    """Typed rows, and the distinct values of their columns for checks that need not know the row."""

    rows: pl.DataFrame
    _known: dict[str, pl.Series] = field(default_factory=dict)

    def distinct(self, name: str) -> pl.Series:
        """Return values of a column that include each distinct one at least once."""
        if name not in self._known:
            self._known[name] = deduplicated(self.rows[name])
        return self._known[name]
