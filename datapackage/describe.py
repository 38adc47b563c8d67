"""Describe: the data dictionary of what lies at a path, and code that reads it; our own release, or anybody's package."""

from __future__ import annotations

from pathlib import Path

from communique.schemas import Schemas

from .arguments import as_path, optional_path
from .describing.datadictionary import DataDictionary, of_dataset, of_release
from .describing.descriptor import read_descriptor
from .describing.snippets import Snippet, snippets
from .filenames import DESCRIPTION, DESCRIPTOR
from .foreign.adopting.asrelease import as_release, described_by_others, is_of_others


def data_dictionary(path: str | Path, schemas: Schemas, schema: str | Path | None = None) -> DataDictionary:
    """Return what a dataset, a release, or anybody's package says of itself and its tables, without reading any row.

    schemas: the tables of a dataset; releases and packages describe their own.
    schema: the Table Schema of a lone table.
    Raises CommuniqueError where there is nothing of the kind.
    """
    path, schema = as_path(path), optional_path(schema)
    if is_of_others(path, schema):
        return described_by_others(path, schema)
    if (path / DESCRIPTION).is_file() or not path.exists():
        return of_dataset(path, schemas)
    with as_release(path) as folder:
        return of_release(read_descriptor(folder))


def snippets_of(
    release: str | Path, location: str | None = None, schema: str | Path | None = None
) -> list[Snippet]:
    """Return code that reads a release, for several tools; or the release that `adopt` makes of a package of others.

    location: where the code reads from; by default `release`, or output/NAME where that is not a folder: a build puts
        its release there, and an archive is expected to be unpacked there.
    schema: the Table Schema of a lone table.
    Raises CommuniqueError where there is nothing of the kind.
    """
    release, schema = as_path(release), optional_path(schema)
    if is_of_others(release, schema):
        descriptor = described_by_others(release, schema).descriptor
        return snippets(descriptor, location or f"output/{descriptor['name']}")
    with as_release(release) as folder:
        package = read_descriptor(folder)
    return snippets(package.model_dump(by_alias=True), location or _place(release, package.name))


def _place(release: Path, name: str) -> str:
    """Return the folder in which the files of a release lie; those of an archive are to be unpacked first."""
    if release.is_dir():
        return str(release)
    return str(release.parent) if release.name == DESCRIPTOR else f"output/{name}"
