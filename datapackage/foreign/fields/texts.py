"""Texts: the types string, with its formats, and any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from .grammar import FieldError, Grammar, matching

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_FORMATS: dict[str, tuple[str, str]] = {
    "email": (
        "an e-mail address such as name@example.org",
        rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*",
    ),
    "uri": (
        "an address with a scheme, such as https://example.org",
        r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>\"{}|\\^`]+",
    ),
    "binary": (
        "base64",
        "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    ),
    "uuid": (
        "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
        "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
    ),
}


def string(field: Mapping[str, Any]) -> Grammar:
    """Text, in the format of its field. Raises FieldError."""
    form = field.get("format", "default")
    if form == "default":
        return Grammar("text", pl.String, as_it_is, _length)
    if form not in _FORMATS:
        raise FieldError(f"one of the formats default, {', '.join(_FORMATS)}")
    wording, pattern = _FORMATS[form]
    return Grammar(wording, pl.String, matching(pattern), _length)


def anything(field: Mapping[str, Any]) -> Grammar:
    """Anything; it stays text."""
    return Grammar("anything", pl.String, as_it_is, _length)


def as_it_is(text: pl.Series) -> pl.Series:
    """Return any text unchanged."""
    return text


def _length(cell: pl.Expr) -> pl.Expr:
    return cell.str.len_chars()
