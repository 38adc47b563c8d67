"""Hashes of keys: eight bytes stand for a key, so that the keys of all rows can be compared.

While rows are read their hashes go to a file. They are compared in parts, chosen by the hash itself, so that memory does
not grow with the table. Equal hashes are only a suspicion, which the caller confirms by looking at the keys. A lost
reference goes unnoticed only if its hash is that of an existing key: with a hundred million keys, one lost reference in
some 10^11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import copyfile

import numpy as np
import numpy.typing as npt
import polars as pl

from ..arrays import ascending

Hashes = npt.NDArray[np.uint64]

PART = 16 << 20
"""How many hashes are compared at once."""


def whole(rows: pl.DataFrame, key: Iterable[str]) -> pl.DataFrame:
    """Return the keys of rows, without those that have a null part."""
    keys = pl.DataFrame([rows[part] for part in key])
    return keys.drop_nulls() if any(part.null_count() for part in keys) else keys


def hashed(keys: pl.DataFrame, seed: int = 0) -> Hashes:
    """Return the hash of each row; it depends on the values and the seed alone."""
    texts = [part if part.dtype == pl.String else part.cast(pl.String) for part in keys]
    return pl.DataFrame(texts).hash_rows(seed).to_numpy()


class HashFile:
    """Hashes in a file, in no order."""

    def __init__(self, path: Path) -> None:
        """Begin a new file."""
        self._path, self._count = path, 0
        path.touch()

    def __len__(self) -> int:
        """Return how many hashes were added."""
        return self._count

    def add(self, hashes: Hashes) -> None:
        """Add hashes at the end."""
        with self._path.open("ab") as file:
            file.write(hashes.tobytes())  # numpy's own tofile ignores errors of the last write
        self._count += len(hashes)

    def copy(self, suffix: str) -> HashFile:
        """Return a copy in a file beside this one, with a suffix to its name."""
        twin = HashFile(self._path.with_name(f"{self._path.name}-{suffix}"))
        copyfile(self._path, twin._path)
        twin._count = self._count
        return twin

    def remove(self) -> None:
        """Delete the file; nothing can be looked up afterwards."""
        self._path.unlink()

    def parts(self) -> Iterator[Hashes]:
        """Yield the hashes of each part, sorted; equal ones are in the same part."""
        parts = len(self) // PART + 1
        return (self.part(number, parts) for number in range(parts))

    def part(self, number: int, parts: int) -> Hashes:
        """Return the hashes of one part of `parts`, sorted."""
        chunks = self._chunks()
        if parts > 1:
            chunks = (hashes[hashes % np.uint64(parts) == number] for hashes in chunks)
        return ascending(np.concatenate(list(chunks)))

    def _chunks(self) -> Iterator[Hashes]:
        yield np.empty(0, np.uint64)
        with self._path.open("rb") as file:
            while len(hashes := np.fromfile(file, np.uint64, 1 << 20)):
                yield hashes


def repeats(file: HashFile) -> Hashes:
    """Return the hashes that occur more than once, sorted."""
    return ascending(np.concatenate([_repeats(part) for part in file.parts()]))


def repeated(file: HashFile) -> int:
    """Return how many hashes equal one before them."""
    return len(file) - sum(len(distinct(part)) for part in file.parts())


def _repeats(hashes: Hashes) -> Hashes:
    return distinct(hashes[1:][hashes[1:] == hashes[:-1]])


def distinct(hashes: Hashes) -> Hashes:
    """Return the hashes, dropping each one that equals its predecessor."""
    first = np.concatenate((hashes[:1] == hashes[:1], hashes[1:] != hashes[:-1]))
    return np.asarray(hashes[first])


def absent(wanted: HashFile, known: HashFile) -> Hashes:
    """Return the hashes of `wanted` that `known` does not have, sorted."""
    parts = (len(wanted) + len(known)) // PART + 1
    found = [_absent(wanted.part(number, parts), known.part(number, parts)) for number in range(parts)]
    return ascending(np.concatenate(found))


def _absent(wanted: Hashes, known: Hashes) -> Hashes:
    wanted = distinct(wanted)
    return wanted[~among(wanted, known)]


def among(hashes: Hashes, known: Hashes) -> npt.NDArray[np.bool_]:
    """Say which hashes are among `known`, which are sorted."""
    if not len(known):
        return np.zeros(len(hashes), np.bool_)
    places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.equal(known[places], hashes)
