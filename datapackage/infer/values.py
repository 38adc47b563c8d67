"""Values: the hashes of what a column has, to be held against those of others; few are kept at hand."""

from __future__ import annotations

from dataclasses import dataclass

from ..checking.hashes import Hashes, HashFile, absent, among

_FEW = 64
"""So many hashes are kept at hand: a table may have 10,000 columns."""


@dataclass(frozen=True, eq=False)
class Values:
    """What a column has.

    count: how many hashes its file has. least: the least of them. few: all of them, where these are few.
    """

    file: HashFile
    count: int
    least: int
    few: frozenset[int] | None

    def have(self, hashes: Hashes) -> list[int]:
        """Return which of some hashes, each there once, the column has."""
        found = [hashes[among(hashes, part)] for part in self.file.parts()]
        return [int(one) for some in found for one in some]

    def are_among(self, others: Values) -> bool:
        """Say whether all of them are among those of another column."""
        if self.few is not None and others.few is not None:
            return self.few <= others.few
        return not len(absent(self.file, others.file))


def values_of(file: HashFile) -> Values:
    """Return the values whose hashes are in a file."""
    count = len(file)
    least = min((int(part[0]) for part in file.parts() if len(part)), default=0)
    few = frozenset(file.part(0, 1).tolist()) if count <= _FEW else None
    return Values(file, count, least, few)
