"""Of a path: the data dictionary of what lies there, be it a dataset, a release, or a package of anybody."""

from __future__ import annotations

from pathlib import Path

from communique.schemas import Schemas

from ..filenames import DESCRIPTION
from ..foreign.at_hand import at_hand, described_by_others, is_of_others
from .datadictionary import DataDictionary, of_dataset, of_release
from .descriptor import read_descriptor


def data_dictionary(path: Path, schemas: Schemas, schema: Path | None = None) -> DataDictionary:
    """Return the data dictionary of a dataset, a release, or anybody's package, of which no row is read.

    schemas: the tables of a dataset; all others say themselves what their tables are.
    schema: the Table Schema of a lone table.
    Raises CommuniqueError where there is nothing of the kind.
    """
    if is_of_others(path, schema):
        return described_by_others(path, schema)
    if (path / DESCRIPTION).is_file() or not path.exists():
        return of_dataset(path, schemas)
    with at_hand(path) as folder:
        return of_release(read_descriptor(folder))
