"""Describe: make a Data Package descriptor, version 2, from tables and the files that were written.

The descriptor keeps to what Data Package 2.0, its published JSON profile, the profile of version 1 and
frictionless 5 all accept: no `fieldsMatch`, no lists, no `jsonSchema`, only tables under `resources`.
The specification is at https://datapackage.org/standard/data-package/.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from communique.schemas import Column, ForeignKey, Table
from communique.schemas.column import ColumnType

from ..dataset import Dataset
from ..filenames import TWIN
from ..storing.digest import PREFIX
from ..storing.write import Written

Json: TypeAlias = dict[str, Any]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
_TYPES: dict[ColumnType, str] = {"edtf": "string"}
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
EDTF_NOTE = " Written in EDTF (ISO 8601-2): a day, a month or a year; ? is uncertain, ~ approximate, % both."
EDTF_PATTERN = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?[?~%]?"


def as_json(value: object) -> str:
    """Return JSON in the project's canonical layout: two spaces, no escapes for letters, a line feed at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def package(
    dataset: Dataset,
    tables: tuple[Table, ...],
    files: Mapping[str, tuple[Written, ...]],
    digest: str | None = None,
) -> Json:
    """Return the descriptor of a release. files: what was written, by table; digest: that of the package."""
    about = {
        "name": dataset.name,
        "title": dataset.title,
        "description": dataset.description,
        "version": dataset.version,
        "created": f"{dataset.release_date.isoformat()}T00:00:00Z",
        **({"homepage": dataset.homepage} if dataset.homepage else {}),
        "keywords": list(dataset.keywords),
        "licenses": [dataset.license.model_dump()],
        "contributors": [contributor.model_dump() for contributor in dataset.contributors],
        "sources": [source.model_dump(exclude_none=True) for source in dataset.sources],
        "languages": list(dataset.languages),
    }
    return described(
        about, tables, files, digest, {table.name: _formerly(dataset, table) for table in tables}
    )


def described(
    about: Json,
    tables: Iterable[Table],
    files: Mapping[str, tuple[Written, ...]],
    digest: str | None = None,
    more: Mapping[str, Json] | None = None,
) -> Json:
    """Return a descriptor of tables. about: properties of the package; more: of the resources of each table."""
    resources = [
        _resource(table, form, written, (more or {}).get(table.name, {}))
        for table in tables
        for form, written in zip(MEDIA_TYPES, files.get(table.name, (None, None)), strict=True)
    ]
    return {"$schema": PROFILE, **about, **({"digest": digest} if digest else {}), "resources": resources}


def resource_name(table: str, form: str) -> str:
    """Return the name of a resource: that of the table for CSV, followed by `TWIN` for Parquet."""
    return table if form == "csv" else f"{table}{TWIN}"


def _resource(table: Table, form: str, written: Written | None, formerly: Json) -> Json:
    resource: Json = {
        "name": resource_name(table.name, form),
        "type": "table",
        "title": table.title,
        "description": table_description(table),
        "path": f"data/{table.name}.{form}",
        "format": form,
        "mediatype": MEDIA_TYPES[form],
    }
    if form == "csv":
        resource["encoding"] = "utf-8"
    if written:
        resource |= {"bytes": written.bytes, "hash": PREFIX + written.sha256, "rows": written.rows}
        resource["digest"] = written.digest
    return {**resource, **formerly, "schema": table_schema(table, form)}


def _formerly(dataset: Dataset, table: Table) -> Json:
    """Return the former keys of rows of the table, a property that is not part of Data Package."""
    named = [entry for entry in dataset.formerly if entry.table == table.name]
    return {"formerly": [entry.model_dump(exclude={"table"}) for entry in named]} if named else {}


def table_description(table: Table) -> str:
    """Return the description of a table: what a row is, what the table is about, and what its users should know."""
    row = f"One row is {table.row}." if table.row else ""
    return " ".join(filter(None, (row, table.description, table.usage)))


def table_schema(table: Table, form: str = "csv") -> Json:
    """Return the Table Schema of the published columns of a table, as a release has it for `csv` or for `parquet`."""
    published = {column.name for column in table.published_columns}
    keys = [key for key in table.foreign_keys if set(key.columns) <= published]
    schema: Json = {
        "$schema": SCHEMA_PROFILE,
        "fields": [json_field(column) for column in table.published_columns],
        "missingValues": [""],
    }
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if table.unique_keys:
        schema["uniqueKeys"] = [list(key) for key in table.unique_keys]
    if keys:
        schema["foreignKeys"] = [_foreign_key(key, table, form) for key in keys]
    return schema


def _foreign_key(key: ForeignKey, table: Table, form: str) -> Json:
    resource = "" if key.table == table.name else resource_name(key.table, form)
    return {"fields": list(key.columns), "reference": {"resource": resource, "fields": list(key.references)}}


def json_field(column: Column) -> Json:
    """Return a column as a field of a Table Schema."""
    if column.declared:
        return dict(column.declared)
    field: Json = {
        "name": column.name,
        "type": _TYPES.get(column.type, column.type),
        "title": column.title,
        "description": column.description + (EDTF_NOTE if column.type == "edtf" else ""),
    }
    if column.term:
        field["rdfType"] = column.term
    if column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.codes:
        field["categories"] = [{"value": code.code, "label": code.label} for code in column.codes.codes]
    constraints = _constraints(column)
    return {**field, "constraints": constraints} if constraints else field


def _constraints(column: Column) -> Json:
    pattern = EDTF_PATTERN if column.type == "edtf" else column.pattern
    constraints: Json = {
        "required": True if column.required else None,
        "enum": list(column.codes.values) if column.codes else None,
        "pattern": pattern,
        "minimum": column.minimum,
    }
    return {name: value for name, value in constraints.items() if value is not None}
