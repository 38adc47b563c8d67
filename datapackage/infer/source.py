"""Sources: the rows of a CSV or Parquet file as text, a block at a time. What is broken is left out, and counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from ..codes import RULES
from ..errors import CommuniqueError, ParquetError
from ..foreign.descriptor.dialect import Dialect, known_encoding
from ..foreign.rows.strict import EncodingError, Source, Strict, strict
from ..progress import Step, tell
from ..reading.locate import cells_of
from ..reading.read import malformed, sift, without_blanks
from ..reading.scan import Block, Fault, LongLineError, blocks
from ..storing.parquet import columns_of, parquet_rows, reading, row_size
from ..threads import each_in_turn
from ..untrusted.limits import FIELDS, RECORD
from .parts import refuse_what_has_no_json

DELIMITERS = ";\t|,"
"""In the order of preference: a comma may be part of numbers."""
_HEAD, _LINES = 1 << 16, 100
"""How much of a file is looked at to see its delimiter, in bytes and in lines."""
_ENCODING = (
    "Give its own encoding with --encoding, such as windows-1251. That is taken for all CSV files: where they have "
    "several, save them as UTF-8."
)


class InferError(CommuniqueError):
    """Nothing can be drafted from a file; the message says why."""


@dataclass
class Counts:
    """How many rows there were, how many of them broken, and what is wrong with the first of these.

    blank: how many more there were without any value.
    """

    read: int = 0
    broken: int = 0
    blank: int = 0
    fault: str = ""

    def add(self, later: Counts) -> None:
        """Add those of later rows."""
        self.read += later.read
        self.broken += later.broken
        self.blank += later.blank
        self.fault = self.fault or later.fault


@dataclass
class Rows:
    """The rows of a file.

    labels: of its columns. types: of its columns in Parquet.
    counts: of the rows, from when all were taken for the first time; who takes some of them again leaves it alone.
    size: how many bytes are read to yield all rows once.
    frames: yields the good rows; columns go by their places, as text, and without a value where a cell is empty.
    """

    labels: list[str]
    size: int
    frames: Callable[[], Iterator[pl.DataFrame]]
    types: list[pa.DataType] = field(default_factory=list[pa.DataType])
    delimiter: str = ","
    counts: Counts = field(default_factory=Counts)


def parquet_source(path: Path) -> Rows:
    """Return the rows of a Parquet file. Raises InferError."""
    try:
        types = columns_of(path)
        each = row_size(path)
    except ParquetError as error:
        raise InferError(str(error)) from error
    rows = Rows(_labels(list(types), path), path.stat().st_size, lambda: iter(()), list(types.values()))

    def frames() -> Iterator[pl.DataFrame]:
        counts = Counts()
        try:
            for frame in parquet_rows(path):
                with reading(path):
                    refuse_what_has_no_json(frame)
                counts.read += len(frame)
                tell(Step("check", len(frame), round(each * len(frame))))
                yield frame.rename(dict(zip(frame.columns, map(str, range(len(types))), strict=True)))
        except ParquetError as error:
            raise InferError(str(error)) from error
        rows.counts = counts

    rows.frames = frames
    return rows


def csv_source(path: Path, encoding: str | None, delimiter: str | None, work: Path) -> Rows:
    """Return the rows of a CSV file. Raises InferError where it is none.

    encoding: of its text; UTF-8 where none is given. delimiter: what is between cells; seen from the header where none
    is given. work: where a copy may be written.
    """
    head = _head(path)
    if encoding is None and head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InferError(f"{path}: this is UTF-16. Give --encoding utf-16.")
    if encoding is not None and not known_encoding(encoding):
        raise InferError(f"{encoding[:50]!r} is not a known encoding. Give one such as windows-1251.")
    mark = _character(delimiter) or _seen(head.decode(encoding or "utf-8", "replace"), path)
    try:
        plain = strict([Source(path, path.name)], Dialect(delimiter=mark), encoding or "utf-8", work)
        tell(Step("check", ahead=plain.size - path.stat().st_size))
        with plain.path.open("rb") as file:
            first = next(blocks(file, delimiter=plain.delimiter), None)
    except EncodingError as error:
        raise InferError(f"{path}: not {encoding}: {error}. {_ENCODING}") from error
    except LongLineError as error:
        raise InferError(f"{path}: expected rows and lines of {RECORD}. Is this CSV?") from error
    except OSError as error:
        raise InferError(f"{path}: cannot be read: {error.strerror}.") from error
    rows = Rows(_header(first, path, encoding), plain.size, lambda: iter(()), delimiter=mark)
    rows.frames = lambda: _csv_frames(rows, plain, path, encoding)
    return rows


def _head(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "expected a regular file" if path.exists() else "there is no such file"
            raise InferError(f"{path}: {what}. Give CSV or Parquet files.")
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InferError(f"{path}: cannot be read: {error.strerror}.") from error
    if not head:
        raise InferError(f"{path}: the file is empty: expected the labels of the columns on its first line.")
    return head


def _character(delimiter: str | None) -> str | None:
    known = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
    mark = None if delimiter is None else known.get(delimiter, delimiter)
    if mark is not None and (len(mark) != 1 or mark in '"\r\n\0'):
        raise InferError(f"{delimiter!r} is not a delimiter. Give one character, or tab.")
    return mark


def _seen(head: str, path: Path) -> str:
    """Return the delimiter that the header has, and that most lines have as often."""
    if path.suffix.lower() in (".tsv", ".tab"):
        return "\t"
    plain = re.sub('"(?:[^"]|"")*"', "", head.removeprefix("\ufeff"))
    lines = [line for line in re.split("[\r\n]+", plain)[:_LINES] if line]

    def agreement(mark: str) -> tuple[int, int]:
        wanted = lines[0].count(mark) if lines else 0
        return (sum(line.count(mark) == wanted for line in lines) if wanted else 0), wanted

    best = max(DELIMITERS, key=agreement)
    return best if any(agreement(best)) else ","


def _header(first: Block | None, path: Path, encoding: str | None) -> list[str]:
    if first is None or not len(first):
        raise InferError(f"{path}: the file is empty: expected the labels of the columns on its first line.")
    _insist_on_width(first.width(0), path)  # before millions of cells are looked at one by one
    for fault in first.faults:
        if fault.record == 0:
            _insist_on_encoding(fault, path, encoding)
            raise InferError(
                f"{path}:{fault.line}: the header is broken: {RULES[fault.code].statement} {RULES[fault.code].remedy}"
            )
    return _labels([cell.text for cell in cells_of(first, 0)], path)


def _insist_on_encoding(fault: Fault, path: Path, encoding: str | None) -> None:
    if fault.code == "encoding-error":
        raise InferError(f"{path}:{fault.line}: not {encoding or 'UTF-8'}. {_ENCODING}")


def _insist_on_width(found: int, path: Path) -> None:
    if FIELDS.exceeded(found):
        raise InferError(f"{path}: expected {FIELDS}, found {found:,}.")


def _labels(labels: list[str], path: Path) -> list[str]:
    _insist_on_width(len(labels), path)
    for place, label in enumerate(labels):
        if not label.strip():
            raise InferError(
                f"{path}: column {place + 1} has no label. Give it one: each field needs a name."
            )
        if label in labels[:place]:
            twin = labels.index(label) + 1
            raise InferError(
                f"{path}: columns {twin} and {place + 1} have the same label {label[:100]!r}. Rename one of them."
            )
    if not labels:
        raise InferError(f"{path}: the file has no columns.")
    return labels


def _csv_frames(rows: Rows, plain: Strict, path: Path, encoding: str | None) -> Iterator[pl.DataFrame]:
    counts = Counts()
    names = tuple(map(str, range(len(rows.labels))))

    def part(block: Block) -> tuple[pl.DataFrame, Counts, int]:
        for fault in block.faults:
            _insist_on_encoding(fault, path, encoding)
        return *_good(block, names), block.span.size

    try:
        with plain.path.open("rb") as file:
            for frame, found, size in each_in_turn(part, blocks(file, delimiter=plain.delimiter)):
                counts.add(found)
                yield frame
                tell(Step("check", found.read, size, found.broken))
    except LongLineError as error:
        raise InferError(f"{path}: expected rows and lines of {RECORD}. Is this CSV?") from error
    if counts.broken and counts.broken == counts.read:
        those = "its only row is" if counts.read == 1 else f"all {counts.read:,} rows are"
        raise InferError(f"{path}: {those} broken; {counts.fault}. Is {rows.delimiter!r} the delimiter?")
    rows.counts = counts


def _good(block: Block, names: tuple[str, ...]) -> tuple[pl.DataFrame, Counts]:
    """Return the rows of a block that are well formed, and how many there are of them and of others."""
    text, good = sift(block, names)
    broken = malformed(block, good)
    text, read, blank = without_blanks(text, np.arange(text.num_rows))
    fault = _fault(block, int(broken[0]), len(names)) if len(broken) else ""
    return pl.DataFrame(text), Counts(len(broken) + len(read), len(broken), len(blank), fault)


def _fault(block: Block, number: int, width: int) -> str:
    """Say what is wrong with a record."""
    index = number - block.first
    said = f"{width} cells expected, {block.width(index)} found"
    codes = [fault.code for fault in block.faults if fault.record == number]
    return f"line {int(block.lines[index])}: {RULES[codes[0]].statement.rstrip('.') if codes else said}"
