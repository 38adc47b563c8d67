"""Translate: the descriptor of another package, its tables and fields, in the terms of a release.

A release has one spelling for each type, one form of each name, and the properties that its readers know. What it has no
place for is listed, never dropped in silence. docs/packages.md lists the types and the properties.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...describing.allowed import BOUNDS
from ...describing.describe import SCHEMA_PROFILE, Json
from ...describing.descriptor import MOMENT, VERSION, usable
from ...errors import CommuniqueError
from ...filenames import TWIN
from ...loss import Losses
from ...untrusted.paths import fault
from ..descriptor.resource import Resource
from ..descriptor.tableschema import TableSchema
from ..fields.field import Field, has_labels
from ..opening import is_resource
from ..rows.stored import spelt

_TWINS = re.compile(f"(?:{TWIN})+$")
"""The ending, once or repeated, of the names of Parquet resources in a release."""
_WEB = re.compile(r"https?://\S+")
_ABOUT = ("name", "title", "description", "version", "created", "id", "homepage", "keywords", "languages")
_LISTS = ("licenses", "contributors", "sources")
_NOT_SAID = ("$schema", "profile", "resources")
"""Properties that only say how the others are to be read."""
_OF_A_FILE = (
    *("name", "title", "description", "path", "data", "schema", "dialect", "type", "profile", "$schema"),
    *("format", "mediatype", "encoding", "compression", "innerpath", "extrapaths", "scheme"),
    *("bytes", "hash", "rows", "digest", "stats"),
)
"""Properties of a resource that are carried over, or describe its files, which the release replaces."""
_OF_A_FIELD = (
    *("name", "type", "title", "description", "rdfType", "format", "constraints", "missingValues"),
    *("trueValues", "falseValues", "categories", "categoriesOrdered"),
    *("groupChar", "decimalChar", "bareNumber", "delimiter", "itemType"),
)
"""Properties of a field that are carried over, or say how its values were spelt."""
_AS_THEY_ARE = ("pattern", "minLength", "maxLength", "jsonSchema")


def names_of(resources: Iterable[Resource], pairs: Mapping[str, str]) -> dict[str, str]:
    """Return the name of each table in a release, by the name of its resource. pairs: as `format_pairs` returns them."""
    names, taken, next_of = dict[str, str](), set[str](), dict[str, int]()
    for resource in resources:
        if resource.name in pairs:
            names[resource.name] = names[pairs[resource.name]]
            continue
        plain = _TWINS.sub("", slug(resource.name, "table"))
        name = f"table-{plain}" if fault(f"{plain}.csv") else plain
        while name in taken:
            next_of[plain] = next_of.get(plain, 1) + 1
            name = f"{plain}-{next_of[plain]}"
        taken.add(name)
        names[resource.name] = name
    return names


def slug(name: str, otherwise: str) -> str:
    """Return a name that a release or table can have: lower-case letters, digits, full stops, hyphens, underscores."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower())[:100].strip("-.") or otherwise


def about_of(content: Mapping[str, Any], name: str, losses: Losses) -> Json:
    """Return the metadata of a package. name: its name, where the descriptor has none."""
    called = _text(content, "name") or name
    version, created = _text(content, "version"), _text(content, "created")
    lists = {key: _carried(key, content, losses) for key in _LISTS}
    head: Json = {
        "name": slug(called, "package"),
        "title": _text(content, "title") or called,
        "description": _text(content, "description"),
        "version": version if re.fullmatch(VERSION, version) else "",
        "created": created if re.fullmatch(MOMENT, created) else "",
        "id": _text(content, "id"),
        "homepage": _web(content, "homepage"),
        "keywords": _texts(content.get("keywords")),
        **lists,
        "languages": _texts(content.get("languages")),
    }
    for key in ("version", "created", "homepage"):
        if content.get(key) and not head[key]:
            losses.add("", f"{key}, which is not of the form that a release has")
    of_a_file = _OF_A_FILE if is_resource(content) else ()
    for key in content:
        if key not in (*_ABOUT, *_LISTS, *_NOT_SAID, *of_a_file):
            losses.add("", str(key))
    return {key: value for key, value in head.items() if value or key in ("title", "description")}


def _carried(key: str, content: Mapping[str, Any], losses: Losses) -> list[Json]:
    """Return licences, contributors or sources as a release has them, and note which of their properties are lost."""
    make = {"licenses": _licence, "contributors": _agent, "sources": _source}[key]
    found = list[Json]()
    for item in _objects(content.get(key)):
        carried = make(item)
        lost = sorted(part for part in {*item} - {*carried, "role"} if item[part] != carried.get("title"))
        if lost:
            losses.add(key, ", ".join(lost))
        if carried:
            found.append(carried)
    return found


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _web(entry: Mapping[str, Any], key: str) -> str:
    """Return an address on the web; any other address is dropped, for it could run a script."""
    value = _text(entry, key)
    return value if _WEB.fullmatch(value) else ""


def _said(entry: Json) -> Json:
    return {key: value for key, value in entry.items() if value}


def _licence(item: Mapping[str, Any]) -> Json:
    return _said({"name": _text(item, "name"), "title": _text(item, "title"), "path": _web(item, "path")})


