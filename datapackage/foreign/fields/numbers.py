"""Numbers and booleans: integer, number, boolean, year. https://datapackage.org/standard/table-schema/#field-types"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from communique.schemas.rules import full_match

from ...untrusted.limits import MARK
from .grammar import FieldError, Grammar, Parse, matching, where

_SPECIAL = "(?i)nan|[-+]?inf"
TRUE, FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")


def integer(field: Mapping[str, Any]) -> Grammar:
    """Whole numbers of 64 bits."""
    tidy = _tidy(field, decimal=None)

    def parse(text: pl.Series) -> pl.Series:
        given = tidy(text) if tidy else text
        values = given.cast(pl.Int64, strict=False)
        odd = (values.cast(pl.String) != given).fill_null(True) & given.is_not_null()
        return where(values, ~odd | given.str.contains("^[-+]?[0-9]+$")) if odd.any() else values

    return Grammar(f"a whole number of 64 bits, such as 12{_written(field)}", pl.Int64, parse)


def number(field: Mapping[str, Any]) -> Grammar:
    """Numbers; NaN, INF and -INF are values, numbers too large for 64 bits are not."""
    mark = _mark(field, "decimalChar") or "."
    tidy = _tidy(field, decimal=mark)

    def parse(text: pl.Series) -> pl.Series:
        given = tidy(text) if tidy else text
        values = given.cast(pl.Float64, strict=False)
        finite = values.is_finite().fill_null(False)
        return values if finite.all() else where(values, finite | text.str.contains(full_match(_SPECIAL)))

    return Grammar(f"a number such as 12{mark}5{_written(field)}", pl.Float64, parse)


def boolean(field: Mapping[str, Any]) -> Grammar:
    """Booleans, in the words that the field has for true and false. Raises FieldError."""
    true, false = _words(field, "trueValues", TRUE), _words(field, "falseValues", FALSE)
    if set(true) & set(false):
        raise FieldError("trueValues and falseValues without a word in common")

    def parse(text: pl.Series) -> pl.Series:
        yes, no = text.is_in(true), text.is_in(false)
        return where(yes, yes | no)

    return Grammar(f"one of: {', '.join([*true, *false])}", pl.Boolean, parse)


def year(field: Mapping[str, Any]) -> Grammar:
    """Years as XML Schema's gYear writes them, without a time zone."""
    fits = matching("-?[0-9]{4,9}")
    return Grammar("a year such as 2024", pl.Int64, lambda text: fits(text).cast(pl.Int64, strict=False))


def any_year(text: pl.Series) -> pl.Series:
    """Return years that were numbers already, which need not have four digits."""
    return matching("-?[0-9]{1,9}")(text).cast(pl.Int64, strict=False)


def _words(field: Mapping[str, Any], key: str, usual: tuple[str, ...]) -> list[str]:
    words = field.get(key, list(usual))
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise FieldError(f"{key} as a list of strings")
    return words


def _mark(field: Mapping[str, Any], key: str) -> str:
    mark = field.get(key, "")
    if not isinstance(mark, str) or set(mark) & set("0123456789+-eE"):
        raise FieldError(f"{key} as a string of characters that are not part of a number")
    if MARK.exceeded(len(mark)):
        raise FieldError(f"{key} of {MARK}, found {len(mark):,}")
    return mark


def _tidy(field: Mapping[str, Any], decimal: str | None) -> Parse | None:
    """Return a function that turns numbers as the field writes them into plain ones; None where they are plain."""
    group, bare = _mark(field, "groupChar"), field.get("bareNumber", True)
    if not isinstance(bare, bool):
        raise FieldError("bareNumber as true or false")
    if group and decimal and (group in decimal or decimal in group):
        raise FieldError("groupChar and decimalChar that differ, neither of which contains the other")
    if bare and not group and decimal in (None, "."):
        return None
    digits = f"[0-9]+(?:{re.escape(group)}[0-9]+)*" if group else "[0-9]+"
    point = re.escape(decimal) if decimal else ""
    fraction = f"(?:{digits}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][-+]?[0-9]+)?" if decimal else digits
    core = f"[-+]?{fraction}" + (f"|{_SPECIAL}" if decimal else "")
    before = r"[^0-9+\x{2212}-]"  # a typographic minus is no decoration
    short = f"(?:{before}*\\p{{L}}{point})?" if point else ""  # the full stop of Rs.500 is no decimal point
    pattern = f"^({core})$" if bare else f"^{short}{before}*?({core})[^0-9]*$"

    def tidied(text: pl.Series) -> pl.Series:
        found = text.str.extract(pattern, 1)
        if group:
            found = found.str.replace_all(group, "", literal=True)
        return found.str.replace(decimal, ".", literal=True) if decimal not in (None, ".") else found

    return tidied


def _written(field: Mapping[str, Any]) -> str:
    group = field.get("groupChar")
    return f", with groups of digits separated by {group!r} if at all" if group else ""
