"""An external package: odd names, no key, composite keys, code lists, hostile texts, other types."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from communique.datapackage.describing.describe import as_json, resource_name
from communique.datapackage.describing.descriptor import read_descriptor
from communique.datapackage.metadata import metadata
from communique.datapackage.storing.filehash import hash_of

from .complete import completed, resources_of

HOSTILE = "</script><b>\"'\\ {{x}} ${x} \u202egnp\u200b\u0085\x07 - : # &amp; %0A no\r\nyes"
"""What breaks out of a text that is not escaped for where it stands."""
Json = dict[str, Any]
Rows = Sequence[Sequence[object]]

ODD = "Naïve name, with % / \"quotes\" + 'n' ~.-"
FIELDS: dict[str, list[Json]] = {
    "data": [
        {"name": ODD, "type": "string", "constraints": {"required": True}},
        {"name": "_id", "type": "integer", "constraints": {"required": True, "minimum": 0, "maximum": 9}},
        {
            "name": "file.csv",
            "type": "string",
            "categories": [{"value": "a|b"}, {"value": "(c"}, {"value": "d^$", "label": HOSTILE}],
        },
        {"name": "Дата", "type": "date", "title": HOSTILE, "description": HOSTILE},
    ],
    "keyless": [
        {"name": "x", "type": "number"},
        {"name": "ref", "type": "string"},
        {"name": "num", "type": "integer"},
        {"name": "yes", "type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
        {"name": "when", "type": "datetime"},
        {"name": "clock", "type": "time"},
        {"name": "year", "type": "year"},
        {"name": "geo", "type": "geojson", "rdfType": "https://example.org/a b"},
        {"name": "self", "type": "string", "constraints": {"pattern": "[a-z/]+", "maxLength": 3}},
    ],
}
ROWS: dict[str, Rows] = {
    "data": [("a", 1, "a|b", date(2001, 2, 3)), ('"q", é', 2, "d^$", None), ("=c", 3, None, date(1, 1, 1))],
    "keyless": [
        (1.5, "a", 1, True, datetime(2020, 1, 2, 3, 4, 5), time(1, 2, 3), 1999, '{"a": 1}', "a/b"),
        (None, None, None, None, None, None, None, None, None),
        (-1e20, "=c", 3, False, datetime(1999, 12, 31), time(23, 59, 59), 2000, "[]", "z"),
    ],
}
_ARROW = {
    "string": pa.string(),
    "geojson": pa.string(),
    "integer": pa.int64(),
    "year": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "time": pa.time64("us"),
}


def foreign(folder: Path) -> None:
    """Write the package to a new folder, its metadata too."""
    (folder / "data").mkdir(parents=True)
    descriptor = completed(
        name="foreign",
        title=HOSTILE,
        description=HOSTILE,
        version="1.0",
        created="2024-02-29T12:00:00Z",
        homepage='https://example.org/a?"<b>',
        keywords=["no", HOSTILE, "no", "1.0"],
        languages=["de"],
        licenses=[{"name": "ODC-PDDL-1.0", "path": "http://opendatacommons.org/licenses/pddl/<1>"}],
        contributors=[
            {"title": HOSTILE, "roles": ["publisher"]},
            {
                "title": "Ada no",
                "givenName": "Ada",
                "familyName": "no",
                "email": "ada@example.org",
                "path": "https://x.example/a<b",
            },
            {"title": "Twice"},
            {"title": "Twice"},
        ],
        sources=[{"title": HOSTILE, "path": 'https://example.org/"{}|\\^`'}, {"title": "No path"}],
        resources=[resource for table in FIELDS for resource in _resources(folder, table)],
    )
    (folder / "datapackage.json").write_text(as_json(descriptor), "utf-8")
    for path, text in metadata(read_descriptor(folder)).items():
        (folder / path).write_text(text, "utf-8", newline="\n")


def _resources(folder: Path, table: str) -> Iterator[Json]:
    """Write a table, and yield its resources."""
    for resource in resources_of(*FIELDS[table], table=table):
        path, form = folder / resource["path"], resource["format"]
        (_write_csv if form == "csv" else _write_parquet)(path, table)
        far = {"resource": resource_name("data", form), "fields": [ODD, "_id"]}
        keys: Json = (
            {"primaryKey": [ODD, "_id"]}
            if table == "data"
            else {"foreignKeys": [{"fields": ["ref", "num"], "reference": far}]}
        )
        yield {
            **resource,
            "bytes": path.stat().st_size,
            "hash": hash_of(path),
            "schema": {**resource["schema"], **keys},
        }


def _write_csv(path: Path, table: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field["name"] for field in FIELDS[table])
        writer.writerows([_spelt(cell) for cell in row] for row in ROWS[table])


def _spelt(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return f"{cell.isoformat()}Z"
    return "" if cell is None else str(cell)


def _write_parquet(path: Path, table: str) -> None:
    columns = list(zip(*ROWS[table], strict=True))
    schema = pa.schema([(field["name"], _ARROW[field["type"]]) for field in FIELDS[table]])
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    pq.write_table(pa.table(arrays, schema=schema), path)
