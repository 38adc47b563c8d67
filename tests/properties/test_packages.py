"""For random packages of both versions the findings equal those of a check in plain Python, row by row, field by field."""

from __future__ import annotations

import csv
import json
import os
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from communique.datapackage import Report, validate_package

from .plain import Broken, Table, check
from .tables import packages

EXAMPLES = int(os.environ.get("COMMUNIQUE_EXAMPLES", "150"))
"""How many packages are tried; docs/fuzzing.md says how to try more."""
KEYS = ("primary-key", "unique-error", "foreign-key", "blank-row")
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def descriptor(tables: dict[str, Table], is_v2: bool) -> dict[str, Any]:
    """Return the descriptor as its version spells it: in version 1 a key of one field is a text."""
    resources: list[dict[str, Any]] = []
    for name, table in tables.items():
        schema = dict(table.schema)
        if not is_v2 and len(schema.get("primaryKey", [])) == 1:
            schema["primaryKey"] = schema["primaryKey"][0]
        resource = {"name": name, "path": f"{name}.csv", "schema": schema}
        resources.append(resource | ({"type": "table"} if is_v2 else {"profile": "tabular-data-resource"}))
    return (
        {"$schema": _PROFILE, "resources": resources}
        if is_v2
        else {
            "profile": "tabular-data-package",
            "resources": resources,
        }
    )


def report_on(tables: dict[str, Table], is_v2: bool) -> Report:
    """Write the package, and return the report on it."""
    with TemporaryDirectory() as folder:
        for name, table in tables.items():
            text = StringIO()
            csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
                [table.labels, *table.rows]
            )
            (Path(folder) / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
        (Path(folder) / "datapackage.json").write_text(
            json.dumps(descriptor(tables, is_v2)), encoding="utf-8"
        )
        return validate_package(Path(folder))


@pytest.mark.no_cover
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == 150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(packages())
def test_findings_are_those_of_plain_python(drawn: tuple[dict[str, Table], bool]) -> None:
    tables, is_v2 = drawn
    report = report_on(tables, is_v2)
    found: set[Broken] = {
        (finding.table, finding.code, finding.row or 0, None if finding.code in KEYS else finding.field)
        for finding in report.findings
        if finding.severity == "error"
    }
    expected = check(tables)
    assert found == expected, (found - expected, expected - found)
    assert report.ok == (not expected)
    assert {table.table: table.read for table in report.tables} == {n: len(t.rows) for n, t in tables.items()}
