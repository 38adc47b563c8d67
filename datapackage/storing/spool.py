"""Spool: the typed rows of a table in a file of the work folder, from which rules and writers read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from pyarrow import ipc

from communique.schemas import Table
from communique.schemas.rules import RECORD

from ..arrays import Ints, arrow, integers, text
from .arrow import TYPES
from .arrowfile import FileRows


class Spool:
    """Rows with their numbers, in record batches."""

    def __init__(self, table: Table, path: Path) -> None:
        """Begin with no rows."""
        fields = {column.name: TYPES[column.type] for column in table.columns}
        self.path, self._schema = path, pa.schema({**fields, RECORD: pa.int64()})
        self._sink = ipc.new_file(path, self._schema, options=ipc.IpcWriteOptions(compression="lz4"))

    def rows(self, typed: pl.DataFrame, text: pa.Table, records: Ints) -> pa.Table:
        """Return typed rows in the form in which they are spooled; columns of text are reused unchanged."""
        arrays = [
            text[field.name] if _is_text(field, typed, text) else _arrow(typed[field.name], field)
            for field in self._schema
            if field.name != RECORD
        ]
        return pa.table([*arrays, integers(records)], schema=self._schema)

    def add(self, rows: pa.Table) -> None:
        """Add rows at the end."""
        self._sink.write_table(rows)

    def close(self) -> None:
        """Finish the file; it can be read from now on."""
        self._sink.close()

    def frame(self) -> pl.LazyFrame:
        """Return all rows."""
        return pl.scan_ipc(self.path, glob=False)

    def near(self, column: str, low: Any, high: Any) -> pl.LazyFrame:
        """Return a contiguous slice of rows that includes all whose value in the column lies between `low` and `high`.

        Where the rows are in the order of the column, the slice is small.
        """
        begin, end = 0, 0
        for place, count, least, most in self._spans(column):
            if None not in (low, least) and least <= high and most >= low:
                begin, end = begin if end else place, place + count
        return self.frame().slice(begin, end - begin)

    @lru_cache(64)  # noqa: B019  a few small lists outlive their spool
    def _spans(self, column: str) -> list[tuple[int, int, Any, Any]]:
        """Return where each batch begins, how many rows it has, and its least and greatest value."""
        spans, place = list[tuple[int, int, Any, Any]](), 0
        for batch in self.batches([column]):
            values = batch[column]
            spans.append((place, len(batch), values.min(), values.max()))
            place += len(batch)
        return spans

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Return some columns of the rows, or all, in the order of their numbers, which are in the column `RECORD`."""
        columns = [name for name in self._schema.names if name != RECORD] if columns is None else columns
        return FileRows(self.path).batches((*columns, RECORD))


def _is_text(field: pa.Field, typed: pl.DataFrame, text: pa.Table) -> bool:
    same_type = field.name in text.column_names and field.type == pa.string()
    return same_type and typed[field.name].null_count() == text[field.name].null_count


def _arrow(column: pl.Series, field: pa.Field) -> pa.Array:
    array = arrow(column)
    if array.type == field.type:
        return array
    return text(array) if array.type == pa.large_string() else array.cast(field.type)
