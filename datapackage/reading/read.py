"""Read a table: bytes become rows of text under the labels of the schema, or findings. Nothing is guessed."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyarrow import csv

from communique.schemas import Table
from communique.schemas.rules import RECORD

from ..arrays import Ints
from ..codes import RULES
from ..finding import Finding, Origin
from ..found import Group
from .locate import Row, cells_of, placed
from .rfc4180 import DELIMITER
from .scan import BOM, Block, Fault
from .suggest import suggest

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Batch:
    """Some rows of a table.

    text: the rows that are well formed, all columns as text, empty cells as null.
    records: their numbers, from 1.
    read: how many rows were read; those that are not in `text` have a finding.
    groups: what is wrong with these.
    keys: the keys of these, as far as they can be read, with their numbers.
    plain: whether all text is printable ASCII.
    """

    text: pa.Table
    records: Ints
    read: int
    groups: tuple[Group, ...]
    keys: pl.DataFrame
    plain: bool


def obstacle(path: Path, folder: Path) -> str | None:
    """Return what prevents the file from being read, or None.

    folder: the folder of the dataset; the file must not be a link that leads out of it.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "a file, found a folder"
        if not stat.S_ISREG(mode):
            return "a regular file, found a device, pipe or socket"
        if not path.resolve().is_relative_to(folder.resolve()):
            return "a file in the folder of the dataset, found a link that leads out of it"
        path.open("rb").close()
    except FileNotFoundError:
        return "a file, found none"
    except OSError as error:
        return f"a file that can be read, found: {error.strerror}"
    return None


@dataclass(frozen=True)
class Header:
    """The labels of a file, and what is wrong with them."""

    labels: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def header(block: Block | None, table: Table, origin: Origin) -> Header:
    """Read the header, with which the first block begins; a file without bytes has none."""
    if block is None:
        return Header((), (replace(origin.finding(RULES["blank-header"], 0), line=1),))
    cells = cells_of(block, 0)
    labels = tuple(cell.text for cell in cells)
    faults = [origin.finding(RULES[fault.code], 0) for fault in block.faults if fault.record == 0]
    row = Row(1, dict(zip(labels, cells, strict=True)))
    found = faults or _label_findings(labels, table, origin)
    return Header(labels, tuple(suggest(placed(finding, row, table), table) for finding in found))


def _label_findings(labels: tuple[str, ...], table: Table, origin: Origin) -> Iterator[Finding]:
    wanted = [column.name for column in table.source_columns]
    if not any(labels):
        yield origin.finding(RULES["blank-header"], 0)
        return
    for delimiter in (";", "\t", "|"):
        parts = labels[0].split(delimiter)
        if len(labels) == 1 < min(len(wanted), len(parts)) and set(parts) & set(wanted):
            yield origin.finding(RULES["wrong-delimiter"], 0, expected=f"commas, found {delimiter!r}")
            return
    seen, known = set[str](), set(wanted)
    for number, label in enumerate(labels):
        if not label:
            found = origin.finding(RULES["blank-label"], 0, expected=f"a label for column {number + 1}")
            yield replace(found, field=number + 1)
        elif label in seen:
            yield replace(origin.finding(RULES["duplicate-label"], 0, label), field=number + 1)
        elif label not in known:
            yield origin.finding(RULES["extra-label"], 0, label, f"one of: {', '.join(wanted)}")
        seen.add(label)
    for label in wanted:
        if label not in seen:
            yield origin.finding(RULES["missing-label"], 0, label)


def batch(block: Block, labels: tuple[str, ...], table: Table) -> Batch:
    """Read the rows of a block."""
    numbers = np.arange(block.first, block.first + len(block), dtype=np.int64)
    rows = numbers > 0
    groups, good, text = list[Group](), rows, None
    if not block.faults:
        text = cells_as_text(block.data, labels, begin=block.head)
    if text is None:  # there is a fault, or PyArrow found a row that is too short or too long
        good, groups = _sifted(block, numbers, labels)
        text = cells_as_text(kept(block, good), labels)
        assert text is not None
    names = [column.name for column in table.source_columns]
    text, records, blank = without_blanks(text.select(names), numbers[good])
    keys = _keys(block, rows & ~good, labels, table)
    if len(blank):
        groups.append(Group(RULES["blank-row"], None, blank))
    return Batch(text, records, int(rows.sum()), tuple(groups), keys, block.plain)


def without_blanks(text: pa.Table, records: Ints) -> tuple[pa.Table, Ints, Ints]:
    """Return the rows that have a value, their numbers, and the numbers of the others."""
    if all(column.null_count for column in text.columns):
        blank = pl.DataFrame(text).select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
        return text.filter(pa.array(~blank)), records[~blank], records[blank]
    return text, records, records[:0]


