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
    text, good = sift(block, labels)
    wrong = list(ragged(block, malformed(block, good)))
    groups = [
        *fault_groups(block.faults, labels),
        *(_width_group(records, found, labels) for found, records in wrong),
    ]
    names = [column.name for column in table.source_columns]
    text, records, blank = without_blanks(text.select(names), good)
    keys = _keys(block, wrong, labels, table)
    if len(blank):
        groups.append(Group(RULES["blank-row"], None, blank))
    return Batch(text, records, len(block.rows), tuple(groups), keys, block.plain)


def without_blanks(text: pa.Table, records: Ints) -> tuple[pa.Table, Ints, Ints]:
    """Return the rows that have a value, their numbers, and the numbers of the others."""
    if all(column.null_count for column in text.columns):
        blank = pl.DataFrame(text).select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
        return text.filter(pa.array(~blank)), records[~blank], records[blank]
    return text, records, records[:0]


def sift(
    block: Block, labels: tuple[str, ...], empty: bool = True, piece: int | None = None
) -> tuple[pa.Table, Ints]:
    """Return the cells of the rows of a block that are well formed, and the numbers of these.

    A blank row is one of them, with empty cells, as PyArrow reads it. labels, empty, piece: as in `cells_as_text`.
    """
    delimiter = block.span.delimiter
    if not block.faults:
        text = cells_as_text(block.data, labels, empty, piece, delimiter, block.head)
        if text is not None:  # else a row is too short or too long
            return text, block.rows
    good = blank_records(block) | (block.widths == len(labels))
    good[: len(block) - len(block.rows)] = False  # the header
    good[[fault.record - block.first for fault in block.faults]] = False
    text = cells_as_text(kept(block, good), labels, empty, delimiter=delimiter)
    assert text is not None
    return text, np.flatnonzero(good) + block.first


def malformed(block: Block, good: Ints) -> Ints:
    """Return the numbers of the rows that are not well formed. good: those of the others."""
    return block.rows[~np.isin(block.rows, good)] if len(good) < len(block.rows) else good[:0]


def ragged(block: Block, rows: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield each wrong number of cells, with the numbers of the rows that have it. rows: those that are malformed."""
    if len(rows):
        rows = rows[~np.isin(rows, [fault.record for fault in block.faults])]
        widths = block.widths[rows - block.first]
        yield from ((found, rows[widths == found]) for found in np.unique(widths).tolist())


def _keys(
    block: Block, wrong: Sequence[tuple[int, Ints]], labels: tuple[str, ...], table: Table
) -> pl.DataFrame:
    """Return the keys of rows that are not well formed, as far as they can be read, with their numbers.

    wrong: the rows that are too short or too long, by their number of cells.
    """
    frames = [_faulty_keys(block, labels, table)]
    for width, records in wrong:
        if set(table.primary_key) <= set(labels[:width]):
            frames.append(_ragged_keys(block, records, (*labels, *map(str, range(width)))[:width], table))
    return pl.concat(frames)


def _ragged_keys(block: Block, records: Ints, labels: tuple[str, ...], table: Table) -> pl.DataFrame:
    """Return the keys of rows that have as many cells as there are labels."""
    rows = np.isin(np.arange(len(block)) + block.first, records)
    text = cells_as_text(kept(block, rows), labels)
    assert text is not None
    return pl.DataFrame(text.select(table.primary_key)).with_columns(pl.Series(RECORD, records))


def _faulty_keys(block: Block, labels: tuple[str, ...], table: Table) -> pl.DataFrame:
    found: list[list[str | int | None]] = []
    for number in (fault.record for fault in block.faults if fault.record):
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