def _agent(item: Mapping[str, Any]) -> Json:
    given, family = _text(item, "givenName"), _text(item, "familyName")
    roles = [*_texts(item.get("roles")), *filter(None, [_text(item, "role")])]
    named = _text(item, "title") or f"{given} {family}".strip() or _text(item, "name")
    title = named or _text(item, "organization")
    more = {key: _text(item, key) for key in ("email", "organization", "givenName", "familyName")}
    return _said({"title": title, "roles": roles, "path": _web(item, "path"), **more}) if title else {}


def _source(item: Mapping[str, Any]) -> Json:
    title = _text(item, "title") or _text(item, "name") or _text(item, "path")
    return _said({"title": title, "path": _web(item, "path")}) if title else {}


def title_of(item: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Return the title and the description of a table. item: the descriptor of its resource."""
    return _text(item, "title") or name, _text(item, "description")


def table_schema_of(resource: Resource, names: Mapping[str, str]) -> Json:
    """Return the Table Schema of a resource as a release has it.

    names: the name of each table there.
    Raises CommuniqueError where a field has a name that no release can have.
    """
    schema = resource.schema
    assert schema is not None
    single = [[field.name] for field in schema.fields if field.unique]
    unique = [*single, *map(list, schema.unique_keys)]
    keys = [
        {
            "fields": list(key.columns),
            "reference": {
                "resource": "" if key.table == resource.name else names[key.table],
                "fields": list(key.references),
            },
        }
        for key in schema.foreign_keys
        if key.table in names  # a reference to what is not there is an error, which the report has
    ]
    return {
        "$schema": SCHEMA_PROFILE,
        "fields": [carried_field(field, resource.name) for field in schema.fields],
        "missingValues": [""],
        **_said({"primaryKey": list(schema.primary_key), "uniqueKeys": unique, "foreignKeys": keys}),
    }


def tell_losses(resource: Resource, item: Mapping[str, Any], labels: Sequence[str], losses: Losses) -> None:
    """Note what is not carried over of a resource, its columns and its fields. item: its descriptor."""
    where = resource.where or resource.name
    lost = [key for key in item if key not in _OF_A_FILE]
    if lost:
        losses.add(where, ", ".join(lost))
    assert resource.schema is not None
    for label in labels:
        if label not in resource.schema.index:
            losses.add(where, f"the column {label!r}, which is not a field of the schema")
    if resource.schema.not_carried:
        losses.add(f"{where}.schema", ", ".join(resource.schema.not_carried))
    counted = Counter(key for field in resource.schema.fields for key in _lost(field))
    for key, count in counted.items():
        losses.add(f"{where}.schema", f"{key} of {count} field{'s' if count > 1 else ''}")


def _lost(field: Field) -> Iterator[str]:
    given = field.descriptor or {}
    yield from (key for key in given if key not in _OF_A_FIELD)
    if has_labels(given.get("missingValues")):
        yield "labels of missingValues"


def carried_field(field: Field, table: str) -> Json:
    """Return a field as a release has it: with the same values, in the one spelling of its type.

    Raises CommuniqueError where it has a name that no release can have.
    """
    try:
        usable(field.name)
    except ValueError as error:
        raise CommuniqueError(
            f"{table}: a column of a release has {error}; {field.name[:100]!r} is not one. Rename the field."
        ) from error
    given = field.descriptor or {}
    kind = "array" if field.kind == "list" else field.kind
    entry: Json = {
        "name": field.name,
        "type": kind,
        "title": _text(given, "title"),
        "description": _text(given, "description"),
        **_said({"rdfType": _text(given, "rdfType"), "format": _format(field)}),
    }
    if kind == "boolean":
        entry |= {"trueValues": ["true"], "falseValues": ["false"]}
    if kind in ("string", "integer") and given.get("categories"):
        entry["categories"] = [_category(item) for item in given["categories"]]
        if given.get("categoriesOrdered"):
            entry["categoriesOrdered"] = True
    constraints = _constraints(field, given.get("constraints") or {})
    return {**entry, "constraints": constraints} if constraints else entry


def _format(field: Field) -> str:
    """Return the format, where it concerns the values and not their spelling."""
    form = _text(field.descriptor or {}, "format")
    return form if form != "default" and field.kind in ("string", "geojson") else ""


def _category(item: Any) -> Json:
    if not isinstance(item, dict):
        return {"value": item}
    return {"value": item["value"], **_said({"label": _text(item, "label")})}


def _constraints(field: Field, given: Mapping[str, Any]) -> Json:
    found: Json = {"required": True} if field.required else {}
    if "enum" in given:
        found["enum"] = [spelt(field, value, "enum") for value in given["enum"]]
    found |= {key: spelt(field, given[key], key) for key in BOUNDS if key in given}
    return found | {key: given[key] for key in _AS_THEY_ARE if key in given}


def with_empty_texts(schema: Json, names: Collection[str]) -> Json:
    """Return a Table Schema in which an empty text is a value of the fields `names`, which have a value in every row."""
    fields = [
        {**field, "missingValues": []} if field["name"] in names else field for field in schema["fields"]
    ]
    return {**schema, "fields": fields}


def may_be_empty(schema: TableSchema) -> list[str]:
    """Return the fields in which an empty text is a value."""
    return [field.name for field in schema.fields if field.free and "" not in field.missing]
