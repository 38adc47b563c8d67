"""frictionless reads our reports in its format: its own classes are the oracle."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from frictionless import Report as TheirReport

from communique.cli import formats
from communique.datapackage import Report, check, open_dataset, validate_package
from communique.schemas import SCHEMAS

from ...conftest import CASES, lay
from ...prepared_case import PreparedCase

PACKAGE = """{"name": "p", "resources": [
{"name": "a", "path": "a.csv", "schema": {"fields": [{"name": "id", "type": "integer"}], "primaryKey": "id"}},
{"name": "b", "path": "b.csv", "schema": {"fields": [{"name": "a", "type": "integer"}, {"name": "n", "type": "integer"}],
 "foreignKeys": [{"fields": "a", "reference": {"resource": "a", "fields": "id"}}]}}]}
"""


def read(report: Report) -> TheirReport:
    """Return a report as frictionless reads it; it raises where that is not of its form."""
    return TheirReport.from_descriptor(json.loads(formats.render("frictionless", report, 100)))


def test_frictionless_reads_the_report_on_each_case(prepared_case: PreparedCase) -> None:
    report = prepared_case.report
    theirs = read(report)
    assert theirs.valid is report.ok
    assert theirs.stats["errors"] == report.count("error")
    assert sum(len(task.errors) for task in theirs.tasks) == report.count("error")
    for table, task in zip(report.tables, theirs.tasks, strict=False):
        assert task.stats.get("fields") == len(table.labels)
        assert task.labels == list(table.labels)


def test_a_bad_cell_of_a_dataset_has_the_row_and_the_field_that_frictionless_gives_it(tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "unknown-country", tmp_path / "d")
    report = check(open_dataset(folder), SCHEMAS)
    ((row, field, kind),) = (found[1:] for found in read(report).flatten())
    with (folder / "persons.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert kind == "constraint-error"
    assert rows[0][field - 1] == "country_code"
    assert rows[row - 1][field - 1] == report.findings[0].value
    (finding,) = json.loads(formats.render("json", report, 100))["findings"]
    assert (finding["row"], finding["field"]) == (row, field)


def test_a_row_is_numbered_as_frictionless_counts_also_behind_a_cell_of_several_lines(tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "after-three-line-row", tmp_path / "d")
    (finding,) = check(open_dataset(folder), SCHEMAS).findings
    assert finding.record is not None
    assert finding.line is not None
    assert finding.row == finding.record + 1 < finding.line


def test_frictionless_reads_the_report_on_a_package_whose_reference_is_broken(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(PACKAGE)
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "b.csv").write_text("a,n\n1,1\n2,2,2\n3\n4,4\n")
    found = [found[1:] for found in read(validate_package(tmp_path)).flatten()]
    assert found == [[3, 3, "extra-cell"], [4, 2, "missing-cell"], [5, None, "foreign-key"]]


def test_errors_that_are_not_listed_are_counted(tmp_path: Path) -> None:
    whole = check(open_dataset(lay(CASES / "invalid" / "unknown-country", tmp_path / "d")), SCHEMAS)
    report = replace(whole, omitted={("persons", "constraint-error", "error"): 7})
    rendered: dict[str, Any] = json.loads(formats.render("frictionless", report, 100))
    (task,) = (task for task in rendered["tasks"] if task["name"] == "persons")
    assert task["stats"]["errors"] == rendered["stats"]["errors"] == 8
    assert len(task["errors"]) == 1
    assert task["warnings"] == ["7 more errors were counted but are not listed"]
    assert read(report).stats["errors"] == 8
