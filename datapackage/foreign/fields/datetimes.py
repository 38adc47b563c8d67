"""Dates and times: date, time, datetime, yearmonth, duration.

The default forms are those of XML Schema. A pattern is one of `strptime`; its directives are translated twice, into a
regular expression that says how many digits there are, and into the format that Polars reads. `any` takes the forms
that are listed here, and no others: what a date means must not depend on a library's guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal

import polars as pl

from ...untrusted.limits import FORMAT
from .grammar import FieldError, Grammar, Parse, each_once, matching, where

Kind = Literal["date", "time", "datetime"]

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-5][0-9](?:\.[0-9]{1,9})?"
"""Seconds end at 59, as in XML Schema: Polars would take a 60th for the next minute."""
_ZONE = "(?:Z|[-+][0-9]{2}:[0-9]{2})"
_TWO = "[0-9]{1,2}"
_DIRECTIVES = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": _TWO,
    "d": _TWO,
    "H": _TWO,
    "I": _TWO,
    "M": _TWO,
    "S": "[0-5]?[0-9]",
    "j": "[0-9]{1,3}",
    "p": "(?:[AaPp][Mm])",
    "b": "[A-Za-z]{3}",
    "B": "(?i:January|February|March|April|May|June|July|August|September|October|November|December)",
    "a": "[A-Za-z]{3}",
    "A": "(?i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)",
    "z": "(?:Z|[-+][0-9]{2}:?[0-9]{2})",
    "G": "[0-9]{4}",
    "V": _TWO,
    "U": _TWO,
    "W": _TWO,
    "u": "[1-7]",
    "w": "[0-6]",
    "f": "[0-9]{1,9}",
    "%": "%",
}
_ANY: dict[Kind, tuple[str, ...]] = {
    "date": (
        *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
        *("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m/%d/%y", "%d/%m/%y"),
    ),
    "time": ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p"),
    "datetime": (
        *("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d"),
        *("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"),
        *("%d %b %Y %H:%M:%S", "%d %B %Y %H:%M"),
    ),
}
_DTYPES: dict[Kind, Any] = {"date": pl.Date, "time": pl.Time, "datetime": pl.Datetime("us")}
_NAMES: dict[Kind, str] = {
    "date": "day of the calendar",
    "time": "time",
    "datetime": "date and time of the calendar",
}
_EXAMPLES: dict[Kind, str] = {"date": "2024-12-06", "time": "15:00:00", "datetime": "2024-12-06T15:00:00Z"}
_DURATION = re.compile(
    r"(-?)P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?",
    re.ASCII,
)
_SECONDS = (31_556_952.0, 2_629_746.0, 604_800.0, 86_400.0, 3600.0, 60.0, 1.0)
"""A year of 365.2425 days, a twelfth of it, a week, a day …: durations are compared by their mean length."""


def temporal(kind: Kind, field: Mapping[str, Any]) -> Grammar:
    """Return the grammar of a date, time, or datetime with the format of its field. Raises FieldError."""
    form = field.get("format", "default")
    if not isinstance(form, str):
        raise FieldError("a format as a string")
    if FORMAT.exceeded(len(form)):
        raise FieldError(f"a format of {FORMAT}, found {len(form):,}")
    form = form.removeprefix("fmt:")
    if form == "default":
        return Grammar(
            f"a {_NAMES[kind]} such as {_EXAMPLES[kind]}", _DTYPES[kind], each_once(_DEFAULTS[kind])
        )
    if form == "any":
        parsers = [_default_or_space(kind), *(_pattern(kind, pattern) for pattern in _ANY[kind])]
        return Grammar(
            f"a {kind} in a common form", _DTYPES[kind], each_once(lambda text: _first(text, parsers))
        )
    return Grammar(f"a {kind} in the form {form}", _DTYPES[kind], each_once(_pattern(kind, form)))


def yearmonth(field: Mapping[str, Any]) -> Grammar:
    """A month of a year; it stays text, which sorts as months do."""
    return Grammar("a month such as 2024-12", pl.String, matching("[0-9]{4}-(?:0[1-9]|1[0-2])"))


def duration(field: Mapping[str, Any]) -> Grammar:
    """Durations of ISO 8601, as seconds of their mean length."""

    def parse(text: pl.Series) -> pl.Series:
        return pl.Series(text.name, [_seconds(item) for item in text], pl.Float64)

    return Grammar("a duration such as P1Y2M or PT30M", pl.Float64, each_once(parse), is_text=True)


def _seconds(text: str | None) -> float | None:
    match = _DURATION.fullmatch(text) if text and len(text) < 200 else None
    if not match:
        return None
    sign, *parts = match.groups()
    total = sum(float(part) * length for part, length in zip(parts, _SECONDS, strict=True) if part)
    return -total if sign else total


def _date(text: pl.Series) -> pl.Series:
    return _to_date(where(text, text.str.contains(f"^{_DAY}$")), "%Y-%m-%d")


def _datetime(text: pl.Series) -> pl.Series:
    return _zoned(where(text, text.str.contains(f"^{_DAY}T{_CLOCK}{_ZONE}?$")), "%Y-%m-%dT%H:%M:%S%.f%z")


def _zoned(text: pl.Series, form: str) -> pl.Series:
    """Return datetimes in UTC where they have a time zone; the years are 1 to 9999, which every reader supports."""
    moments = _unbounded(text, form)
    return where(moments, moments.is_between(datetime.min, datetime.max))


def _unbounded(text: pl.Series, form: str) -> pl.Series:
    if not form.endswith("%z"):  # then a Z or -03:00 at the end has no meaning of its own
        return text.str.to_datetime(form, time_unit="us", strict=False)
    form = form.removesuffix("%z")
    plain = text.str.replace("Z$", "+00:00").str.replace("([-+][0-9]{2})([0-9]{2})$", "$1:$2")
    offset = "[-+][0-9]{2}:[0-9]{2}$"
    local = plain.str.replace(offset, "").str.to_datetime(form, time_unit="us", strict=False)
    has = plain.str.contains(offset)
    if not has.any():
        return local
    zoned = plain.str.to_datetime(f"{form}%:z", time_unit="us", strict=False).dt.replace_time_zone(None)
    return zoned.zip_with(has.fill_null(False), local)


def _time(text: pl.Series) -> pl.Series:
    fits = where(text, text.str.contains(f"^{_CLOCK}{_ZONE}?$"))
    return _zoned("2000-01-02T" + fits, "%Y-%m-%dT%H:%M:%S%.f%z").dt.time()


_DEFAULTS: dict[Kind, Parse] = {"date": _date, "time": _time, "datetime": _datetime}


def _default_or_space(kind: Kind) -> Parse:
    default = _DEFAULTS[kind]
    return lambda text: default(text.str.replace(" ", "T") if kind == "datetime" else text)


def _first(text: pl.Series, parsers: list[Parse]) -> pl.Series:
    values = parsers[0](text)
    for parse in parsers[1:]:
        if values.null_count() == text.null_count():
            break
        values = values.fill_null(parse(text))
    return values


def _pattern(kind: Kind, form: str) -> Parse:
    """Translate a pattern of strptime. Raises FieldError where a directive depends on a locale, or is unknown."""
    expression, chrono, directives, position = "", "", "", 0
    century: tuple[int, int] | None = None
    while position < len(form):
        if form[position] != "%":
            expression, chrono = expression + re.escape(form[position]), chrono + form[position]
            position += 1
            continue
        directive = form[position + 1 : position + 2]
        if directive not in _DIRECTIVES or not directive:
            raise FieldError(
                f"a pattern of strptime without %{directive}, which is unknown or depends on a language"
            )
        if directive == "f" and not chrono.endswith("."):
            raise FieldError("a pattern with parts of a second, %f, after a full stop")
        if directive == "z" and form[position + 2 :]:
            raise FieldError("a pattern with the time zone, %z, at its end or without one")
        if directive == "y":
            century = position, len(expression)
        expression += _digits(directive, form[position + 2 :])
        chrono = f"{chrono[:-1]}%.f" if directive == "f" else f"{chrono}%{directive}"
        directives += directive
        position += 2
    if not directives:
        raise FieldError("default, any, or a pattern of strptime such as %d/%m/%Y")
    fits, to = f"^{expression}$", _READERS[kind]
    if "I" in directives and "p" not in directives:
        raise FieldError("a pattern with %p beside %I: the hour by itself may be before noon or after")
    if "z" in directives and kind != "datetime":
        raise FieldError("a time zone, %z, only in a pattern for a datetime")
    minutes = ""
    if {"H", "I"} & set(
        directives
    ) and "M" not in directives:  # Polars takes an hour without minutes for no time
        minutes, chrono = "00 ", f"%M {chrono}"
    _try(kind, chrono)

    def parse(text: pl.Series) -> pl.Series:
        return to(minutes + where(text, text.str.contains(fits)), chrono)

    if century is None:
        return parse
    at, place = century
    full = _pattern(kind, f"{form[:at]}%Y{form[at + 2 :]}")
    tail = expression[place:].removeprefix(_DIRECTIVES["y"])
    return _of_1969(parse, full, f"^({expression[:place]})69({tail})$")


def _digits(directive: str, rest: str) -> str:
    """Return the regular expression of a directive. Directly before other digits it has its full number of digits."""
    digits = _DIRECTIVES[directive]
    follow = rest[:1] == "%" and rest[1:2] in "YymdHIMSjGVUWuw"
    return digits.replace("{1,", "{").replace("]?", "]") if follow else digits


def _of_1969(parse: Parse, full: Parse, year: str) -> Parse:
    """Return a parser of two-digit years that takes 69 for 1969, as POSIX and Python do; Polars takes it for 2069.

    full: parses the same pattern with years of four digits.
    year: a pattern that finds the texts with that year, and captures what is around it.
    """

    def parsed(text: pl.Series) -> pl.Series:
        values, has = parse(text), text.str.contains(year).fill_null(False)
        return full(text.str.replace(year, "${1}1969${2}")).zip_with(has, values) if has.any() else values

    return parsed


def _try(kind: Kind, chrono: str) -> None:
    try:
        _READERS[kind](pl.Series(["2024-12-06"]), chrono)
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise FieldError(f"a pattern that gives a {kind}") from error


def _to_date(text: pl.Series, form: str) -> pl.Series:
    days = text.str.to_date(form, strict=False)
    return where(days, days >= date.min)


def _to_time(text: pl.Series, form: str) -> pl.Series:
    times = text.str.to_time(form, strict=False)
    # To the microsecond, as in the default form and in a release.
    return (times.cast(pl.Int64) // 1000 * 1000).cast(pl.Time)


_READERS: dict[Kind, Callable[[pl.Series, str], pl.Series]] = {
    "date": _to_date,
    "time": _to_time,
    "datetime": _zoned,
}
