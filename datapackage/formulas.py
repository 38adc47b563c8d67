"""Formulas: what a spreadsheet runs where it stands in a cell (CWE-1236)."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet may run."""


def formula_free(cell: str) -> str:
    """Return the text of a cell so that a spreadsheet does not run it: an apostrophe stands before it.

    One stands also before what would else look as if this had been done: `as_it_was` takes back this, and no more.
    """
    return f"'{cell}" if _may_run(cell) else cell


def as_it_was(cell: str) -> str:
    """Return the text of a cell that `formula_free` was given."""
    return cell[1:] if cell.startswith("'") and _may_run(cell) else cell


def _may_run(cell: str) -> bool:
    return cell.lstrip("'").startswith(FORMULA)
