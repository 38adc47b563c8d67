"""Stored values: those of fields of others as a release keeps them, one type for each type of Table Schema."""

from __future__ import annotations

from math import isfinite
from typing import Any

import polars as pl

from communique.schemas.column import ColumnType

from ...storing.arrow import POLARS
from ...storing.digest import spelled
from ..fields.constraints import value_of
from ..fields.field import Field
from ..fields.structures import NESTED

_EXACT_DIGITS = 15
"""A 64-bit number of IEEE 754 keeps so many digits of any decimal number."""
_LONG = rf"[0-9.]{{{_EXACT_DIGITS + 1}}}|[eE]-[0-9]{{3}}"
"""Finds texts that may have a number with more digits, or one that is too small."""
_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_JSON_VALUES = (pl.Int64(), pl.Float64(), pl.Boolean())


def stored(field: Field, texts: pl.Series, values: pl.Series) -> pl.Series:
    """Return values as a release keeps them.

    texts: as they are written, null where there is none. values: what the grammar of the field made of them.
    """
    kind: ColumnType = field.kind  # type: ignore[assignment]  # the names are the same
    if kind == "duration":  # P1M is no number of seconds
        return texts
    if kind == "number":
        return values.set((values == 0).fill_null(False), 0.0)  # -0 has no sign in CSV either
    return values.cast(POLARS[kind])


def shortened(field: Field, texts: pl.Series, values: pl.Series) -> int:
    """Return how many values lose digits in a release; see `stored`."""
    if field.kind in ("time", "datetime"):
        return int(texts.str.contains(r"\.[0-9]{6}0*[1-9]").sum())
    if field.kind in NESTED:
        long = texts.str.contains(_LONG)
        given, kept = texts.filter(long), values.filter(long)
        differ = _tight(given) != _tight(kept)
        return int((_numbers(given.filter(differ)) != _numbers(kept.filter(differ))).sum())
    if field.kind != "number":
        return 0
    long = (texts.str.len_bytes() > _EXACT_DIGITS) | (values == 0)
    long &= values.is_finite()
    given, kept = _digits(texts.filter(long)), _digits(spelled(values.filter(long)).cast(pl.String))
    return int((given != kept).sum())


def _tight(texts: pl.Series) -> pl.Series:
    """Return texts of JSON without blanks; where these agree, their numbers need not be compared."""
    return texts.str.replace_all(" ", "", literal=True)


def _numbers(texts: pl.Series) -> pl.Series:
    """Return the significant digits of the numbers in each text, sorted, for the keys of objects have no order."""
    plain = texts.str.replace_all(r"\\u[0-9A-Fa-f]{4}", "")
    parts = pl.DataFrame(
        {"row": pl.int_range(len(plain), eager=True), "number": plain.str.extract_all(_NUMBER)}
    )
    numbers = parts.explode("number")
    digits = numbers.with_columns(_digits(numbers["number"]).alias("digits")).sort("row", "digits")
    return digits.group_by("row", maintain_order=True).agg(pl.col("digits").str.join(" "))["digits"]


def _digits(numbers: pl.Series) -> pl.Series:
    """Return the significant digits of numbers, without those of an exponent."""
    mantissas = numbers.str.replace(
        "([0-9].?)[eE][-+]?[0-9]+[^0-9]*$", "$1"
    )  # an e may also end what is before
    return mantissas.str.replace_all("[^0-9]", "").str.strip_chars("0")


def spelt(field: Field, given: Any, key: str) -> Any:
    """Return a value that a constraint names as a release spells it: a number, a boolean, or a text."""
    if field.kind == "duration":
        return str(given)
    value = pl.Series([value_of(given, field.grammar, key)], dtype=field.grammar.dtype)
    if value.dtype in _JSON_VALUES and isfinite(value[0]):  # JSON has no NaN
        return value[0]
    return spelled(stored(field, value, value)).cast(pl.String)[0]
