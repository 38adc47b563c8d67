"""What differs between two descriptors: tables, columns, keys and their descriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..describing.descriptor import Bound, Constraints, Licence, Package, Resource, TableField
from ..foreign.fields.constraints import value_of
from ..foreign.fields.field import grammar_of
from ..foreign.fields.grammar import FieldError


@dataclass(frozen=True)
class Change:
    """A change of a descriptor.

    kind: the kind of change; docs/versions.md lists them.
    table: the table; empty where it concerns the whole.
    name: the column or property.
    old, new: both values, as text.
    """

    kind: str
    table: str = ""
    name: str = ""
    old: str | None = None
    new: str | None = None


_OTHERS = ("maximum", "exclusive_minimum", "exclusive_maximum", "min_length", "max_length", "json_schema")
_TRUTHS, _CODES = ("trueValues", "falseValues"), ("enum", "categories")
_DESCRIBED = ("id", "title", "description", "homepage", "keywords", "contributors", "sources", "languages")


def schema_changes(old: Package, new: Package) -> list[Change]:
    """Return what differs between two descriptors, leaving out versions, digests and counts."""
    return [*_package_changes(old, new), *_table_changes(old.of("csv"), new.of("csv"))]


def _package_changes(old: Package, new: Package) -> Iterator[Change]:
    if old.name != new.name:
        yield Change("package-renamed", "", "", old.name, new.name)
    licences = [sorted(map(_identity, package.licenses)) for package in (old, new)]
    places = [sorted(map(_place, package.licenses)) for package in (old, new)]
    if licences[0] != licences[1]:
        yield Change("licence-changed", "", "", *(", ".join(names) or "none" for names in licences))
    elif places[0] != places[1]:
        yield Change("licence-changed", "", "", *map(", ".join, places))
    elif old.licenses != new.licenses:
        yield Change("package-described", "", "licenses")
    for name in _DESCRIBED:
        sides = getattr(old, name), getattr(new, name)
        if sides[0] != sides[1]:
            texts = [_listed(side) for side in sides]
            yield Change("package-described", "", name, *(texts if texts[0] != texts[1] else ()))


def _identity(licence: Licence) -> str:
    return licence.name or licence.path or licence.title


def _place(licence: Licence) -> str:
    """Return the address of a licence, normalized."""
    return re.sub(r"^https?://(?:www\.)?|/$", "", licence.path or "")


def _listed(said: Any) -> str | None:
    """Return a property of a package as text; of contributors and sources only the titles."""
    if not isinstance(said, (list, tuple)):
        return _text(said)
    return ", ".join(str(item if isinstance(item, str) else item.title) for item in said)


def _table_changes(old: dict[str, Resource], new: dict[str, Resource]) -> Iterator[Change]:
    yield from (Change("table-removed", name) for name in old if name not in new)
    for name, resource in new.items():
        if name not in old:
            yield Change("table-added", name)
            continue
        before = old[name]
        if (before.title, before.description) != (resource.title, resource.description):
            yield Change("table-described", name)
        yield from _column_changes(name, before.table_schema.fields, resource.table_schema.fields)
        yield from _key_changes(name, before, resource)


def _column_changes(table: str, old: Sequence[TableField], new: Sequence[TableField]) -> Iterator[Change]:
    before, after = {field.name: field for field in old}, {field.name: field for field in new}
    yield from (Change("column-removed", table, name) for name in before if name not in after)
    yield from (Change("column-added", table, name) for name in after if name not in before)
    if [name for name in before if name in after] != [name for name in after if name in before]:
        yield Change("column-moved", table, "", ", ".join(before), ", ".join(after))
    for name, field in after.items():
        if name in before:
            yield from _field_changes(table, before[name], field)


def _field_changes(table: str, old: TableField, new: TableField) -> Iterator[Change]:
    if old.type != new.type:
        yield Change("column-retyped", table, new.name, old.type, new.type)
    if old.constraints.required != new.constraints.required:
        yield Change("column-required" if new.constraints.required else "column-optional", table, new.name)
    if (old.title, old.description, old.rdf_type) != (new.title, new.description, new.rdf_type):
        yield Change("column-described", table, new.name)
    yield from _pattern_changes(table, new.name, old.constraints.pattern, new.constraints.pattern)
    yield from _minimum_changes(table, old, new)
    yield from _other_changes(table, old, new)
    yield from _exact_changes(table, old, new, _TRUTHS)
    yield from list(_code_changes(table, old, new)) or _exact_changes(table, old, new, _CODES)
    yield from _order_changes(table, old, new)


def _pattern_changes(table: str, column: str, old: str | None, new: str | None) -> Iterator[Change]:
    if old != new:
        kind = "pattern-added" if old is None else "pattern-removed" if new is None else "pattern-changed"
        yield Change(kind, table, column, old, new)


def _minimum_changes(table: str, old: TableField, new: TableField) -> Iterator[Change]:
    limits = old.constraints.minimum, new.constraints.minimum
    if limits[0] != limits[1]:
        kind = _minimum_change(_meant(limits[0], old), _meant(limits[1], new))
        if kind:
            yield Change(kind, table, new.name, *map(_text, limits))


def _minimum_change(old: Any, new: Any) -> str | None:
    """Return the kind of change between two limits; None where both mean the same."""
    if old is None or new is None:
        return "minimum-raised" if old is None else "minimum-lowered"
    try:
        return None if new == old else "minimum-raised" if new > old else "minimum-lowered"
    except TypeError:
        return "constraint-changed"


def _meant(limit: Bound, field: TableField) -> Any:
    """Return the value that a limit stands for in its field, so that a duration of 10 days is more than one of 9."""
    if limit is None:
        return None
    try:
        given = field.model_dump(by_alias=True, exclude_none=True)
        return value_of(limit, grammar_of(given, field.type), "minimum")
    except (FieldError, KeyError):
        return object()  # which is neither more nor less than any other


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _other_changes(table: str, old: TableField, new: TableField) -> Iterator[Change]:
    """Yield what differs in the constraints that only others' tables have, and in the format of values."""
    for name in _OTHERS:
        key = Constraints.model_fields[name].alias or name
        before, after = getattr(old.constraints, name), getattr(new.constraints, name)
        # In JSON, 1 and true differ; in Python they are equal.
        if before != after or (isinstance(before, dict) and _as_json(before) != _as_json(after)):
            step = "added" if before is None else "removed" if after is None else "changed"
            sides = [None if side is None else f"{key} {side}" for side in (before, after)]
            yield Change(f"constraint-{step}", table, new.name, *sides)
    if (old.format, old.missing_values) != (new.format, new.missing_values):
        yield Change("constraint-changed", table, new.name, old.format or "default", new.format or "default")


