"""What lies at a path, as a folder with a release: one of ours, or one made from another package for a while."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ...describing.datadictionary import DataDictionary
from ...errors import ReleaseError
from ...filenames import DESCRIPTION, DESCRIPTOR
from ...releasing.archive import opened
from ...releasing.commit import SUMS
from ...untrusted.document import DocumentError, load
from ...untrusted.limits import DOCUMENT
from ...untrusted.paths import PathError, bytes_of
from ...untrusted.unpack import Member, NoArchiveError, members
from ..opening import NAMES, given
from .adopt import Adoption, fault


def is_of_others(path: Path, schema: Path | None = None) -> bool:
    """Say whether a path leads to another package or table, as against a release or dataset of ours.

    A release is known by its SHA256SUMS, or by the digest in its descriptor.
    schema: the Table Schema of a lone table.
    """
    if schema is not None:
        return True
    if path.is_dir():
        there = [name for name in (*NAMES, DESCRIPTION, SUMS) if (path / name).exists()]
        return bool(there) and not {DESCRIPTION, SUMS} & set(there) and not _has_digest(path / DESCRIPTOR)
    if not path.is_file():
        return False
    top = _top(path)
    if top is None:
        return not (path.name == DESCRIPTOR and is_release(path.parent))
    return bool(top.keys() & set(NAMES)) and SUMS not in top and not _gives_digest(top.get(DESCRIPTOR, b""))


def is_release(folder: Path) -> bool:
    """Say whether a folder has a release of ours."""
    return (folder / DESCRIPTOR).exists() and ((folder / SUMS).exists() or _has_digest(folder / DESCRIPTOR))


def _has_digest(path: Path) -> bool:
    try:
        return _gives_digest(bytes_of(path, DOCUMENT.most))
    except PathError:
        return False


def _gives_digest(descriptor: bytes) -> bool:
    try:
        content = load(descriptor, is_yaml=False)
    except DocumentError:
        return False
    return isinstance(content, dict) and "digest" in content


def _top(path: Path) -> dict[str, bytes] | None:
    """Return the files at the top of an archive by name, with the content of a descriptor; None if it is no archive.

    A broken archive counts as empty: opening it will say what is wrong.
    """
    try:
        with members(path) as found:
            top = dict[str, bytes]()
            for member in found:
                parts = PurePosixPath(member.name).parts
                if 1 <= len(parts) <= 2 and parts[-1] not in top:  # a second descriptor is not read
                    top[parts[-1]] = _descriptor(member)
            return top
    except NoArchiveError:
        return None
    except ReleaseError:
        return {}


def _descriptor(member: Member) -> bytes:
    """Return the content of a descriptor; nothing for any other file."""
    source = member.read() if member.regular and PurePosixPath(member.name).name == DESCRIPTOR else None
    if source is None:
        return b""
    with source:
        return source.read(DOCUMENT.most + 1)


@contextmanager
def as_release(path: Path, schema: Path | None = None) -> Generator[Path]:
    """Yield the folder of a release: one of ours, in a folder or an archive, or one made from another package.

    schema: the Table Schema of a lone table.
    Raises CommuniqueError where there is neither, and where the other package is not valid.
    """
    if not is_of_others(path, schema):
        with opened(path.parent if path.name == DESCRIPTOR and path.is_file() else path) as folder:
            yield folder
        return
    with TemporaryDirectory(prefix="communique-") as folder:
        made = Path(folder) / "release"
        made.mkdir()
        lay_out(path, made, schema)
        yield made


def lay_out(path: Path, folder: Path, schema: Path | None) -> None:
    """Make a release from another package in the empty folder `folder`. Raises CommuniqueError where it is not valid."""
    with given(path, schema) as found, TemporaryDirectory(prefix="communique-") as work:
        report = Adoption(found, Path(work)).into(folder).report
    if not report.built:
        # Some errors only a release has, so that the check is clean: a row of Parquet without any value.
        raise ReleaseError(f"{path}: {fault(report.findings, report.count('error'), 'build')}")


def described_by_others(path: Path, schema: Path | None) -> DataDictionary:
    """Return the data dictionary of another package, from its descriptor alone; no row is read.

    Raises CommuniqueError where there is none, or it has errors.
    """
    with given(path, schema) as found, TemporaryDirectory(prefix="communique-") as work:
        return Adoption(found, Path(work)).dictionary()
