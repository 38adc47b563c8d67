"""Kinds: the ways in which the cells of a column may be written, the most telling ones first.

A kind is taken for a column only if every cell fits, those aside that commonly mean "no value". Where two kinds could
mean the same text (which of 01/02/2024 is the month?) a cell that fits one alone must have been seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from communique.schemas.rules import full_match

from ..foreign.fields.field import grammar_of
from ..foreign.fields.grammar import Grammar

TOKENS = (
    *("NA", "N/A", "n/a", "na", "n.a.", "#N/A", "NaN", "nan", "NULL", "Null", "null", "None", "none", "nil"),
    *(
        "-",
        "--",
        "---",
        "\N{EN DASH}",
        "\N{EM DASH}",
        "?",
        ".",
        "..",
        "...",
        "…",
        ":",
        "x",
        "\\N",
        "missing",
        "unknown",
        "not available",
    ),
)
"""Texts that commonly mean "no value". Each is taken to where all else in its column has a stricter kind than text."""

_DIGITS = "[0-9]{1,2}"
_LATE = "(?:1[3-9]|2[0-9]|3[01])"


@dataclass(frozen=True)
class Kind:
    """One way.

    name: what people call it. field: what a descriptor says of it. pattern: what its texts look like, as a whole.
    proofs: patterns of which each must have been seen. label: what the label of the column must say, if anything.
    """

    name: str
    field: Mapping[str, Any]
    pattern: str = r"[\s\S]*"
    proofs: tuple[str, ...] = ()
    label: str = ""

    @cached_property
    def grammar(self) -> Grammar:
        """How its texts are parsed. To make it is to run Polars, which nobody should who imports this."""
        return grammar_of({"name": "a", **self.field}, str(self.field["type"]))

    def parse(self, texts: pl.Series) -> pl.Series:
        """Return the values of texts, and null for each that is not written in this way."""
        looks = texts.str.contains(full_match(self.pattern))
        if not looks.any():
            return texts.clear(len(texts))
        return self.grammar.parse(texts.zip_with(looks, texts.clear(len(texts)))).alias(texts.name)

    @property
    def has_spellings(self) -> bool:
        """Whether a value that may be part of a key can be written in several ways, as 1 and +1."""
        return self.field["type"] in ("integer", "date", "datetime")


def _words(true: str, false: str) -> Kind:
    field = {"type": "boolean", "trueValues": [true], "falseValues": [false]}
    return Kind(f"boolean ({true} or {false})", field, f"{true}|{false}", (true, false))


_WHOLE = "(?:0|[1-9][0-9]*)"
_KEPT = "(?:0|[1-9][0-9]{0,14}0*)"
"""Whole numbers that 64 bits of a number keep to the last digit. Where there are more digits they are rounded."""
_EXPONENT = "[eE][-+]?[0-9]+"
_MEASURED = f"(?:{_WHOLE}?[.][0-9]+(?:{_EXPONENT})?|{_WHOLE}[.]?{_EXPONENT})"
"""Numbers with a fraction or an exponent: nobody counts or names by these, so that to round them is no harm."""
_DAY_FIRST = tuple(
    Kind(f"date (day{mark}month{mark}year)", {"type": "date", "format": f"%d{mark}%m{mark}%Y"},
         f"{_DIGITS}[{mark}]{_DIGITS}[{mark}][0-9]{{4}}", (f"{_LATE}[{mark}].*",))
    for mark in "/-"
)  # fmt: skip
_MONTH_FIRST = tuple(
    Kind(f"date (month{mark}day{mark}year)", {"type": "date", "format": f"%m{mark}%d{mark}%Y"},
         f"{_DIGITS}[{mark}]{_DIGITS}[{mark}][0-9]{{4}}", (f"{_DIGITS}[{mark}]{_LATE}[{mark}].*",))
    for mark in "/-"
)  # fmt: skip
_DATE, _CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?"

LONG = Kind("number of many digits", {"type": "string"}, f"[-+]?(?:{_WHOLE}[.]?|{_MEASURED})",
            ("[-+]?[1-9][0-9]{14}[0-9]*[1-9][0-9]*[.]?",))  # fmt: skip
"""Numbers of which some would be rounded; they may be identifiers, so they stay text."""
_SPACES = " '\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{RIGHT SINGLE QUOTATION MARK}"
_GROUPS = (
    f"(?:,[0-9]{{3}})*(?:[.][0-9]+)?|(?:[.][0-9]{{3}})*(?:,[0-9]+)?|(?:[{_SPACES}][0-9]{{3}})*(?:[.,][0-9]+)?"
)
GROUPED = Kind("number with groups of digits", {"type": "string"}, f"[-+]?[0-9]{{1,3}}(?:{_GROUPS})|[-+]?[0-9]{{4,}}(?:[.,][0-9]+)?",
               (f"[-+]?[1-9][0-9]{{0,2}}[,.{_SPACES}][0-9]{{3}}(?:[^0-9].*)?",))  # fmt: skip
"""Numbers such as 1,200 and 12 345,50. They may be identifiers, and a comma may be of decimals, so they stay text."""

KINDS: tuple[Kind, ...] = (
    Kind("boolean", {"type": "boolean"}, "true|True|TRUE|false|False|FALSE"),
    *(_words(*pair) for pair in (("yes", "no"), ("Yes", "No"), ("YES", "NO"), ("Y", "N"), ("y", "n"))),
    Kind("year", {"type": "year"}, "[12][0-9]{3}", label=r"(?i)(?:^|[^a-z])(?:year|jahr|année|annee|año|rok|год)s?(?:$|[^a-z])"),
    Kind("integer", {"type": "integer"}, f"[-+]?{_WHOLE}"),
    Kind("number", {"type": "number"}, f"[-+]?(?:{_KEPT}[.]?|{_MEASURED})"),
    LONG,
    Kind("number with a decimal comma", {"type": "number", "decimalChar": ","}, f"[-+]?(?:{_KEPT}|{_WHOLE},[0-9]+)",
         ("[^,]*,(?:[0-9]{1,2}|[0-9]{4,})",)),
    GROUPED,
    Kind("month of a year", {"type": "yearmonth"}, "[0-9]{4}-(?:0[1-9]|1[0-2])"),
    Kind("date", {"type": "date"}, _DATE),
    Kind("date (year/month/day)", {"type": "date", "format": "%Y/%m/%d"}, f"[0-9]{{4}}/{_DIGITS}/{_DIGITS}"),
    Kind("date (day.month.year)", {"type": "date", "format": "%d.%m.%Y"}, f"{_DIGITS}[.]{_DIGITS}[.][0-9]{{4}}"),
    *_DAY_FIRST,
    *_MONTH_FIRST,
    Kind("datetime", {"type": "datetime"}, f"{_DATE}T{_CLOCK}(?:Z|[-+][0-9]{{2}}:[0-9]{{2}})?"),
    Kind("datetime with a space", {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"}, f"{_DATE} {_CLOCK}"),
    Kind("datetime without seconds", {"type": "datetime", "format": "%Y-%m-%d %H:%M"}, f"{_DATE} [0-9:]{{5}}"),
    Kind("time", {"type": "time"}, _CLOCK),
    Kind("time without seconds", {"type": "time", "format": "%H:%M"}, "[0-9]{2}:[0-9]{2}"),
    Kind("object", {"type": "object"}, r"\s*\{[\s\S]*\}\s*"),
    Kind("array", {"type": "array"}, r"\s*\[[\s\S]*\]\s*"),
)  # fmt: skip
"""The kinds that are not texts."""

FORMATS: tuple[Kind, ...] = (
    Kind("UUID", {"type": "string", "format": "uuid"}),
    Kind("e-mail address", {"type": "string", "format": "email"}, r"[^@]+@[^@]+\.[^@]+"),
    Kind("web address", {"type": "string", "format": "uri"}, "[A-Za-z][A-Za-z0-9+.-]*://.+"),
)
"""The kinds of text."""
AMBIGUOUS = (*_DAY_FIRST, *_MONTH_FIRST)
