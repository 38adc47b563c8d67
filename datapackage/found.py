"""Found: what is wrong with the rows of a table, in compact form: for each rule and column the numbers of the rows.

A finding takes eight bytes here, so that even a table in which every row is bad fits into memory. `listing` expands
the first of them into full findings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from communique.schemas import CellRule, Rule

from .arrays import Ints
from .codes import RULES, VALUES

GAP = "{}"
"""Stands in an expectation for what differs from finding to finding."""
_Shared: TypeAlias = tuple[str, str | None, str | None]


@dataclass(frozen=True, eq=False)
class Group:
    """Findings that agree in rule, column and expectation.

    records: the numbers of their rows, ascending; a row may occur twice.
    expected: what would have been right; None where the rule's statement says it.
    details: for the first of the records, what fills the gap in `expected`.
    earlier: for each of the records, an earlier row, whose line fills the gap in `expected`.
    """

    rule: Rule
    column: str | None
    records: Ints
    expected: str | None = None
    details: tuple[str, ...] = ()
    earlier: Ints | None = None

    @property
    def shared(self) -> _Shared:
        """What the findings have in common."""
        return self.rule.code, self.column, self.expected

    @property
    def is_error(self) -> bool:
        """Whether the findings are errors."""
        return self.rule.severity == "error"

    @property
    def is_of_a_cell(self) -> bool:
        """Whether each finding is about a single cell or its reference, and not about how cells go together."""
        return isinstance(self.rule, CellRule) or self.rule in VALUES or self.rule is RULES["foreign-key"]

    def head(self, last: int) -> Group:
        """Return the findings up to the row `last`."""
        count = int(np.searchsorted(self.records, last, side="right"))
        earlier = None if self.earlier is None else self.earlier[:count]
        return replace(self, records=self.records[:count], earlier=earlier)

    def where(self, kept: npt.NDArray[np.bool_]) -> Group:
        """Return the findings at which `kept` is true."""
        if kept.all():
            return self
        details = tuple(detail for detail, keep in zip(self.details, kept, strict=False) if keep)
        earlier = None if self.earlier is None else self.earlier[kept]
        return replace(self, records=self.records[kept], details=details, earlier=earlier)


@dataclass
class Found:
    """The groups of findings of a table, in the order in which they were found."""

    _groups: dict[_Shared, list[Group]] = field(default_factory=dict[_Shared, list[Group]])

    def __iter__(self) -> Iterator[Group]:
        """Yield the groups, with those that agree merged."""
        for key, parts in self._groups.items():
            if len(parts) > 1:
                self._groups[key] = parts = [_joined(parts)]
            yield parts[0]

    def add(self, groups: Iterable[Group], reads: Collection[str | None] = ()) -> None:
        """Add findings, except about cells that already have an error: the first error explains the rest.

        reads: further columns that the findings depend on. Rows in which such a cell is itself wrong are skipped.
        """
        self.add_all([self._fresh(group, reads) for group in groups])

    def add_all(self, groups: Iterable[Group]) -> None:
        """Add findings of other rows, which cannot be about the same cells."""
        for group in groups:
            if len(group.records):
                self._groups.setdefault(group.shared, []).append(group)

    def replace(self, groups: Iterable[Group]) -> None:
        """Replace all findings by these."""
        self._groups = {group.shared: [group] for group in groups}

    def _fresh(self, group: Group, reads: Collection[str | None]) -> Group:
        known = [
            other.records
            for other in self
            if other.is_error
            and (other.column == group.column or (other.column in reads and other.is_of_a_cell))
        ]
        if group.column is None or not known:
            return group
        return group.where(~np.isin(group.records, np.concatenate(known)))

    def rejected(self, rows: int) -> npt.NDArray[np.bool_]:
        """Say for each row, by its number, whether it has an error; the header, row 0, never counts."""
        rejected = np.zeros(rows + 1, np.bool_)
        for group in self:
            if group.is_error:
                rejected[group.records] = True
        rejected[0] = False
        return rejected


def _joined(parts: list[Group]) -> Group:
    records = np.concatenate([part.records for part in parts])
    if not parts[0].details and parts[0].earlier is None:
        records.sort(kind="stable")  # blank rows are found in two ways
    earlier = [part.earlier for part in parts if part.earlier is not None]
    details = tuple(detail for part in parts for detail in part.details)
    return replace(
        parts[0], records=records, details=details, earlier=np.concatenate(earlier) if earlier else None
    )
