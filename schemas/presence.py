"""Whether a cell of a row has a value, for the rules."""

from __future__ import annotations

import narwhals as nw


def is_null(column: str) -> nw.Expr:
    """Whether the cell is empty."""
    return nw.col(column).is_null()


def given(column: str) -> nw.Expr:
    """Whether the cell has a value."""
    return ~nw.col(column).is_null()
