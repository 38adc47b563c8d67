"""Opening: a release, wherever it is, as an object that describes its content, and gives its tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import polars as pl

from ..arguments import insist_on, optional_path
from ..describing.citation import Style, cite
from ..describing.descriptor import Licence, Package, Resource
from ..errors import CommuniqueError, DescriptorError, HashError, ParquetError, ReleaseError, RemoteError
from ..filenames import DESCRIPTOR
from ..releasing.commit import SUMS
from ..releasing.sums import parsed
from ..storing.digest import PREFIX
from ..untrusted.limits import RELEASE_TEXT
from .described import described
from .places import source_at
from .relate import Relation, joined, plan, relations
from .remote import Ranges
from .shelf import on_shelf, picked
from .sources import AdoptedSource, Source
from .table import ReleaseTable
from .vouch import insist_on_hash, insist_on_readable

ERRORS = frozenset((ReleaseError, DescriptorError, HashError, RemoteError, ParquetError))
"""The errors that opening and loading may raise; docs/analysts.md lists them."""


class Release:
    """An open release. Files that are fetched or unpacked for it last until `close`, or until the program ends.

    package: what its descriptor says.
    verify: whether each file must have the hash that the release promises.
    trusted: whether the release came with this program, so that its hashes prove its files harmless.
    """

    def __init__(self, source: Source, verify: bool, trusted: bool = False) -> None:
        """Read the descriptor; no table is read yet. Use `open_release`."""
        self._source, self._verify = source, verify
        self._trusted = trusted and verify
        self._had: dict[str, Path | Ranges] = {}
        self.package: Package = described(source)
        if verify:
            insist_on_hash(source.described() / DESCRIPTOR, self._promised(), f"{source.where}: {DESCRIPTOR}")

    def _promised(self) -> str:
        """Return the hash of the descriptor from the list of sums; the descriptor has the hashes of all other files."""
        hint = f"{SUMS} says what the files must be; verify=False opens it without that"
        try:
            path = self._source.path(SUMS)
            if RELEASE_TEXT.exceeded(path.stat().st_size):
                raise ValueError(RELEASE_TEXT)
            return PREFIX + parsed(path.read_bytes().decode())[DESCRIPTOR]
        except ReleaseError as error:
            raise ReleaseError(f"{error} {hint}.") from error
        except (OSError, ValueError, KeyError) as error:
            raise ReleaseError(
                f"{self._source.where}: {SUMS} is not in the form that sha256sum writes, or does not list {DESCRIPTOR}. {hint}."
            ) from error

    @property
    def name(self) -> str:
        """The name of the dataset."""
        return self.package.name

    @property
    def title(self) -> str:
        """The title of the dataset."""
        return self.package.title

    @property
    def description(self) -> str:
        """What the dataset is."""
        return self.package.description

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.package.version

    @property
    def released(self) -> date | None:
        """The day of the release; None where it does not say."""
        return self.package.released

    @property
    def license(self) -> Licence:
        """The licence: its SPDX identifier, title, and address."""
        return self.package.license

    @cached_property
    def tables(self) -> Mapping[str, ReleaseTable]:
        """The tables by name, in the order of the release."""
        return MappingProxyType(
            {
                name: ReleaseTable(resource, name, partial(self._file_of, name))
                for name, resource in self.package.of("parquet").items()
            }
        )

    def __getitem__(self, name: str) -> ReleaseTable:
        """Return a table. Raises ReleaseError where there is none of that name, TypeError where it is no text."""
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  not everybody has a checker
            raise TypeError(
                f"expected the name of a table as a string, found {type(name).__name__}: {name!r}. "
                "Give several names one by one, not as a list."
            )
        if name not in self.tables:
            told = ", ".join(self.tables)
            raise ReleaseError(f"{self._source.where}: has no table {name!r}. The tables are {told}.")
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the tables, in the order of the release."""
        return iter(self.tables)

    def __contains__(self, name: object) -> bool:
        """Say whether there is a table of that name."""
        return name in self.tables

    def load(self, name: str) -> pl.LazyFrame:
        """Return the rows of a table as a Polars LazyFrame with exact types.

        Raises ReleaseError or ParquetError where there is no such table, or its file is not what it should be.
        """
        return self[name].lazy()

    def codes(self, table: str, column: str) -> pl.DataFrame:
        """Return the code list of a column, `code` and `label`, from the descriptor; empty where it has none.

        Raises ReleaseError where there is no such table or column, TypeError where a name is no text.
        """
        return self[table].codes(column)

    def cite(self, style: Style = "apa") -> str:
        """Return the citation of the release: `bibtex`, `apa`, or `csl` for CSL-JSON.

        Raises CommuniqueError for another style.
        """
        return cite(self.package, style)

    def relations(self) -> tuple[Relation, ...]:
        """Return the references from table to table that the release declares, by which `join` joins."""
        return relations(self.package)

    def join(self, *names: str, via: str | Sequence[str] = ()) -> pl.LazyFrame:
        """Return tables joined along the declared keys; columns are named `table.column`.

        Every row of the first table is kept (a left join), in its order. Each further table is joined to one of
        those before it.
        names: one by one, and not as a list.
        via: the name of a relation, such as `meetings.organization_id`, or several, where tables can be joined in
            several ways.
        Raises JoinError where there is no way, more than one, or rows would be multiplied, ReleaseError where there
        is no such table, TypeError where a name is no text.
        """
        for name in names:
            self[name]
        steps = plan(names, self.relations(), [via] if isinstance(via, str) else via)
        self._files(names)
        return joined(names, steps, self.load)

    def versions(self) -> tuple[str, ...]:
        """Return the versions of the dataset that are in the same folder as this release, and can be read, the oldest first.

        Raises ReleaseError where this release came from an address.
        """
        return tuple(dict.fromkeys(entry.package.version for entry in on_shelf(self._shelf(), self.name)))

    def as_of(self, version: str | date) -> Release:
        """Return the release of the same dataset that has a version, or was the newest on a day.

        It is searched for beside this release, in the same folder.
        Raises ReleaseError where it is not there, where neither a version nor a day is given, where the newest on a day
        is wanted and may be one that cannot be read, or where this release came from an address.
        """
        return open_release(picked(self._shelf(), self.name, version), verify=self._verify)

    def _shelf(self) -> Path:
        if self._source.shelf is None:
            raise ReleaseError(
                f"{self._source.where}: the releases beside it cannot be listed. Give the address of that version."
            )
        return self._source.shelf

    def close(self) -> None:
        """Remove fetched and unpacked files; lazy frames of this release can no longer be collected."""
        self._had.clear()
        self._source.close()

    def __enter__(self) -> Self:
        """Return the release."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the release at the end of the block."""
        self.close()

    def __repr__(self) -> str:
        """Return a summary in one line."""
        return f"<Release {self._edition(' of ')}: {len(self.tables)} tables>"

    def __str__(self) -> str:
        """Return title, licence and citation of the release, and its tables with rows and keys."""
        head = f"{self.title}\n{self._edition(', ')}. Licence: {self.license.called}."
        lines = [
            f"{table.name}: {table.rows:,} rows, key {', '.join(table.primary_key) or 'none'}"
            + f"\n    {table.description}" * bool(table.description)
            for table in self.tables.values()
        ]
        text = "\n".join((head, f"Cite as: {self.cite()}", *lines))
        return "".join(letter for letter in text if letter.isprintable() or letter == "\n")

    def _edition(self, between: str) -> str:
        return between.join(filter(None, (self.package.edition, str(self.released or ""))))

    def _file_of(self, name: str) -> Path | Ranges:
        return self._files([name])[0]

    def _files(self, names: Sequence[str]) -> list[Path | Ranges]:
        """Return the files of tables; each is checked once, before it is first read."""
        new = {name: self.tables[name].resource for name in names if name not in self._had}
        found = {name: self._file(resource) for name, resource in new.items()}
        if not self._trusted:
            insist_on_readable({file: new[name] for name, file in found.items() if isinstance(file, Path)})
        self._had |= found
        return [self._had[name] for name in names]

    def _file(self, resource: Resource) -> Path | Ranges:
        if not self._verify and (ranges := self._source.ranges(resource.path, resource.bytes)):
            return ranges
        path = self._source.path(resource.path, resource.bytes)
        if self._verify:
            insist_on_hash(path, resource.hash, f"{self._source.where}: {resource.path}")
        return path


