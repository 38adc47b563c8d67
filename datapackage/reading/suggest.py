"""Suggest: what was probably meant by a wrong value. A hint for people; nothing is ever repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from communique.schemas import Column, Table

from ..finding import Finding

_LONGEST = 100
_MOST_WORDS = 300
"""Among more words than this, no similar one is looked for: with 10,000 it would take half a second for each value."""
_ALIKE = str.maketrans("АВЕКМНОРСТУХІЅЈаеорсухіѕј", "ABEKMHOPCTYXISJaeopcyxisj")  # noqa: RUF001  that they look alike is the point
_TRUTHS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}
_PARTS = re.compile(r"([0-9]{1,4})[-./ ]([0-9]{1,2})[-./ ]([0-9]{1,4})(?:[T ].*)?", re.ASCII)


def suggest(finding: Finding, table: Table) -> Finding:
    """Return the finding with a hint, where there is a likely one."""
    column = table.by_name.get(finding.column or "")
    hint: str | None = None
    if finding.code == "extra-label" and finding.column:
        label, labels = _latin(finding.column.strip()).lower(), table.labels
        hint = labels.get(label) or labels.get(nearest(label, tuple(labels)) or "")
    elif column and finding.value and len(finding.value) <= _LONGEST:
        hint = _value_hint(finding.code, finding.value.strip(), column)
    return replace(finding, hint=hint) if hint else finding


def _value_hint(code: str, value: str, column: Column) -> str | None:
    if code == "constraint-error" and column.codes:
        meant = _latin(value).lower()
        return column.codes.words.get(meant) or nearest(meant, column.codes.values)
    if code == "type-error" and column.type in ("date", "edtf"):
        return " or ".join(dict.fromkeys(day.isoformat() for day in _days(value))) or None
    if code == "type-error" and column.type == "boolean":
        return _TRUTHS.get(value.lower())
    if code == "identifier-format":
        return re.sub(r"[^a-z0-9]+", "-", _latin(value).lower()).strip("-") or None
    return None


def _latin(text: str) -> str:
    """Return a text with each Cyrillic letter that looks like a Latin one replaced by that."""
    return text.translate(_ALIKE)


def nearest(word: str, words: tuple[str, ...]) -> str | None:
    """Return the most similar word, if one is similar enough."""
    return None if len(words) > _MOST_WORDS else _nearest(word, words)


@lru_cache(1024)
def _nearest(word: str, words: tuple[str, ...]) -> str | None:
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    return near[0] if near else None


def _days(value: str) -> Iterator[date]:
    """Yield the days that the numbers of a date can mean in another order, first with the day before the month."""
    match = _PARTS.fullmatch(value)
    if not match:
        return
    first, second, third = (int(part) for part in match.groups())
    orders = [(first, second, third)] if first > 31 else [(third, second, first), (third, first, second)]
    for year, month, day in orders:
        try:
            if year >= 1000:
                yield date(year, month, day)
        except ValueError:
            continue
