"""Literals: texts and names as literals of programming languages, so that nothing in them can ever run."""

from __future__ import annotations

import json
import re


def text(value: str) -> str:
    """Return a text as a literal for Python, R and JavaScript alike; invisible characters are escaped."""
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
    """Return a text without NUL and lone surrogates, which SQL cannot express."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def glob_free(place: str) -> bool:
    """Say whether no tool takes the path of a file for a glob pattern."""
    return not re.search(r"[*?\[\]{}]", place)


def one_line(value: str) -> str:
    """Return a text for a one-line comment: line breaks and invisible characters become spaces."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
