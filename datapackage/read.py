"""Read a table: bytes become rows of text under the labels of the schema, or findings. Nothing is guessed."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyarrow import csv

from communique.schemas import Table

from .codes import RULES
from .finding import Finding, Origin
from .scan import Block, Fault, Ints, blocks

_BOM = b"\xef\xbb\xbf"
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Batch:
    """Some rows of a table.

    frame: the rows that are well formed, all columns as text, empty cells as null; None where the file as a
        whole cannot be read.
    records: their numbers, from 1.
    read: how many rows were read; those that are not in `frame` have a finding.
    """

    frame: pl.DataFrame | None
    records: Ints
    read: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Header:
    labels: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def read(path: Path, folder: Path, table: Table) -> Iterator[Batch]:
    """Yield the rows of the table, batch by batch; a file that cannot be read gives one batch without a frame.

    folder: the folder of the dataset, which the file may not leave by a link.
    """
    origin = Origin(table.name, path.name)
    obstacle = _obstacle(path, folder)
    if obstacle:
        yield _unreadable([origin.finding(RULES["source-error"], expected=obstacle)])
        return
    header = None
    with path.open("rb") as file:
        for block in blocks(file):
            if header is None:
                header = _header(block, table, origin)
                if header.findings:
                    yield _unreadable(header.findings)
                    return
            yield _batch(block, header.labels, table, origin)
    if header is None:
        yield _unreadable([replace(origin.finding(RULES["blank-header"], 0), line=1)])


def _unreadable(findings: list[Finding] | tuple[Finding, ...]) -> Batch:
    return Batch(None, np.empty(0, np.int64), 0, tuple(findings))


def _obstacle(path: Path, folder: Path) -> str | None:
    """Return what keeps the file from being read, or None."""
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


def _header(block: Block, table: Table, origin: Origin) -> _Header:
    faults = [fault for fault in block.faults if fault.record == 0]
    if faults:
        fault = faults[0]
        return _Header((), (replace(origin.finding(RULES[fault.code], 0), line=fault.line),))
    text = block.record(0).decode().rstrip("\r\n")
    labels = tuple("" if label is None else label for label in _cells(text, int(block.widths[0])))
    return _Header(labels, tuple(_label_findings(labels, table, origin)))


def _cells(text: str, width: int) -> list[str | None]:
    """Return the cells of one record that is well formed."""
    names = [str(number) for number in range(width)]
    frame = _parse(f"{text}\n".encode(), names)
    return [frame[name][0] for name in names]


def _label_findings(labels: tuple[str, ...], table: Table, origin: Origin) -> Iterator[Finding]:
    wanted = [column.name for column in table.source_columns]
    if not any(labels):
        yield replace(origin.finding(RULES["blank-header"], 0), line=1)
        return
    for delimiter in (";", "\t", "|"):
        if (
            len(labels) == 1
            and set(labels[0].split(delimiter)) & set(wanted)
            and len(wanted) > 1
            and delimiter in labels[0]
        ):
            yield replace(
                origin.finding(RULES["wrong-delimiter"], 0, expected=f"commas, found {delimiter!r}"), line=1
            )
            return
    seen, known = set[str](), set(wanted)
    for number, label in enumerate(labels):
        if not label:
            yield origin.finding(RULES["blank-label"], 0, expected=f"a label for column {number + 1}")
        elif label in seen:
            yield origin.finding(RULES["duplicate-label"], 0, label)
        elif label not in known:
            yield origin.finding(RULES["extra-label"], 0, label, f"one of: {', '.join(wanted)}")
        seen.add(label)
    for label in wanted:
        if label not in seen:
            yield origin.finding(RULES["missing-label"], 0, label)


def _batch(block: Block, labels: tuple[str, ...], table: Table, origin: Origin) -> Batch:
    numbers = np.arange(block.first, block.first + len(block), dtype=np.int64)
    data_rows = numbers > 0
    faulty = np.isin(numbers, [fault.record for fault in block.faults])
    blank = _blank(block)
    ragged = (block.widths != len(labels)) & ~blank & ~faulty & data_rows
    good = data_rows & ~faulty & ~blank & ~ragged
    frame = _parse(_kept(block, good), list(labels)).select(column.name for column in table.source_columns)
    empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
    records = numbers[good]
    findings = [_fault_finding(fault, labels, origin) for fault in block.faults if fault.record]
    findings += [
        _width_finding(int(numbers[index]), int(block.widths[index]), labels, origin)
        for index in np.flatnonzero(ragged)
    ]
    blank_rows = np.concatenate((numbers[blank & data_rows & ~faulty], records[empty]))
    findings += [origin.finding(RULES["blank-row"], int(number)) for number in blank_rows]
    return Batch(frame.filter(~empty), records[~empty], int(data_rows.sum()), tuple(findings))


def _blank(block: Block) -> Mask:
    """Say which records are a line end and nothing else."""
    data = np.frombuffer(block.data, np.uint8)
    lengths = block.ends - block.starts
    first = data[block.starts]
    blank: Mask = (first == ord("\n")) | ((first == ord("\r")) & (lengths <= 2))
    return blank


def _kept(block: Block, good: Mask) -> bytes:
    """Return the bytes of the good records."""
    if good.all():
        return block.data
    edges = np.flatnonzero(np.diff(np.concatenate(([False], good, [False])).astype(np.int8)))
    runs = zip(edges[0::2], edges[1::2], strict=True)
    return b"".join(block.data[int(block.starts[begin]) : int(block.ends[end - 1])] for begin, end in runs)


def _parse(data: bytes, labels: list[str]) -> pl.DataFrame:
    """Turn well-formed records into columns of text; an empty cell, quoted or not, is null."""
    if not data:
        return pl.DataFrame({label: [] for label in labels}, schema=dict.fromkeys(labels, pl.String()))
    if data.startswith(_BOM):
        data = _BOM + data  # PyArrow passes over one; what is left belongs to the first cell
    table = csv.read_csv(
        pa.BufferReader(data),
        read_options=csv.ReadOptions(column_names=labels, block_size=len(data) + 1),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(labels, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
            check_utf8=False,
        ),
    )
    return pl.DataFrame(table)


def _fault_finding(fault: Fault, labels: tuple[str, ...], origin: Origin) -> Finding:
    column = labels[fault.cell] if fault.cell is not None and fault.cell < len(labels) else None
    return replace(origin.finding(RULES[fault.code], fault.record, column), line=fault.line)


def _width_finding(record: int, width: int, labels: tuple[str, ...], origin: Origin) -> Finding:
    expected = f"{len(labels)} cells, found {width}"
    if width < len(labels):
        return origin.finding(RULES["missing-cell"], record, labels[width], expected)
    return origin.finding(RULES["extra-cell"], record, None, expected)
