"""Arguments: what a caller of the library may give. A path is a string or a Path; anything else is refused at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from .errors import CommuniqueError


def as_path(given: str | Path) -> Path:
    """Return a path as a Path.

    Raises CommuniqueError where the path is empty, TypeError where it is neither a string nor a Path.
    """
    insist_on((str, os.PathLike), given, "a path, as a string or a Path")
    if given == "":  # Path("") would be the working folder; most often a variable is not set
        raise CommuniqueError("The path is empty. Give a path; . is the current folder.")
    return Path(given)


def optional_path(given: str | Path | None) -> Path | None:
    """Return a path that may be left out, as `as_path` does; None stays None."""
    return None if given is None else as_path(given)


def as_paths(given: Iterable[str | Path]) -> list[Path]:
    """Return several paths. One alone is refused with TypeError: a string would be taken letter by letter."""
    if isinstance(given, (str, os.PathLike)):
        raise TypeError(f"expected several paths, found one: {str(given)!r}. Give it in a list.")
    return [as_path(path) for path in given]


def insist_on_day(given: object) -> None:
    """Raise TypeError where a day is given as something else; None is for a default.

    Python counts a datetime as a date, but it would not be a day in reports and releases.
    """
    days = (type(None),) if isinstance(given, datetime) else (date, type(None))
    insist_on(days, given, "a day, as a datetime.date")


def insist_on(kind: type | tuple[type, ...], given: object, expected: str) -> None:
    """Raise TypeError where an argument is of another kind: not everybody has a type checker."""
    if not isinstance(given, kind):
        raise TypeError(f"expected {expected}, found {type(given).__name__}: {given!r:.80}.")
