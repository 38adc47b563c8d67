"""Places: turn what is to be opened, a folder, an archive, a descriptor, a lone table or an address, into a source of files."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import ReleaseError, RemoteError, why
from ..filenames import DESCRIPTION, DESCRIPTOR
from ..foreign.adopting.asrelease import is_of_others
from ..untrusted.unpack import is_zip
from .remote import is_url
from .shelf import newest
from .sources import AdoptedSource, FolderSource, Source, TarSource, UrlSource, ZipSource

_FILES = (
    ".tar .gz .tgz .bz2 .tbz .tbz2 .xz .txz .zst .7z "
    ".csv .tsv .txt .parquet .json .jsonl .yaml .yml .xlsx .ods .duckdb .sqlite"
)
"""The endings of addresses that are not those of a folder."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""How an address begins; a single letter would be a Windows drive."""


def source_at(where: str | Path, schema: Path | None = None) -> Source:
    """Return where the files of a release come from.

    schema: the Table Schema of a lone table.
    Raises ReleaseError where there is nothing of the kind, or it cannot be read.
    """
    if isinstance(where, str) and is_url(where):
        refuse_schema(where, schema)
        return _at_address(where)
    path = Path(where)
    try:
        if is_of_others(path, schema):
            return AdoptedSource(path, schema)
        if path.is_dir():
            return FolderSource(path) if _is_release(path) else _newest(path)
        if not path.is_file():
            raise ReleaseError(_absent(where))
        if path.name == DESCRIPTOR:  # of a release: another party's was handled above
            return FolderSource(path.parent)
        return ZipSource(path) if is_zip(path) else TarSource(path)
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{path}: cannot be read: {why(error)}.") from error


def refuse_schema(where: str, schema: str | Path | None) -> None:
    """Raise ReleaseError where a schema is given for a release, which has its own."""
    if schema is not None:
        raise ReleaseError(
            f"{where}: is not a single table, and only a single table needs a schema; so give none."
        )


def _at_address(url: str) -> Source:
    path = url.partition("#")[0].partition("?")[0].lower()
    if path.endswith(".zip"):
        return ZipSource(url)
    if path.endswith(tuple(_FILES.split())) and not path.endswith(f"/{DESCRIPTOR}"):
        raise RemoteError(
            f"{url}: is the address of a file that is not read from there. Give the address of the folder of "
            "a release, or of a zip; or download the file, and open that."
        )
    return UrlSource(url)


def _absent(where: str | Path) -> str:
    """Return the message for a path that does not exist, and may have been meant as an address."""
    if not _SCHEME.match(str(where)):
        return f"{where}: there is no such release. Give a folder, a zip, a tar or an address."
    if is_url(str(where).replace(":/", "://", 1)):  # a path has one slash where there were two
        return f"{where}: there is nothing at this path. Give an address as a string, not as a path."
    return f"{where}: is not an address that can be read. Give a path, or an address that begins with http:// or https://."


def _is_release(folder: Path) -> bool:
    """Say whether a folder is itself meant: as a release, or as a dataset, for which there is an error of its own."""
    return (folder / DESCRIPTOR).exists() or (folder / DESCRIPTION).exists()


def _newest(folder: Path) -> Source:
    found = newest(folder)
    # Where there is none the folder is no release, and reading it will say so.
    return FolderSource(folder) if found is None else source_at(found)
