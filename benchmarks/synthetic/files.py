"""Write the files of a dataset: in key order, or in random order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import polars as pl

from communique.schemas import Table

from .marks import to_bytes


class SortedFiles:
    """One CSV file a table; rows are appended as they come."""

    def __init__(self, folder: Path, tables: Sequence[Table]) -> None:
        self.rows = Counter[str]()
        self._stack = ExitStack()
        self._files = {table.name: self._begun(folder, table) for table in tables}

    def _begun(self, folder: Path, table: Table) -> BinaryIO:
        file = self._stack.enter_context((folder / f"{table.name}.csv").open("wb"))
        file.write((",".join(column.name for column in table.source_columns) + "\n").encode())
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if error is None:
                self.finish()

    def write(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Append the rows of each table."""
        for name, frame in frames.items():
            self.rows[name] += len(frame)
            self.append(name, to_bytes(frame))

    def append(self, name: str, lines: bytes) -> None:
        """Append whole lines to the file of a table."""
        self._files[name].write(lines)

    def finish(self) -> None:
        """Do what is left to do when all rows are there."""


class ShuffledFiles(SortedFiles):
    """The same in random order: each line goes to a random heap, and each heap is shuffled by itself.

    Heaps have some megabytes each, so that one of them fits into memory whatever the size of the dataset.
    """

    HEAPS = 64

    def __init__(self, folder: Path, tables: Sequence[Table], seed: int) -> None:
        super().__init__(folder, tables)
        self._rng = np.random.default_rng([seed, self.HEAPS])
        self._heaps = Path(self._stack.enter_context(TemporaryDirectory(dir=folder.parent)))
        self._names = [table.name for table in tables]

    def append(self, name: str, lines: bytes) -> None:
        """Deal the lines out to the heaps of their table."""
        dealt: list[list[bytes]] = [[] for _ in range(self.HEAPS)]
        listed = lines.split(b"\n")[:-1]  # splitlines would also split at a bare carriage return
        for line, heap in zip(listed, self._rng.integers(0, self.HEAPS, len(listed)), strict=True):
            dealt[heap].append(line)
        for number, heap in enumerate(dealt):
            with self._heap(name, number).open("ab") as file:
                file.writelines(line + b"\n" for line in heap)

    def finish(self) -> None:
        """Shuffle heap after heap into the file of its table."""
        for name in self._names:
            for number in range(self.HEAPS):
                listed = self._heap(name, number).read_bytes().split(b"\n")[:-1]
                shuffled = b"".join(listed[index] + b"\n" for index in self._rng.permutation(len(listed)))
                super().append(name, shuffled)

    def _heap(self, name: str, number: int) -> Path:
        return self._heaps / f"{name}-{number}"
