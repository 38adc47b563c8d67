"""Numbers: raise an error at a number that a form cannot express, instead of dropping it silently."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ..errors import ExportError
from ..storing.digest import spelled
from .source import SourceTable


def with_nan_as_null(table: SourceTable, form: str, infinite: bool) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table for a form that writes NaN as null.

    infinite: whether the form can express INF and -INF.
    Raises ExportError at a number that would be lost: an infinite one, or NaN where a value is required.
    """
    done = 0
    for rows in table.batches():
        for column in table.table.columns:
            place = _lost(rows[column.name], not table.table.may_be_empty(column), infinite)
            if place is not None:
                value = spelled(rows[column.name].slice(place, 1)).item()
                raise ExportError(
                    f"{table.name}, row {done + place + 1}, {column.name}: is {value}, which {form} does not have"
                    f"{' where a value is required' if value == 'NaN' else ''}. Export to duckdb or xlsx instead."
                )
        yield rows
        done += len(rows)


def _lost(values: pl.Series, needed: bool, infinite: bool) -> int | None:
    """Return the index of the first number that would be lost; None where there is none."""
    if values.dtype != pl.Float64:
        return None
    lost = pl.lit(False)
    if needed:
        lost |= pl.col(values.name).is_nan()
    if not infinite:
        lost |= pl.col(values.name).is_infinite()
    place: int | None = values.to_frame().select(lost.arg_true().first()).item()
    return place
