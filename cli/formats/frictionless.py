"""A report in the format of `frictionless validate --json`, so that tools that read those can read ours.

Each finding of severity error becomes one error, of the type that corresponds to its code; warnings are sentences. Times
are 0, so that the same data gives the same report. All errors are counted, including those that are not listed.
For the properties of an error see `metadata_profile_patch` and the attributes of its class, in `frictionless/errors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from frictionless import errors as known

from communique.datapackage import Finding, Report, TableCount, as_json

from ..wording import inert_json, sentence

_TYPES = {
    "table-schema-error": "schema-error",
    "no-schema": "schema-error",
    "misspelt-property": "package-error",
    "unsafe-path": "resource-error",
    "nul-byte": "source-error",
    "stray-quote": "source-error",
    "unclosed-quote": "source-error",
    "bare-carriage-return": "source-error",
    "wrong-delimiter": "source-error",
}
"""The types of Frictionless for our codes that are not types themselves."""
_ROWS = ("blank-row", "primary-key", "foreign-key")
"""Types of errors that are about rows, not about one cell."""


def render(report: Report) -> str:
    """Return the report as one JSON object of Frictionless' form."""
    names = {table.table: table for table in report.tables}
    loose = [finding for finding in report.findings if finding.table not in names]
    tasks = [_task(report, table) for table in report.tables]
    if loose:
        found = [_error(report, finding, ()) for finding in loose if finding.severity == "error"]
        tasks.append(_described(report.dataset, report.root, found, [], _warnings(report, loose)))
    errors = sum(task["stats"]["errors"] for task in tasks)
    warnings = sum(len(task["warnings"]) for task in tasks)
    text = as_json(
        {
            "valid": report.ok,
            "stats": {"tasks": len(tasks), "errors": errors, "warnings": warnings, "seconds": 0.0},
            "warnings": [],
            "errors": [],
            "tasks": tasks,
        }
    )
    return inert_json(text)


def frictionless_type(code: str) -> str:
    """Return the type of error that a code stands for; `error` where Frictionless has none."""
    kind = _TYPES.get(code, code)
    return kind if kind in _classes() else "error"


def _task(report: Report, table: TableCount) -> dict[str, Any]:
    own = [finding for finding in report.findings if finding.table == table.table]
    found = [_error(report, finding, table.labels) for finding in own if finding.severity == "error"]
    left = sum(
        number
        for (name, _, severity), number in report.omitted.items()
        if (name, severity) == (table.table, "error")
    )
    warnings = _warnings(report, own)
    if left:
        warnings.append(f"{left} more errors were counted but are not listed")
    task = _described(table.table, table.file, found, list(table.labels), warnings)
    task["stats"] |= {"errors": len(found) + left, "fields": len(table.labels), "rows": table.read}
    task["valid"] = not found and not left
    return task


def _described(
    name: str, place: str, errors: list[dict[str, Any]], labels: list[str], warnings: list[str]
) -> dict[str, Any]:
    return {
        "name": name,
        "type": "table",
        "valid": not errors,
        "place": place,
        "labels": labels,
        "stats": {"errors": len(errors), "warnings": len(warnings), "seconds": 0.0},
        "warnings": warnings,
        "errors": errors,
    }


def _warnings(report: Report, findings: list[Finding]) -> list[str]:
    return [sentence(finding, report) for finding in findings if finding.severity != "error"]


@cache
def _classes() -> dict[str, Any]:
    classes = [getattr(known, name) for name in dir(known) if name.endswith("Error")]
    return {kind.type: kind for kind in classes}


def _error(report: Report, finding: Finding, labels: Sequence[str]) -> dict[str, Any]:
    kind = frictionless_type(finding.code)
    about = _classes().get(kind)
    error: dict[str, Any] = {
        "type": kind,
        "title": about.title if about else "Error",
        "description": about.description if about else report.rules[finding.code].statement,
        "message": sentence(finding, report),
        "tags": list(about.tags) if about else [],
        "note": finding.expected or report.rules[finding.code].statement,
    }
    if finding.record is None:
        return error
    error |= _in_row(report, finding) if finding.record else _in_header(finding, labels)
    if kind == "foreign-key":
        return error | _reference(finding)
    return error if kind in _ROWS else error | _in_cell(finding, about, labels)


def _in_cell(finding: Finding, about: Any, labels: Sequence[str]) -> dict[str, Any]:
    said = (
        {"cell": finding.value or ""} if finding.record else {"label": finding.value or finding.column or ""}
    )
    number = finding.field
    if number is None and about and issubclass(about, (known.CellError, known.LabelError)):
        number = (
            len(labels) + 1
        )  # what is too much, or missing, is numbered behind the columns that there are
    return said | {"fieldName": finding.column or ""} | ({"fieldNumber": number} if number else {})


def _in_row(report: Report, finding: Finding) -> dict[str, Any]:
    record = finding.record or 0
    cells = report.samples.get((finding.file, record), {})
    return {"cells": list(cells.values()), "rowNumber": finding.row or record + 1}


def _in_header(finding: Finding, labels: Sequence[str]) -> dict[str, Any]:
    return {"labels": list(labels), "rowNumbers": [finding.row or 1]}


def _reference(finding: Finding) -> dict[str, Any]:
    """Return the additional properties of a foreign-key error; only its note names the other table."""
    return {
        "fieldNames": [finding.column] if finding.column else [],
        "fieldCells": [finding.value] if finding.value is not None else [],
        "referenceName": "",
        "referenceFieldNames": [],
    }
