"""Texts: a text on one line, and the first words of a long one."""

from __future__ import annotations

from textwrap import shorten

BRIEF = 180
"""How many characters of a text a list shows, or a search engine is told."""


def prose(text: str) -> str:
    """Return a text of several lines as one, as a page breaks its lines itself."""
    return " ".join(text.split())


def brief(text: str) -> str:
    """Return the first words of a text on one line; of one that has no words of that length the first letters."""
    line = prose(text)
    if len(line) <= BRIEF:
        return line
    whole = shorten(line, BRIEF, placeholder="…")
    return whole if len(whole) > 1 else f"{line[: BRIEF - 1]}…"
