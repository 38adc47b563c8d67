"""Commit: replace a folder by another atomically, so that a reader sees either the old release or the new one.

Three paths beside the target are named after it. `.NAME.lock` is a file that the writer holds a lock on, which the system
releases when the process ends: the other two belong to that process alone. `.NAME.staging` is the folder in which the
new release is written, `.NAME.old` the old release on a system that cannot exchange two names. The next build cleans up
what a killed one left behind.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory, gettempdir

from ..errors import CommuniqueError, TargetError, why
from ..filenames import DESCRIPTOR
from ..threads import each_in_turn

SUMS = "SHA256SUMS"
"""The file of a release that has the SHA-256 of every other; it is written last."""
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_SYNCED, _SYNCING = 64, 16
"""How many files are synced one after the other, and how many such batches at once: a disk syncs many files together."""
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
"""The errors of a system or file system that cannot exchange two names."""


def refuse_overlap(target: Path, source: Path) -> None:
    """Refuse a target that would replace what is read: a dataset, a package, or a release."""
    if source.resolve().is_relative_to(target.resolve()):
        raise TargetError(f"{target}: contains the input, which would be replaced. Give another folder.")


@contextmanager
def staging(target: Path, marker: str = SUMS) -> Generator[Path]:
    """Give an empty folder beside `target`; if the block succeeds it becomes `target`, else it is removed.

    marker: the file that marks a complete folder: without it the new folder is dropped, and an old one is not replaced.
    Raises TargetError where that folder cannot be made, written, or put in place, or another build is at work, and
    CommuniqueError where the block fails on another file; `target` is unchanged then.
    """
    with ExitStack() as stack:
        try:
            _refuse(target, marker)
            _make_parents(target.parent, stack)
            _lock(target, stack)
            _recover(target)
            folder = _empty_folder(_beside(target, "staging"), stack)
            with _told_apart(folder, target):
                yield folder
            if not (folder / marker).is_file():
                return
            _sync_tree(folder)
            _refuse(target, marker)
            _replace(folder, target)
        except OSError as error:
            # A full disk is reported without the file, which may be a temporary one.
            place = error.filename or f"there, or in {gettempdir()}, the folder for temporary files"
            raise TargetError(
                f"{target}: cannot be written: {why(error)} ({place}). Nothing was changed."
            ) from error
        # The stack removes the old release only after this point.
        _settle(target.parent)


@contextmanager
def _told_apart(folder: Path, target: Path) -> Generator[None]:
    """Turn an OSError about a file outside of `folder` into a CommuniqueError; leave all others as they are.

    An error that names no file, as when a disk is full, is about a file that was being written.
    """
    try:
        yield
    except OSError as error:
        # An error of a copy names both files.
        named = [
            os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)
        ]
        if not named or any(_is_within(name, folder) for name in named):
            raise
        raise CommuniqueError(
            f"{named[0]}: cannot be used: {error.strerror}. Check that file, and try again; {target} was "
            "not changed."
        ) from error


def _is_within(path: str, folder: Path) -> bool:
    return Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder))


def write_file(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file atomically: a reader sees what was there before, or all of `content`, which may come in parts.

    A link is kept, and the file that it leads to is written; a file keeps its mode. A device or a pipe, such as
    /dev/stdout, is written to directly. Raises TargetError where that fails; an existing file is untouched then.
    """
    parts = [content] if isinstance(content, bytes) else content
    new: Path | None = None
    try:
        if path.exists() and (not path.is_file() or path.is_relative_to("/dev")):
            with path.open("wb") as device:
                device.writelines(parts)
            return
        refuse_within_release(path)
        path = path.resolve() if path.is_symlink() else path
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            new = Path(file.name)
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        new.replace(path)
    except OSError as error:
        raise TargetError(f"{path}: cannot be written: {why(error)}.") from error
    finally:
        if new:
            new.unlink(missing_ok=True)
    _settle(path.parent)


def refuse_within_release(target: Path) -> None:
    """Refuse a target within a release, which would then differ from what was published."""
    for folder in target.resolve().parents:
        if (folder / SUMS).is_file() and (folder / DESCRIPTOR).is_file():
            raise TargetError(
                f"{target}: is inside the release {folder}, which is never changed. Give another place."
            )


@contextmanager
def whole_file(target: Path) -> Generator[Path]:
    """Give the path of a new file in a temporary folder beside `target`; if the block succeeds it becomes `target`.

    Raises TargetError where it cannot be written, and CommuniqueError where the block fails on another file; an existing
    target is untouched then.
    """
    try:
        refuse_within_release(target)
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise TargetError(f"{target}: expected a file, or nothing. Give another name.")
        if not target.parent.is_dir():
            raise TargetError(f"{target}: there is no folder {target.parent}. Make it first.")
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
            new = Path(folder) / target.name
            with _told_apart(Path(folder), target):
                yield new
            new.chmod(0o644)
            _sync(new)
            new.replace(target)
    except OSError as error:
        raise TargetError(f"{target}: cannot be written: {why(error)}.") from error
    _settle(target.parent)


