"""A plugin for pytest: with `--communique`, each rule of each table of a dataset is a test.

    pytest --communique data/union-state
    pytest --communique data/union-state/dataset.yaml::persons::constraint-error

The tests of a dataset are collected from its `dataset.yaml`; the dataset is checked once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from communique.datapackage import Report

    from .wording import Case


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that turns the plugin on."""
    group = parser.getgroup("communique")
    group.addoption(
        "--communique", action="store_true", help="collect each dataset.yaml as tests of its tables"
    )
    group.addoption(
        "--communique-fail-on",
        choices=["error", "warning", "info"],
        default="error",
        help="the mildest severity of a finding that fails a test (default: error)",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a dataset."""
    if file_path.name == "dataset.yaml" and parent.config.getoption("--communique", default=False):
        return DatasetFile.from_parent(parent, path=file_path)
    return None


class DatasetFile(pytest.File):
    """A dataset; its parts are its tables."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Check the dataset, and give its tables; what is about no table stands under the name of the dataset."""
        from communique.datapackage import CommuniqueError, check, open_dataset
        from communique.schemas import SCHEMAS

        from .wording import cases_by_table

        try:
            report = check(open_dataset(self.path.parent), SCHEMAS)
        except CommuniqueError as error:
            raise self.CollectError(str(error)) from error
        for name, listed in cases_by_table(report).items():
            yield TableCollector.from_parent(self, name=name, cases=listed, report=report)


class TableCollector(pytest.Collector):
    """A table; its tests are the rules. It is a part of its own, for pytest takes node IDs apart at each `::`."""

    def __init__(self, *, cases: list[Case], report: Report, **options: Any) -> None:
        super().__init__(**options)
        self.cases, self.report = cases, report

    def collect(self) -> Iterator[pytest.Item]:
        """Give a test for each rule."""
        for case in self.cases:
            yield RuleItem.from_parent(self, name=case.code, case=case, report=self.report)


class BrokenRuleError(Exception):
    """The findings of a rule; the message is what pytest shows."""


class RuleItem(pytest.Item):
    """A rule on a table. It fails where there is a finding that is an error."""

    def __init__(self, *, case: Case, report: Report, **options: Any) -> None:
        super().__init__(**options)
        self.case, self.report_ = case, report

    def runtest(self) -> None:
        """Fail with the findings of the rule; skip where it could not be decided."""
        from .wording import path_of, sentence

        if not self.case.decided:
            pytest.skip("a table that the rule needs could not be read")
        lines = [
            f"{path_of(finding, self.report_)}:{finding.line or 1}:{finding.offset or 1}: {finding.code}: "
            f"{sentence(finding, self.report_)}"
            for finding in self.case.findings
        ]
        if self.case.omitted:
            lines.append(f"… and {self.case.omitted:,} more")
        if self.case.fails(self.config.getoption("--communique-fail-on", default="error")):
            raise BrokenRuleError("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Show the findings, without a traceback."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the test stands."""
        return self.path, None, f"{self.case.table}::{self.case.code}"
