"""Visible: spell out characters that are invisible, look like a space, or change the direction of text."""

from __future__ import annotations

import unicodedata

_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Zs", "Cs", "Co", "Cn")


def visible(text: str) -> str:
    """Return text with control, bidi and invisible characters spelt out; a line feed becomes ↵."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character != " " and unicodedata.category(character) in _INVISIBLE:
        return "↵" if character == "\n" else f"\\u{{{ord(character):X}}}"
    return character
