"""A case that lies on disk, with the one report that all tests of it share: to check a dataset is what takes time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from communique.datapackage import Dataset, Report, check, open_dataset
from communique.schemas import SCHEMAS, Schemas

from .conftest import expectation


@dataclass(frozen=True)
class Laid:
    """A case: where it stands in `tests/cases`, and the folder of its dataset, which is only read."""

    case: Path
    folder: Path

    @property
    def is_valid(self) -> bool:
        """Whether nothing is to be found."""
        return self.case.parent.name == "valid"

    @cached_property
    def codes(self) -> set[str]:
        """The codes of the findings that are to be found."""
        return {finding["code"] for finding in expectation(self.case)["findings"]}

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset, opened."""
        return open_dataset(self.folder)

    @cached_property
    def report(self) -> Report:
        """What a check says of it."""
        return check(self.dataset, SCHEMAS)

    def check(self, dataset: Dataset, schemas: Schemas, today: date | None = None) -> Report:
        """Give the report to who asks for a check of this dataset, and see that nothing else is asked for."""
        assert (dataset, today) == (self.dataset, None)
        assert schemas is SCHEMAS
        return self.report
