"""The strict form: text in any dialect and encoding, rewritten, if need be, in the one form that the byte pass reads.

A file in UTF-8 that differs in its delimiter alone is read as it is. Where a file is rewritten, each record keeps its
number of lines, and what is broken in it stays broken, so that the byte pass finds the same faults; where lines are
left out (comments, lines before the header), `origins` begins a new stretch. Python's csv module splits cells; a record
with quotes is first matched against the grammar of its dialect, for that module accepts quotes anywhere.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ...arrays import Ints
from ...progress import Step, announce, tell
from ...reading.longcells import long_cells
from ...reading.rfc4180 import DELIMITER, QUOTED, cell_pattern
from ...untrusted.limits import CELL
from ..descriptor.dialect import Dialect
from .origins import BARE, CLOSED, OPEN, OTHER, SAME, Origins, Stretch

if TYPE_CHECKING:
    from .fromparquet import ParquetFiles

_PUSHED_BACK = 1000
"""Where a quote is not closed, reading resumes at the second line, if the record has no more lines than this."""
_NEVER_TEXT = "\udcff"
"""Stands for a byte that its encoding does not have. It is written as a byte that UTF-8 does not have either."""
_STAND_IN = "\ufdd0"
"""Replaces a delimiter of several characters for Python's csv module: a character that no text may have."""
_ODD = re.compile('[",\r\n\ufeff]')  # without quotes the first cell's would be taken for the file's
_LINE_END_WITHIN = re.compile(r"(?!\A)\n(?!\Z)|\r(?!\n|\Z)")
_STRICT_CELL = cell_pattern(DELIMITER)
_WELL_FORMED = re.compile(f"(?:{_STRICT_CELL},)*+{_STRICT_CELL}")
_LEFT_OPEN = re.compile(f'(?:{_STRICT_CELL},)*+"{QUOTED}')


def _undecodable(error: UnicodeError) -> tuple[str | bytes, int]:
    """Replace bytes that are no text; two of them, written as they are, could be a character of UTF-8."""
    escaped, position = codecs.lookup_error("surrogateescape")(error)
    return _NEVER_TEXT * len(escaped), position


codecs.register_error("communique.undecodable", _undecodable)


class EncodingError(ValueError):
    """A file is not in the encoding that it is said to be in."""


@dataclass(frozen=True)
class Source:
    """One of the files of a table: its path, and its name in findings."""

    path: Path
    file: str


@dataclass(frozen=True)
class Strict:
    """A table in the strict form.

    has_header: whether its first record is the header.
    typed: the Parquet files of a table, if it has any; `path` exists only once they have been written there.
    delimiter: what stands between its cells.
    empty: those of several files that do not even have a header.
    wrong: for each field the records whose value there has another type, which reads as `WRONG`.
    none: for each field in which an empty text is a value the records without one.
    """

    path: Path
    origins: Origins
    has_header: bool
    typed: ParquetFiles | None = None
    delimiter: str = DELIMITER
    empty: tuple[str, ...] = ()
    wrong: Mapping[str, Ints] = field(default_factory=dict[str, Ints])
    none: Mapping[str, Ints] = field(default_factory=dict[str, Ints])

    @property
    def size(self) -> int:
        """How many bytes there are to read."""
        return self.typed.size if self.typed else self.path.stat().st_size


def strict(
    sources: Sequence[Source], dialect: Dialect, encoding: str, target: Path, numbers_headers: bool = False
) -> Strict:
    """Return a table in the strict form, written to `target` if it has to be rewritten. Raises EncodingError.

    numbers_headers: whether the headers of later files count as rows, as frictionless counts them in TSV.
    """
    has_header = bool(dialect.header_rows)
    if len(sources) == 1 and dialect.is_strict and _is_utf8(encoding):
        first = 0 if has_header else 1
        origins = Origins([Stretch(first, 1, sources[0].file, 1, 1)])
        return Strict(sources[0].path, origins, has_header, delimiter=dialect.delimiter)
    writer = _Writer(target, Origins(layouts=bytearray()), 0 if has_header else 1)
    empty: list[str] = []
    with writer.file, long_cells(CELL.most):
        for number, source in enumerate(sources):
            unnumbered = bool(number) and has_header and not numbers_headers
            if not _rewrite(source, dialect, encoding, writer, unnumbered) and has_header:
                empty.append(source.file)
    return Strict(target, writer.origins, has_header, empty=tuple(empty) if len(empty) < len(sources) else ())


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")


