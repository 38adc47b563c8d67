"""Patterns: Pandera searches for a match at the beginning or anywhere, a Table Schema matches the whole text.

In Pandera, on Polars, `$` is the end of the text and `.` excludes line feeds, as in the crate regex. The text around a
match is therefore written `[\\s\\S]*`, which means any text in every engine.
"""

from __future__ import annotations

import re

from communique.schemas.rules import full_match

from ..untrusted.patterns import fault

_REST = r"[\s\S]*"
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")
_FLAGS = re.compile(r"(\^?)\(\?([a-zA-Z]+)\)")
_VERBOSE = re.compile(r"\(\?[A-Za-z]*[xm][A-Za-z]*(?:-[A-Za-z]*)?[:)]")


def starting(pattern: str) -> str:
    """Return a pattern for whole texts that begin with a match, as in `str_matches`. ValueError where that fails."""
    anchored = pattern if pattern.startswith("^") else f"^{pattern}"
    body = _between_anchors(anchored)
    if body is not None:
        return _runs(body)
    if _is_one(anchored):
        return _runs(f"{_grouped(anchored[1:])}{_REST}")
    return containing(anchored)  # an anchor in the first alternative alone


def containing(pattern: str) -> str:
    """Return a pattern for whole texts that contain a match. ValueError where there is none."""
    body = _between_anchors(pattern) if pattern.startswith("^") else None
    if body is not None:
        return _runs(body)
    return _runs(f"{_REST}{_grouped(pattern)}{_REST}")


def beginning(text: str) -> str:
    """Return a pattern for whole texts that begin with this one."""
    return _runs(escaped(text) + _REST)


def ending(text: str) -> str:
    """Return a pattern for whole texts that end with this one."""
    return _runs(_REST + escaped(text))


def escaped(text: str) -> str:
    """Return a pattern that matches only this text, in every engine."""
    return _SPECIAL.sub(lambda found: "\\" + found.group(), text)


def _runs(pattern: str) -> str:
    if _VERBOSE.search(pattern):
        raise ValueError("flags that change what anchors and spaces mean")
    if fault(full_match(pattern)):
        raise ValueError("a pattern that does not run in linear time")
    return pattern


def _between_anchors(pattern: str) -> str | None:
    """Return what is between ^ and $, if both apply to the whole pattern."""
    if not _is_one(pattern) or not re.search(r"(?<!\\)(?:\\\\)*\$\Z", pattern):
        return None
    body = pattern[1:-1]
    inner = body[3:-1] if body.startswith("(?:") and body.endswith(")") else None
    return inner if inner is not None and _closes_last(body) else body


def _is_one(pattern: str) -> bool:
    """Say whether a pattern has no alternatives outside of groups."""
    return all(letter != "|" for letter, depth in _outside(pattern) if depth == 0)


def _closes_last(body: str) -> bool:
    """Say whether the group with which a pattern begins ends with it."""
    depths = [depth for _, depth in _outside(body)]
    return 0 not in depths[:-1]


def scoped(pattern: str) -> str:
    """Return a pattern with leading flags turned into a group: Python accepts global flags only at the very beginning."""
    flags = _FLAGS.match(pattern)
    return f"(?{flags[2]}:{flags[1]}{pattern[flags.end() :]})" if flags else pattern


def _grouped(pattern: str) -> str:
    found = scoped(pattern)
    is_group = re.fullmatch(r"\(\?[a-zA-Z]*:.*\)", found) and _closes_last(found)
    return found if is_group else f"(?:{found})"


def _outside(pattern: str) -> list[tuple[str, int]]:
    """Return the characters, each with the number of groups open after it; escaped ones and classes are blanked."""
    found: list[tuple[str, int]] = []
    depth, classes, position = 0, 0, 0
    while position < len(pattern):
        letter = pattern[position]
        if letter == "\\":
            found.append(("", depth))
            position += 2
            continue
        if letter == "[":
            classes += 1
            if pattern[position + 1 : position + 2] == "^":
                position += 1
            if pattern[position + 1 : position + 2] == "]":
                position += 1  # a bracket that is the first of its class
        elif letter == "]" and classes:
            classes -= 1
        elif not classes:
            depth += {"(": 1, ")": -1}.get(letter, 0)
        found.append(("" if classes else letter, depth))
        position += 1
    return found
