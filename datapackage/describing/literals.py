"""Literals: texts and names as they are written in code, so that nothing in them is ever run."""

from __future__ import annotations

import json
import re


def text(value: str) -> str:
    """Return a text as a literal that Python, R and JavaScript understand alike; what cannot be seen is escaped."""
    return "".join(
        letter if letter.isprintable() else json.dumps(letter)[1:-1]
        for letter in json.dumps(value, ensure_ascii=False)
    )


def sql_text(value: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + _plain(value).replace("'", "''") + "'"


def sql_identifier(name: str) -> str:
    """Return the name of a table or a column as an identifier of SQL."""
    return '"' + _plain(name).replace('"', '""') + '"'


def _plain(value: str) -> str:
    """Return a text without NUL and without halves of letters, which SQL cannot have."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def glob_free(place: str) -> bool:
    """Say whether no tool takes the place of a file for a pattern of places."""
    return not re.search(r"[*?\[\]{}]", place)


def one_line(value: str) -> str:
    """Return a text as the rest of a line of comment: what breaks lines or cannot be seen becomes a space."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
