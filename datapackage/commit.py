"""Commit: a folder takes the place of another at once, so that a reader sees the old release or the new one.

What is written goes into a staging folder beside the target, whose name follows from the target's. Whoever
writes holds a lock on that folder, which the system drops with the process: a staging folder without a lock is
what a killed build left, and the next build clears it away.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from .errors import TargetError

SUMS = "SHA256SUMS"
"""The file of a release that has the SHA-256 of every other; it is written last."""
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
"""What a system or file system says that cannot exchange two names."""


@contextmanager
def staging(target: Path, marker: str = SUMS) -> Generator[Path]:
    """Give an empty folder beside `target`; when the block ends well it becomes `target`, else it is removed.

    marker: the file by which a complete folder is known: without it the new folder is dropped, and an old one
        is not replaced.
    Raises TargetError where that folder cannot be made, written, or put in place, or another build is at work;
    `target` is as it was then.
    """
    _refuse(target, marker)
    with ExitStack() as stack:
        try:
            _make_parents(target.parent, stack)
            folder = _claim(target, stack)
            yield folder
            if (folder / marker).is_file():
                _sync_tree(folder)
                _replace(folder, target)
        except OSError as error:
            place = error.filename or target
            raise TargetError(
                f"{target}: cannot be written: {error.strerror or error} ({place}). Nothing was changed."
            ) from error
    _settle(target.parent)


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
    _settle(path.parent)


def _refuse(target: Path, marker: str) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise TargetError(f"{target}: expected a folder, or nothing. Give another one.")
    if target.is_dir() and any(target.iterdir()) and not (target / marker).is_file():
        raise TargetError(f"{target}: has files but no {marker}, so it is left alone. Give another folder.")


def _make_parents(folder: Path, stack: ExitStack) -> None:
    """Make the folder; what was made and is still empty in the end is removed again."""
    if not folder.exists():
        _make_parents(folder.parent, stack)
        folder.mkdir(exist_ok=True)
        stack.callback(_remove_if_empty, folder)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _claim(target: Path, stack: ExitStack) -> Path:
    """Return the staging folder of `target`, empty and locked; it is removed when the stack ends."""
    folder = target.with_name(f".{target.name[:100]}.staging")
    while True:
        folder.mkdir(exist_ok=True)
        if _lock(folder, target, stack):
            break
    _recover(folder, target)
    if target.exists():
        # It gets the name of the staging folder: locked, nobody takes it for what a killed build left.
        _lock(target, target, stack)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
    folder.chmod(0o755)
    return folder


def _lock(folder: Path, target: Path, stack: ExitStack) -> bool:
    """Lock a folder until the stack ends; return whether it still has its name then."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return False
    stack.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise TargetError(
            f"{target}: another build is writing it now. Wait until it has ended, or give another folder."
        ) from error
    try:
        return os.path.samestat(os.fstat(descriptor), folder.stat())
    except FileNotFoundError:
        return False


def _recover(folder: Path, target: Path) -> None:
    """Put the old release back, where a kill came between the two renames of a system without an exchange."""
    aside = _aside(folder)
    if aside.exists():
        aside.rename(target) if not target.exists() else shutil.rmtree(aside)


def _aside(folder: Path) -> Path:
    return folder.with_suffix(".old")


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


def _settle(folder: Path) -> None:
    """Make a rename in `folder` last through a power failure. It has happened, so an error undoes nothing."""
    try:
        _sync(folder)
    except OSError as error:
        raise TargetError(
            f"{folder}: what was written is in place, but the system cannot say that it is safe on the disk: "
            f"{error.strerror or error}. Look at the disk, and build again."
        ) from error


def _replace(folder: Path, target: Path) -> None:
    """Put `folder` in the place of `target`; what was there is in the place of `folder` afterwards."""
    if not target.exists():
        folder.rename(target)
    elif not _exchange(folder, target):
        # There is a moment at which neither folder has the name.
        aside = _aside(folder)
        target.rename(aside)
        try:
            folder.rename(target)
        except OSError:
            aside.rename(target)
            raise
        aside.rename(folder)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names in one step (renameat2, Linux); return whether the system can do that."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    failed: int = rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    if failed and ctypes.get_errno() not in _NO_EXCHANGE:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(second))
    return not failed
