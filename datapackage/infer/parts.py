"""Parts: what values of Parquet consist of, and whether it is beyond what their type in a Table Schema can be."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

_LARGEST = 2**63 - 1
"""The largest number of the type integer."""
_DAYS = "some days are outside the years 1 to 9999, the range of a date"
_LACKED = "some values have NaN or an infinite number in them, which JSON lacks"
WIDE = {
    "integer": f"some values are larger than {_LARGEST:,}, the largest integer, or too far below 0; the type number would round them",
    "date": _DAYS,
    "datetime": _DAYS,
    "array": _LACKED,
    "object": _LACKED,
}
"""What is said of a column with values beyond its type."""


def is_wide(values: pl.Series) -> bool:
    """Say whether one is beyond what an integer, a date or a datetime can be, or has a part that JSON lacks."""
    kind = values.dtype
    if kind.is_nested():
        return not all(part.is_finite().all() for part in _parts(values) if part.dtype.is_float())
    if kind == pl.UInt64:
        return bool((values > _LARGEST).any())
    if isinstance(kind, pl.Decimal) and kind.scale == 0:
        return not values.is_between(-_LARGEST - 1, _LARGEST).all()
    if isinstance(kind, pl.Datetime) and kind.time_zone:
        values = values.dt.convert_time_zone("UTC")
    if not isinstance(kind, (pl.Date, pl.Datetime)):
        return False
    years = values.drop_nulls().dt.year()  # null where a day is beyond the calendar of Polars
    return not years.is_between(1, 9999).fill_null(False).all()


def refuse_what_has_no_json(rows: pl.DataFrame) -> None:
    """Raise ValueError where a list or an object can be written as JSON under no type: validate cannot read it."""
    for column in rows:
        if column.dtype.is_nested() and any(
            part.dtype.is_temporal() and is_wide(part) for part in _parts(column)
        ):
            raise ValueError("a list or an object has a day outside the years 1 to 9999")


def _parts(values: pl.Series) -> Iterator[pl.Series]:
    """Yield what values consist of, down to what has no parts. Raises ValueError where two of them have one name."""
    values = values.alias("part")  # Polars takes a name such as * for a pattern
    kind = values.dtype
    if isinstance(kind, pl.Map):
        yield from _parts(values.cast(pl.List(pl.Struct({"key": kind.key, "value": kind.value}))))
    elif isinstance(kind, pl.Struct):
        names = values.struct.fields
        if len(set(names)) < len(names):
            raise ValueError(f"an object has two values of one name: {', '.join(names)[:200]}")
        for part in values.struct.unnest():
            yield from _parts(part)
    elif isinstance(kind, (pl.List, pl.Array)):
        yield from _parts(values.explode())
    else:
        yield values
