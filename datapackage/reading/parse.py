"""Parse: text becomes typed values, by one explicit grammar per type. What does not fit is a finding.

Neither Polars' inference nor its `to_date` decides what a date is: `to_date` also accepts 2024-2-3, and inference reads
01/02/2024 as 1 February. The grammars here accept ASCII digits and a single form each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import narwhals as nw
import polars as pl
import pyarrow as pa

from communique.schemas import Column, Table
from communique.schemas.column import ColumnType
from communique.schemas.edtf import PATTERN as EDTF
from communique.schemas.rules import full_match

from ..arrays import Ints, series
from ..codes import RULES
from ..found import Group
from ..storing.arrow import AS_TEXT

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TEXT = "\x1ftext"
_INTEGER = "-?(?:0|[1-9][0-9]{0,18})"


@dataclass(frozen=True)
class Grammar:
    """How a type is written: `parse` turns text into a value, or into null where the text does not fit."""

    wording: str
    parse: Callable[[pl.Expr], pl.Expr]


def _matching(text: pl.Expr, pattern: str) -> pl.Expr:
    return pl.when(text.str.contains(full_match(pattern))).then(text)


def _date(text: pl.Expr) -> pl.Expr:
    return _in_range(_matching(text, _DATE).str.to_date("%Y-%m-%d", strict=False))


def _in_range(day: pl.Expr) -> pl.Expr:
    """Refuse the year 0, which not every reader of Parquet supports."""
    return pl.when(day >= date.min).then(day)


def _edtf(text: pl.Expr) -> pl.Expr:
    plain = text.str.replace("[?~%]$", "")
    day = _in_range((plain + "-01-01").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False))
    return pl.when(text.str.contains(full_match(EDTF)) & day.is_not_null()).then(text)


def _boolean(text: pl.Expr) -> pl.Expr:
    return pl.when(text == "true").then(True).when(text == "false").then(False)


GRAMMARS: dict[ColumnType, Grammar] = {
    "string": Grammar("text", lambda text: text),
    "date": Grammar("a calendar date such as 2024-12-06", _date),
    "edtf": Grammar(
        "a calendar date such as 2024-12-06, 2024-12 or 2024, with ?, ~ or % if it is doubtful", _edtf
    ),
    "boolean": Grammar("true or false", _boolean),
    "integer": Grammar(
        "a whole number in digits such as 12",
        lambda text: _matching(text, _INTEGER).cast(pl.Int64, strict=False),
    ),
    "number": Grammar("a number such as 12.5", lambda text: text.cast(pl.Float64, strict=False)),
    "datetime": Grammar(
        "a date and time such as 2024-12-06T15:00:00",
        lambda text: text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False),
    ),
    "time": Grammar("a time such as 15:00:00", lambda text: text.str.to_time("%H:%M:%S%.f", strict=False)),
    "year": Grammar("a year such as 2024", lambda text: text.cast(pl.Int32, strict=False)),
    **dict.fromkeys(AS_TEXT, Grammar("text", lambda text: text)),
}
"""For types that no column of our own has, the grammars accept the canonical spelling of a release."""


def parse(
    text: pa.Table, records: Ints, table: Table, odd: Mapping[str, Ints]
) -> tuple[pl.DataFrame, list[Group]]:
    """Return the typed rows, derived columns included, in the order of the schema; and what did not fit.

    A cell that does not fit becomes null and has a finding.

    odd: for text columns, the positions of texts that are not plain; plain text is always in normal form.
    """
    cells = pl.DataFrame(text)
    typed = {
        values.name: values
        for column in table.source_columns
        for values in _typed(column, cells[column.name], table)
    }
    groups = [
        group
        for column in table.source_columns
        for group in _misfits(column, cells[column.name], typed[column.name], records)
    ]
    groups += [
        Group(RULES["not-nfc"], name, records[_unusual(cells[name], places)])
        for name, places in odd.items()
        if len(places)
    ]
    return pl.DataFrame([typed[column.name] for column in table.columns]), groups


def _typed(column: Column, text: pl.Series, table: Table) -> list[pl.Series]:
    """Return the typed cells of a column, and the columns derived from it. Each distinct text is parsed once."""
    if column.type == "string":
        return [text]
    name, distinct = column.name, text.unique()
    values = distinct.to_frame().select(GRAMMARS[column.type].parse(pl.col(name)).alias(name))
    derived = {
        other.name: other.derived
        for other in table.columns
        if other.derived is not None and other.source == name
    }
    if derived:
        values = nw.from_native(values).with_columns(**derived).to_native()
    known = values.with_columns(distinct.alias(_TEXT))
    rows = (
        text.alias(_TEXT)
        .to_frame()
        .join(known, on=_TEXT, how="left", nulls_equal=True, maintain_order="left")
    )
    return rows.drop(_TEXT).get_columns()


def _misfits(column: Column, text: pl.Series, typed: pl.Series, records: Ints) -> Iterator[Group]:
    if column.type != "string" and text.null_count() != typed.null_count():
        unparsed = (text.is_not_null() & typed.is_null()).to_numpy()
        yield Group(RULES["type-error"], column.name, records[unparsed], GRAMMARS[column.type].wording)


def _unusual(text: pl.Series, places: Ints) -> Ints:
    """Return those of these positions at which the text is not in normal form C."""
    few = text.gather(series(places))
    unusual: Ints = places[(few != few.str.normalize("NFC")).to_numpy()]
    return unusual
