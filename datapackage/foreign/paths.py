"""Paths: from what a descriptor says to a file below its package, or to the reason why not.

https://datapackage.org/standard/security/. A path is judged twice: as text, so that the same package is refused on
every system, and as what it leads to once all links are followed.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)

_PATIENCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


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
        return "a path that every system can have"
    return None


def below(folder: Path, path: str) -> Path:
    """Return the file that a path leads to, with all links followed. Raises PathError."""
    wrong = fault(path)
    if wrong:
        raise PathError("unsafe-path", f"{wrong}, found {path[:200]!r}")
    try:
        real = folder.joinpath(*PurePosixPath(path).parts).resolve()
    except (OSError, RuntimeError) as error:
        raise PathError("source-error", f"a file at {path!r}, found a link that leads to itself") from error
    if not real.is_relative_to(folder.resolve()):
        raise PathError(
            "unsafe-path", f"a file in the folder of the package, found a link out of it: {path!r}"
        )
    with opened(real, f"at {path!r}"):
        return real


def bytes_of(path: Path, most: int) -> bytes:
    """Return the bytes of a file, and one more than `most` where it has more. Raises PathError."""
    with opened(path) as file:
        return file.read(most + 1)


def opened(path: Path, where: str = "") -> BinaryIO:
    """Return a regular file, open for reading. Raises PathError.

    What is judged is what was opened, and a pipe does not make the caller wait. where: said in the message.
    """
    said = f" {where}".rstrip()
    try:
        number = os.open(path, os.O_RDONLY | _PATIENCE)
    except FileNotFoundError as error:
        raise PathError("source-error", f"a file{said}, found none") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise PathError("source-error", f"a file that can be read{said}, found: {why}") from error
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(number, "rb")
    os.close(number)
    kind = "a folder" if stat.S_ISDIR(mode) else "a device, pipe or socket"
    raise PathError("source-error", f"a regular file{said}, found {kind}")
