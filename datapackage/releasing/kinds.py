"""Kinds of change between two releases, and the step of the version that each demands.

The recipe of Data Package (https://datapackage.org/recipes/data-package-version/) is followed where it serves those who
read the data; where it does not, `deviation` says why. docs/versions.md shows this table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Bump: TypeAlias = Literal["none", "patch", "minor", "major"]
BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")
"""From the smallest to the largest step."""


@dataclass(frozen=True)
class Kind:
    """A kind of change: the step that it demands, in words for a changelog, and whether readers must be warned."""

    code: str
    bump: Bump
    statement: str
    notice: bool = False
    deviation: str = ""


_STRONGER = (
    "major in the recipe, which considers those who write the data; for readers it is one more promise"
)
_WEAKER = "minor in the recipe, which considers those who write the data; for readers a promise is gone"

_KINDS = (
    Kind("package-renamed", "major", "The package has another name."),
    Kind(
        "licence-changed", "major", "The licence is another one.", True, "not in the recipe; it binds users"
    ),
    Kind(
        "package-described",
        "patch",
        "What is said of the package (title, description, contributors and so on) was changed.",
    ),
    Kind("table-removed", "major", "A table is gone."),
    Kind("table-added", "minor", "There is a new table."),
    Kind("table-described", "patch", "The title or description of a table was changed."),
    Kind("column-removed", "major", "A column is gone."),
    Kind(
        "column-added",
        "minor",
        "There is a new column.",
        deviation="major in the recipe; readers that select columns by name are not affected",
    ),
    Kind("column-moved", "major", "The columns stand in another order."),
    Kind("column-retyped", "major", "The values of a column have another type."),
    Kind("column-required", "minor", "A column has a value in every row now.", deviation=_STRONGER),
    Kind("column-optional", "major", "A column may be empty now.", deviation=_WEAKER),
    Kind("column-described", "patch", "The title, description or term of a column was changed."),
    Kind("code-added", "minor", "A code list has a new code."),
    Kind("code-removed", "major", "A code list lost a code."),
    Kind("code-relabelled", "patch", "The label of a code was changed."),
    Kind("pattern-added", "minor", "The texts of a column follow a pattern now.", deviation=_STRONGER),
    Kind("pattern-changed", "major", "The texts of a column follow another pattern."),
    Kind("pattern-removed", "major", "The texts of a column follow no pattern any more.", deviation=_WEAKER),
    Kind("minimum-raised", "minor", "The numbers of a column begin higher.", deviation=_STRONGER),
    Kind("minimum-lowered", "major", "The numbers of a column may be lower than before.", deviation=_WEAKER),
    Kind("constraint-added", "minor", "A column has another constraint.", deviation=_STRONGER),
    Kind("constraint-changed", "major", "A constraint or the format of a column is another one."),
    Kind("constraint-removed", "major", "A column has lost a constraint.", deviation=_WEAKER),
    Kind(
        "primary-key-changed",
        "major",
        "The rows of a table have another key; they are not compared one by one.",
    ),
    Kind("unique-key-added", "minor", "Values of a table are unique now."),
    Kind("unique-key-removed", "major", "Values of a table need not be unique any more."),
    Kind("foreign-key-added", "minor", "A reference between tables is declared now."),
    Kind("foreign-key-removed", "major", "A reference between tables is not declared any more."),
    Kind("row-added", "minor", "There are new rows."),
    Kind(
        "row-removed",
        "minor",
        "Rows are gone: retracted, or under another key.",
        True,
        "not in the recipe; readers are warned",
    ),
    Kind("row-renamed", "minor", "Rows have another key than before.", True),
    Kind("cell-filled", "patch", "Empty cells have a value now."),
    Kind("cell-corrected", "patch", "Values were corrected."),
    Kind("cell-emptied", "patch", "Values were retracted.", True),
)

KINDS = {kind.code: kind for kind in _KINDS}


def verdict(kinds: Iterable[str]) -> Bump:
    """Return the largest step that any of these kinds of change demands."""
    return BUMPS[max((BUMPS.index(KINDS[kind].bump) for kind in kinds), default=0)]


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers by which versions are compared. Raises ValueError where a part is not a number."""
    return tuple(int(part) for part in version.split("."))


def next_version(version: str, bump: Bump) -> str:
    """Return the version that follows by this step (Semantic Versioning 2.0.0, points 6 to 8)."""
    major, minor, patch = numbers(version)
    following = {
        "none": (major, minor, patch),
        "patch": (major, minor, patch + 1),
        "minor": (major, minor + 1, 0),
        "major": (major + 1, 0, 0),
    }
    return ".".join(str(part) for part in following[bump])
