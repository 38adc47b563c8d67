"""The strict form: text in any dialect and encoding, rewritten, if need be, in the one form that the byte pass reads.

A file in UTF-8 that differs in its delimiter alone is read as it is. Where a file is rewritten, each record keeps its
number of lines, and what is broken in it stays broken, so that the byte pass finds the same faults; where lines are
left out (comments, lines before the header), `origins` begins a new stretch.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from ...arrays import Ints
from ...progress import Step, announce, tell
from ...reading.longcells import long_cells
from ...reading.rfc4180 import DELIMITER, QUOTED, cell_pattern
from ...untrusted.limits import CELL
from ..descriptor.dialect import Dialect
from .origins import BARE, CLOSED, OPEN, OTHER, SAME, Origins, Stretch
from .records import Record, physical_lines, records

if TYPE_CHECKING:
    from .fromparquet import ParquetFiles

_NEVER_TEXT = "\udcff"
"""Stands for a byte that its encoding does not have. It is written as a byte that UTF-8 does not have either."""


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
    some = tuple(empty) if len(empty) < len(sources) else ()
    return Strict(target, writer.origins, has_header, delimiter=dialect.strict_delimiter, empty=some)


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
        self.record, self.line = self.record + 1, self.line + physical_lines(text)


def _rewrite(source: Source, dialect: Dialect, encoding: str, writer: _Writer, unnumbered: bool) -> int:
    """Write the records of a file, without a header that repeats that of the first file; return how many rows it has.

    unnumbered: whether its first line, where it is a header or comes before one, is not counted, as in frictionless.
    """
    header: list[list[str]] = []
    header_rows, last_header = frozenset(dialect.header_rows), max(dialect.header_rows, default=0)
    as_quoted = _as_quoted(dialect)
    row, before = 0, writer.row - unnumbered
    with _opened(source, dialect, encoding) as file:
        for record in records(_lines(file), dialect):
            line, raw = record.line, record.raw
            row += 1
            if row == 1 and physical_lines(raw.rstrip("\r\n")) > 1:
                before = writer.row
            if row in dialect.comment_rows or (dialect.comment and raw.startswith(dialect.comment)):
                continue
            if row in header_rows:
                header.append(record.cells if record.rest is None else [raw.rstrip("\r\n")])
                if row < last_header:
                    continue
                labels = _joined(header, dialect)
                if labels == writer.header:
                    continue
                before = writer.row if row == 1 else before
                writer.header = writer.header or labels
                stands = len(header) == 1  # several rows joined stand nowhere
                if stands:
                    joined = record if record.rest is not None else record._replace(cells=labels)
                    written = _written(joined, dialect, as_quoted)
                else:
                    written = _record(labels, dialect), OTHER
            elif row < last_header:
                continue
            else:
                written = _written(record, dialect, as_quoted)
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
    if not replace(dialect, delimiter=",").has_strict_rows or len(dialect.delimiter) > 1:
        return None
    mark = re.escape(dialect.delimiter)
    return re.compile(rf'(?:^|{mark})("{QUOTED}"|[^"{mark}]*+)')


def _written(record: Record, dialect: Dialect, as_quoted: re.Pattern[str] | None) -> tuple[str, int]:
    """Return a record in the strict form, and its layout in the source.

    It keeps its quotes if they mean the same in the strict form: then its cells stay in their places.
    """
    body, mark, cells = record.raw.rstrip("\r\n"), dialect.strict_delimiter, record.cells
    if record.rest is not None:
        text = _broken(record, record.rest, dialect)
        layout = SAME if text.rstrip("\r") == body and dialect.delimiter == mark else OTHER
        left_open = _forms(mark).left_open.fullmatch(text)
        return (left_open[1] + CLOSED + left_open[2], layout | OPEN) if left_open else (text, layout)
    text = _record(cells, dialect)
    if body == text:
        return text, SAME
    if len(dialect.delimiter) == 1 and body == dialect.delimiter.join(cells):
        return text, BARE
    kept = as_quoted.findall(body) if as_quoted else []
    odd = _forms(mark).odd
    if kept and not any(written[:1] != '"' and odd.search(written) for written in kept):
        return mark.join(kept), SAME
    return text, OTHER


def _lines(file: IO[str]) -> Iterator[str]:
    try:
        yield from file
    except UnicodeError as error:
        raise EncodingError(f"text in the encoding that is declared, found: {str(error)[:100]}") from error


def _broken(record: Record, rest: str, dialect: Dialect) -> str:
    """Return a broken record, without its end, as one that is broken for the byte pass in the same cell, too."""
    line = rest.rstrip("\r\n")
    if dialect.terminator == "\r":
        line = line.replace("\n", " ")
    elif rest.endswith(("\r\r\n", "\r")):
        line = rest.removesuffix("\r\n") + "\r"
    marks = [mark for mark in (dialect.quote, dialect.escape, "\r") if mark]
    doubtful = any(mark in line for mark in marks)
    before = record.raw[: len(record.raw) - len(rest)]
    if not dialect.has_strict_rows:
        before = _record([*record.cells, ""], dialect) if record.cells else ""
        line = _with_plain_marks(line.lstrip(" ") if dialect.skip_space else line, dialect)
    if doubtful and _forms(dialect.strict_delimiter).whole.fullmatch(before + line):
        return f'{before}"{line}'  # the number of quotes is odd then
    return before + line


def _with_plain_marks(text: str, dialect: Dialect) -> str:
    """Return a text with the quotes and delimiters of the strict form, and others for those that mean nothing in its own."""
    mark = dialect.strict_delimiter
    plain = {'"': "'", mark: " ", dialect.quote: '"', dialect.delimiter: mark}
    marks = "|".join(re.escape(each) for each in sorted(plain, key=len, reverse=True) if each)
    escaped = f"{re.escape(dialect.escape)}(.)" if dialect.escape else "()(?!)"

    def written(match: re.Match[str]) -> str:
        if not match[1]:
            return plain[match[0]]
        return {dialect.quote: '""', '"': '""', mark: " "}.get(match[1], match[1])

    return re.sub(f"{escaped}|{marks}", written, text)


def _record(cells: list[str], dialect: Dialect) -> str:
    if not cells:
        return ""
    mark = dialect.strict_delimiter
    odd = _forms(mark).odd
    text = mark.join('"' + cell.replace('"', '""') + '"' if odd.search(cell) else cell for cell in cells)
    return text or '""'


class _Forms(NamedTuple):
    """Patterns of the strict form: what a cell has in quotes only, a well-formed record, and one that leaves a quote open.

    The last has two groups: up to the first delimiter or line end after that quote, and the rest.
    """

    odd: re.Pattern[str]
    whole: re.Pattern[str]
    left_open: re.Pattern[str]


@lru_cache
def _forms(delimiter: str) -> _Forms:
    cell, mark = cell_pattern(delimiter), re.escape(delimiter)
    return _Forms(
        re.compile(f'[{mark}"\r\n\ufeff]'),  # without quotes the first cell's would be taken for the file's
        re.compile(f"(?:{cell}{mark})*+{cell}"),
        re.compile(rf'((?:{cell}{mark})*+"(?:[^"{mark}\r\n]++|"")*+)({QUOTED})'),
    )
