"""Releases made from frames, with whatever names and values a test needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from communique.datapackage import as_json
from communique.datapackage.describing.describe import PROFILE, SCHEMA_PROFILE
from communique.datapackage.releasing.sums import sums
from communique.datapackage.storing.filehash import hash_of

_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "string",
    pl.Date: "date",
    pl.Boolean: "boolean",
    pl.Int64: "integer",
    pl.Float64: "number",
}


@dataclass(frozen=True)
class Made:
    """A table: its rows, its key, by column the table that it refers to, and the column that is required."""

    rows: pl.DataFrame
    key: str
    refers: Mapping[str, str] = field(default_factory=dict[str, str])
    description: str = ""
    required: str = ""


def release_of(folder: Path, tables: Mapping[str, Made]) -> Path:
    """Write a release with the tables given."""
    (folder / "data").mkdir(parents=True)
    entries = [_resource(folder, name, form, tables) for name in tables for form in ("csv", "parquet")]
    content: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "made",
        "title": "Made",
        "description": "For tests.",
        "version": "1.0.0",
        "created": "2025-01-31T00:00:00Z",
        "licenses": [{"name": "CC0-1.0", "title": "CC0", "path": "https://example.org/cc0"}],
        "contributors": [{"title": "Tests", "roles": ["author"]}],
        "sources": [],
        "languages": ["en"],
        "digest": f"sha256:{0:064}",
        "resources": entries,
    }
    (folder / "datapackage.json").write_text(as_json(content), "utf-8")
    (folder / "SHA256SUMS").write_text(sums(folder), "utf-8")
    return folder


def _resource(folder: Path, name: str, form: str, tables: Mapping[str, Made]) -> dict[str, Any]:
    made, path = tables[name], folder / "data" / f"{name}.{form}"
    if form == "csv":
        made.rows.write_csv(path)
    else:
        made.rows.write_parquet(path)
    far = {
        own: "" if other == name else (f"{other}-parquet" if form == "parquet" else other)
        for own, other in made.refers.items()
    }
    keys = [
        {"fields": [own], "reference": {"resource": far[own], "fields": [tables[other].key]}}
        for own, other in made.refers.items()
    ]
    schema: dict[str, Any] = {
        "$schema": SCHEMA_PROFILE,
        "fields": [
            {
                "name": column,
                "type": _TYPES[type(kind)],
                "description": made.description,
                **({"constraints": {"required": True}} if column == made.required else {}),
            }
            for column, kind in made.rows.schema.items()
        ],
        "missingValues": [""],
        "primaryKey": [made.key],
        "foreignKeys": keys,
    }
    return {
        "name": f"{name}-parquet" if form == "parquet" else name,
        "type": "table",
        "description": made.description,
        "path": f"data/{name}.{form}",
        "format": form,
        "mediatype": "text/csv",
        "bytes": path.stat().st_size,
        "hash": hash_of(path),
        "rows": len(made.rows),
        "digest": f"sha256:{0:064}",
        "schema": schema,
    }
