"""An external package whose fields have every constraint, and a release of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from communique.datapackage import adopt

FIELDS: list[dict[str, Any]] = [
    {"name": "a", "type": "integer", "constraints": {"minimum": 0, "maximum": 10}},
    {"name": "b", "type": "integer"},
    {"name": "x", "type": "number", "constraints": {"exclusiveMinimum": 0.1, "maximum": 99.25}},
    {"name": "d", "type": "date", "constraints": {"minimum": "2000-01-01", "exclusiveMaximum": "2030-01-01"}},
    {"name": "dt", "type": "datetime", "constraints": {"minimum": "2000-01-01T00:00:00"}},
    {"name": "tm", "type": "time", "constraints": {"maximum": "23:00:00"}},
    {"name": "y", "type": "year", "constraints": {"minimum": 800, "exclusiveMaximum": 2100}},
    {"name": "ym", "type": "yearmonth", "constraints": {"minimum": "1999-01", "maximum": "2030-12"}},
    {"name": "s", "type": "string", "constraints": {"minLength": 2, "maxLength": 5, "pattern": "[a-zé😀]+"}},
    {
        "name": "code",
        "type": "integer",
        "categories": [{"value": 1, "label": "one"}, {"value": 2, "label": "two"}],
    },
    {"name": "ei", "type": "integer", "constraints": {"enum": [5, 6]}},
    {"name": "en", "type": "number", "constraints": {"enum": [0.5, 6]}},
    {"name": "mail", "type": "string", "format": "email"},
    {"name": "link", "type": "string", "format": "uri"},
    {"name": "uuid", "type": "string", "format": "uuid"},
    {"name": "bin", "type": "string", "format": "binary"},
    {"name": "list", "type": "list", "itemType": "integer", "constraints": {"minLength": 1, "maxLength": 3}},
    {
        "name": "array",
        "type": "array",
        "constraints": {"jsonSchema": {"items": {"type": "integer"}}, "enum": ["[1,2]", "[]"]},
    },
    {"name": "any", "type": "any", "constraints": {"enum": ["it's", "r\\"]}},
    {"name": "dur", "type": "duration", "constraints": {"minimum": "P1D", "enum": ["P1D", "P2D"]}},
    {"name": "ed", "type": "date", "constraints": {"enum": ["2001-01-01", "2002-02-02"]}},
    {"name": "et", "type": "time", "constraints": {"enum": ["12:00:00", "12:00:00.5"]}},
    {"name": "bo", "type": "boolean", "constraints": {"enum": [True]}},
    {"name": "pa", "type": "integer"},
    {"name": "pb", "type": "integer"},
]
ROWS: list[list[Any]] = [
    [
        *[0, 1, 0.1000001, "2000-01-01", "2000-01-01T00:00:00", "23:00:00", "0800", "1999-01", "é😀", 1, 5],
        *[0.5, "a@b.org", "https://example.org/Минск", "123e4567-e89b-12d3-a456-426614174000", "aGk=", "1,2"],
        *["[1, 2]", "it's", "PT24H", "2001-01-01", "12:00:00.500", "true", "", ""],
    ],
    [
        *[10, 1, 99.25, "2029-12-31", "2020-01-01T00:00:00.5", "12:00:00.25", 2099, "2030-12", "abcde", 2, 6],
        *[6, "c@d.org", "http://a.b/c", "123e4567-e89b-12d3-a456-426614174001", "", 3],
        *["[]", "r\\", "P2D", "2002-02-02", "12:00:00", "true", 0, 1],
    ],
    [3, 1, *[""] * 23],
]


def constrained(folder: Path) -> Path:
    """Write the package to a new folder, and a release of it beside its files; return the release."""
    folder.mkdir(parents=True)
    refers = {"fields": ["pa", "pb"], "reference": {"resource": "", "fields": ["a", "b"]}}
    schema = {"fields": FIELDS, "primaryKey": ["a", "b"], "foreignKeys": [refers]}
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[field["name"] for field in FIELDS], *ROWS])
    content = {
        "name": "constrained",
        "title": "Constrained",
        "description": "For tests.",
        "version": "1.0",
        "created": "2024-02-29T12:00:00Z",
        "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}],
        "contributors": [{"title": "Tests", "roles": ["author"]}],
        "resources": [{"name": "t", "path": "t.csv", "schema": schema}],
    }
    (folder / "datapackage.json").write_text(json.dumps(content), "utf-8")
    release = folder.with_name(f"{folder.name}-release")
    report = adopt(folder, release).report
    assert report.built, report.findings
    return release
