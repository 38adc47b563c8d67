"""Every case in `tests/cases` gives the findings that it expects, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from communique.datapackage import Finding, check, open_dataset
from communique.schemas import SCHEMAS

from .conftest import INVALID, VALID, expectation
from .faulty_datasets import appended, plant, planting_cases
from .prepared_case import PreparedCase


def seen(findings: Iterable[Finding]) -> list[tuple[str, str, int | None, str | None]]:
    """Return what a case says of a finding."""
    return [(finding.code, finding.table, finding.line, finding.column) for finding in findings]


def told(findings: Iterable[dict[str, Any]]) -> list[tuple[str, str, int | None, str | None]]:
    """Return the same for findings as a case writes them."""
    return [(finding["code"], finding["table"], finding["line"], finding["column"]) for finding in findings]


def test_a_case_has_exactly_the_findings_that_it_expects(prepared_case: PreparedCase) -> None:
    assert seen(prepared_case.report.findings) == told(expectation(prepared_case.case)["findings"])
    assert not (prepared_case.is_valid and (prepared_case.report.findings or prepared_case.report.unchecked))


def test_there_are_as_many_cases_as_promised() -> None:
    assert len(INVALID) >= 60
    assert len(VALID) >= 10


def test_all_faults_planted_in_one_dataset_are_found_in_one_run(tmp_path: Path) -> None:
    planted: list[tuple[str, str, int | None, str | None]] = []
    lines: Counter[str] = Counter()
    for case in planting_cases():
        for code, table, line, column in told(expectation(case)["findings"]):
            planted.append((code, table, (line or 0) + lines[f"{table}.csv"], column))
        for name, rows in (appended(case) or {}).items():
            # A bare carriage return is a line of its own to an editor.
            lines[name] += rows.count(b"\n") + rows.replace(b"\r\n", b"").count(b"\r")
    folder = plant(tmp_path / "all", planting_cases())
    report = check(open_dataset(folder), SCHEMAS)
    assert len(planted) >= 60
    assert sorted(seen(report.findings), key=str) == sorted(planted, key=str)
    assert all(count.read == count.valid + count.rejected for count in report.tables)
