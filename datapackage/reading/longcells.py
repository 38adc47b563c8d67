"""Long cells: raise the limit of Python's csv module on the length of cells for a while."""

from __future__ import annotations

import csv
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock


class _LongCells:
    """The csv module has one limit for the whole process: while several blocks overlap, the largest limit holds."""

    def __init__(self) -> None:
        self._lock, self._wanted, self._before = Lock(), list[int](), 0

    @contextmanager
    def __call__(self, most: int) -> Generator[None]:
        """Let the csv module accept cells of up to `most` characters within the block."""
        with self._lock:
            if not self._wanted:
                self._before = csv.field_size_limit()
            self._wanted.append(most)
            csv.field_size_limit(max(self._wanted))
        try:
            yield
        finally:
            with self._lock:
                self._wanted.remove(most)
                csv.field_size_limit(max(self._wanted, default=self._before))


long_cells = _LongCells()