class _Writer:
    """Writes records, and counts them."""

    def __init__(self, path: Path, origins: Origins, record: int) -> None:
        self.file: IO[str] = path.open("x", encoding="utf-8", errors="surrogateescape", newline="")
        self.origins, self.record, self.line, self.row = origins, record, 1, 0
        self.header: list[str] | None = None

    def write(self, written: tuple[str, int], source: str, line: int, row: int) -> None:
        """Write a record, given with its layout. source, line, row: its file, line and number there."""
        assert self.origins.layouts is not None
        record, layout = written
        text = f"{record}\n"
        self.origins.add(Stretch(self.record, self.line, source, line, row))
        self.origins.layouts.append(layout)
        try:
            self.file.write(text)
        except UnicodeError as error:  # a lone surrogate, which UTF-8 cannot have, but UTF-7 and others can
            raise EncodingError(f"text in Unicode, found: {str(error)[:100]}") from error
        self.record, self.line = self.record + 1, self.line + _physical(text)


def _rewrite(source: Source, dialect: Dialect, encoding: str, writer: _Writer, unnumbered: bool) -> int:
    """Write the records of a file, without a header that repeats that of the first file; return how many rows it has.

    unnumbered: whether its first line, where it is a header or comes before one, is not counted, as in frictionless.
    """
    header: list[list[str]] = []
    header_rows, last_header = frozenset(dialect.header_rows), max(dialect.header_rows, default=0)
    as_quoted = _as_quoted(dialect)
    row, before = 0, writer.row - unnumbered
    with _opened(source, dialect, encoding) as file:
        for line, raw, cells in _records(_lines(file), dialect):
            row += 1
            if row == 1 and _physical(raw.rstrip("\r\n")) > 1:
                before = writer.row
            if row in dialect.comment_rows or (dialect.comment and raw.startswith(dialect.comment)):
                continue
            if row in header_rows:
                header.append(cells if cells is not None else [raw.rstrip("\r\n")])
                if row < last_header:
                    continue
                labels = _joined(header, dialect)
                if labels == writer.header:
                    continue
                before = writer.row if row == 1 else before
                writer.header = writer.header or labels
                stands = len(header) == 1  # several rows joined stand nowhere
                written = _written(raw, labels, dialect, as_quoted) if stands else (_record(labels), OTHER)
            elif row < last_header:
                continue
            else:
                written = _written(raw, cells, dialect, as_quoted)
            writer.write(written, source.file, line, before + row)
    writer.row = before + row if row else writer.row
    return row


def _opened(source: Source, dialect: Dialect, encoding: str) -> IO[str]:
    newline = "\r" if dialect.terminator == "\r" else "\n"
    name, errors = encoding, "communique.undecodable"
    if _is_utf8(encoding):  # here the bytes stay as they are
        name, errors = "utf-8-sig", "surrogateescape"
    announce("check", [source.path])
    return TextIOWrapper(BufferedReader(_ToldFile(source.path)), name, errors, newline)


class _ToldFile(FileIO):
    """A file that tells how much of it was read."""

    def readinto(self, buffer: Any, /) -> int | None:
        """Read into a buffer, and return how many bytes there were."""
        count = super().readinto(buffer)
        tell(Step("check", bytes=count or 0))
        return count


