"""A table on its way through a check: what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from communique.schemas import Table
from communique.schemas.rules import RECORD

from ..finding import Finding, Origin
from ..found import Found
from ..reading.locate import Row
from ..reading.scan import Span
from ..storing.spool import Spool
from .hashes import HashFile


@dataclass
class CheckedTable:
    """A table on its way through a check: its typed rows on disk, and what was found in it so far.

    findings: what is wrong with the file as a whole.
    found: what is wrong with its rows.
    labels, spans: the header of the file, and the positions of its blocks.
    malformed: the keys of rows that are not well formed.
    """

    table: Table
    path: Path
    spool: Spool | None = None
    read: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])
    found: Found = field(default_factory=Found)
    labels: tuple[str, ...] = ()
    spans: list[Span] = field(default_factory=list[Span])
    malformed: pl.DataFrame = field(default_factory=pl.DataFrame)
    hashes: list[HashFile] = field(default_factory=list[HashFile])

    @property
    def origin(self) -> Origin:
        """Where findings of this table come from."""
        return Origin(self.table.name, self.path.name)

    def frame(self) -> pl.LazyFrame:
        """Return the typed rows, with their numbers in the column `RECORD`.

        Null stands for values that do not fit their type or that their column does not allow.
        """
        assert self.spool is not None
        return self.spool.frame()

    def keys(self) -> pl.LazyFrame:
        """Return the keys of all rows that were read, including those that are not well formed."""
        key = list(self.table.primary_key)
        whole = self.frame().select(*key, RECORD)
        if self.malformed.is_empty():
            return whole
        return pl.concat([whole.with_columns(pl.col(key).cast(pl.String)), self.malformed.lazy()])

    def known(self) -> pl.LazyFrame:
        """Return what is known of each row that was read; of a row that is not well formed, that is only its key.

        The null cells of such a row leave rules across tables undecided: one fault is one finding.
        """
        return self._with_malformed(self.frame())

    def near(self, column: str, low: Any, high: Any) -> pl.LazyFrame:
        """Return what is known of some rows, including all whose value in the column lies between `low` and `high`."""
        assert self.spool is not None
        return self._with_malformed(self.spool.near(column, low, high))

    def _with_malformed(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows if self.malformed.is_empty() else pl.concat([rows, self.malformed.lazy()], how="diagonal")

    def in_source(self, record: int, row: Row) -> Row:
        """Return a row of the checked file with its cells located in the file that was given."""
        return row

    def place_of(self, record: int, line: int) -> str:
        """Return how a message refers to the row on that line."""
        return str(line)

    def forget_hashes(self) -> None:
        """Delete the hashes of keys, which take more room on disk than the keys of a release."""
        for file in self.hashes:
            file.remove()
        self.hashes = []

    def refuse(self, finding: Finding) -> CheckedTable:
        """Return the table as one that cannot be read."""
        return CheckedTable(self.table, self.path, findings=[finding])
