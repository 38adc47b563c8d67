"""Hashes of files, over their bytes; `digest` has those of rows, and `checking.hashes` those of keys."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..progress import Step, tell
from ..threads import go_on
from .digest import PREFIX
from .pieces import pieces

_AT_ONCE = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    digest = hashlib.sha256()
    for piece in pieces(path, _AT_ONCE):
        digest.update(piece)
        tell(Step("hash", bytes=len(piece)))
        go_on()
    return digest.hexdigest()


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file as a descriptor gives it."""
    return PREFIX + sha256_of(path)
