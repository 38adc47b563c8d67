"""Table Schema → Pandera → Table Schema: random schemas are unchanged, or the list of losses names the difference.

Two schemas are equal if they mean the same: a value may be written as text or as a number, a key makes its fields
required, and a unique key whose fields are all required may be called the primary one.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.datapackage.models import native_schema, table_schema

from . import plain
from .plain import Json, Table
from .tables import VARIANTS, table_of

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_TABLES = st.lists(st.integers(0, len(VARIANTS) - 1), min_size=1, max_size=2).flatmap(table_of)


def _same(schema: Json) -> Json:
    """Return a schema with each thing said in one way."""
    primary = list(schema.get("primaryKey", []))
    said: Json = {
        "fields": {field["name"]: _field(field, field["name"] in primary) for field in schema["fields"]}
    }
    keys = [primary, *map(list, schema.get("uniqueKeys", []))]
    required = {name for name, field in said["fields"].items() if field.get("required")}
    said["keys"] = sorted(key for key in keys if key)
    said["primaryKey"] = primary or next((key for key in said["keys"] if set(key) <= required), [])
    said["missingValues"] = schema.get("missingValues", [""])
    return said


def _field(field: Json, in_key: bool) -> Json:
    said: Json = {key: value for key, value in field.items() if key not in ("name", "constraints")}
    for key, value in field.get("constraints", {}).items():
        if key in _BOUNDS:
            value = _value(value, field)
        elif key == "enum":
            value = sorted({str(_value(item, field)) for item in value})
        said[key] = value
    return said | ({"required": True} if in_key else {})


def _value(written: Any, field: Json) -> Any:
    return plain.value(written, field) if isinstance(written, str) else written


@pytest.mark.no_cover
@settings(
    max_examples=1000,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(_TABLES)
def test_a_table_schema_comes_back_equal_or_the_loss_is_listed(table: Table) -> None:
    native = native_schema(table.schema)
    back = table_schema(native.schema)
    losses = [*native.losses, *back.losses]
    before, after = _same(table.schema), _same(back.schema)
    assert list(before["fields"]) == list(after["fields"])
    told = {loss.where for loss in losses}
    for name, field in before["fields"].items():
        assert field == after["fields"][name] or f"fields.{name}" in told, (
            field,
            after["fields"][name],
            losses,
        )
    for key in ("keys", "primaryKey", "missingValues"):
        assert before[key] == after[key] or told, (key, before[key], after[key])
    assert bool(losses) or before == after
