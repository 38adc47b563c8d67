"""Visible: characters that show nothing or pass for a space, or turn the text around them, are spelt out."""

from __future__ import annotations

import unicodedata

_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Zs", "Cs", "Co", "Cn")


def visible(text: str) -> str:
    """Return text that shows as it is: control, bidi and invisible characters are spelt out, a line feed is ↵."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character != " " and unicodedata.category(character) in _INVISIBLE:
        return "↵" if character == "\n" else f"\\u{{{ord(character):X}}}"
    return character
