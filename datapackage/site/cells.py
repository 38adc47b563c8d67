"""Cells: values as readers see them, with the label of a code, the language of a text, and the target of a link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..describing.describe import EDTF_PATTERN
from ..describing.descriptor import TableField
from ..storing.digest import text_of
from .addresses import row_page, web_address
from .dates import in_words, machine
from .merge import Row
from .shape import Shape, TableShape

TITLE, NATIVE, WHEN = "\x1ftitle", "\x1fnative", "\x1fwhen"
"""Suffixes of columns with texts of the row that a column refers to. No field has such a name: it is printable."""

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A BCP 47 tag, as far as its form goes."""


class Cell(NamedTuple):
    """A value to show.

    href: a page of the site, from its root; web: an address elsewhere.
    language: of the text, where it is not that of the page.
    native, when: the name in its own language, and the date, of the row that is linked.
    machine: the value as programs read it, where it is a date.
    """

    text: str = ""
    href: str | None = None
    web: str | None = None
    language: str | None = None
    native: str | None = None
    native_language: str | None = None
    when: str | None = None
    machine: str | None = None

    @property
    def plain(self) -> bool:
        """Whether the text is all that there is to show."""
        return not (self.href or self.web or self.language or self.machine)


def target_of(shape: Shape, table: TableShape, column: str) -> str | None:
    """Return the table with pages that a column refers to; the key of a table with pages refers to its own page."""
    linked = table.name if (column,) == table.key else table.links.get(column)
    return linked if linked in shape.pages else None


def language_of(shape: Shape, table: str, column: str, row: Row) -> str | None:
    """Return the language that the story gives to a cell."""
    for spoken in shape.story.spoken:
        if spoken.column == column and spoken.table in ("", table):
            tag = spoken.tag or text_of(row.get(spoken.by or ""))
            return tag if _TAG.fullmatch(tag) else None
    return None


def speaking(shape: Shape, table: str, columns: Sequence[str]) -> list[str]:
    """Return the columns that give the language of the texts in `columns`."""
    spoken = (one for one in shape.story.spoken if one.table in ("", table) and one.column in columns)
    return [one.by for one in spoken if one.by in shape.tables[table].fields]


def raw_cell(shape: Shape, table: TableShape, column: str, row: Row) -> Cell:
    """Return a cell as it stands in the file, with its link and language."""
    text = text_of(row[column], table.fields[column].type)
    target = target_of(shape, table, column)
    return Cell(
        text,
        href=row_page(target, text) if target and text else None,
        web=web_address(text),
        language=language_of(shape, table.name, column, row),
    )


def reader_cell(shape: Shape, table: TableShape, column: str, row: Row) -> Cell:
    """Return a cell in words. One that refers to a row with a page shows the title of that row, if it was joined."""
    value = row[column]
    if value is None:
        return Cell()
    text = text_of(value, table.fields[column].type)
    target = target_of(shape, table, column)
    if target and row.get(f"{column}{TITLE}") is not None:
        native = row.get(f"{column}{NATIVE}")
        when = row.get(f"{column}{WHEN}")
        return Cell(
            row[f"{column}{TITLE}"],
            href=row_page(target, text),
            native=native,
            native_language=native_language(shape, target) if native else None,
            when=in_words(when) if when else None,
        )
    return _plain(shape, table, column, row, text)


def _plain(shape: Shape, table: TableShape, column: str, row: Row, text: str) -> Cell:
    field = table.fields[column]
    if field.type == "boolean":
        return Cell("yes" if text == "true" else "no")
    if field.type == "date" or is_edtf(field):
        return Cell(in_words(text), machine=machine(text))
    if field.categories:
        return Cell(label_of(field, text))
    return Cell(text, web=web_address(text), language=language_of(shape, table.name, column, row))


def is_edtf(field: TableField) -> bool:
    """Say whether a field has partial dates, by its pattern."""
    return field.type == "string" and field.constraints.pattern == EDTF_PATTERN


def label_of(field: TableField, code: str) -> str:
    """Return the label of a code."""
    return next((c.label for c in field.categories or () if str(c.value) == code and c.label), code)


def native_language(shape: Shape, table: str) -> str | None:
    """Return the language of the native names of a table with pages."""
    native = shape.pages[table].native
    return language_of(shape, table, native, {}) if native else None
