"""Scan: the strict byte pass, which finds where each record of a CSV file begins and ends, and what is wrong with its bytes.

The grammar is RFC 4180 with LF or CRLF, and with any delimiter: a cell is quoted as a whole or not at all, a quote
within a quoted cell is doubled, and a row ends with LF or CRLF. Polars, PyArrow and Python's csv are all laxer than that.

A file is read in blocks of whole records, so that memory does not grow with the file. A block comes with the ends of its
records; everything else about it is computed on demand, so that several threads can do so. A block with a broken quote
is walked record by record: after the fault the walk continues with the next physical line, so that one fault is one
finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

import numpy as np

from ..arrays import Ints, is_utf8
from ..untrusted.limits import RECORD
from .marks import CR, DEL, LF, NONE, QUOTE, Marks, controls_in, marks_of, outside, positions
from .rfc4180 import DELIMITER, Grammar, grammar_of

BLOCK_SIZE = 8 << 20
_RECORDS = 1 << 20
"""How many records a block has at most: for each, numbers are kept that take far more memory than a line end."""
_TAIL = 1 << 16
"""How many bytes at the end of a block are searched for its last line feed; most lines are shorter."""
RECORD_LIMIT: int = RECORD.most
"""A record longer than this, in bytes, is taken to have an unclosed quote; a line that is longer is refused."""

_LINE = re.compile(rb"[^\n]*\n?")
_END = re.compile(rb"[\r\n]")
BOM = b"\xef\xbb\xbf"


class LongLineError(ValueError):
    """A line is so long that the file cannot be a table."""


@dataclass(frozen=True)
class Fault:
    """A fault in the bytes of a record: its code, and the number of the cell, from 0, if it is in one."""

    record: int
    line: int
    code: str
    cell: int | None = None


@dataclass(frozen=True)
class Span:
    """The position of a block in its file: its first byte and its length, its first record and its first line.

    delimiter: what separates its cells, an ASCII character.
    """

    offset: int
    size: int
    first: int
    line: int
    delimiter: str = DELIMITER


@dataclass(frozen=True)
class Block:
    """Whole records, one after the other.

    ends: where each record ends in `data`, including its line end; it begins where the one before ends.
    span: the position of the block; the record with the number 0 is the header.
    feeds: the number of line feeds. returns: the number of carriage returns.
    controls: the number of characters below the space, including these.
    broken: the records with a misplaced quote or line end: index, code and cell.
    """

    data: bytes
    ends: Ints
    span: Span
    feeds: int
    returns: int
    controls: int
    broken: tuple[tuple[int, str, int], ...] = ()

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def first(self) -> int:
        """The number of the first record."""
        return self.span.first

    @cached_property
    def rows(self) -> Ints:
        """The numbers of the rows: those of all records but the header."""
        return np.arange(max(self.first, 1), self.first + len(self), dtype=np.int64)

    @property
    def head(self) -> int:
        """Where the first row begins in `data`: after the header, if the block has it."""
        return int(self.ends[0]) if self.first == 0 else 0

    @cached_property
    def starts(self) -> Ints:
        """Where each record begins in `data`."""
        return np.concatenate((np.zeros(1, np.int64), self.ends[:-1])) if len(self) else NONE

    @cached_property
    def lines(self) -> Ints:
        """The physical line on which each record begins."""
        return self.span.line + np.searchsorted(_line_ends(self.data), self.starts)

    def width(self, index: int) -> int:
        """Return how many cells a record has, as `widths` says, without a look at the other records."""
        for broken, _, cell in self.broken:
            if broken == index:
                return cell + 1
        return _cells_before(self.record(self.first + index), self.span.delimiter) + 1

    @cached_property
    def widths(self) -> Ints:
        """How many cells each record has; of a broken record, those up to the fault."""
        marks, quotes = positions(self.data, ord(self.span.delimiter)), positions(self.data, QUOTE)
        owners = np.searchsorted(self.ends, marks, side="right")
        opened = np.searchsorted(quotes, marks) - np.searchsorted(quotes, self.starts)[owners]
        widths = np.bincount(owners[opened % 2 == 0], minlength=len(self)).astype(np.int64) + 1
        for index, _, cell in self.broken:
            widths[index] = cell + 1
        return widths

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """The broken records; they count as records, and each has one fault."""
        faults = [
            Fault(self.first + index, int(self.lines[index]), code, cell) for index, code, cell in self.broken
        ]
        if not self.plain:
            faults = [fault for fault in faults if fault.record or _is_text(self.record(0))]
            faults += _bad_bytes(self, {fault.record for fault in faults})
        return tuple(sorted(faults, key=lambda fault: fault.record))

    @cached_property
    def plain(self) -> bool:
        """Whether all cells consist of printable ASCII characters and line feeds, and the delimiter is not a tab."""
        ends = self.feeds + self._crlf
        return self.controls == ends and bool(np.frombuffer(self.data, np.uint8).max(initial=0) < DEL)

    @property
    def line_ends(self) -> int:
        """How many physical lines end here."""
        return len(_line_ends(self.data)) if self.returns else self.feeds

    @property
    def _crlf(self) -> int:
        """How many records end with CRLF."""
        if not self.returns:
            return 0
        data = np.frombuffer(self.data, np.uint8)
        ends = self.ends[self.ends > 1]
        return int(np.count_nonzero((data[ends - 1] == LF) & (data[ends - 2] == CR)))

    def record(self, number: int) -> bytes:
        """Return the bytes of a record, by its number in the file."""
        index = number - self.first
        return self.data[int(self.starts[index]) : int(self.ends[index])]


def blocks(
    file: BinaryIO, size: int | None = None, first: int = 0, delimiter: str = DELIMITER
) -> Iterator[Block]:
    """Yield the records of a file, block by block; a byte order mark at its beginning is skipped.

    first: the number of the first record; a file without a header begins with 1.
    delimiter: what separates cells, an ASCII character.
    Raises LongLineError at a line that is longer than a record may be.
    """
    size = size or BLOCK_SIZE
    offset = len(mark_of(file))
    line, reach = 1, size
    while True:
        length = _up_to_feed(file, offset, reach)
        file.seek(offset)  # the incomplete record at the end of the last block is read whole
        data = file.read(length)
        if not data:
            return
        block = _block(data, Span(offset, 0, first, line, delimiter), size, final=len(data) < length)
        if len(block):
            yield block
            first, line, offset = (first + len(block), line + block.line_ends, offset + len(block.data))
        reach = size if len(block) else 2 * reach


def _up_to_feed(file: BinaryIO, offset: int, reach: int) -> int:
    """Return how much to read so that the last byte is a line feed, if one is near the end: most records end there.

    A read that ends within a record has to be cut, which is a copy that all threads wait for.
    """
    begin = max(0, reach - _TAIL)
    file.seek(offset + begin)
    tail = file.read(reach - begin)
    at_end, feed = len(tail) < reach - begin, tail.rfind(b"\n")
    return reach if at_end or feed < 0 else begin + feed + 1


def mark_of(file: BinaryIO) -> bytes:
    """Return the byte order mark at the beginning of a file, or nothing; it belongs to no record."""
    return BOM if file.read(len(BOM)) == BOM else b""


def block_at(file: BinaryIO, span: Span) -> Block:
    """Read a block of a file again."""
    file.seek(span.offset)
    return _block(file.read(span.size), span, span.size, final=True)


def _block(data: bytes, span: Span, size: int, final: bool) -> Block:
    """Return the records that `data` has as a whole, and that begin in the first `size` bytes, at most `_RECORDS`."""
    if len(data) > RECORD_LIMIT and _longest(data) > RECORD_LIMIT:
        raise LongLineError
    marks = marks_of(data)
    grammar = grammar_of(span.delimiter)
    ends = _split(data, marks, final, grammar)
    broken: list[tuple[int, str, int]] = []
    if ends is None:
        ends, broken = _walk(data, size, final, grammar)
    ends = ends[: min(np.searchsorted(ends, size) + 1, _RECORDS)]
    whole = data[: int(ends[-1])] if len(ends) else b""
    return Block(
        whole,
        ends,
        replace(span, size=len(whole)),
        int(np.searchsorted(marks.feeds, len(whole))),
        marks.returns - data.count(b"\r", len(whole)),
        marks.controls - controls_in(data[len(whole) :]),
        tuple(broken),
    )


def _longest(data: bytes) -> int:
    """Return the length of the longest line, with its line feed."""
    return int(np.diff(positions(data, LF), prepend=-1, append=len(data) - 1).max())


def _line_ends(data: bytes) -> Ints:
    """Return where physical lines end: at each LF, and at each CR without one, as in an editor."""
    feeds = positions(data, LF)
    if CR not in data:
        return feeds
    returns = positions(data, CR)
    lone = returns[~np.isin(returns + 1, feeds)]
    return np.union1d(feeds, lone)


def _split(data: bytes, marks: Marks, final: bool, grammar: Grammar) -> Ints | None:
    """Return the ends of whole records; None where a quote or a line end is misplaced, or a record is too long."""
    ends, quotes = marks.outer + 1, marks.quotes
    if final and data and (not len(ends) or ends[-1] != len(data)):
        ends = np.append(ends, len(data))
    if len(data) > RECORD_LIMIT and np.diff(ends, prepend=0, append=len(data)).max() > RECORD_LIMIT:
        return None
    if len(ends) and not (
        _well_quoted(data, quotes[quotes < ends[-1]], grammar) and _well_ended(data, marks, int(ends[-1]))
    ):
        return None
    return ends


def _well_quoted(data: bytes, quotes: Ints, grammar: Grammar) -> bool:
    """Say whether each opening quote follows a separator or a quote, and each closing one precedes one."""
    if not len(quotes):
        return True
    if len(quotes) % 2:
        return False
    cells = np.frombuffer(data, np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    before = cells[opening[opening > 0] - 1]
    after = cells[closing[closing < len(data) - 1] + 1]
    return bool(grammar.opens[before].all() and grammar.closes[after].all())


def _well_ended(data: bytes, marks: Marks, end: int) -> bool:
    """Say whether each CR outside quotes is followed by an LF."""
    if not marks.returns:
        return True
    returns = outside(positions(data, CR), marks.quotes)
    returns = returns[returns < end]
    return bool(np.isin(returns + 1, marks.outer).all())


def _walk(data: bytes, size: int, final: bool, grammar: Grammar) -> tuple[Ints, list[tuple[int, str, int]]]:
    """Split record by record; return ends, and broken records as index, code and cell."""
    ends: list[int] = []
    broken: list[tuple[int, str, int]] = []
    start = 0
    while start < min(len(data), size) and len(ends) < _RECORDS:
        whole = grammar.record.match(data, start)
        if whole and whole.end() - start <= RECORD_LIMIT:
            end, cell, code = whole.end(), 0, ""
        else:
            end, cell, code = _walk_record(data, start, final, grammar)
        if code == "incomplete":
            break
        if code:
            broken.append((len(ends), code, cell))
        ends.append(end)
        start = end
    return np.array(ends, np.int64), broken


def _walk_record(data: bytes, start: int, final: bool, grammar: Grammar) -> tuple[int, int, str]:
    """Return where the record that begins at `start` ends, its last cell, and what is wrong with it, or ""."""
    position, cell = start, 0
    while True:
        begin = position
        match = grammar.cell.match(data, begin)
        position = match.end() if match else begin
        after = data[position : position + 2]
        if position - start > RECORD_LIMIT:
            feed = data.find(b"\n", begin)
            if feed < 0 and not final:
                return start, cell, "incomplete"
            return feed + 1 or len(data), cell, "unclosed-quote"
        if after[:1] == grammar.mark:
            position, cell = position + 1, cell + 1
        elif after[:1] == b"\n":
            return position + 1, cell, ""
        elif after == b"\r\n":
            return position + 2, cell, ""
        elif not after or (after == b"\r" and not final):
            return (position, cell, "") if final else (start, cell, "incomplete")
        else:
            code = _what_broke(data, begin, position)
            feed = data.find(b"\n", begin)
            waits = feed < 0 or (code == "unclosed-quote" and position == begin)
            if waits and not final and len(data) - start <= RECORD_LIMIT:
                return start, cell, "incomplete"
            return len(data) if feed < 0 else feed + 1, cell, code


def _what_broke(data: bytes, begin: int, position: int) -> str:
    """Return the code of the fault of a cell that begins at `begin` and cannot continue at `position`."""
    opened = data[begin : begin + 1] == b'"'
    if opened and (position == begin or b"\n" in data[begin:position]):
        return "unclosed-quote"
    return "bare-carriage-return" if data[position : position + 1] == b"\r" else "stray-quote"


def _bad_bytes(block: Block, known: set[int]) -> list[Fault]:
    """Find the first NUL byte, or byte that is not UTF-8, of each record that has one."""
    faults: list[Fault] = []
    for code, offset in _bad_offsets(block.data):
        index = int(np.searchsorted(block.ends, offset, side="right"))
        number = block.first + index
        if number in known:
            continue
        known.add(number)
        start = int(block.starts[index])
        cell = _cells_before(block.data[start:offset], block.span.delimiter)
        faults.append(Fault(number, int(block.lines[index]), code, cell))
    return faults


def _is_text(header: bytes) -> bool:
    """Say whether a header is text, judging by its first line in an editor: that of a spreadsheet or an archive is not."""
    return not any(_bad_offsets(_END.split(header, maxsplit=1)[0]))


def _bad_offsets(data: bytes) -> Iterator[tuple[str, int]]:
    try:
        if not is_utf8(data):
            data.decode()  # raises an error that says where
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        for line in _LINE.finditer(data, start):
            yield from _undecodable(line)
    if b"\0" in data:
        nuls = positions(data, 0)
        _, firsts = np.unique(np.searchsorted(positions(data, LF), nuls), return_index=True)
        yield from (("nul-byte", int(offset)) for offset in nuls[firsts])  # the first of each line


def _undecodable(line: re.Match[bytes]) -> Iterator[tuple[str, int]]:
    try:
        line.group().decode()
    except UnicodeDecodeError as error:
        yield "encoding-error", line.start() + error.start


def _cells_before(head: bytes, delimiter: str) -> int:
    """Return the number of the cell in which the beginning of a record ends."""
    quotes = positions(head, QUOTE)
    marks = positions(head, ord(delimiter))
    return len(outside(marks, quotes))
