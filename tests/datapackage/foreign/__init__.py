"""Helpers: make and check an external package in one call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from communique.datapackage import CommuniqueError, Report, validate_package

SCHEMA = {"fields": [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]}
TABLE = "id,name\n1,a\n2,b\n"


def package(folder: Path, files: Mapping[str, str | bytes], descriptor: Any = None, **resource: Any) -> Path:
    """Write a package: the files, and a descriptor of one resource `t` with the file `t.csv`, or the one given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(
            content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        )
    if descriptor is None:
        described = {"name": "t", "path": "t.csv", "schema": SCHEMA, **resource}
        if "data" in resource:
            del described["path"]
        descriptor = {"resources": [described]}
    text = descriptor if isinstance(descriptor, str) else json.dumps(descriptor)
    (folder / "datapackage.json").write_text(text)
    return folder


def report(folder: Path, files: Mapping[str, Any] | None = None, **resource: Any) -> Report:
    """Return the report on a package of one table."""
    return validate_package(package(folder, {"t.csv": TABLE} if files is None else files, **resource))


def codes(found: Report) -> list[tuple[str, int | None, int | None]]:
    """Return the findings of a report: code, row as frictionless counts, and field."""
    return [(finding.code, finding.row, finding.field) for finding in found.findings]


def said(found: Report) -> str:
    """Return what was expected, of all findings."""
    return "\n".join(finding.expected or "" for finding in found.findings)


def refusal(source: Path, schema: Path | None = None) -> str:
    """Return why a source cannot be checked at all."""
    try:
        validate_package(source, schema)
    except CommuniqueError as error:
        return str(error)
    raise AssertionError("it was checked")


def column(folder: Path, cells: list[str], **field: Any) -> list[tuple[str, int | None, int | None]]:
    """Return the findings on a table of one column `v` with these cells."""
    text = "".join('"' + cell.replace('"', '""') + '"\n' for cell in cells)
    return codes(report(folder, {"t.csv": "v\n" + text}, schema={"fields": [{"name": "v", **field}]}))
