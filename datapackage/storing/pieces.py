"""Pieces: the bytes of a file, piece by piece, all in the same buffer, which then stays in the cache."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def pieces(path: Path, size: int) -> Iterator[memoryview]:
    """Yield the bytes of a file, at most `size` at a time; a piece is valid until the next one is requested."""
    room = memoryview(bytearray(size))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(room):
            yield room[:count]