def _joined(header: list[list[str]], dialect: Dialect) -> list[str]:
    """Return the labels that the rows of a header make together."""
    return [
        dialect.header_join.join(row[place] for row in header if place < len(row) and row[place])
        for place in range(max(map(len, header)))
    ]


def _as_quoted(dialect: Dialect) -> re.Pattern[str] | None:
    """Return a pattern for the cells of a record with their quotes; None where quotes differ from the strict form."""
    plain = replace(dialect, delimiter=",", header_rows=(), comment="", comment_rows=frozenset())
    if not plain.is_strict or len(dialect.delimiter) > 1:
        return None
    mark = re.escape(dialect.delimiter)
    return re.compile(rf'(?:^|{mark})("{QUOTED}"|[^"{mark}]*+)')


def _written(
    raw: str, cells: list[str] | None, dialect: Dialect, as_quoted: re.Pattern[str] | None
) -> tuple[str, int]:
    """Return a record in the strict form, and its layout in the source, where its text is `raw`.

    It keeps its quotes if they mean the same in the strict form: then its cells stay in their places.
    """
    body = raw.rstrip("\r\n")
    if cells is None:
        text = _broken(raw, dialect)
        layout = SAME if text == body and dialect.delimiter == "," else OTHER
        return (text + CLOSED, layout | OPEN) if _LEFT_OPEN.fullmatch(text) else (text, layout)
    text = _record(cells)
    if body == text:
        return text, SAME
    if len(dialect.delimiter) == 1 and body == dialect.delimiter.join(cells):
        return text, BARE
    kept = as_quoted.findall(body) if as_quoted else []
    if kept and not any(written[:1] != '"' and _ODD.search(written) for written in kept):
        return ",".join(kept), SAME
    return text, OTHER


def _physical(line: str) -> int:
    """Return how many physical lines a record, or a line of the dialect, has."""
    return 1 + len(_LINE_END_WITHIN.findall(line))


def _lines(file: IO[str]) -> Iterator[str]:
    try:
        yield from file
    except UnicodeError as error:
        raise EncodingError(f"text in the encoding that is declared, found: {str(error)[:100]}") from error


def _records(lines: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, str, list[str] | None]]:
    """Yield each record: its line, its text, and its cells, or None where it is broken."""
    grammar, mark = _Grammar(dialect), dialect.delimiter
    source = _Rewinding(lines, grammar, dialect)
    reader = csv.reader(source, strict=True, **_options(dialect))
    while True:
        begin = source.number + 1
        source.begin()
        if dialect.comment and source.comes(dialect.comment):  # a quote in a comment opens nothing
            yield begin, source.take(), []
            continue
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except (csv.Error, _IllFormedError):
            cells = None
        raw = "".join(source.taken)
        if cells is not None and len(mark) > 1:
            cells = [cell.replace(_STAND_IN, mark) for cell in cells]
        if cells is not None and grammar.has(raw):
            yield begin, raw, cells
            continue
        source.rewind()
        for line in source.taken:
            yield begin, line, None
            begin += _physical(line)


class _IllFormedError(ValueError):
    """A record is broken at the line that was taken last."""