def open_release(
    where: str | Path, *, verify: bool = True, trusted: bool = False, schema: str | Path | None = None
) -> Release:
    """Open a release: a folder, its descriptor, a zip or a tar of one, a folder of releases (the newest is taken), or an address.

    Another party's package, or a lone table with a schema, is checked, and made into a temporary release.

    An address is that of a zip, or of a folder of files, and begins with http:// or https://; without one, the network is
    not used. Of a zip only the needed ranges are read.

    verify: whether files must have the hashes that the release promises. Each file is hashed once, before it is first
        read. Without this, a table at an address is read in ranges, and only the columns that are used are requested.
    schema: the Table Schema of a lone table.
    trusted: whether the hashes also prove the files harmless. Only for a release that came with the program.
    Raises ReleaseError where there is no release, or it is not what it promises, TypeError where neither a path nor
    a string is given.
    """
    insist_on((str, os.PathLike), where, "a path or an address, as a string or a Path")
    if where == "":  # Path("") would be the working folder; most often a variable is not set
        raise ReleaseError("the path is empty. Give a path or an address; . is the current folder.")
    source = _source(where, schema)
    try:
        # An adopted release was read completely when it was made.
        return Release(source, verify, trusted or isinstance(source, AdoptedSource))
    except BaseException:
        source.close()
        raise


def _source(where: str | Path, schema: str | Path | None) -> Source:
    """Return the source of the files; all errors are raised as one of `ERRORS`."""
    try:
        return source_at(where, optional_path(schema))
    except CommuniqueError as error:
        if type(error) in ERRORS:
            raise
        raise ReleaseError(str(error)) from error
