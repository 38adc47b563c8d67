"""Edition: the name of a package with its version, if it has one."""

from __future__ import annotations

LONGEST_NAME = 100
"""The most characters that the name of a dataset may have."""


def edition(name: str, version: str) -> str:
    """Return name and version as people read them: union-state 0.2.0."""
    return " ".join(filter(None, (name, version)))


def stem(name: str, version: str) -> str:
    """Return name and version as the stem of a file name: union-state-0.2.0."""
    return "-".join(filter(None, (name, version)))
