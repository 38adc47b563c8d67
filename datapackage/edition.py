"""Edition: what a package in one version is called, with its version where it has one."""

from __future__ import annotations

LONGEST_NAME = 100
"""How many characters the name of a dataset has at most."""


def edition(name: str, version: str) -> str:
    """Return name and version as people read them: union-state 0.2.0."""
    return " ".join(filter(None, (name, version)))


def stem(name: str, version: str) -> str:
    """Return name and version as a file is called after them: union-state-0.2.0."""
    return "-".join(filter(None, (name, version)))
