"""Source: the tables of a release to be exported, read one row group of Parquet after the other."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from communique.schemas import Table

from ..describing.descriptor import Package, Resource, read_descriptor
from ..describing.tableschema import schemas_of
from ..errors import ReleaseError
from ..foreign.adopting.asrelease import as_release
from ..progress import Step, tell
from ..releasing.sums import insist_on_files
from ..storing.arrow import TYPES
from ..storing.parquet import columns_of, parquet_rows


@dataclass(frozen=True)
class SourceTable:
    """A table, with what the descriptor says of it, and the file with its rows."""

    table: Table
    resource: Resource
    path: Path

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the rows in the order of the file, with the columns in the order of the schema.

        Raises ReleaseError or ParquetError where the file is not what the descriptor says.
        """
        promised = {column.name: TYPES[column.type] for column in self.table.columns}
        if columns_of(self.path) != promised:
            raise self._broken("its columns are not those of the descriptor")
        count = 0
        for rows in parquet_rows(self.path, list(promised)):
            count += len(rows)
            yield rows
            tell(Step("write", len(rows)))
        if count != self.resource.rows:
            raise self._broken(f"the descriptor says {self.resource.rows} rows, found {count}")

    def _broken(self, fault: str) -> ReleaseError:
        return ReleaseError(f"{self.resource.path}: {fault}. See communique verify.")


@dataclass(frozen=True)
class Source:
    """A release to be exported."""

    package: Package
    tables: tuple[SourceTable, ...]


@contextmanager
def source_of(release: Path, schema: Path | None) -> Generator[Source]:
    """Give the tables of a release, after checking the hashes of its files, or of another party's package.

    schema: the Table Schema of a lone table.
    Raises ReleaseError where there is no release, or it is not whole.
    """
    with as_release(release, schema) as folder:
        package = read_descriptor(folder)
        insist_on_files(folder)
        parquet = package.of("parquet")
        tables = schemas_of(package).tables
        for table in tables:
            if table.name not in parquet:
                raise ReleaseError(f"{release}: has no Parquet of {table.name}. See communique verify.")
        tell(Step("write", ahead=sum(parquet[table.name].rows for table in tables)))
        yield Source(
            package,
            tuple(
                SourceTable(table, parquet[table.name], folder / parquet[table.name].path) for table in tables
            ),
        )
