"""Hashes of files: of their bytes, whatever they hold; digest.py has those of rows, and `checking.hashes` those of keys."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .digest import PREFIX


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file as a descriptor gives it."""
    return PREFIX + sha256_of(path)
