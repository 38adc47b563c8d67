"""Formulas: what a spreadsheet runs where it stands in a cell (CWE-1236)."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet may run."""


def formula_free(cell: str) -> str:
    """Return the text of a cell so that a spreadsheet does not run it: an apostrophe stands before it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