def _sifted(block: Block, numbers: Ints, labels: tuple[str, ...]) -> tuple[Mask, list[Group]]:
    """Say which rows are well formed, and what is wrong with the others."""
    rows, width = numbers > 0, len(labels)
    faulty = np.isin(numbers, [fault.record for fault in block.faults])
    blank = blank_records(block)
    ragged = (block.widths != width) & ~blank & ~faulty & rows
    groups = list(fault_groups(block.faults, labels))
    for found in np.unique(block.widths[ragged]).tolist():
        groups.append(_width_group(numbers[ragged & (block.widths == found)], found, labels))
    if blank.any():
        groups.append(Group(RULES["blank-row"], None, numbers[blank & rows & ~faulty]))
    return rows & ~faulty & ~blank & ~ragged, groups


def _keys(block: Block, malformed: Mask, labels: tuple[str, ...], table: Table) -> pl.DataFrame:
    """Return the keys of rows that are not well formed, as far as they can be read, with their numbers."""
    faulty = [fault.record for fault in block.faults if fault.record]
    if not malformed.any():
        return _faulty_keys(block, [], labels, table)
    ragged = malformed & ~np.isin(np.arange(len(block)) + block.first, faulty)
    frames = [_faulty_keys(block, faulty, labels, table)]
    for width in np.unique(block.widths[ragged]).tolist() if ragged.any() else ():
        if set(table.primary_key) <= set(labels[:width]):
            frames.append(_ragged_keys(block, ragged & (block.widths == width), labels, table))
    return pl.concat(frames)


def _ragged_keys(block: Block, rows: Mask, labels: tuple[str, ...], table: Table) -> pl.DataFrame:
    """Return the keys of rows that all have the same number of cells."""
    width = int(block.widths[rows][0])
    text = cells_as_text(kept(block, rows), (*labels, *map(str, range(width)))[:width])
    assert text is not None
    numbers = pl.Series(RECORD, np.flatnonzero(rows) + block.first)
    return pl.DataFrame(text.select(table.primary_key)).with_columns(numbers)


def _faulty_keys(block: Block, records: list[int], labels: tuple[str, ...], table: Table) -> pl.DataFrame:
    found: list[list[str | int | None]] = []
    for number in records:
        cells = {label: cell.text for label, cell in zip(labels, cells_of(block, number), strict=False)}
        if set(table.primary_key) <= set(cells):
            found.append([*(cells[part] or None for part in table.primary_key), number])
    schema = {**dict.fromkeys(table.primary_key, pl.String()), RECORD: pl.Int64()}
    return pl.DataFrame(found, schema=schema, orient="row")


def blank_records(block: Block) -> Mask:
    """Say which records consist of a line end alone."""
    data = np.frombuffer(block.data, np.uint8)
    lengths = block.ends - block.starts
    first = data[block.starts]
    blank: Mask = (first == ord("\n")) | ((first == ord("\r")) & (lengths <= 2))
    return blank


def kept(block: Block, good: Mask) -> bytes:
    """Return the bytes of the good records."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], good, [False])).astype(np.int8)))
    runs = zip(edges[0::2], edges[1::2], strict=True)
    return b"".join(block.data[int(block.starts[begin]) : int(block.ends[end - 1])] for begin, end in runs)


def cells_as_text(
    data: bytes,
    labels: tuple[str, ...],
    empty: bool = True,
    piece: int | None = None,
    delimiter: str = DELIMITER,
    begin: int = 0,
) -> pa.Table | None:
    """Turn records into columns of text. None where a row is ragged.

    delimiter: what separates cells. empty: whether an empty cell, quoted or not, is null.
    piece: how many bytes become a chunk of a column; None for a single chunk, which is a must where there are carriage
        returns: PyArrow loses the line feed of a CRLF if a chunk ends between the two. A record may be longer.
    begin: where the first record begins.
    """
    if len(data) <= begin:
        return pa.table({label: pa.array([], pa.string()) for label in labels})
    if data.startswith(BOM, begin):  # PyArrow skips one; this one belongs to the first cell
        source = pa.py_buffer(BOM + data[begin:])
    else:
        source = pa.py_buffer(data).slice(begin)
    size = source.size + 1 if piece is None else min(piece, source.size + 1)
    try:
        return csv.read_csv(
            source,
            read_options=csv.ReadOptions(column_names=labels, block_size=size, use_threads=False),
            parse_options=csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(labels, pa.string()),
                strings_can_be_null=empty,
                null_values=[""] if empty else [],
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:  # with pieces, the cause may be a record that is longer than a piece
        return None if piece is None else cells_as_text(data, labels, empty, delimiter=delimiter, begin=begin)


def fault_groups(faults: Sequence[Fault], labels: tuple[str, ...]) -> Iterator[Group]:
    """Yield what is wrong with the bytes of records."""
    records: dict[tuple[str, str | None], list[int]] = {}
    for fault in faults:
        column = labels[fault.cell] if fault.cell is not None and fault.cell < len(labels) else None
        if fault.record:
            records.setdefault((fault.code, column), []).append(fault.record)
    for (code, column), numbers in records.items():
        yield Group(RULES[code], column, np.array(numbers, np.int64))


def _width_group(records: Ints, width: int, labels: tuple[str, ...]) -> Group:
    expected = f"{len(labels)} cells, found {width}"
    if width < len(labels):
        return Group(RULES["missing-cell"], labels[width], records, expected)
    return Group(RULES["extra-cell"], None, records, expected)
