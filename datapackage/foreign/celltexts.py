"""The cells of some rows as text, for Polars and as Arrow has them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import pyarrow as pa


@dataclass(frozen=True)
class Texts:
    """Rows as text, and, where there is one, the table of Arrow that they came as."""

    cells: pl.DataFrame
    arrow: pa.Table | None = None

    def raw(self, place: int) -> list[pa.Array]:
        """Return a column as Arrow has it."""
        if self.arrow is not None:
            return list(self.arrow.column(place).chunks)
        return [self.cells.to_series(place).to_arrow(compat_level=pl.CompatLevel.oldest())]
