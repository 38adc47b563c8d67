"""Sums: `SHA256SUMS`, the list of all files of a release with their SHA-256, as sha256sum writes and checks it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from .commit import SUMS

_LINE = re.compile(r"([0-9a-f]{64})  ([^/\s\\][^\\\n]*)")


def listed(folder: Path) -> list[str]:
    """Return the paths of all files below `folder` but `SHA256SUMS`, in the order of their code points."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(path for path in paths if path != SUMS)


def sums(folder: Path) -> str:
    """Return the text of `SHA256SUMS` for a folder."""
    return "".join(f"{sha256_of(folder / path)}  {path}\n" for path in listed(folder))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def parsed(text: str) -> dict[str, str]:
    """Return the SHA-256 of each path that a `SHA256SUMS` lists.

    Raises ValueError, with the number of the line as its argument, where it is not as `sums` writes it.
    """
    found: dict[str, str] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines[:-1], 1):
        match = _LINE.fullmatch(line)
        if not match or match[2] <= max(found, default=""):
            raise ValueError(number)
        found[match[2]] = match[1]
    if lines[-1] or not found:
        raise ValueError(len(lines))
    return found
