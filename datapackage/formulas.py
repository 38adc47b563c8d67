"""Formulas: text in a cell that a spreadsheet would run (CWE-1236)."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell that a spreadsheet may run begins with."""


def formula_free(cell: str) -> str:
    """Return the text of a cell so that a spreadsheet does not run it: with an apostrophe in front.

    Text that already looks escaped gets one too, so that `as_it_was` reverts exactly this.
    """
    return f"'{cell}" if _may_run(cell) else cell


def as_it_was(cell: str) -> str:
    """Return the text of a cell that `formula_free` was given."""
    return cell[1:] if cell.startswith("'") and _may_run(cell) else cell


def _may_run(cell: str) -> bool:
    return cell.lstrip("'").startswith(FORMULA)
