"""Reread: the keys of a table's rows read once more, where their hashes say that one is repeated or lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from communique.schemas.rules import RECORD

from ...arrays import series
from ...reading.scan import Block, Span, block_at
from ...threads import each_in_turn
from .chunks import chunk_of
from .keys import comparable
from .readplan import ReadPlan

if TYPE_CHECKING:  # few packages have Parquet
    from .fromparquet import Batch, ParquetFiles


@dataclass(frozen=True)
class Reread:
    """The rows of a table, read anew each time that they are asked for.

    path, spans: the table in the strict form, and where its blocks lie.
    typed: its Parquet files, if it has any; then there is no strict form to read.
    """

    plan: ReadPlan
    path: Path
    spans: tuple[Span, ...]
    typed: ParquetFiles | None

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the values of fields, by their safe names, as text in which equal ones are equal.

        The numbers of the rows are in the column `RECORD`. Raises PathError where a file is another one by now.
        """
        names = self.plan.compared.names if columns is None else columns
        rows = self.typed.batches() if self.typed else self._blocks()
        return each_in_turn(partial(_values, self.plan, names), rows)

    def _blocks(self) -> Iterator[Block]:
        with self.path.open("rb") as file:
            for span in self.spans:
                yield block_at(file, span)


def _values(plan: ReadPlan, names: Sequence[str], rows: Block | Batch) -> pl.DataFrame:
    chunk = chunk_of(plan, rows)
    fields = [(field, place) for field, place in plan.fields if plan.name_of(field) in names]
    values = {
        plan.name_of(field): comparable(field.grammar.parse(cells))
        for (field, _), cells in zip(fields, chunk.texts(plan, fields), strict=True)
    }
    return pl.DataFrame({**{name: values[name] for name in names}, RECORD: series(chunk.records)})
