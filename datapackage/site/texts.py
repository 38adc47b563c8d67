"""Texts: the first words of a long one, on one line."""

from __future__ import annotations

from textwrap import shorten

BRIEF = 180
"""How many characters of a text a list shows, or a search engine is told."""


def brief(text: str) -> str:
    """Return the first words of a text on one line; of one that has no words of that length the first letters."""
    line = " ".join(text.split())
    if len(line) <= BRIEF:
        return line
    whole = shorten(line, BRIEF, placeholder="…")
    return whole if len(whole) > 1 else f"{line[: BRIEF - 1]}…"
