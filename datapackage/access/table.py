"""Table: one table of an open release, with what the descriptor says of it, as Polars, Arrow or pandas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from polars.io.plugins import register_io_source

from ..arguments import insist_on
from ..describing.allowed import codes
from ..describing.descriptor import Resource, TableField
from ..errors import CommuniqueError, ParquetError, ReleaseError
from ..storing.arrow import POLARS
from ..storing.parquet import ROW_GROUP, open_parquet, reading
from .remote import Ranges
from .vouch import columns

_CODED = ("string", "integer")
"""The types whose values may be codes, the same as for categories: https://datapackage.org/standard/table-schema/#categories."""


@dataclass(frozen=True)
class ReleaseTable:
    """A table of a release: what it is, and its rows with exact types.

    name: the name of the table.

    Texts are String, days Date, truth values Boolean and whole numbers Int64; an empty cell is null in each of them.
    docs/packages.md has the types of columns of other packages.
    """

    resource: Resource = field(repr=False)
    name: str
    had: Callable[[], Path | Ranges] = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        """The title of the table."""
        return self.resource.title

    @property
    def description(self) -> str:
        """What one row is, and what users of the table should know."""
        return self.resource.description

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.resource.rows

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns that identify a row."""
        return tuple(self.resource.table_schema.primary_key)

    @property
    def columns(self) -> tuple[TableField, ...]:
        """The columns with name, type, title, description and constraints."""
        return tuple(self.resource.table_schema.fields)

    @property
    def schema(self) -> pl.Schema:
        """The Polars types of the columns, by name."""
        return pl.Schema({column.name: POLARS[column.type] for column in self.columns})

    def codes(self, column: str) -> pl.DataFrame:
        """Return the code list of a column: `code`, with the type of the column, and `label`, null where a code has none.

        The codes are those of the descriptor, in its order, whether or not a row has them: the categories of the column,
        else the values that it allows for a text or a whole number; empty where it has neither.
        Raises ReleaseError where there is no such column, TypeError where it is not a string.
        """
        insist_on(str, column, "the name of a column as a string")
        named = [one for one in self.columns if one.name == column]
        if not named:
            told = ", ".join(one.name for one in self.columns)
            raise ReleaseError(f"{self.name}: has no column {column!r}. The columns are {told}.")
        [found] = named
        listed = codes(found.dump) if found.categories or found.type in _CODED else []
        schema = pl.Schema({"code": self.schema[column], "label": pl.String()})
        return pl.DataFrame(
            [(code, label or None) for code, label in listed], schema, strict=False, orient="row"
        )

    def lazy(self) -> pl.LazyFrame:
        """Return the rows as a Polars LazyFrame.

        Raises ReleaseError or ParquetError where the file is not what the release promises, or cannot be read.
        """
        file = self.had()
        if isinstance(file, Path):
            return pl.scan_parquet(file, schema=self.schema, glob=False, hive_partitioning=False)
        return self._scan(file)

    def to_polars(self) -> pl.DataFrame:
        """Return all rows as a Polars DataFrame."""
        return self.lazy().collect()

    def to_arrow(self) -> pa.Table:
        """Return all rows as a PyArrow Table, with the descriptions of the columns as metadata of its fields."""
        file = self.had()
        with reading(self._where(file)):
            if isinstance(file, Path):
                with open_parquet(file) as parquet:
                    return parquet.read()
            return self._parquet(file).read()

    def to_pandas(self) -> Any:
        """Return all rows as a pandas DataFrame with Arrow types: days are days, and nulls make no floats.

        Raises CommuniqueError where pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise CommuniqueError("pandas is not installed. Install it: pip install pandas") from error
        return self.to_arrow().to_pandas(types_mapper=pd.ArrowDtype)

    def _where(self, file: Path | Ranges) -> object:
        return file if isinstance(file, Path) else file.file.url

    def _parquet(self, file: Ranges) -> pq.ParquetFile:
        """Open a remote file, whose columns and rows must be as promised."""
        with reading(file.file.url):
            parquet = _opened(file)
        found = [[column.name, str(column.type)] for column in parquet.schema_arrow]
        if found != columns(self.resource) or parquet.metadata.num_rows != self.rows:
            raise ParquetError(f"{file.file.url}: has other columns or rows than the release promises.")
        return parquet

    def _scan(self, file: Ranges) -> pl.LazyFrame:
        """Return a lazy frame over a remote file, which PyArrow reads; only the columns that are used are fetched."""
        metadata = self._parquet(file).metadata

        def batches(
            wanted: list[str] | None, predicate: pl.Expr | None, rows: int | None, size: int | None
        ) -> Iterator[pl.DataFrame]:
            left = self.rows if rows is None else rows
            with reading(file.file.url):
                parquet = _opened(file, metadata)
            parts = parquet.iter_batches(
                batch_size=min(size or ROW_GROUP, ROW_GROUP), columns=wanted, use_threads=False
            )
            while left > 0:
                with reading(file.file.url):
                    batch = next(parts, None)
                    if batch is None:
                        return
                    batch.validate(full=True)
                    frame = pl.DataFrame(pa.RecordBatch.from_arrays(batch.columns, names=batch.schema.names))
                frame = frame.head(left)
                left -= len(frame)
                frame = frame if wanted is None else frame.select(wanted)
                yield frame if predicate is None else frame.filter(predicate)

        return register_io_source(batches, schema=self.schema, validate_schema=True, is_pure=True)


def _opened(file: Ranges, metadata: pq.FileMetaData | None = None) -> pq.ParquetFile:
    return pq.ParquetFile(file.again(), metadata=metadata, page_checksum_verification=True, pre_buffer=True)
