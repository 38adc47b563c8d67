"""A story: what the tables are about, for code that presents them to readers.

A table says what a valid row is. A story says which rows deserve a page of their own, what belongs on that page, and
in which language a column is. It holds for any release that has the tables and columns that it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["event", "agent", "work"]
"""What a row with a page is: something that happens, somebody who acts, or something that is made."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """The rows of another table that belong on the page of a row: those that refer to it.

    via: the column of `table` that refers to the row of the page.
    columns: what is shown of each row.
    when, stage: for rows that are the steps of a life, the date of a step and the code of what it was.
    order: the columns by which the rows are sorted, before their key.
    """

    heading: str
    table: str
    via: str
    columns: tuple[str, ...]
    when: str | None = None
    stage: str | None = None
    order: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A table each of whose rows has a page.

    title: the column with the name of a row; native: the one with its name in its own language.
    when: the column with the date (EDTF) of an event.
    group: the column with a code by which rows are grouped and counted.
    summary: the column with a few sentences about the row.
    hidden: columns of no use to readers, such as the bounds of a date that is shown.
    """

    table: str
    kind: Kind
    noun: str
    title: str
    native: str | None = None
    when: str | None = None
    group: str | None = None
    summary: str | None = None
    hidden: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The table that says which source supports which row, and the table of sources.

    row_table, row_key: the columns that identify the row; source: the column that refers to `sources`.
    title, url, language: columns of `sources`; details: further columns of it that are shown.
    """

    table: str
    row_table: str
    row_key: str
    source: str
    sources: str
    title: str
    url: str
    language: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """The language of a column: a BCP 47 tag, or the column of the same row that has it.

    table: the table of the column; empty for all tables that have such a column.
    """

    column: str
    table: str = ""
    tag: str | None = None
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """Which tables have pages, in the order in which they are offered to readers, and what supports their rows."""

    pages: tuple[Page, ...] = ()
    evidence: Evidence | None = None
    spoken: tuple[Spoken, ...] = ()
