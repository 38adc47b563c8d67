"""Stored: the values of fields of others as a release keeps them, one type for each type of Table Schema."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from communique.schemas.column import ColumnType

from ..storing.arrow import POLARS
from ..storing.digest import spelled
from .constraints import value_of
from .field import Field, grammar_of

_NATIVE_ITEMS = ("integer", "number", "boolean")
_EXACT_DIGITS = 15
"""So many digits of any number of IEEE 754 in 64 bits come back as they were written."""
_JSON_VALUES = (pl.Int64(), pl.Float64(), pl.Boolean())


def stored(field: Field, texts: pl.Series, values: pl.Series) -> pl.Series:
    """Return values as a release keeps them.

    texts: as they are written, null where there is none. values: what the grammar of the field made of them.
    """
    kind: ColumnType = field.kind  # type: ignore[assignment]  # the names are the same
    if kind == "duration":  # P1M is no number of seconds
        return texts
    if kind == "list" and not field.is_typed:
        return _lists(field, texts)
    if kind == "time":
        values = (values.cast(pl.Int64) // 1000 * 1000).cast(pl.Time)
    return values.cast(POLARS[kind])


def shortened(field: Field, texts: pl.Series, values: pl.Series) -> int:
    """Return how many values a release keeps with fewer digits than they are written with; see `stored`."""
    if field.kind in ("time", "datetime"):
        return int(texts.str.contains(r"\.[0-9]{6}0*[1-9]").sum())
    if field.kind != "number":
        return 0
    long = (texts.str.len_bytes() > _EXACT_DIGITS) | (values == 0)
    long &= values.is_finite()
    given, kept = _digits(texts.filter(long)), _digits(spelled(values.filter(long)).cast(pl.String))
    return int((given != kept).sum())


def _digits(numbers: pl.Series) -> pl.Series:
    """Return the digits of numbers that count, without those of an exponent."""
    mantissas = numbers.str.replace(
        "([0-9].?)[eE][-+]?[0-9]+[^0-9]*$", "$1"
    )  # an e may also end what is before
    return mantissas.str.replace_all("[^0-9]", "").str.strip_chars("0")


def _lists(field: Field, texts: pl.Series) -> pl.Series:
    """Return lists of parts as arrays of JSON."""
    given = field.descriptor or {}
    item, separator = given.get("itemType", "string"), given.get("delimiter", ",")
    grammar = grammar_of({}, item) if item in _NATIVE_ITEMS else None

    def array(text: str) -> str:
        parts: list[Any] = text.split(separator)
        values = parts if grammar is None else grammar.parse(pl.Series(parts, dtype=pl.String)).to_list()
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    return pl.Series(texts.name, [None if text is None else array(text) for text in texts], pl.String)


def spelt(field: Field, given: Any, key: str) -> Any:
    """Return a value that a constraint names as a release spells it: a number, a truth value, or a text."""
    if field.kind == "duration":
        return str(given)
    value = pl.Series([value_of(given, field.grammar, key)], dtype=field.grammar.dtype)
    if value.dtype in _JSON_VALUES:
        return value[0]
    texts = pl.Series([str(given)]) if field.kind == "list" else value
    return spelled(stored(field, texts, value)).cast(pl.String)[0]
