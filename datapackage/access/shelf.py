"""Shelf: a folder of releases, as folders or zips side by side, from which one is picked by version or day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

from ..describing.descriptor import Package, read_descriptor
from ..errors import DescriptorError, ReleaseError, why
from ..filenames import DESCRIPTOR
from ..releasing.kinds import numbers
from .sources import FolderSource, ZipSource

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


def on_shelf(folder: Path, name: str) -> tuple[OnShelf, ...]:
    """Return the releases of a dataset in a folder by version, the oldest first; what cannot be read is skipped.

    Raises ReleaseError where the folder cannot be read.
    """
    return _looked_through(folder, name)[0]


def newest(folder: Path) -> Path | None:
    """Return the newest release in a folder; None where there is none.

    Raises ReleaseError where the folder cannot be read, or holds releases of several datasets, where two that differ have
    the newest version, and where an entry cannot be read, for that may be the newest.
    """
    there, unread = _looked_through(folder, None)
    _insist_on_all(folder, unread)
    if not there:
        return None
    return _one(folder, [entry for entry in there if entry.package.version == there[-1].package.version])


def _insist_on_all(folder: Path, unread: Sequence[str]) -> None:
    if unread:
        raise ReleaseError(
            f"{unread[0]} It may be the newest release in {folder}. Get it again, or move it elsewhere; or give the version "
            "or the path of another."
        )


def _looked_through(folder: Path, name: str | None) -> tuple[tuple[OnShelf, ...], list[str]]:
    """Return the releases in a folder by version, and a sentence for each entry that cannot be read.

    name: the dataset whose releases are wanted; without it there may be only one.
    """
    unread: list[str] = []
    found = [entry for entry in _entries(folder, unread) if name in (None, entry.package.name)]
    names = sorted({entry.package.name for entry in found})
    if len(names) > 1:
        raise ReleaseError(f"{folder}: holds releases of {', '.join(names)}. Give one of its entries.")
    found.sort(key=lambda entry: (entry.order, entry.path.is_file(), entry.path.name))
    return tuple(found), unread


def _entries(folder: Path, unread: list[str]) -> Iterator[OnShelf]:
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise ReleaseError(f"{folder}: cannot be read: {error.strerror}.") from error
    if len(paths) > ENTRIES:
        raise ReleaseError(f"{folder}: has more than {ENTRIES} entries, so it is not a folder of releases.")
    for path in paths:
        try:
            if (path / DESCRIPTOR).is_file() or (path.suffix == ".zip" and path.is_file()):
                yield from _entry(path)
        except OSError as error:
            unread.append(f"{path}: cannot be read: {why(error)}.")
        except ReleaseError as error:
            unreadable = not isinstance(error, DescriptorError) or isinstance(error.__cause__, OSError)
            if unreadable and _may_be_release(path):
                unread.append(f"{str(error).rstrip('.')}.")


def _may_be_release(path: Path) -> bool:
    """Say whether what cannot be read may be a release: all but a zip of other things, which has no descriptor."""
    try:
        with ZipFile(path) as archive:
            return any(name.endswith(DESCRIPTOR) for name in archive.namelist())
    except Exception:  # noqa: BLE001  zipfile raises errors of many kinds where it cannot say what is in a zip
        return True


def _entry(path: Path) -> Iterator[OnShelf]:
    """Yield the release that a folder or a zip is, if it is one.

    Raises ReleaseError where nobody can say what a zip holds, DescriptorError where the descriptor is none of a
    release.
    """
    source = FolderSource(path) if path.is_dir() else ZipSource(path)
    try:
        if source.has(DESCRIPTOR):
            package = read_descriptor(source.path(DESCRIPTOR).parent)
            if _is_version(package.version):
                yield OnShelf(path, package)
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

    Raises ReleaseError where `wanted` is neither, where there is none, where two that differ have that version, or, if a
    day is wanted, where an entry cannot be read.
    """
    there, unread = _looked_through(folder, name)
    known = dict.fromkeys(f"{entry.package.version} ({entry.package.released})" for entry in there)
    told = ", ".join(known) or "none"
    wanted = _day(wanted)
    if not isinstance(wanted, date) and not _is_version(wanted):
        raise ReleaseError(
            f"{wanted!r} is neither a version, such as 1.2.0, nor a day, such as 2026-01-31. "
            f"Releases of {name} in {folder}: {told}."
        )
    if isinstance(wanted, date):
        _insist_on_all(folder, unread)
        fitting = [entry for entry in there if (entry.package.released or date.max) <= wanted][-1:]
        fitting = [entry for entry in there if fitting and entry.order == fitting[0].order]
    else:
        fitting = [entry for entry in there if entry.package.version == wanted]
    if not fitting:
        raise ReleaseError(
            f"{folder}: has no release of {name} as of {wanted}. The releases are {told}.{' '.join(('', *unread))}"
        )
    return _one(folder, fitting)


def _one(folder: Path, same: Sequence[OnShelf]) -> Path:
    """Return the first of releases of one version. Raises ReleaseError where their data differ."""
    if len({entry.package.digest for entry in same}) > 1:
        told = ", ".join(entry.path.name for entry in same)
        raise ReleaseError(f"{folder}: {told} have the same version but different data. Give one of them.")
    return same[0].path
