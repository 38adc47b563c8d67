"""Identify: which release and table a stray CSV or Parquet file belongs to.

The footer of a Parquet file names them, but that proves nothing. The proof is that the rows have the digest that a
release at hand gives for a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from communique.schemas import Table

from .arguments import as_path, as_paths
from .checking.rows import check_file
from .checking.twins import identity_of
from .describing.descriptor import Package, read_descriptor
from .describing.tableschema import schemas_of
from .edition import edition
from .errors import CommuniqueError
from .releasing.archive import opened
from .storing.arrow import TYPES
from .storing.digest import table_digest
from .storing.filehash import hash_of
from .storing.ordered import in_order
from .storing.parquet import ROW_GROUP, columns_of, open_parquet, rows_by_key

_MAGIC = b"PAR1"
_COMPRESSED = {
    b"PK\x03\x04": "a zip archive or a spreadsheet",
    b"\x1f\x8b\x08": "a gzip file",
}
"""How compressed files begin. They are refused: rows that cannot be read must not be taken for different rows."""


@dataclass(frozen=True)
class Match:
    """A table of a release at hand that has the rows of the file.

    release: the path of the release, as it was given.
    name: the name of the release.
    version: its version; empty where it has none.
    table: the table that has the rows.
    exact: whether the file is identical, bit by bit.
    """

    release: Path
    name: str
    version: str
    table: str
    exact: bool

    @property
    def edition(self) -> str:
        """The name of the release with its version, where it has one."""
        return edition(self.name, self.version)


@dataclass(frozen=True)
class Identity:
    """What is known of a file.

    claims: what its footer says: package, version, table and digests; empty for a CSV file.
    digest: the digest of its rows, where its key is known.
    matches: the tables that have the same rows.
    alike: names of tables at hand with the same columns but different rows.
    """

    claims: dict[str, str]
    digest: str | None
    matches: tuple[Match, ...]
    alike: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether the rows have the digest that the footer gives."""
        return self.digest is not None and self.digest == self.claims.get("digest")

    @property
    def contradicted(self) -> bool:
        """Whether the rows have another digest than the footer gives; a rewritten file may lack the digest."""
        return self.digest is not None and self.claims.get("digest", self.digest) != self.digest


def identify(path: str | Path, releases: Sequence[str | Path]) -> Identity:
    """Return which release and table a CSV or Parquet file comes from, as far as can be told.

    releases: folders or archives of releases, which are searched for the rows of the file.
    Raises CommuniqueError where the file cannot be read, or is neither CSV nor Parquet.
    """
    path, shelves = as_path(path), as_paths(releases)
    parquet = _beginning(path) == _MAGIC
    with TemporaryDirectory(prefix="communique-") as work:
        claims, digest = _claims(path, Path(work)) if parquet else ({}, None)
        matches: list[Match] = []
        alike: list[str] = []
        for release, package, table in _tables_of(shelves):
            found = (_parquet_digest if parquet else _csv_digest)(path, table, Path(work))
            if found is None:
                continue
            digest = digest or found
            match = _match(path, release, package, table, found)
            if match:
                matches.append(match)
            else:
                alike.append(f"{package.edition}: {table.name}")
    return Identity(claims, digest, tuple(matches), () if matches else tuple(alike))


def _beginning(path: Path) -> bytes:
    if not path.is_file():
        expected = "a file, not a folder" if path.is_dir() else "a file; there is none"
        raise CommuniqueError(f"{path}: expected {expected}. Give a CSV or Parquet file.")
    with path.open("rb") as file:
        beginning = file.read(len(_MAGIC))
    for magic, what in _COMPRESSED.items():
        if beginning.startswith(magic):
            raise CommuniqueError(
                f"{path}: expected a plain CSV or Parquet file, found {what}. Unpack it, and give the file in it."
            )
    return beginning


def _tables_of(releases: Sequence[Path]) -> Iterator[tuple[Path, Package, Table]]:
    for release in releases:
        with opened(release) as folder:
            package = read_descriptor(folder)
        yield from ((release, package, table) for table in schemas_of(package).tables)


def _match(path: Path, release: Path, package: Package, table: Table, digest: str) -> Match | None:
    resource = package.of("csv")[table.name]
    if resource.digest != digest:
        return None
    exact = hash_of(path) in {one.hash for one in package.resources if one.table == table.name}
    return Match(release, package.name, package.version, table.name, exact)


def _claims(path: Path, work: Path) -> tuple[dict[str, str], str | None]:
    """Return what a Parquet file says of itself, and the digest of its rows where it says how they are sorted."""
    types = columns_of(path)
    with open_parquet(path) as file:
        claims, names = identity_of(file), file.schema_arrow.names
        order = file.metadata.row_group(0).sorting_columns if file.metadata.num_row_groups else ()
    if len(types) < len(names) or not set(types.values()) <= set(TYPES.values()):
        return claims, None  # not a table of a release: a duplicate name, or a type that no release has
    key = list(dict.fromkeys(names[part.column_index] for part in order))
    return claims, table_digest(rows_by_key(path, key, work), names) if key else None


def _parquet_digest(path: Path, table: Table, work: Path) -> str | None:
    """Return the digest of the rows of a Parquet file as rows of `table`; None where it has other columns."""
    names = [column.name for column in table.columns]
    types = columns_of(path)
    if sorted(types) != sorted(names) or not set(types.values()) <= set(TYPES.values()):
        return None
    return table_digest(rows_by_key(path, table.primary_key, work), names)


def _csv_digest(path: Path, table: Table, work: Path) -> str | None:
    """Return the digest of the rows of a CSV file as rows of `table`; None where they cannot be."""
    with TemporaryDirectory(prefix="csv-", dir=work) as folder:
        checked = check_file(table, path, path.parent, Path(folder), date.min)
        if checked.spool is None or any(group.is_error for group in checked.found):
            return None
        names = [column.name for column in table.columns]
        rows = in_order(checked.spool, table.primary_key, ROW_GROUP, Path(folder))
        return table_digest(rows, names)
