"""Data dictionary: what there is to say of a dataset or a release to somebody who reads it, before any markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from communique.schemas import Schemas, Table

from .archive import opened
from .citation import in_words
from .dataset import DESCRIPTION, Contributor, License, open_dataset
from .describe import Json, package
from .descriptor import read_descriptor
from .tableschema import imported


@dataclass(frozen=True)
class DataDictionary:
    """A dataset or a release, for people.

    tables: the tables in the order of publication.
    rows: how many rows each table has; nothing for a dataset, which is being edited.
    is_release: whether it is a release, of which only what its descriptor says is known.
    descriptor: its `datapackage.json`.
    """

    title: str
    description: str
    version: str
    released: date
    license: License
    contributors: tuple[Contributor, ...]
    tables: tuple[Table, ...]
    rows: Mapping[str, int]
    is_release: bool
    descriptor: Json

    @property
    def citation(self) -> str:
        """How it is cited."""
        return in_words(self.contributors, self.released.isoformat(), self.title, self.version)

    def table(self, name: str) -> Table:
        """Return the table of that name; KeyError where there is none."""
        return {table.name: table for table in self.tables}[name]


def data_dictionary(path: Path, schemas: Schemas) -> DataDictionary:
    """Return the data dictionary of the dataset in a folder, or of the release in a folder or an archive.

    schemas: the tables of a dataset; a release says itself what its tables are.
    Raises DatasetError or ReleaseError where there is neither.
    """
    if (path / DESCRIPTION).is_file() or not path.exists():
        return _of_dataset(path, schemas)
    with opened(path) as folder:
        described = read_descriptor(folder)
        return DataDictionary(
            title=described.title,
            description=described.description,
            version=described.version,
            released=described.released,
            license=described.licenses[0],
            contributors=tuple(described.contributors),
            tables=imported(described).tables,
            rows={name: resource.rows for name, resource in described.of("csv").items()},
            is_release=True,
            descriptor=described.model_dump(by_alias=True, exclude_unset=True),
        )


def _of_dataset(path: Path, schemas: Schemas) -> DataDictionary:
    dataset = open_dataset(path)
    return DataDictionary(
        title=dataset.title,
        description=dataset.description.strip(),
        version=dataset.version,
        released=dataset.release_date,
        license=dataset.license,
        contributors=tuple(dataset.contributors),
        tables=schemas.tables,
        rows={},
        is_release=False,
        descriptor=package(dataset, schemas.tables, {}),
    )
