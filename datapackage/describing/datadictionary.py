"""Data dictionary: what a reader should know of a dataset or a release, independent of any markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from communique.schemas import Schemas, Table

from ..datasetfile import open_dataset
from .citation import in_words
from .describe import Json, package
from .descriptor import About, Contributor, Licence, Package
from .tableschema import schemas_of


@dataclass(frozen=True)
class DataDictionary:
    """A dataset or a release, for people.

    tables: the tables in the order of publication.
    rows: how many rows each table has; empty for a dataset, which is still being edited.
    is_release: whether it is a release, of which only the descriptor is known.
    descriptor: its `datapackage.json`.
    """

    title: str
    description: str
    version: str
    released: date | None
    license: Licence
    contributors: tuple[Contributor, ...]
    tables: tuple[Table, ...]
    rows: Mapping[str, int]
    is_release: bool
    descriptor: Json

    @property
    def citation(self) -> str:
        """How it is cited."""
        released = self.released.isoformat() if self.released else ""
        return in_words(self.contributors, released, self.title, self.version)

    @property
    def version_and_day(self) -> str:
        """The version and the day of release, as far as known, as the beginning of a sentence."""
        known = (f"Version {self.version}" if self.version else "", str(self.released or ""))
        return ", ".join(filter(None, known))

    def table(self, name: str) -> Table:
        """Return the table of that name; KeyError where there is none."""
        return {table.name: table for table in self.tables}[name]


def of_release(described: Package) -> DataDictionary:
    """Return the data dictionary of a release. Raises DescriptorError where a pattern cannot be run."""
    rows = {name: resource.rows for name, resource in described.of("csv").items()}
    descriptor = described.model_dump(by_alias=True, exclude_unset=True)
    return of_tables(described, schemas_of(described).tables, rows, descriptor)


def of_tables(
    about: About, tables: tuple[Table, ...], rows: Mapping[str, int], descriptor: Json
) -> DataDictionary:
    """Return the data dictionary of these tables of a release, or of what would be one."""
    return DataDictionary(
        title=about.title,
        description=about.description,
        version=about.version,
        released=about.released,
        license=about.license,
        contributors=tuple(about.contributors),
        tables=tables,
        rows=rows,
        is_release=True,
        descriptor=descriptor,
    )


def of_dataset(path: Path, schemas: Schemas) -> DataDictionary:
    """Return the data dictionary of the dataset in a folder. Raises DatasetError where there is none."""
    dataset = open_dataset(path)
    return DataDictionary(
        title=dataset.title,
        description=dataset.description.strip(),
        version=dataset.version,
        released=dataset.release_date,
        license=Licence(**dataset.license.model_dump()),
        contributors=tuple(Contributor(**each.model_dump()) for each in dataset.contributors),
        tables=schemas.tables,
        rows={},
        is_release=False,
        descriptor=package(dataset, schemas.tables, {}),
    )
