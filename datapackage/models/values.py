"""Values: the values in checks of Pandera, as a descriptor writes them.

https://datapackage.org/standard/table-schema/#field-types says how each type is written.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any


def written(value: Any, kind: str) -> Any:
    """Return a value as a descriptor writes it in a field of that type. ValueError where it cannot."""
    try:
        return _written(value, kind)
    except OverflowError as error:
        raise ValueError(f"out of the range of the type {kind}") from error


def _written(value: Any, kind: str) -> Any:
    if kind in ("integer", "number"):
        return _number(value, kind)
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind in ("string", "any") and isinstance(value, str) and _is_text(value):
        return value
    if kind in _TEMPORAL:
        return _TEMPORAL[kind](value)
    raise ValueError(f"not of the type {kind}: {value!r}")


def _is_text(value: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _number(value: Any, kind: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError(f"not of the type {kind}: {value!r}")  # noqa: TRY004  as below
    if isinstance(value, Decimal) and value.is_finite() and Decimal(float(value)) != value:
        raise ValueError(f"a decimal that no binary number equals: {value}")
    if not math.isfinite(value):
        raise ValueError(f"not finite: {value!r}")
    if value == int(value) and (kind == "integer" or isinstance(value, int)):
        return int(value)
    if kind == "integer":
        raise ValueError(f"not an integer: {value!r}")
    return float(value)


def _date(value: Any) -> str:
    if isinstance(value, datetime) and value.timetz() == time():
        value = value.date()
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(f"not a date: {value!r}")  # noqa: TRY004  a value that a field cannot have
    return value.isoformat()


def _datetime(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise ValueError(f"not a datetime: {value!r}")  # noqa: TRY004  a value that a field cannot have
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _time(value: Any) -> str:
    if not isinstance(value, time) or value.tzinfo is not None:
        raise ValueError(f"not a time: {value!r}")
    return value.isoformat()


def duration(value: Any) -> str:
    """Return a length of time as ISO 8601 writes it, in days and seconds, whose lengths never differ.

    Raises ValueError where the value is none.
    """
    if not isinstance(value, timedelta):
        raise ValueError(f"not a duration: {value!r}")  # noqa: TRY004  a value that a field cannot have
    sign, whole = ("-", -value) if value < timedelta() else ("", value)
    fraction = f".{whole.microseconds:06}".rstrip("0") if whole.microseconds else ""
    days = f"{whole.days}D" if whole.days else ""
    seconds = f"T{whole.seconds}{fraction}S" if whole.seconds or fraction or not days else ""
    return f"{sign}P{days}{seconds}"


_TEMPORAL = {"date": _date, "datetime": _datetime, "time": _time, "duration": duration}
