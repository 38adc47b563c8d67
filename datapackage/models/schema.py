"""Pandera → Table Schema: any model or schema for Polars, in version 1 or 2, with a list of losses.

https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pandera.polars as pa

from ..errors import CommuniqueError
from ..loss import Loss, Losses
from ..upgrade import convert
from ..upgrade.parts import BASE
from .field import Json, field, metadata

Model: TypeAlias = pa.DataFrameSchema | type[pa.DataFrameModel]


class ModelError(CommuniqueError, ValueError):
    """There is no such model or Table Schema, or it is not for Polars, or it describes no table."""


@dataclass(frozen=True)
class Exported:
    """A Table Schema, and as losses what the Pandera schema says beyond it."""

    schema: Json
    losses: tuple[Loss, ...]


def table_schema(model: Model, version: Literal[1, 2] = 2) -> Exported:
    """Return the Table Schema of a Pandera model or schema for Polars, in version 1 or 2.

    The losses list what a Table Schema cannot express; if there are none, nothing was lost.
    Raises ModelError where it is no such model, or none of its columns has a name of its own.
    """
    schema = model_of(model)
    if version not in (1, 2):
        raise ModelError(f"There is no version {version!r} of Table Schema. Give 1 or 2.")
    losses = Losses()
    found = _schema(schema, losses)
    if version == 1:
        older = convert(found, 1)
        return Exported(older.content, (*losses.of(), *older.losses))
    return Exported(found, losses.of())


def model_of(found: object) -> pa.DataFrameSchema:
    """Return a model or a schema as a schema. Raises ModelError where it is neither."""
    if isinstance(found, type) and issubclass(found, pa.DataFrameModel):
        found = found.to_schema()
    if isinstance(found, pa.DataFrameSchema):
        return found
    kind = found.__mro__[1] if isinstance(found, type) and found is not object else type(found)
    what = f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")
    raise ModelError(
        f"expected a DataFrameModel or DataFrameSchema of pandera.polars, found {what}. Give a model for Polars."
    )


def _schema(schema: pa.DataFrameSchema, losses: Losses) -> Json:
    named = {str(name): column for name, column in schema.columns.items() if not column.regex}
    for name in schema.columns:
        if str(name) not in named:
            losses.add("", f"the columns whose names match {name!r}: a field has one name")
    if not named:
        raise ModelError(
            "The model names no column, so it describes no table. Add a column with a name: a pattern is not one."
        )
    found: Json = {"$schema": f"{BASE}/tableschema.json"}
    for key in ("name", "title", "description"):
        value = getattr(schema, key, None)
        if value:
            found[key] = str(value)
    found["fields"] = [
        field(name, column, _dtype(column, schema), f"fields.{name}", losses)
        for name, column in named.items()
    ]
    match = _match(schema, named, losses)
    if match != "exact":
        found["fieldsMatch"] = match
    found["missingValues"] = [""]
    _keys(schema, named, found, losses)
    metadata(found, schema.metadata or {}, "", losses)
    for said in _lost(schema):
        losses.add("", said)
    return found


def _dtype(column: Any, schema: pa.DataFrameSchema) -> Any:
    dtype = schema.dtype or column.dtype  # in the same precedence as Pandera
    return getattr(dtype, "type", None)


def _match(schema: pa.DataFrameSchema, named: dict[str, Any], losses: Losses) -> str:
    """Return how the columns of a file are matched: by position, or by name with more or fewer of them."""
    optional = [name for name, column in named.items() if not column.required]
    closed = schema.strict is True and len(named) == len(schema.columns)
    if schema.strict == "filter":
        losses.add("", "that further columns are dropped: they are ignored")
    if optional:
        for name, column in named.items():
            if column.required and column.nullable:
                losses.add(f"fields.{name}", "that the column must exist, where others need not")
            if not column.required and not column.nullable:
                losses.add(
                    f"fields.{name}", "that the column need not exist, but must have values if it does"
                )
        if not closed:
            losses.add("", "that a table may have none of the columns")
    if schema.ordered and (optional or not closed):
        losses.add("", "the order of the columns, where there may be more or fewer of them")
    if optional:
        return "superset" if closed else "partial"
    if not closed:
        return "subset"
    return "exact" if schema.ordered else "equal"


def _keys(schema: pa.DataFrameSchema, named: dict[str, Any], found: Json, losses: Losses) -> None:
    """Add the keys; the first whose columns always have values becomes the primary key."""
    for key in _unique(schema):
        if not set(key) <= set(named):
            losses.add("", f"the unique key {', '.join(key)}: not all its columns are fields")
        elif "primaryKey" not in found and not any(named[name].nullable for name in key):
            found["primaryKey"] = key
        else:
            found.setdefault("uniqueKeys", []).append(key)
            if any(named[name].nullable for name in key):
                said = "a row without a part of it is not a duplicate; Pandera compares those too"
                losses.add("", f"of the unique key {', '.join(key)}: {said}")


def _unique(schema: pa.DataFrameSchema) -> list[list[str]]:
    given: Any = schema.unique
    if not given:
        return []
    if isinstance(given, str):
        return [[given]]
    return [list(given)] if all(isinstance(part, str) for part in given) else [list(key) for key in given]


def _lost(schema: pa.DataFrameSchema) -> Iterator[str]:
    for check in schema.checks or ():
        yield f"the check {check.name or 'without a name'} over whole rows"
    if schema.coerce:
        yield "that values are coerced to their types"
    if schema.add_missing_columns:
        yield "that missing columns are added"
    if schema.drop_invalid_rows:
        yield "that invalid rows are dropped"
    if getattr(schema, "parsers", None):
        yield "the parsers"
