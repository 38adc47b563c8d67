"""Table Schema → Pandera, with built-in checks only: a schema that people can read, change, compare and export again.

`foreign.fields.contract` makes the schemas that check files; this one is for programs that hold frames.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

import pandera.polars as pa
import polars as pl

from ..foreign.descriptor.tableschema import TableSchema, read_schema
from ..foreign.fields.constraints import value_of
from ..foreign.fields.field import Field
from ..foreign.fields.structures import NESTED
from ..foreign.findings import DescriptorFindings
from ..loss import Loss, Losses
from .field import OTHER
from .patterns import scoped
from .schema import ModelError

Json: TypeAlias = Mapping[str, Any]
_DTYPES: dict[str, Any] = {
    "string": pl.String,
    "integer": pl.Int64,
    "year": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "time": pl.Time,
    "datetime": pl.Datetime("us"),
    "duration": pl.Duration("us"),
    "any": None,
    "array": pl.List(pl.String),
}
_CHECKS: dict[str, Callable[[Any], pa.Check]] = {
    "minimum": pa.Check.ge,
    "exclusiveMinimum": pa.Check.gt,
    "maximum": pa.Check.le,
    "exclusiveMaximum": pa.Check.lt,
}
_KEPT = ("name", "type", "title", "description", "constraints", "categories", "categoriesOrdered", OTHER)
_RULES = ("required", "unique", "minLength", "maxLength", "pattern", "enum", *_CHECKS)
_OF_SCHEMA = (
    *("$schema", "fields", "fieldsMatch", "missingValues", "primaryKey", "uniqueKeys"),
    *("name", "title", "description", OTHER),
)


@dataclass(frozen=True)
class Native:
    """A Pandera schema, and as losses what the Table Schema says beyond it."""

    schema: pa.DataFrameSchema
    losses: tuple[Loss, ...]


def native_schema(content: Json) -> Native:
    """Return a Table Schema of version 1 or 2 as a Pandera schema.

    content: what a file of JSON says.
    Raises ModelError where it is not a Table Schema that can be run; the message says why.
    """
    findings = DescriptorFindings("")
    schema = read_schema(content, "table", "", findings)
    unchecked = [said for field in schema.fields for said in field.unchecked] if schema else []
    if schema is None or unchecked:
        said = [f"{finding.expected}" for finding in findings.listed if finding.severity == "error"]
        said += unchecked
        raise ModelError(f"expected {'; '.join(said) or 'a Table Schema'}")
    losses = Losses()
    for key in content:
        if key not in _OF_SCHEMA:
            losses.add("", key)
    if schema.missing != ("",):
        losses.add("", f"missingValues {list(schema.missing)}: a data frame has null")
    columns = {field.name: _column(field, schema, losses) for field in schema.fields}
    keys: list[Any] = [list(key) for key in (schema.primary_key, *schema.unique_keys) if key]
    found = pa.DataFrameSchema(
        columns,
        strict=schema.match in ("exact", "equal", "superset"),
        ordered=schema.match == "exact",
        unique=keys[0] if len(keys) == 1 else keys or None,
        **_about(content, ("name", "title", "description")),
        metadata=content.get(OTHER),
    )
    return Native(found, losses.of())


def _about(given: Json, keys: Sequence[str]) -> dict[str, Any]:
    return {key: given[key] for key in keys if isinstance(given.get(key), str) and given[key]}


def _column(field: Field, schema: TableSchema, losses: Losses) -> pa.Column:
    given = field.descriptor or {}
    where, required = f"fields.{field.name}", field.required or field.name in schema.primary_key
    loose = schema.match in ("superset", "partial")
    return pa.Column(
        _dtype(field, given, where, losses),
        checks=list(_checks(field, given, where, losses)),
        nullable=not required,
        unique=field.unique,
        required=required or not loose,
        **_about(given, ("title", "description")),
        metadata=given.get(OTHER),
    )


def _dtype(field: Field, given: Json, where: str, losses: Losses) -> Any:
    for key in given:
        if key.startswith("categories") and not _categories(field):
            losses.add(where, f"{key}, which does not apply to the type {field.kind}")
        binary = key == "format" and given[key] == "binary" and field.kind == "string"
        if key not in _KEPT and not binary and (key, given[key]) != ("format", "default"):
            losses.add(where, f"{key} {str(given[key])[:100]!r}")
    if field.kind not in _DTYPES or field.kind in ("year", "array"):
        losses.add(where, f"the type {field.kind}: it becomes {_DTYPES.get(field.kind, 'any type')}")
    if field.kind == "string" and given.get("format") == "binary":
        return pl.Binary
    values = _categories(field)
    if values and field.kind == "string" and given.get("categoriesOrdered"):
        return pl.Enum(values)
    return _DTYPES.get(field.kind)


def _categories(field: Field) -> list[Any]:
    given: Json = field.descriptor or {}
    listed = given.get("categories", ()) if field.kind in ("string", "integer") else ()
    return [item.get("value") if isinstance(item, dict) else item for item in listed]


def _checks(field: Field, given: Json, where: str, losses: Losses) -> Iterator[pa.Check]:
    rules = given.get("constraints") or {}
    for key in rules:
        if key not in _RULES:
            losses.add(where, f"the constraint {key}")
    for key, check in _CHECKS.items():
        if key in rules:
            yield check(_value(rules[key], field))
    if "minLength" in rules or "maxLength" in rules:
        if field.kind == "string":
            yield pa.Check.str_length(rules.get("minLength"), rules.get("maxLength"))
        else:
            losses.add(where, "the constraints of length")
    if "pattern" in rules:
        try:
            yield pa.Check.str_matches(f"^(?:{scoped(rules['pattern'])})$")
        except re.error as error:  # Pandera has Python look at it first
            losses.add(where, f"the pattern {rules['pattern']!r}: Python says {error}")
    enum = rules.get("enum") and [_value(value, field) for value in rules["enum"]]
    values, ordered = _categories(field), given.get("categoriesOrdered") and field.kind == "string"
    if values and not ordered:
        losses.add(where, "categories: their values are those that are allowed")
        enum = values if enum is None else [value for value in enum if value in values]
    if enum is not None and field.kind in NESTED:
        losses.add(where, "the enum")
    elif enum is not None and not (ordered and enum == values):
        yield pa.Check.isin(enum)


def _value(given: Any, field: Field) -> Any:
    """Return a value of a constraint as a frame has it."""
    if field.kind == "any":
        return given
    value = value_of(given, field.grammar, "a constraint")
    return timedelta(seconds=value) if field.kind == "duration" else value
