"""Dates: EDTF and ISO dates as people write them in English. What is neither is shown as it stands."""

from __future__ import annotations

import re
from functools import lru_cache

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?([?~%]?)", re.ASCII)
_DOUBT = {"": "{}", "?": "{} (uncertain)", "~": "about {}", "%": "about {} (uncertain)"}
"""What a qualifier of EDTF level 1 means (loc.gov/standards/datetime)."""


@lru_cache(maxsize=4096)
def in_words(text: str) -> str:
    """Return a date of EDTF level 1 in words: 6 December 2024, about May 2005."""
    match = _DATE.fullmatch(text)
    if not match:
        return text
    year, month, day, doubt = match.groups()
    parts = (str(int(day)) if day else None, _MONTHS[int(month) - 1] if month else None, year)
    return _DOUBT[doubt].format(" ".join(part for part in parts if part))


def machine(text: str) -> str | None:
    """Return the date as HTML's `time` takes it, without a qualifier; None for what is no date."""
    match = _DATE.fullmatch(text)
    return text.rstrip("?~%") if match else None


def year_of(text: str | None) -> str | None:
    """Return the year of a date; None where there is none."""
    return text[:4] if text and _DATE.fullmatch(text) else None
