"""Shelf: a folder of releases, as folders or zips side by side, from which one is picked by version or day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ..describing.descriptor import Package, read_descriptor
from ..errors import CommuniqueError, ReleaseError
from ..filenames import DESCRIPTOR
from ..releasing.kinds import numbers
from .sources import FolderSource, Source, ZipSource

ENTRIES = 10_000
"""A folder with more entries is not taken for a shelf."""


@dataclass(frozen=True)
class OnShelf:
    """A release in a folder of releases."""

    path: Path
    package: Package

    @property
    def order(self) -> tuple[int, ...]:
        """The numbers of the version, by which releases are ordered."""
        return numbers(self.package.version)


def on_shelf(folder: Path, name: str | None = None) -> tuple[OnShelf, ...]:
    """Return the releases in a folder by version, the oldest first; other entries are skipped.

    name: the dataset whose releases are wanted.
    Raises ReleaseError where the folder cannot be read, or holds releases of several datasets and none is named.
    """
    found = [entry for entry in _entries(folder) if name in (None, entry.package.name)]
    names = sorted({entry.package.name for entry in found})
    if len(names) > 1:
        raise ReleaseError(f"{folder}: holds releases of {', '.join(names)}. Give one of its entries.")
    return tuple(sorted(found, key=lambda entry: (entry.order, entry.path.is_file(), entry.path.name)))


def _entries(folder: Path) -> Iterator[OnShelf]:
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise ReleaseError(f"{folder}: cannot be read: {error.strerror}.") from error
    if len(paths) > ENTRIES:
        raise ReleaseError(f"{folder}: has more than {ENTRIES} entries, so it is not a folder of releases.")
    for path in paths:
        if (path / DESCRIPTOR).is_file() or (path.suffix == ".zip" and path.is_file()):
            try:
                package = _package(path)
                numbers(package.version)
            except (CommuniqueError, ValueError):
                continue
            yield OnShelf(path, package)


def _package(path: Path) -> Package:
    source: Source = FolderSource(path) if path.is_dir() else ZipSource(path)
    try:
        return read_descriptor(source.path(DESCRIPTOR).parent)
    finally:
        source.close()


def _day(wanted: str | date) -> str | date:
    """Return a day if one is meant; versions have no hyphens."""
    if isinstance(wanted, datetime):
        return wanted.date()
    try:
        return date.fromisoformat(wanted) if isinstance(wanted, str) and "-" in wanted else wanted
    except ValueError:
        return wanted


def _is_version(wanted: str) -> bool:
    """Say whether a text is a version that can be ordered; releases with other versions are skipped on a shelf."""
    try:
        return bool(numbers(wanted))
    except (ValueError, AttributeError):
        return False


def picked(folder: Path, name: str, wanted: str | date) -> Path:
    """Return the release of a dataset in `folder` that has the version `wanted`, or was the newest on that day.

    Raises ReleaseError where `wanted` is neither, where there is none, or where two that differ have that version.
    """
    there = on_shelf(folder, name)
    known = dict.fromkeys(f"{entry.package.version} ({entry.package.released})" for entry in there)
    told = ", ".join(known) or "none"
    wanted = _day(wanted)
    if not isinstance(wanted, date) and not _is_version(wanted):
        raise ReleaseError(
            f"{wanted!r} is neither a version, such as 1.2.0, nor a day, such as 2026-01-31. "
            f"Releases of {name} in {folder}: {told}."
        )
    if isinstance(wanted, date):
        fitting = [entry for entry in there if (entry.package.released or date.max) <= wanted][-1:]
        fitting = [entry for entry in there if fitting and entry.order == fitting[0].order]
    else:
        fitting = [entry for entry in there if entry.package.version == wanted]
    if not fitting:
        raise ReleaseError(f"{folder}: has no release of {name} as of {wanted}. The releases are {told}.")
    if len({entry.package.digest for entry in fitting}) > 1:
        told = ", ".join(entry.path.name for entry in fitting)
        raise ReleaseError(f"{folder}: {told} have the same version but different data. Give one of them.")
    return fitting[0].path
