"""Places: what was given to be opened, a folder, an archive, a descriptor, a lone table or an address, as a source of files."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from ..errors import ReleaseError
from ..filenames import DESCRIPTION, DESCRIPTOR
from ..foreign.at_hand import is_of_others
from ..unpack import is_zip
from .remote import is_url
from .shelf import on_shelf, picked
from .sources import AdoptedSource, FolderSource, Source, TarSource, UrlSource, ZipSource


def source_at(where: str | Path, schema: Path | None = None) -> Source:
    """Return where the files of a release come from.

    schema: the Table Schema of a lone table.
    Raises ReleaseError where there is nothing of the kind, or it cannot be read.
    """
    if isinstance(where, str) and is_url(where):
        return ZipSource(where) if urlsplit(where).path.lower().endswith(".zip") else UrlSource(where)
    path = Path(where)
    try:
        if is_of_others(path, schema):
            return AdoptedSource(path, schema)
        if path.is_dir():
            return FolderSource(path) if _is_release(path) else _newest(path)
        if not path.is_file():
            raise ReleaseError(
                f"{path}: there is no such release. Give a folder, a zip, a tar or an address."
            )
        if path.name == DESCRIPTOR:  # of a release: one of others was told apart above
            return FolderSource(path.parent)
        return ZipSource(path) if is_zip(path) else TarSource(path)
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{path}: cannot be read: {error}.") from error


def _is_release(folder: Path) -> bool:
    """Say whether a folder is itself what was meant: a release, or what it is told not to be."""
    return (folder / DESCRIPTOR).exists() or (folder / DESCRIPTION).exists()


def _newest(folder: Path) -> Source:
    there = on_shelf(folder)
    if not there:
        return FolderSource(folder)  # of which it is said that it is no release
    newest = picked(folder, there[-1].package.name, there[-1].package.version)
    return source_at(newest)
