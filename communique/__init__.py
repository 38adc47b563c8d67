"""Communique: check tables of meetings, participants and initiatives, and package them as open data.

For analysts, `load` gives a table of the release that comes with this package, and `open` any other release:

    import communique

    meetings = communique.load("meetings")  # a Polars LazyFrame
    print(communique.open("union-state-0.2.0.zip"))

It has three parts: `communique.schemas` says what a valid row is, `communique.datapackage` reads, checks, builds
and describes, `communique.cli` is the command line.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .later import import_later

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from communique.datapackage.access import Relation as Relation
    from communique.datapackage.access import Release as Release
    from communique.datapackage.access import ReleaseTable as ReleaseTable
    from communique.datapackage.errors import CommuniqueError as CommuniqueError
    from communique.datapackage.errors import DescriptorError as DescriptorError
    from communique.datapackage.errors import HashError as HashError
    from communique.datapackage.errors import JoinError as JoinError
    from communique.datapackage.errors import ParquetError as ParquetError
    from communique.datapackage.errors import ReleaseError as ReleaseError
    from communique.datapackage.errors import RemoteError as RemoteError

    __version__: str

__all__ = ["load", "open"]

if not TYPE_CHECKING:  # else type checkers would accept any name
    import_later(
        __name__,
        {
            "datapackage.access": ("Relation", "Release", "ReleaseTable"),
            "datapackage.errors": (
                "CommuniqueError",
                "DescriptorError",
                "HashError",
                "JoinError",
                "ParquetError",
                "ReleaseError",
                "RemoteError",
            ),
            "installed": ("__version__",),
        },
    )

_EMBEDDED = "union-state"


def load(
    table: str, release: str | Path | Release | None = None, *, schema: str | Path | None = None
) -> pl.LazyFrame:
    """Return a table as a Polars LazyFrame with exact types: String, Date, Boolean, Int64, and null where a cell is empty.

    table: the name of the table, such as `meetings`.
    release: a folder, an archive or an address, as for `open`, or what `open` returned; by default the release that
        came with this package.
    schema: the Table Schema of a lone table, as for `open`.
    Raises ReleaseError or ParquetError where there is no such table, its file is not what it should be, or a schema is
    given for something that is not a lone table; TypeError where the name is not a string.
    """
    if release is None:
        return open(schema=schema).load(table)
    from communique.datapackage.access import Release, refuse_schema

    if isinstance(release, Release):
        refuse_schema(release.name, schema)
        return release.load(table)
    return open(release, schema=schema).load(table)


def open(
    where: str | Path | None = None, *, verify: bool = True, schema: str | Path | None = None
) -> Release:
    """Open a release: a folder, its descriptor, a zip or a tar of one, a folder of releases (the newest is taken), or an address.

    Anybody's data package, or a lone CSV or Parquet file with its schema, can be opened too: it is checked, and made
    into a release that lasts as long as it is open.

    where: by default the release that came with this package. The network is used only where an address (https://…)
        is given.
    verify: whether each file must have the hash that the release promises, which is checked once, when it is first read.
    schema: the file with the Table Schema of a lone table.
    Raises ReleaseError where there is no release, it is not what it promises, or a package has errors; TypeError where
    neither a path nor a string is given.
    """
    if where is None and verify and schema is None:
        return _embedded()
    from communique.datapackage.access import open_release

    return open_release(_home() if where is None else where, verify=verify, schema=schema)


def _home() -> Path:
    from importlib.resources import files
    from pathlib import Path

    return Path(str(files("communique.output") / _EMBEDDED))


@cache
def _embedded() -> Release:
    from communique.datapackage.access import open_release

    return open_release(_home(), trusted=True)
