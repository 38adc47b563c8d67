"""Origins: where each record of a file in the strict form stands in its source files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ...finding import Finding
from ...reading.locate import Cell
from ...reading.scan import Fault

OTHER, SAME, BARE = range(3)
"""The layout of a record in its source: another one, the same as here, or bare cells with delimiters between them."""
OPEN = 4
"""Added to a layout: a quote is left open there. It was closed here, so that it ends before the next record."""
CLOSED = '"\ufdd0'
"""What closes such a quote, before the next delimiter, and leaves it out of place: no text has this character."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records that follow each other in the strict file as in a source file.

    record, line: the number of the first one in the strict file, and its physical line there.
    file, source_line, source_row: its source file, its line there, and its row as frictionless counts.
    """

    record: int
    line: int
    file: str
    source_line: int
    source_row: int


@dataclass
class Origins:
    """The stretches of a table, in their order.

    lined: whether the source has lines, as Parquet has not.
    layouts: the layout of each record; None where all are the same as in the source.
    """

    stretches: list[Stretch] = field(default_factory=list[Stretch])
    lined: bool = True
    layouts: bytearray | None = None

    def add(self, stretch: Stretch) -> None:
        """Begin a new stretch, unless it continues the last one."""
        if self.stretches:
            last = self.stretches[-1]
            ahead = stretch.record - last.record
            same = (last.file, last.source_row + ahead, last.source_line + stretch.line - last.line)
            if same == (stretch.file, stretch.source_row, stretch.source_line):
                return
        self.stretches.append(stretch)

    @property
    def has_parts(self) -> bool:
        """Whether the table comes from more than one file."""
        return any(stretch.file != self.stretches[0].file for stretch in self.stretches)

    def of(self, record: int) -> Stretch:
        """Return the stretch that has a record."""
        place = bisect_right(self.stretches, record, key=lambda stretch: stretch.record)
        return self.stretches[max(place - 1, 0)]

    def row(self, record: int) -> int:
        """Return the number of a record's row in its source, from 1, headers and comments included."""
        stretch = self.of(record)
        return stretch.source_row + record - stretch.record

    def line(self, record: int, line: int) -> int:
        """Return the line in the source of a line of the strict file."""
        stretch = self.of(record)
        return stretch.source_line + line - stretch.line

    def layout(self, record: int) -> int:
        """Return the layout of a record in its source."""
        return self._layout(record) & ~OPEN

    def leaves_open(self, record: int) -> bool:
        """Say whether a record leaves a quote open in its source."""
        return bool(self._layout(record) & OPEN)

    def _layout(self, record: int) -> int:
        return SAME if self.layouts is None else self.layouts[record - self.stretches[0].record]

    def faults(self, found: Sequence[Fault]) -> Sequence[Fault]:
        """Return faults of records as those of their source."""
        if self.layouts is None:
            return found
        return [
            replace(fault, code="unclosed-quote") if self.leaves_open(fault.record) else fault
            for fault in found
        ]

    def cells(self, record: int, cells: Iterable[Cell]) -> list[Cell]:
        """Return the cells of a record as they are in its source, with their positions where these are known."""
        placed, offset = list(cells), 1
        if self.leaves_open(record):
            placed = [cell._replace(text=cell.text.removesuffix(CLOSED)) for cell in placed]
        if self.layout(record) == BARE:
            for number, cell in enumerate(placed):
                placed[number] = cell._replace(offset=offset)
                offset += len(cell.text) + 1
        return placed

    def placed(self, finding: Finding, field: int | None) -> Finding:
        """Return a finding about the strict file as one about its source.

        field: the number of its column, from 1, where that is known.
        """
        if finding.record is None:
            return replace(finding, field=field)
        stretch, record = self.of(finding.record), finding.record
        line = None if finding.line is None or not self.lined else self.line(record, finding.line)
        offset = finding.offset if self.lined and self.layout(record) != OTHER else None
        return replace(
            finding, file=stretch.file, line=line, offset=offset, row=self.row(record), field=field
        )
