"""Paths: from what a descriptor says to a file below its package, or to the reason why not.

https://datapackage.org/standard/security/. A path is judged twice: as text, so that the same package is refused on
every system, and as what it leads to once all links are followed. What is read afterwards is the file that was judged.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PosixPath, PurePosixPath
from typing import Any, BinaryIO

from ..errors import why

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)

_NO_WAIT = os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class PathError(ValueError):
    """The path leads nowhere that may be read. code: the rule that it breaks."""

    def __init__(self, code: str, expected: str) -> None:
        """Keep the code of the rule and what was expected."""
        super().__init__(expected)
        self.code = code


def is_remote(path: str) -> bool:
    """Say whether a path is an address: it has a scheme, which is longer than the letter of a drive."""
    return bool(_SCHEME.match(path))


def fault(path: str) -> str | None:
    """Return what is wrong with the text of a path, or None."""
    parts = path.split("/")
    if not path or path != path.strip() or not path.isprintable():
        return "a path of visible characters"
    if "\\" in path or ":" in path:
        return "a path with slashes, without colons and backslashes"
    if path.startswith(("/", "~")) or "$" in path:
        return "a path relative to the package"
    if any(part in ("", ".", "..") for part in parts):
        return "a path without empty parts, . and .."
    if any(part.startswith(".") for part in parts):
        return "a path without hidden files and folders"
    if any(_DEVICES.fullmatch(part) or part.endswith((".", " ")) for part in parts):
        return "a path that every system allows"
    return None


def folded(path: str) -> str:
    """Return a form that is equal for paths which name one file where case and Unicode composition do not count."""
    return unicodedata.normalize("NFC", path).casefold()


class JudgedPath(PosixPath):
    """A file that was judged. Whenever it is opened it must be that very file, unchanged; else PathError is raised."""

    _was: tuple[int, ...]

    @classmethod
    def of(cls, path: Path, number: int) -> JudgedPath:
        """Return the path of the file that is open under this number, and close it."""
        judged = cls(path)
        with os.fdopen(number, "rb"):
            judged._was = _state(number)
        return judged

    def open(self, *arguments: Any, **options: Any) -> Any:
        """Open the file as any other path is opened. Raises PathError where it is not the same any more."""
        number = _regular(partial(os.open, self), "")
        if _state(number) != self._was:
            os.close(number)
            raise PathError("source-error", "a file that stays as it is while it is read, found another")
        return open(number, *arguments, **options)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Return the state of the file, which is no link."""
        with self.open("rb") as file:
            return os.fstat(file.fileno())


def below(folder: Path, path: str) -> JudgedPath:
    """Return the file that a path leads to, with all links followed. Raises PathError."""
    wrong = fault(path)
    if wrong:
        raise PathError("unsafe-path", f"{wrong}, found {path[:200]!r}")
    home = folder.resolve()
    try:
        real = home.joinpath(*PurePosixPath(path).parts).resolve()
    except (OSError, RuntimeError) as error:
        raise PathError("source-error", f"a file at {path!r}, found a link that leads to itself") from error
    if not real.is_relative_to(home):
        raise PathError(
            "unsafe-path", f"a file in the folder of the package, found a link out of it: {path!r}"
        )
    walk = partial(_walked, home, real.relative_to(home).parts)
    return JudgedPath.of(real, _regular(walk, f" at {path!r}"))


def bytes_of(path: Path, most: int) -> bytes:
    """Return the bytes of a file, and one more than `most` where it has more. Raises PathError."""
    opener = partial(path.open, "rb") if isinstance(path, JudgedPath) else partial(_fresh, path)
    with opener() as file:
        try:
            data: bytes = file.read(most + 1)
        except OSError as error:  # such as a damaged disk; it does not name the file
            raise PathError("source-error", f"a file that can be read, found: {error.strerror}") from error
        return data


def _fresh(path: Path) -> BinaryIO:
    return os.fdopen(_regular(partial(os.open, path), ""), "rb")


def _walked(folder: Path, parts: Sequence[str], flags: int) -> int:
    """Open a file step by step from a folder. No step follows a link, whatever is put in its place meanwhile."""
    number = os.open(folder, _FOLDER)
    for steps, part in enumerate(parts, start=1):
        above, how = number, flags if steps == len(parts) else _FOLDER
        try:
            number = os.open(part, how | os.O_NOFOLLOW, dir_fd=above)
        finally:
            os.close(above)
    return number


def _regular(opener: Callable[[int], int], where: str) -> int:
    """Return the number of a regular file that was opened for reading. Raises PathError.

    What is judged is what was opened, and a pipe does not make the caller wait. where: said in the message.
    """
    try:
        number = opener(os.O_RDONLY | _NO_WAIT)
    except FileNotFoundError as error:
        raise PathError("source-error", f"a file{where}, found none") from error
    except (OSError, ValueError) as error:
        raise PathError("source-error", f"a file that can be read{where}, found: {why(error)}") from error
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return number
    os.close(number)
    kind = "a folder" if stat.S_ISDIR(mode) else "a device, pipe or socket"
    raise PathError("source-error", f"a regular file{where}, found {kind}")


def _state(number: int) -> tuple[int, ...]:
    """Return what differs once a file was replaced by another, or written to."""
    found = os.fstat(number)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
