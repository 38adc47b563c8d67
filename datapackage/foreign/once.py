"""Once: texts that stand in many cells are looked at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

_SAMPLE = 1024


def once(values: pl.Series) -> pl.Series:
    """Return each text once, where the first of many show that many are alike; else all values."""
    if values.dtype != pl.String or len(values) <= _SAMPLE or 2 * values.head(_SAMPLE).n_unique() > _SAMPLE:
        return values
    return values.unique()


@dataclass(frozen=True, eq=False)
class Typed:
    """Typed rows; of a column each text once, for whoever does not ask in which rows it stands."""

    rows: pl.DataFrame
    _known: dict[str, pl.Series] = field(default_factory=dict)

    def once(self, name: str) -> pl.Series:
        """Return the values of a column, among them each that there is."""
        if name not in self._known:
            self._known[name] = once(self.rows[name])
        return self._known[name]
