"""Stored: the values of fields of others as a release keeps them, one type for each type of Table Schema."""

from __future__ import annotations

from math import isfinite
from typing import Any

import polars as pl

from communique.schemas.column import ColumnType

from ..storing.arrow import POLARS
from ..storing.digest import spelled
from .constraints import value_of
from .field import Field

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


def spelt(field: Field, given: Any, key: str) -> Any:
    """Return a value that a constraint names as a release spells it: a number, a truth value, or a text."""
    if field.kind == "duration":
        return str(given)
    value = pl.Series([value_of(given, field.grammar, key)], dtype=field.grammar.dtype)
    if value.dtype in _JSON_VALUES and isfinite(value[0]):  # JSON has no NaN
        return value[0]
    return spelled(stored(field, value, value)).cast(pl.String)[0]
