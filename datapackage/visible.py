"""Visible: spell out characters that are invisible, look like a space, or change the direction of text."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Zs", "Cs", "Co", "Cn")
_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Variation selectors. They change the look of some symbols and of letters without case; elsewhere nobody sees them."""
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and marks without a shape."""
_HIDDEN = re.compile(f"[{_SELECTORS}{_BLANK}]")
_ODD = re.compile(f"([0-9#*]\ufe0f(?=\u20e3))|([^{_SELECTORS}{_BLANK}])?([{_SELECTORS}])|[{_BLANK}]")
"""A keycap, a selector with what it follows, or a blank."""
_VARIED = ("So", "Sm", "Sk", "Po", "Lo")
"""The categories of what a selector varies: emoji, signs of mathematics, ideographs."""
_EMOJI = "\u2139\u3030"
"""Emoji of other categories."""


def visible(text: str) -> str:
    """Return text with control, bidi and invisible characters spelt out; a line feed becomes ↵.

    A variation selector stays where it belongs, as in ❤️.
    """
    if text.isascii():
        return text if text.isprintable() else "".join(map(_visible, text))
    if _HIDDEN.search(text):
        text = _ODD.sub(_odd, text)
    return text if text.isprintable() else "".join(map(_visible, text))


def _odd(found: re.Match[str]) -> str:
    keycap, base, selector = found.groups("")
    symbol = base and not base.isascii() and (base in _EMOJI or unicodedata.category(base) in _VARIED)
    if keycap or symbol:
        return found.group()
    return base + _spelt(selector or found.group())


def _visible(character: str) -> str:
    if character != " " and unicodedata.category(character) in _INVISIBLE:
        return "↵" if character == "\n" else _spelt(character)
    return character


def _spelt(character: str) -> str:
    return f"\\u{{{ord(character):X}}}"
