"""The rules by their codes, and the words and escapes that all renderers share."""

from __future__ import annotations

import unicodedata

from communique.datapackage import RULES, Finding
from communique.schemas import SCHEMAS, Rule


def rule_of(finding: Finding) -> Rule:
    """Return the rule that a finding says is broken."""
    return {**RULES, **SCHEMAS.rules}[finding.code]


def inert(text: str, limit: int = 200) -> str:
    """Return text that a terminal shows as it is: control, bidi and invisible characters are spelt out.

    What is longer than `limit` characters is cut, with a word on how much.
    """
    shown = "".join(map(_visible, text[:limit]))
    return shown if len(text) <= limit else f"{shown}… ({len(text)} characters)"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co"):
        return "↵" if character == "\n" else f"\\u{{{ord(character):X}}}"
    return character


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 error, 2 errors."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