class _Grammar:
    """The grammar of a well-formed record: a cell is quoted as a whole or not at all."""

    def __init__(self, dialect: Dialect) -> None:
        self._quote = dialect.quote
        mark, quote, escape = (re.escape(text) for text in (dialect.delimiter, dialect.quote, dialect.escape))
        inner = f"[^{quote}{escape}]++" + (f"|{quote}{quote}" if dialect.double_quote else "")
        outer = f"[^{quote}{escape}{mark}\r\n]"
        if len(dialect.delimiter) > 1:
            outer = f"(?:(?!{mark})[^{quote}{escape}\r\n])"
        if dialect.escape:
            inner, outer = f"{inner}|{escape}(?s:.)", f"(?:{outer}|{escape}(?s:.))"
        space, inner = (" *+" if dialect.skip_space else ""), f"(?:{inner})*+"
        cell = f"{space}(?:{quote}{inner}{quote}|{outer}*+)"
        cells, end = f"(?:{cell}{mark})*+{cell}", "(?:\r\n|\r|\n)?"
        opened = f"(?:{cell}{mark})*+{space}{quote}{inner}"
        self._whole, self._opened, self._inside, self._closed = (
            re.compile(pattern if self._quote else "")
            for pattern in (
                f"{cells}{end}",
                opened,
                f"{inner}(?:{quote}{mark}{opened})?",
                f"{inner}{quote}(?:{mark}{cells})?{end}",
            )
        )

    def has(self, record: str) -> bool:
        """Say whether a record is well formed."""
        return not self._quote or self._quote not in record or bool(self._whole.fullmatch(record))

    def open_after(self, line: str, is_open: bool) -> bool:
        """Say whether a quote is open after a line. is_open: whether one was open before it.

        Raises _IllFormedError where no record can have such a line there. So a broken record ends with the line that
        breaks it; otherwise each line with quotes would be read again and again, to the end of the file.
        """
        if not self._quote or self._quote not in line:
            return is_open
        if (self._inside if is_open else self._opened).fullmatch(line):
            return True
        if (self._closed if is_open else self._whole).fullmatch(line):
            return False
        raise _IllFormedError(line)


class _Rewinding:
    """Lines, of which those after the first of a record can be read again."""

    def __init__(self, lines: Iterator[str], grammar: _Grammar, dialect: Dialect) -> None:
        self._lines, self._again, self._grammar = lines, list[str](), grammar
        self.taken, self.number, self._is_open = list[str](), 0, False
        mark, escape = re.escape(dialect.delimiter), re.escape(dialect.escape)
        self._has_long_mark = len(dialect.delimiter) > 1
        self._mark = re.compile(f"({escape}(?s:.))|{mark}" if escape else f"(){mark}")

    def __iter__(self) -> _Rewinding:
        return self

    def take(self) -> str:
        """Take a line as it is."""
        line = self._again.pop() if self._again else next(self._lines)
        self.number += _physical(line)
        self.taken.append(line)
        return line

    def __next__(self) -> str:
        line = self.take()
        self._is_open = self._grammar.open_after(line, self._is_open)
        if not self._has_long_mark:
            return line
        if _STAND_IN in line:
            raise _IllFormedError(line)
        return self._mark.sub(lambda match: match[1] or _STAND_IN, line)

    def begin(self) -> None:
        """Begin a record."""
        self.taken.clear()
        self._is_open = False

    def comes(self, mark: str) -> bool:
        """Say whether the next line begins with a mark."""
        if not self._again:
            self._again += [line for line in [next(self._lines, "")] if line]
        return bool(self._again) and self._again[-1].startswith(mark)

    def rewind(self) -> None:
        if 1 < len(self.taken) <= _PUSHED_BACK:
            self._again += reversed(self.taken[1:])
            self.number -= sum(map(_physical, self.taken[1:]))
            del self.taken[1:]


def _options(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter if len(dialect.delimiter) == 1 else _STAND_IN,
        "quotechar": dialect.quote or None,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "doublequote": dialect.double_quote,
        "escapechar": dialect.escape or None,
        "skipinitialspace": dialect.skip_space,
    }


def _broken(raw: str, dialect: Dialect) -> str:
    """Return a line that is broken in its dialect, without its end, as one that is broken for the byte pass, too."""
    line = raw.rstrip("\r\n")
    if dialect.terminator == "\r":
        line = line.replace("\n", " ")
    marks = [mark for mark in (dialect.quote, dialect.escape, "\r") if mark]
    if any(mark in line for mark in marks) and _WELL_FORMED.fullmatch(line):
        return f'"{line}'  # the number of quotes is odd then
    return line


def _record(cells: list[str]) -> str:
    if not cells:
        return ""
    text = ",".join('"' + cell.replace('"', '""') + '"' if _ODD.search(cell) else cell for cell in cells)
    return text or '""'
