"""A case copied to disk with one report that all its tests share, because checking a dataset is what takes time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from communique.datapackage import Dataset, Report, check, open_dataset
from communique.schemas import SCHEMAS, Schemas

from .conftest import expectation


@dataclass(frozen=True)
class PreparedCase:
    """A case: its folder in `tests/cases`, and the folder of its dataset, which no test may change."""

    case: Path
    folder: Path

    @property
    def is_valid(self) -> bool:
        """Whether no findings are expected."""
        return self.case.parent.name == "valid"

    @cached_property
    def codes(self) -> set[str]:
        """The codes of the expected findings."""
        return {finding["code"] for finding in expectation(self.case)["findings"]}

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset, opened."""
        return open_dataset(self.folder)

    @cached_property
    def report(self) -> Report:
        """The report of a check."""
        return check(self.dataset, SCHEMAS)

    def check(self, dataset: Dataset, schemas: Schemas, today: date | None = None) -> Report:
        """Stand in for `check`: return the report, and assert that it was asked for with these arguments."""
        assert (dataset, today) == (self.dataset, None)
        assert schemas is SCHEMAS
        return self.report
