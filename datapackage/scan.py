"""The strict byte pass: where each record of a CSV file begins and ends, and what is wrong with its bytes.

The grammar is RFC 4180 with LF or CRLF: a cell is quoted as a whole or not at all, a quote within a quoted
cell is doubled, and a row ends with LF or CRLF. Polars, PyArrow and Python's csv are all laxer than that.

A file is read in blocks of whole records, so that memory does not grow with the file. A block without a
fault takes a few passes of vector code; a block with one is walked cell by cell. After a broken quote the
walk goes on with the next physical line, so that one fault is one finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

BLOCK_SIZE = 8 << 20
RECORD_LIMIT = 64 << 20
"""A record longer than this, in bytes, counts as one with an unclosed quote."""

_CELL = re.compile(rb'(?:"(?:[^"]|"")*+"|[^",\r\n]*+)')
_LINE = re.compile(rb"[^\n]*\n?")
_LF, _CR, _QUOTE, _COMMA = b'\n\r",'
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Fault:
    """Something wrong with the bytes of a record: its code, and the number of the cell, from 0, if one is meant."""

    record: int
    line: int
    code: str
    cell: int | None = None


@dataclass(frozen=True)
class Block:
    """Whole records, one after the other.

    ends: where each record ends in `data`, its line end included; it begins where the one before ends.
    widths: how many cells each record has.
    lines: the physical line on which each record begins.
    first: the number of the first record; the header is 0.
    faults: broken records; they count as records, and each has one fault.
    """

    data: bytes
    ends: Ints
    widths: Ints
    lines: Ints
    first: int
    faults: tuple[Fault, ...] = ()

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def starts(self) -> Ints:
        """Where each record begins in `data`."""
        return np.concatenate((np.zeros(1, np.int64), self.ends[:-1]))

    def record(self, number: int) -> bytes:
        """Return the bytes of a record, by its number in the file."""
        index = number - self.first
        start = int(self.ends[index - 1]) if index else 0
        return self.data[start : int(self.ends[index])]


def blocks(file: BinaryIO, size: int = BLOCK_SIZE) -> Iterator[Block]:
    """Yield the records of a file, block by block; a byte order mark at its beginning is passed over."""
    rest, first, line, final = file.read(max(size, len(_BOM))).removeprefix(_BOM), 0, 1, False
    while rest or not final:
        more = file.read(size)
        final = not more
        walked = _block(rest, first, line, final)
        if len(walked):
            yield walked
            first += len(walked)
            line += _count_lines(walked.data)
            rest = rest[len(walked.data) :] + more
        else:
            rest += more
        if final and not rest:
            return


def _block(data: bytes, first: int, line: int, final: bool) -> Block:
    swift = _split(data, final)
    if swift is None:
        ends, widths, broken = _walk(data, final)
    else:
        (ends, widths), broken = swift, []
    whole = data[: int(ends[-1])] if len(ends) else b""
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1])) if len(ends) else ends
    lines = line + np.searchsorted(_line_ends(whole), starts)
    faults = [Fault(first + index, int(lines[index]), code, cell) for index, code, cell in broken]
    block = Block(whole, ends, widths, lines, first)
    faults += _bad_bytes(block, {fault.record for fault in faults})
    return Block(whole, ends, widths, lines, first, tuple(sorted(faults, key=lambda fault: fault.record)))


def _positions(data: bytes, byte: int) -> Ints:
    return np.flatnonzero(np.frombuffer(data, np.uint8) == byte)


def _line_ends(data: bytes) -> Ints:
    """Return where physical lines end: at each LF, and at each CR without one, as in an editor."""
    feeds = _positions(data, _LF)
    if _CR not in data:
        return feeds
    returns = _positions(data, _CR)
    lone = returns[~np.isin(returns + 1, feeds)]
    return np.union1d(feeds, lone)


def _count_lines(data: bytes) -> int:
    return len(_line_ends(data))


def _split(data: bytes, final: bool) -> tuple[Ints, Ints] | None:
    """Return the ends and widths of whole records; None where a quote or a line end is out of place."""
    feeds, commas = _positions(data, _LF), _positions(data, _COMMA)
    quotes = _positions(data, _QUOTE) if _QUOTE in data else np.empty(0, np.int64)
    if len(quotes):
        feeds = feeds[np.searchsorted(quotes, feeds) % 2 == 0]
        commas = commas[np.searchsorted(quotes, commas) % 2 == 0]
    ends = feeds + 1
    if final and data and (not len(ends) or ends[-1] != len(data)):
        ends = np.append(ends, len(data))
    if not len(ends):
        return None if len(data) > RECORD_LIMIT else (ends, ends)
    if not _well_quoted(data, quotes[quotes < ends[-1]]) or not _well_ended(
        data, quotes, feeds, int(ends[-1])
    ):
        return None
    separators = np.searchsorted(commas, ends)
    return ends, np.diff(separators, prepend=0) + 1


def _well_quoted(data: bytes, quotes: Ints) -> bool:
    """Say whether each opening quote follows a separator or a quote, and each closing one precedes one."""
    if not len(quotes):
        return True
    if len(quotes) % 2:
        return False
    framed = np.frombuffer(b"\n" + data + b"\n", np.uint8)
    before, after = framed[quotes[0::2]], framed[quotes[1::2] + 2]
    return bool(
        np.isin(before, (_COMMA, _LF, _QUOTE)).all() and np.isin(after, (_COMMA, _LF, _CR, _QUOTE)).all()
    )


def _well_ended(data: bytes, quotes: Ints, feeds: Ints, end: int) -> bool:
    """Say whether each CR outside quotes is followed by a LF."""
    if _CR not in data:
        return True
    returns = _positions(data, _CR)
    if len(quotes):
        returns = returns[np.searchsorted(quotes, returns) % 2 == 0]
    returns = returns[returns < end]
    return bool(np.isin(returns + 1, feeds).all())


def _walk(data: bytes, final: bool) -> tuple[Ints, Ints, list[tuple[int, str, int]]]:
    """Split record by record; return ends, widths, and broken records as index, code and cell."""
    ends: list[int] = []
    widths: list[int] = []
    broken: list[tuple[int, str, int]] = []
    start = 0
    while start < len(data):
        end, cell, code = _walk_record(data, start, final)
        if code == "incomplete":
            break
        if code:
            broken.append((len(ends), code, cell))
        ends.append(end)
        widths.append(cell + 1)
        start = end
    return np.array(ends, np.int64), np.array(widths, np.int64), broken


def _walk_record(data: bytes, start: int, final: bool) -> tuple[int, int, str]:
    """Return where the record that begins at `start` ends, its last cell, and what is wrong with it, or ""."""
    position, cell = start, 0
    while True:
        begin = position
        match = _CELL.match(data, begin)
        position = match.end() if match else begin
        after = data[position : position + 2]
        if after[:1] == b",":
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
    """Name the fault of a cell that begins at `begin` and cannot go on at `position`."""
    if data[position : position + 1] == b"\r":
        return "bare-carriage-return"
    opened = data[begin : begin + 1] == b'"'
    if opened and (position == begin or b"\n" in data[begin:position]):
        return "unclosed-quote"
    return "stray-quote"


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
        cell = _cells_before(block.data[start:offset])
        faults.append(Fault(number, int(block.lines[index]), code, cell))
    return faults


def _bad_offsets(data: bytes) -> Iterator[tuple[str, int]]:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        for line in _LINE.finditer(data, start):
            yield from _undecodable(line)
    if b"\0" in data:
        nuls = _positions(data, 0)
        _, firsts = np.unique(np.searchsorted(_positions(data, _LF), nuls), return_index=True)
        yield from (("nul-byte", int(offset)) for offset in nuls[firsts])  # the first of each line


def _undecodable(line: re.Match[bytes]) -> Iterator[tuple[str, int]]:
    try:
        line.group().decode()
    except UnicodeDecodeError as error:
        yield "encoding-error", line.start() + error.start


def _cells_before(head: bytes) -> int:
    """Return the number of the cell in which the beginning of a record breaks off."""
    quotes = _positions(head, _QUOTE)
    commas = _positions(head, _COMMA)
    return int((np.searchsorted(quotes, commas) % 2 == 0).sum())