def _refuse(target: Path, marker: str) -> None:
    refuse_within_release(target)
    if target.name in ("", ".."):
        raise TargetError(
            f"{target}: expected the name of a folder, because it is replaced as a whole. Give another."
        )
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise TargetError(f"{target}: expected a folder, or nothing. Give another one.")
    if target.is_dir() and any(target.iterdir()) and not (target / marker).is_file():
        raise TargetError(f"{target}: has files but no {marker}, so it is left alone. Give another folder.")


def _make_parents(folder: Path, stack: ExitStack) -> None:
    """Make the folder and its parents; those that are still empty when the stack ends are removed again."""
    if not folder.exists():
        _make_parents(folder.parent, stack)
        folder.mkdir(exist_ok=True)
        stack.callback(_quietly, folder.rmdir)
        _sync(folder.parent)


def _quietly(work: Callable[[], None]) -> None:
    """Run a cleanup, ignoring errors: the actual work has succeeded or failed already."""
    with suppress(OSError):
        work()


def _beside(target: Path, ending: str) -> Path:
    return target.with_name(f".{target.name}.{ending}")


def _lock(target: Path, stack: ExitStack) -> None:
    """Hold the lock of `target` until the stack ends."""
    path = _beside(target, "lock")
    held = False
    while not held:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        stack.callback(_quietly, partial(os.close, descriptor))
        otherwise = "another build is writing it now. Wait until it has ended, or give another folder."
        _hold(descriptor, f"{target}: {otherwise}")
        # The previous holder may have removed the file meanwhile: a lock on an unlinked file excludes nobody.
        with suppress(FileNotFoundError):
            held = os.path.samestat(os.fstat(descriptor), path.stat())
    stack.callback(_quietly, path.unlink)


@contextmanager
def alone(dataset: Path) -> Generator[None]:
    """Hold an advisory lock on a dataset within the block, so that only one process at a time writes into it.

    The lock is on the folder itself, so that no file is left behind; on a file system that cannot lock folders it has no
    effect. Raises TargetError where another process holds it.
    """
    descriptor = os.open(dataset, os.O_RDONLY)
    otherwise = (
        "another release, or quarantine apply, is writing into it now. Nothing was changed. Wait until it has ended, and "
        "try again."
    )
    try:
        with suppress(OSError):
            _hold(descriptor, f"{dataset}: {otherwise}")
        yield
    finally:
        os.close(descriptor)


def _hold(descriptor: int, otherwise: str) -> None:
    """Lock an open file until it is closed. Raises TargetError with the text `otherwise` where another process holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise TargetError(otherwise) from error


def _recover(target: Path) -> None:
    """Clean up after a kill on a system that cannot exchange names: undo the first rename if it was the only one."""
    aside = _beside(target, "old")
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
    elif aside.exists():
        aside.rename(target)


def _empty_folder(folder: Path, stack: ExitStack) -> Path:
    """Make the folder anew; whatever has its name when the stack ends is removed."""
    stack.callback(_quietly, partial(_remove, folder))
    try:
        with suppress(FileNotFoundError):
            _remove(folder)
    except OSError as error:
        raise TargetError(
            f"{folder}: an earlier build left it behind, and it cannot be removed: {why(error)}. Remove it, and "
            "try again."
        ) from error
    folder.mkdir()
    folder.chmod(0o755)
    return folder


def _remove(folder: Path) -> None:
    """Remove a folder, even if its owner protected what is in it against changes."""
    try:
        shutil.rmtree(folder)
    except PermissionError:
        for place, _, _ in os.walk(folder):  # rmtree refuses a link, with another error
            Path(place).chmod(0o700)
        shutil.rmtree(folder)


def _sync_tree(folder: Path) -> None:
    """Sync the folder to disk with everything in it, each folder after its content."""
    for place, _, names in os.walk(folder, topdown=False, onerror=_fail):
        files = [Path(place) / name for name in sorted(names)]
        parts = (files[start : start + _SYNCED] for start in range(0, len(files), _SYNCED))
        for _ in each_in_turn(_sync_files, parts, _SYNCING):
            pass
        Path(place).chmod(0o755)
        _sync(Path(place))


def _fail(error: OSError) -> None:
    raise error


def _sync_files(paths: Sequence[Path]) -> None:
    for path in paths:
        path.chmod(0o644)
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _settle(folder: Path) -> None:
    """Make a rename in `folder` survive a power failure. The rename has happened, and an error does not undo it."""
    try:
        _sync(folder)
    except OSError as error:
        raise TargetError(
            f"{folder}: what was written is in place, but the system cannot confirm that it is safe on the disk: "
            f"{why(error)}. Check the disk, and build again."
        ) from error


def _replace(folder: Path, target: Path) -> None:
    """Replace `target` by `folder`; what was there is at `folder` afterwards, or gone."""
    if not target.exists():
        folder.rename(target)
    elif not _exchange(folder, target):
        # For a moment, neither folder has the name.
        target.rename(_beside(target, "old"))
        try:
            folder.rename(target)
        finally:
            _recover(target)


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
