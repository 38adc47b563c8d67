"""Pieces: the bytes of a file, one piece after the other, all in the same room of memory, which caches then hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def pieces(path: Path, size: int) -> Iterator[memoryview]:
    """Yield the bytes of a file, at most `size` at a time; a piece is there until the next one is asked for."""
    room = memoryview(bytearray(size))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(room):
            yield room[:count]