def _exact_changes(table: str, old: TableField, new: TableField, keys: Sequence[str]) -> Iterator[Change]:
    """Yield what differs in lists of values, ignoring their order, compared as JSON: there 1 is not "1"."""
    for key in keys:
        before, after = _exact(old, key), _exact(new, key)
        if before != after:
            yield Change("constraint-changed", table, new.name, before, after)


def _exact(field: TableField, key: str) -> str | None:
    values = field.dump.get(key, field.dump.get("constraints", {}).get(key))
    return None if values is None else f"{key} [{', '.join(sorted(map(_as_json, values)))}]"


def _as_json(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _code_changes(table: str, old: TableField, new: TableField) -> Iterator[Change]:
    before, after = _codes(old), _codes(new)
    if before is None or after is None:
        # A closed list of values that is added or removed counts as a pattern that is added or removed.
        listed = [None if codes is None else ", ".join(map(str, codes)) for codes in (before, after)]
        yield from _pattern_changes(table, new.name, *listed)
        return
    yield from (Change("code-removed", table, new.name, code) for code in before if code not in after)
    yield from (Change("code-added", table, new.name, None, code) for code in after if code not in before)
    for code, label in after.items():
        if code in before and before[code] != label:
            yield Change("code-relabelled", table, new.name, before[code], label)


def _order_changes(table: str, old: TableField, new: TableField) -> Iterator[Change]:
    """Yield a change where the categories of one side are ordered, or those of both in another way."""
    before, after = _ordered(old), _ordered(new)
    step = "added" if before is None else "removed" if after is None else "changed"
    shared = [
        [code for code in one or () if code in (other or ())]
        for one, other in ((before, after), (after, before))
    ]
    if (before is None) != (after is None) or shared[0] != shared[1]:
        sides = [None if side is None else f"categoriesOrdered {', '.join(side)}" for side in (before, after)]
        yield Change(f"constraint-{step}", table, new.name, *sides)


def _ordered(field: TableField) -> list[str] | None:
    categories = field.categories if field.categories_ordered else None
    return [str(category.value) for category in categories] if categories else None


def _codes(field: TableField) -> dict[str, str | None] | None:
    labels = {str(category.value): category.label for category in field.categories or ()}
    listed = (
        list(labels) if field.constraints.enum is None else [str(code) for code in field.constraints.enum]
    )
    return {code: labels.get(code) for code in listed} if listed else None


def _key_changes(table: str, old: Resource, new: Resource) -> Iterator[Change]:
    before, after = old.table_schema, new.table_schema
    if before.primary_key != after.primary_key:
        keys = (", ".join(before.primary_key), ", ".join(after.primary_key))
        yield Change("primary-key-changed", table, "", *keys)
    unique = ({", ".join(key) for key in schema.unique_keys} for schema in (before, after))
    yield from _sets("unique-key", table, *unique)
    yield from _sets("foreign-key", table, set(_references(old)), set(_references(new)))


def _references(resource: Resource) -> Iterable[str]:
    for key in resource.table_schema.foreign_keys:
        far = key.reference.resource or resource.name
        yield f"{', '.join(key.fields)} → {far} ({', '.join(key.reference.fields)})"


def _sets(kind: str, table: str, old: set[str], new: set[str]) -> Iterator[Change]:
    yield from (Change(f"{kind}-removed", table, "", key) for key in sorted(old - new))
    yield from (Change(f"{kind}-added", table, "", None, key) for key in sorted(new - old))
