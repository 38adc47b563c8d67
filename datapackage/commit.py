"""Commit: a folder takes the place of another at once, so that a reader sees the old release or the new one."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, mkdtemp

from .errors import TargetError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def staging(target: Path, marker: str = "SHA256SUMS") -> Generator[Path]:
    """Give an empty folder beside `target`; when the block ends well it becomes `target`, else it is removed.

    marker: the file by which a folder is known as one that may be replaced.
    Raises TargetError where that folder cannot be made, written, or put in place; `target` is as it was then.
    """
    _refuse(target, marker)
    folder: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f".{target.name[:100]}-", dir=target.parent))
        folder.chmod(0o755)
        yield folder
        _sync_tree(folder)
        _replace(folder, target)
        _sync(target.parent)
    except OSError as error:
        place = error.filename or target
        raise TargetError(
            f"{target}: cannot be written: {error.strerror or error} ({place}). Nothing was changed."
        ) from error
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole: a reader sees what was there before, or all of `content`.

    Raises TargetError where it cannot be written; what was there before is untouched.
    """
    new: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            new = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(0o644)
        new.replace(path)
    except OSError as error:
        raise TargetError(f"{path}: cannot be written: {error.strerror or error}.") from error
    finally:
        if new:
            new.unlink(missing_ok=True)


def _refuse(target: Path, marker: str) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise TargetError(f"{target}: expected a folder, or nothing. Give another one.")
    if target.is_dir() and any(target.iterdir()) and not (target / marker).is_file():
        raise TargetError(f"{target}: has files but no {marker}, so it is left alone. Give another folder.")


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o755 if path.is_dir() else 0o644)
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(folder: Path, target: Path) -> None:
    """Put `folder` in the place of `target`; what was there is in the place of `folder` afterwards."""
    if not target.exists():
        folder.rename(target)
    elif not _exchange(folder, target):
        # Without an exchange there is a moment at which neither folder has the name.
        aside = folder.with_name(f"{folder.name}-old")
        target.rename(aside)
        folder.rename(target)
        aside.rename(folder)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names in one step (renameat2, Linux); return whether the system can do that."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    failed: int = rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    return not failed
