"""Partial dates: the part of EDTF (ISO 8601-2, level 0 and 1) that this project writes.

A year, a month or a day, each with an optional `?` (uncertain), `~` (approximate) or `%` (both):
`2019`, `2001-12`, `2024-12-06`, `2005-11~`. Intervals and seasons are not used.

A curator writes the EDTF text alone. From it four columns are derived: the date where the day is known for
certain, the earliest and the latest day it can mean, and its precision. The functions expect text that fits the grammar.
"""

from __future__ import annotations

import narwhals as nw

PATTERN = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?[?~%]?"
"""The grammar of the whole text; whether the day exists is for the calendar to say."""
_QUALIFIERS = "?~%"
_DAY = "%Y-%m-%d"


def plain(column: str) -> nw.Expr:
    """The text without its mark of doubt."""
    return nw.col(column).str.strip_chars(_QUALIFIERS)


def day(column: str) -> nw.Expr:
    """The date, where the day is known and not marked as doubtful; else null."""
    return nw.when(nw.col(column).str.len_chars() == 10).then(earliest(column))


def earliest(column: str) -> nw.Expr:
    """The first day that the text can mean."""
    return (plain(column) + nw.lit("-01-01")).str.slice(0, 10).str.to_date(_DAY)


def latest(column: str) -> nw.Expr:
    """The last day that the text can mean."""
    length = plain(column).str.len_chars()
    first = earliest(column)
    return (
        nw.when(length == 10)
        .then(first)
        .otherwise(
            nw.when(length == 7)
            .then(first.dt.offset_by("1mo").dt.offset_by("-1d"))
            .otherwise(first.dt.offset_by("1y").dt.offset_by("-1d"))
        )
    )


def precision(column: str) -> nw.Expr:
    """`day`, `month`, `year`, or `approximate` where the text is marked as doubtful."""
    text = nw.col(column)
    length = text.str.len_chars()
    exact = (
        nw.when(length == 10)
        .then(nw.lit("day"))
        .otherwise(nw.when(length == 7).then(nw.lit("month")).otherwise(nw.lit("year")))
    )
    doubtful = nw.when(text != plain(column)).then(nw.lit("approximate")).otherwise(exact)
    return nw.when(~text.is_null()).then(doubtful)
