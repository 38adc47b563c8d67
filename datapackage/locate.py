"""Locate: give findings the physical line, the position, the key and the text of the cell that they are about.

Checks know the number of a row and the name of a column. Only where there are findings is the file walked
again, and only the rows that have one are looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from communique.schemas import Table
from communique.schemas.table import KEY_SEPARATOR

from .finding import Finding
from .scan import blocks

_CELL = re.compile(r'"(?:[^"]|"")*+"[^,\r\n]*+|[^,\r\n]*+')
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Cell:
    """A cell as it stands in the file: its text without quotes, its physical line, and its position there."""

    text: str
    line: int
    offset: int


@dataclass(frozen=True)
class Row:
    """A row as it stands in the file."""

    line: int
    cells: dict[str, Cell]


def rows(path: Path, numbers: Iterable[int]) -> dict[int, Row]:
    """Return the rows of a readable file by their numbers; the header is row 0."""
    wanted = set(numbers)
    found: dict[int, Row] = {}
    labels: list[str] = []
    with path.open("rb") as file:
        for block in blocks(file):
            if block.first == 0:
                labels = [cell.text for cell in _cells(block.record(0), 1)]
            for number in wanted & set(range(block.first, block.first + len(block))):
                line = int(block.lines[number - block.first])
                cells = _cells(block.record(number), line)
                found[number] = Row(line, dict(zip(labels, cells, strict=False)))
    return found


def _cells(record: bytes, line: int) -> list[Cell]:
    text = record.decode(errors="replace")
    position, begin, cells = 0, 0, list[Cell]()
    while True:
        match = _CELL.match(text, position)
        raw = match.group() if match else ""
        cells.append(Cell(_unquoted(raw), line, position - begin + 1))
        for found in _LINE_END.finditer(raw):
            line, begin = line + 1, position + found.end()
        position += len(raw)
        if text[position : position + 1] != ",":
            return cells
        position += 1


def _unquoted(raw: str) -> str:
    if len(raw) > 1 and raw[0] == raw[-1] == '"':
        return raw[1:-1].replace('""', '"')
    return raw


def samples(
    findings: Iterable[Finding], path: Path, each: int = 3, length: int = 500
) -> dict[int, dict[str, str]]:
    """Return the cells of some rows with findings: by number, for the first few findings of each rule."""
    seen = Counter[str]()
    numbers: set[int] = set()
    for finding in findings:
        seen[finding.code] += 1
        if finding.record and seen[finding.code] <= each:
            numbers.add(finding.record)
    found = rows(path, numbers) if numbers else {}
    return {
        number: {label: cell.text[:length] for label, cell in row.cells.items()}
        for number, row in found.items()
    }


def locate(findings: Iterable[Finding], path: Path, table: Table) -> list[Finding]:
    """Return the findings of one file with line, offset, key and value filled in."""
    listed = list(findings)
    numbers = {finding.record for finding in listed if finding.record is not None}
    if not numbers:
        return listed
    found = rows(path, numbers)
    return [_placed(finding, found.get(finding.record or 0), table) for finding in listed]


def _placed(finding: Finding, row: Row | None, table: Table) -> Finding:
    if row is None or finding.record is None:
        return finding
    cell = row.cells.get(finding.column or "")
    if cell is None:
        return replace(finding, line=row.line, offset=1, key=_key(row, table, finding.record))
    return replace(
        finding,
        line=cell.line,
        offset=cell.offset,
        key=_key(row, table, finding.record),
        value=cell.text if finding.record else None,
    )


def _key(row: Row, table: Table, record: int) -> str | None:
    parts = [row.cells[name].text for name in table.primary_key if name in row.cells]
    complete = record > 0 and len(parts) == len(table.primary_key) and all(parts)
    return KEY_SEPARATOR.join(parts) if complete else None
