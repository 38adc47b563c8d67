"""Grammars: how the values of a field are written, and what they become once they are read.

A grammar turns a column of text into a column of values, and into null where a text does not fit. It takes ASCII
digits and one form each; neither Polars' inference nor Python's `int` decides what a number is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import polars as pl

from communique.schemas.rules import full_match

Parse: TypeAlias = Callable[[pl.Series], pl.Series]
WRONG = "\0"
"""Stands for a value of a type that its field does not take. No text is equal to it, for NUL in a text is a fault."""


@dataclass(frozen=True)
class Grammar:
    """How a type is written.

    wording: what is expected, for people.
    dtype: the type of the values.
    parse: text → values; null where a text does not fit.
    sizes: the length of values, where they have one, as an expression over values.
    listed: parses arrays of JSON, where values have another form.
    is_text: whether values are always written as text, although `dtype` is a number.
    """

    wording: str
    dtype: Any
    parse: Parse
    sizes: Callable[[pl.Expr], pl.Expr] | None = None
    listed: Parse | None = None
    is_text: bool = False


class FieldError(ValueError):
    """A field cannot be understood; the message says what was expected."""


class UncheckableError(FieldError):
    """A constraint is understood but cannot be checked; the message says what was expected."""


def matching(pattern: str) -> Parse:
    """Return a parser that keeps the texts that match as a whole."""
    whole = full_match(pattern)
    return lambda text: where(text, text.str.contains(whole))


def where(values: pl.Series, kept: pl.Series) -> pl.Series:
    """Return the values at which `kept` is true, else null."""
    return values if kept.all() else values.zip_with(kept.fill_null(False), values.clear(len(values)))


def refusing(grammar: Grammar) -> Grammar:
    """Return a grammar that takes all but `WRONG`."""

    def parse(text: pl.Series) -> pl.Series:
        return where(grammar.parse(text), text != WRONG)

    return replace(grammar, parse=parse)


def each_once(parse: Parse) -> Parse:
    """Return a parser that parses each distinct text once."""

    def parsed(text: pl.Series) -> pl.Series:
        name = text.name
        distinct = text.unique()
        if 2 * len(distinct) > len(text):
            return parse(text)
        values = pl.DataFrame({"text": distinct, "value": parse(distinct)})
        whole = (
            text.rename("text")
            .to_frame()
            .join(values, on="text", how="left", nulls_equal=True, maintain_order="left")
        )
        return whole["value"].rename(name)

    return parsed


def by_python(read: Callable[[str], Any], dtype: Any) -> Parse:
    """Return a parser that calls a Python function for each distinct text; ValueError means that the text does not fit."""

    def value(text: str | None) -> Any:
        if text is None:
            return None
        try:
            return read(text)
        except (ValueError, RecursionError):
            return None

    def parse(text: pl.Series) -> pl.Series:
        return pl.Series(text.name, [value(item) for item in text], dtype=dtype)

    return each_once(parse)
