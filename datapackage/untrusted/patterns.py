"""Patterns: regular expressions from others, in the syntax of XML Schema and ECMAScript, for Polars, which runs Rust's.

The three differ within brackets: Rust intersects at `&&`, subtracts at `--` and takes a bracket for a nested set, where
the others take these for characters; and XML Schema subtracts with `-[…]`.
https://www.w3.org/TR/xmlschema-2/#regexs
"""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from .limits import PATTERN_TEXT

_TOKEN = re.compile(r"\\.|\[\^?|-\[\^?|--|&&|~~|.", re.DOTALL)
_REASON = re.compile(r"\nerror: ([^\n]+)\n\nThis error occurred")


def wrong(pattern: str) -> str:
    """Return why a pattern in the syntax of the standard is not run; an empty text where it is."""
    if PATTERN_TEXT.exceeded(len(pattern)):
        return f"expected {PATTERN_TEXT}, found {len(pattern):,}"
    return fault(for_polars(pattern))


@lru_cache(1024)
def fault(pattern: str) -> str:
    """Return why Polars does not run a pattern, such as `unclosed group`; an empty text where it does, in linear time."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        reason = _REASON.search(str(error))
        return reason[1] if reason else "too large"
    return ""


@lru_cache(1024)
def for_polars(pattern: str) -> str:
    """Return a pattern that Polars reads as the standard reads this one."""
    found, opened, is_first = list[str](), list[int](), False
    for token in _TOKEN.findall(pattern):
        bracket = token.removeprefix("-")
        opens = bracket in ("[", "[^") and (not opened or (token != bracket and not is_first))
        if not opens:
            found.append(_within(token, is_first) if opened else token)
            if opened and token == "]" and not is_first:
                opened.pop()
        else:
            found += _before(found, opened[-1]) if opened else ["-"] * (token != bracket)
            opened.append(len(found))
            found.append(bracket)
        is_first = opens
    return "".join(found)


def _before(found: list[str], opened: int) -> list[str]:
    """Return what to write before a bracket that is subtracted; a negated set is enclosed in one of its own first."""
    if found[opened] == "[^":
        found[opened] = "[[^"
        return ["]--"]
    return ["--"]


def _within(token: str, is_first: bool) -> str:
    """Return how to write a token within brackets. is_first: whether it is the first one there."""
    if token == "--":  # one of the two makes a range, the other one is an end of it
        return r"\--" if is_first else r"-\-"
    if token in ("&&", "~~") or token.startswith(("[", "-[")):
        return re.sub(r"([\[&~^])", r"\\\1", token)
    return token
