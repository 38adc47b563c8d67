"""External test suites: each answer is the one that the suite expects, or differs for a listed reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ..conftest import ROOT
from . import packages, tables
from .differing import DIFFERS
from .reading import SUITES, Outcome

ALL: dict[str, tuple[str, Callable[[Path], Outcome]]] = {
    "csv-spectrum": ("csv-spectrum", tables.csv_spectrum),
    "csv-test-data": ("csv-test-data", tables.csv_test_data),
    "csvlint": ("csvlint-rb", tables.csvlint),
    "goodtables": ("goodtables-py", tables.goodtables),
    "opendataeditor": ("opendataeditor", tables.opendataeditor),
    "blns": ("blns", tables.blns),
    "duckdb-csv": ("duckdb-csv", tables.duckdb_csv),
    "camtrap-dp": ("camtrap-dp", packages.camtrap_dp),
    "datasets-core": ("datasets-core", packages.datasets_core),
    "JSONTestSuite": ("jsontestsuite", packages.jsontestsuite),
    "zip-slip": ("zip-slip", packages.zip_slip),
    "parquet-testing": ("parquet-testing", packages.parquet_testing),
    "meetings": ("meetings-f1", packages.meetings),
}
"""By the name of each suite its folder, and what puts its cases to Communique."""
PAGE = ROOT / "docs" / "conformance.md"


@pytest.mark.parametrize("name", ALL)
def test_answers_are_those_of_the_suite_or_differ_for_a_reason(name: str, tmp_path: Path) -> None:
    folder, ask = ALL[name]
    if not (SUITES / folder).exists():
        pytest.skip("the suite is not beside the work tree")
    outcome = ask(tmp_path)
    reasons = DIFFERS.get(name, {})
    known = sorted(case for cases in reasons.values() for case in cases)
    assert sorted(case for case, agrees in outcome.items() if not agrees) == known
    assert row(name, outcome) in PAGE.read_text("utf-8")


def row(name: str, outcome: Outcome) -> str:
    """Return a suite's line in the table of the page: cases, how many agree, how many differ, and why."""
    why = " ".join(f"{len(cases)}: {reason}" for reason, cases in DIFFERS.get(name, {}).items())
    expects = " ".join((ALL[name][1].__doc__ or "").split("\n\n")[0].split())
    counts = f"{len(outcome)} | {sum(outcome.values())} | {len(outcome) - sum(outcome.values())}"
    return f"| {name} | {expects} | {counts} | {why} |".replace("  ", " ")


def test_reasons_are_of_suites_that_are_there() -> None:
    assert set(DIFFERS) <= set(ALL)
