"""Fields: a column of a Pandera schema as a field of a Table Schema, and what is lost of it."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import polars as pl

from communique.schemas import Column
from communique.schemas.column import METADATA

from ..loss import Losses
from ..untrusted.document import DocumentError, load
from .checks import Limits

Json: TypeAlias = dict[str, Any]

OTHER = "pandera:metadata"
"""The custom property of a field or schema that holds the Pandera metadata of its column or model."""
_TYPES: dict[Any, str] = {
    pl.String: "string",
    pl.Categorical: "string",
    pl.Enum: "string",
    pl.Binary: "string",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Time: "time",
    pl.Datetime: "datetime",
    pl.Duration: "duration",
    pl.List: "array",
    pl.Array: "array",
    pl.Struct: "object",
}
_EXACT = (pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Date, pl.Time, pl.Enum, pl.Binary)
_UNITS = (pl.Datetime("us"), pl.Duration("us"))
"""Types that survive the round trip only in this unit; those in `_EXACT` always do."""


def field(name: str, column: Any, dtype: Any, where: str, losses: Losses) -> Json:
    """Return the field of a column.

    column: a column of a Pandera schema. dtype: its type in Polars; None for any.
    """
    kind = _kind(dtype)
    limits = Limits(kind, where, losses, plain=dtype != pl.Binary, nullable=column.nullable)
    _range(limits, dtype)
    for check in column.checks:
        limits.read(check)
    found: Json = {"name": name, "type": kind}
    if dtype == pl.Binary:
        found["format"] = "binary"
    for key in ("title", "description"):
        if getattr(column, key):
            found[key] = str(getattr(column, key))
    own = (column.metadata or {}).get(METADATA)
    if isinstance(own, Column) and own.term:
        found["rdfType"] = own.term
    if isinstance(dtype, pl.Enum):
        _categories(found, limits, dtype)
    rules = {"required": True} if not column.nullable else {}
    if column.unique:
        rules["unique"] = True
    constraints = {**rules, **limits.constraints}
    if isinstance(own, Column):
        _own(own, found, constraints, where, losses)
    metadata(found, {key: value for key, value in (column.metadata or {}).items() if key != METADATA}, where, losses)  # fmt: skip
    _lost(column, dtype, kind, where, losses)
    return {**found, "constraints": constraints} if constraints else found


def metadata(found: Json, given: Json, where: str, losses: Losses) -> None:
    """Add Pandera's metadata, as far as JSON can express it."""
    try:
        read = load(
            json.dumps(given, allow_nan=False).encode(), is_yaml=False
        )  # as whoever reads the schema will
    except (TypeError, ValueError, RecursionError, DocumentError):
        losses.add(where, f"the metadata, which JSON cannot hold: {', '.join(map(str, given))}")
        return
    if given and read != given:
        losses.add(where, "that keys of the metadata are not strings, or values are tuples")
    if given:
        found[OTHER] = read


def _kind(dtype: Any) -> str:
    if dtype is None:
        return "any"
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    return _TYPES.get(dtype.base_type(), "any")


def _range(limits: Limits, dtype: Any) -> None:
    """Add the range of a narrow integer type as bounds."""
    name = str(dtype)
    if limits.kind != "integer" or dtype == pl.Int64:
        return
    bits, signed = int(name.lstrip("UInt")), not name.startswith("U")
    if not signed:
        limits.above(0, False)
    elif bits < 64:
        limits.above(-(2 ** (bits - 1)), False)
    if bits < 64:
        limits.below(2 ** (bits - signed) - 1, False)


def _categories(found: Json, limits: Limits, dtype: pl.Enum) -> None:
    values = dtype.categories.to_list()
    found |= {"categories": values, "categoriesOrdered": True} if values else {}
    # Readers that ignore categories respect an enum.
    limits.within(values)


def _own(own: Column, found: Json, constraints: Json, where: str, losses: Losses) -> None:
    """Add what a column of this project's own schemas declares besides its checks."""
    if own.pattern:
        constraints.setdefault("pattern", own.pattern)
    if own.codes:
        found["categories"] = [{"value": code.code, "label": code.label} for code in own.codes.codes]
    for rule in own.rules:
        if not (own.pattern and rule.code == "identifier-format"):
            losses.add(where, f"the rule {rule.code}")


def _lost(column: Any, dtype: Any, kind: str, where: str, losses: Losses) -> None:
    if dtype is not None and dtype not in _UNITS and dtype.base_type() not in _EXACT:
        kept = ", with its range as bounds" if kind == "integer" else ""
        losses.add(where, f"the type {dtype}: it becomes {kind}{kept}")
    if column.unique and column.nullable:
        losses.add(where, "that two rows without a value are duplicates: a Table Schema compares only values")
    for name, said in (
        ("coerce", "that values are coerced to the type: a Table Schema only says how they are written"),
        ("drop_invalid_rows", "that invalid rows are dropped"),
        ("parsers", "the parsers"),
    ):
        if getattr(column, name, None):
            losses.add(where, said)
    if getattr(column, "default", None) is not None:
        losses.add(where, f"the default {column.default!r}")
