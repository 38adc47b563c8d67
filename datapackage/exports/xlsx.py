"""XLSX: a release as a workbook: a sheet for each table, and sheets that describe the data.

Texts are written so that one that looks like a formula never becomes one, even after somebody edits the cell. Days that
Excel supports (from 1 March 1900) are days; earlier ones, and numbers with more digits than Excel keeps, are texts. The
same release and the same version of XlsxWriter give the same bytes.
The limits are those of https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ExportError
from ..formulas import FORMULA
from ..storing.digest import text_of
from .dictionary import notes
from .source import Source, SourceTable

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ROWS, COLUMNS, CHARACTERS = 1_048_576, 16_384, 32_767
"""The limits of a sheet, whose header is one of the rows, and of a cell, in units of UTF-16."""
_NAME = 31
_EXACT = 10**15
_LEAST = 2.2250738585072014e-308
"""The smallest number above zero with all its digits; Excel takes smaller ones for zero."""
_NO_DAY = date(1980, 1, 1)
_FIRST_DAY = date(1900, 3, 1)
"""Excel takes 1900 for a leap year, so that its numbers for all earlier days are wrong."""


def write_xlsx(source: Source, path: Path) -> None:
    """Write the tables of a release into a new workbook.

    Raises ExportError where XlsxWriter is not installed, or a table does not go into a sheet, and OSError where the file
    cannot be written.
    """
    try:
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import FileCreateError
    except ImportError as error:
        raise ExportError("An export to XLSX needs the package xlsxwriter: pip install xlsxwriter") from error
    for table in source.tables:
        _insist_on_room(table)
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    try:
        with Workbook(str(path), options) as book:
            _write(book, source)
    except FileCreateError as error:  # it wraps the OSError
        raise error.args[0] from error


def _write(book: Workbook, source: Source) -> None:
    book.use_zip64()
    package = source.package
    created = _midnight(package.released or _NO_DAY)  # else XlsxWriter would use the clock
    book.set_properties({"title": package.title, "comments": package.description, "created": created})
    sheets = _Sheets(book)
    about, *others = notes(source)
    sheets.add(about.name, about.columns, about.rows)
    for table in source.tables:
        sheets.add(table.name, [column.name for column in table.table.columns], _rows(table))
    for note in others:
        sheets.add(note.name, note.columns, note.rows)


def _insist_on_room(table: SourceTable) -> None:
    rows, columns = table.resource.rows, len(table.table.columns)
    if rows >= ROWS or columns > COLUMNS:
        raise ExportError(
            f"{table.name}: has {rows:,} rows and {columns:,} columns; a sheet has room for {ROWS - 1:,} below its"
            f" header, and for {COLUMNS:,} columns. Export to duckdb, sqlite or jsonl instead."
        )


def _rows(table: SourceTable) -> Iterator[tuple[Any, ...]]:
    for rows in table.batches():
        yield from rows.iter_rows()


def _is_number(value: Any) -> bool:
    """Say whether a value is a number that Excel keeps exactly."""
    if isinstance(value, float):
        return float(f"{value:.16g}") == value and isfinite(value) and (not value or abs(value) >= _LEAST)
    return isinstance(value, int) and abs(value) < _EXACT


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


class _Sheets:
    """The sheets of a workbook, each with a header that stays in sight."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._taken = book, set[str]()
        self._header = book.add_format({"bold": True, "bottom": 1})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._text = book.add_format({"quote_prefix": True})

    def add(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows into a new sheet."""
        sheet = self._book.add_worksheet(self._free(name))
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, max(12, min(len(column) + 2, 40)))
            sheet.write_string(0, number, column, self._header)
        last = 0
        for last, row in enumerate(rows, 1):
            for number, value in enumerate(row):
                self._write(sheet, last, number, value, f"{name}, row {last}, {columns[number]}")
        sheet.autofilter(0, 0, last, len(columns) - 1)

    def _free(self, name: str) -> str:
        """Return an unused name that a sheet can have: case is ignored, and Excel reserves History."""
        free, number = name[:_NAME], 1
        while free.casefold() in self._taken | {"history"}:
            number += 1
            free = f"{name[: _NAME - 4]}-{number}"
        self._taken.add(free.casefold())
        return free

    def _write(self, sheet: Worksheet, row: int, column: int, value: Any, place: str) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif _is_number(value):
            sheet.write_number(row, column, value)
        elif isinstance(value, datetime) and value.date() >= _FIRST_DAY and not value.microsecond:
            sheet.write_datetime(row, column, value, self._moment)
        elif isinstance(value, datetime):
            self._write_text(sheet, row, column, text_of(value), place)
        elif isinstance(value, date) and value >= _FIRST_DAY:
            sheet.write_datetime(row, column, _midnight(value), self._day)
        else:
            self._write_text(sheet, row, column, text_of(value), place)

    def _write_text(self, sheet: Worksheet, row: int, column: int, text: str, place: str) -> None:
        characters = len(text.encode("utf-16-le")) // 2  # as Excel counts: some characters count twice
        if characters > CHARACTERS:
            raise ExportError(
                f"{place}: has {characters:,} characters; a cell of a sheet has room for {CHARACTERS:,}."
                " Export to duckdb, sqlite or jsonl instead."
            )
        style: Format | None = self._text if text.startswith(FORMULA) else None
        sheet.write_string(row, column, text, style)
