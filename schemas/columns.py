"""The kinds of column that tables consist of.

Each function returns a Pandera field that carries a `Column`: the single place where a column's title, meaning,
vocabulary and format are declared. Type, nullability and name come from the Pandera model itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw
import pandera.polars as pa

from . import edtf
from .codelists import PRECISIONS, CodeList
from .column import METADATA, Column
from .rules import CellRule
from .texts import (
    CONTROL_CHARACTER,
    CYRILLIC_NAME,
    IDENTIFIER_FORMAT,
    INVISIBLE_CHARACTER,
    LATIN_NAME,
    LIST_FORMAT,
    SLUG,
    TEXT,
    URL_FORMAT,
)


def _field(column: Column, nullable: bool = False, **constraints: Any) -> Any:
    return pa.Field(
        nullable=nullable,
        title=column.title,
        description=column.description,
        metadata={METADATA: column},
        **constraints,
    )


def identifier(title: str, description: str, *, term: str | None = None, nullable: bool = False) -> Any:
    """Return an id of a row, or a reference to one."""
    rules = (IDENTIFIER_FORMAT,)
    column = Column(title=title, description=description, term=term, pattern=SLUG, rules=rules)
    return _field(column, nullable)


def text(
    title: str,
    description: str,
    *,
    term: str | None = None,
    nullable: bool = False,
    rules: tuple[CellRule, ...] = (),
) -> Any:
    """Return free text."""
    return _field(Column(title=title, description=description, term=term, rules=TEXT + rules), nullable)


def name(title: str, description: str, *, term: str | None = None, nullable: bool = False) -> Any:
    """Return a name in English."""
    return text(title, description, term=term, nullable=nullable, rules=(LATIN_NAME,))


def name_ru(description: str) -> Any:
    """Return the name in Russian beside a name in English; empty where no source seen gives it."""
    return text(
        "Name in Russian", description, term="schema:alternateName", nullable=True, rules=(CYRILLIC_NAME,)
    )


def code(
    codes: CodeList, title: str, description: str, *, term: str | None = None, nullable: bool = False
) -> Any:
    """Return a code of a code list."""
    column = Column(title=title, description=description, term=term, codes=codes)
    return _field(column, nullable, isin=list(codes.values))


def url(title: str, description: str, *, term: str | None = None, nullable: bool = False) -> Any:
    """Return a web address."""
    column = Column(
        title=title,
        description=description,
        term=term,
        rules=(URL_FORMAT, CONTROL_CHARACTER, INVISIBLE_CHARACTER),
    )
    return _field(column, nullable)


def date(title: str, description: str, *, term: str | None = None, nullable: bool = False) -> Any:
    """Return a day of the Gregorian calendar."""
    return _field(Column(title=title, description=description, term=term), nullable)


def boolean(title: str, description: str, *, nullable: bool = False) -> Any:
    """Return true or false."""
    return _field(Column(title=title, description=description), nullable)


def count(title: str, description: str, *, minimum: int = 0) -> Any:
    """Return a whole number that is not below `minimum`."""
    return _field(Column(title=title, description=description, minimum=minimum), ge=minimum)


def ids(title: str, description: str) -> Any:
    """Return a list of ids, which curators write in one cell and which is published as rows of its own."""
    column = Column(title=title, description=description, rules=(LIST_FORMAT,), published=False)
    return _field(column, nullable=True)


def partial_date(title: str, description: str, *, term: str | None = None, nullable: bool = False) -> Any:
    """Return a date that may be known to the month or the year only, as EDTF text."""
    column = Column(type="edtf", title=title, description=description, term=term)
    return _field(column, nullable)


def _derived(
    source: str, title: str, description: str, how: Callable[[str], nw.Expr], codes: CodeList | None = None
) -> Any:
    column = Column(title=title, description=description, codes=codes, derived=how(source), source=source)
    return _field(column, nullable=True)


def day_of(source: str, title: str) -> Any:
    """Return the date of a partial date, where its day is known."""
    return _derived(source, title, f"The day, where {source} gives one without doubt; else empty.", edtf.day)


def earliest_of(source: str, title: str) -> Any:
    """Return the first day that a partial date can mean."""
    return _derived(source, f"{title}, earliest", f"The first day that {source} can mean.", edtf.earliest)


def latest_of(source: str, title: str) -> Any:
    """Return the last day that a partial date can mean."""
    return _derived(source, f"{title}, latest", f"The last day that {source} can mean.", edtf.latest)


def precision_of(source: str, title: str) -> Any:
    """Return how precisely a partial date is known."""
    description = f"How precisely {source} is known."
    return _derived(source, f"{title}, precision", description, edtf.precision, PRECISIONS)
