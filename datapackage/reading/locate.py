"""Locate: give findings the physical line, the position, the key and the text of the cell that they are about.

Checks know the number of a row and the name of a column. Only the blocks of a file that have findings are read again,
and only the rows that have one are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from communique.schemas import Table
from communique.schemas.table import KEY_SEPARATOR

from ..arrays import Ints
from ..finding import Finding
from ..untrusted.limits import RECORD
from .rfc4180 import QUOTED
from .scan import Block, Span, block_at

_QUOTED = re.compile(f'"({QUOTED})"')
_LINE_END = re.compile(r"\r\n|\n|\r")


class Cell(NamedTuple):
    """A cell as it is in the file: its text without quotes, its physical line, and its position in that line."""

    text: str
    line: int
    offset: int


@dataclass(frozen=True)
class Row:
    """A row as it is in the file."""

    line: int
    cells: dict[str, Cell]


def rows(path: Path, spans: Sequence[Span], labels: Sequence[str], wanted: Ints) -> Iterator[tuple[int, Row]]:
    """Yield the wanted rows of a file with their numbers, in ascending order.

    spans: the positions of the blocks of the file.
    """
    if not len(wanted):
        return
    firsts = [span.first for span in spans]
    owners = np.searchsorted(firsts, wanted, side="right") - 1
    with path.open("rb") as file:
        for owner in np.unique(owners).tolist():
            block = block_at(file, spans[owner])
            for number in wanted[owners == owner].tolist():
                cells = cells_of(block, number, len(labels))
                yield number, Row(_line(block, number), dict(zip(labels, cells, strict=False)))


def cells_of(block: Block, number: int, most: int = RECORD.most) -> list[Cell]:
    """Return the first cells of a record, at most `most`; where it is not well formed, the most likely ones."""
    text, line = block.record(number).decode(errors="replace"), _line(block, number)
    if '"' not in text:
        return _bare_cells(_LINE_END.split(text, maxsplit=1)[0], line, block.span.delimiter, most)
    position, begin, cells, pattern = 0, 0, list[Cell](), _cell(block.span.delimiter)
    while True:
        match = pattern.match(text, position)
        raw = match.group() if match else ""
        cells.append(Cell(_unquoted(raw), line, position - begin + 1))
        if "\n" in raw or "\r" in raw:
            for found in _LINE_END.finditer(raw):
                line, begin = line + 1, position + found.end()
        position += len(raw)
        if len(cells) >= most or text[position : position + 1] != block.span.delimiter:
            return cells
        position += 1


def _bare_cells(text: str, line: int, delimiter: str, most: int) -> list[Cell]:
    """Return the first cells of a record without quotes and line ends."""
    cells, offset = list[Cell](), 1
    for cell in text.split(delimiter, most)[:most]:
        cells.append(Cell(cell, line, offset))
        offset += len(cell) + 1
    return cells


@lru_cache
def _cell(delimiter: str) -> re.Pattern[str]:
    rest = rf"[^{re.escape(delimiter)}\r\n]*+"
    return re.compile(rf'"{QUOTED}"{rest}|{rest}')


def _line(block: Block, number: int) -> int:
    if number == block.first:
        return block.span.line  # known without counting the lines of the block
    return int(block.lines[number - block.first])


def _unquoted(raw: str) -> str:
    quoted = _QUOTED.fullmatch(raw)
    return quoted[1].replace('""', '"') if quoted else raw


def placed(finding: Finding, row: Row, table: Table) -> Finding:
    """Return the finding with line, offset, key and value filled in."""
    cell = row.cells.get(finding.column or "")
    key = key_of(row, table) if finding.record else None
    if cell is None:
        return replace(finding, line=row.line, offset=1, key=key)
    return replace(
        finding, line=cell.line, offset=cell.offset, key=key, value=cell.text if finding.record else None
    )


def numbered(labels: Sequence[str], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings about a file with the numbers, from 1, of their rows and columns, if they have any.

    labels: the header, which is the first row.
    """
    places = {label: number for number, label in reversed([*enumerate(labels, 1)])}
    for finding in findings:
        row = None if finding.record is None else finding.record + 1
        yield replace(finding, row=row, field=finding.field or places.get(finding.column or ""))


def key_of(row: Row, table: Table) -> str | None:
    """Return the key of a row as one text, where it is complete."""
    parts = [row.cells[name].text for name in table.primary_key if name in row.cells]
    complete = len(parts) == len(table.primary_key) and all(parts)
    return KEY_SEPARATOR.join(parts) if complete else None
