"""A finding is one broken rule at one place; a report is all findings of a run, and what was counted.

What is wrong (the code), where it is, and how it is worded are kept apart; this module has the first two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from communique.schemas import SEVERITIES, Rule, Severity

from .edition import edition

if TYPE_CHECKING:
    from .dataset import Waiver

KEPT = 100_000
"""How many findings about rows a report lists in full: the first ones, in the order of files and lines."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place.

    code: the code of the rule.
    file: the file, relative to the `root` of the report.
    table: the table; empty where the finding concerns the dataset as a whole.
    severity: that of the rule; an error keeps the row out of a release.
    record: the number of the data row, from 1; the header is 0; None for the file as a whole.
    line: the physical line, from 1, on which the cell begins (or the row, where no cell is meant; or the key or item
        of a descriptor).
    offset: the position of the cell in that line, in characters from 1.
    column: the label of the column.
    key: the key of the row, as far as it could be read; the parts of a composite one are joined by a slash.
    value: the cell as it stands in the file.
    expected: what would have been right, where the rule's statement alone does not say it.
    hint: what may have been meant; a suggestion for people, which nothing acts upon.
    row: the number of the row in its file, from 1, the header included; a row may have several lines.
    field: the number of the column, from 1, where it is known.
    """

    code: str
    file: str
    table: str = ""
    severity: Severity = "error"
    record: int | None = None
    line: int | None = None
    offset: int | None = None
    column: str | None = None
    key: str | None = None
    value: str | None = None
    expected: str | None = None
    hint: str | None = None
    row: int | None = None
    field: int | None = None

    @property
    def place(self) -> tuple[str, int, int, str, str]:
        """The order in which findings are listed: as one reads the file."""
        return (self.file, self.line or 0, self.offset or 0, self.column or "", self.code)


@dataclass(frozen=True, slots=True)
class TableCount:
    """How many rows of a table were read, and what became of them; read = valid + rejected.

    table: the name of the table.
    file: the file that it was read from.
    read: the rows in the file, without the header.
    rejected: the rows with an error.
    rules: the codes of the rules that were decided for the table.
    readable: whether the file could be read; where it could not, nothing is known of its rows.
    labels: the names of the columns as findings use them, where known.
    """

    table: str
    file: str
    read: int
    rejected: int
    rules: tuple[str, ...] = ()
    readable: bool = True
    labels: tuple[str, ...] = ()

    @property
    def valid(self) -> int:
        """The rows without an error."""
        return self.read - self.rejected


@dataclass(frozen=True)
class Report:
    """What was checked, what was found, and what could not be decided.

    dataset: the name of what was checked.
    version: its version; empty where there is none.
    root: the folder or archive in which the files of findings are.
    today: the day that counted as today; None where no rule depends on it.
    findings: the first ones in full, about rows at most 100,000; `omitted` counts the rest.
    tables: what was read, table by table.
    rules: every rule that a finding may name, by its code.
    unchecked: codes of rules that were not decided, because a table that they need could not be read.
    waived: the findings for which the dataset has a waiver.
    waivers: the waivers of the dataset, by rule, table and key of the row.
    older: how many findings were left out because they are not new.
    built: whether a release was written.
    kept: whether the same release was already there, made with other versions of libraries, and was left as it is.
    samples: for the first findings of each rule, the cells of their rows by label, keyed by file and row number.
    omitted: how many findings there are beyond `findings`, by table, code and severity; they count like the others.
    declared: how many constraints the schemas of a package declare.
    held: how many of them were checked.
    """

    dataset: str
    version: str
    root: str
    today: date | None = None
    findings: tuple[Finding, ...] = ()
    tables: tuple[TableCount, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict[str, Rule], repr=False)
    unchecked: tuple[str, ...] = ()
    waived: tuple[Finding, ...] = ()
    waivers: Mapping[tuple[str, str, str | None], Waiver] = field(
        default_factory=dict[tuple[str, str, str | None], "Waiver"], repr=False
    )
    older: int = 0
    built: bool = False
    kept: bool = False
    samples: Mapping[tuple[str, int], Mapping[str, str]] = field(
        default_factory=dict[tuple[str, int], dict[str, str]], repr=False
    )
    omitted: Mapping[tuple[str, str, Severity], int] = field(
        default_factory=dict[tuple[str, str, Severity], int]
    )
    declared: int = 0
    held: int = 0

    @property
    def edition(self) -> str:
        """The name of what was checked with its version, where it has one."""
        return edition(self.dataset, self.version)

    @cached_property
    def counts(self) -> Counter[str]:
        """The number of findings by code."""
        counts = Counter(finding.code for finding in self.findings)
        for (_, code, _), number in self.omitted.items():
            counts[code] += number
        return counts

    @cached_property
    def _severities(self) -> Counter[Severity]:
        counts = Counter[Severity](finding.severity for finding in self.findings)
        for (_, _, severity), number in self.omitted.items():
            counts[severity] += number
        return counts

    @property
    def total(self) -> int:
        """The number of findings, those that are not kept in full included."""
        return self._severities.total()

    def count(self, severity: Severity) -> int:
        """Return the number of findings of that severity: `error`, `warning` or `info`. Raises ValueError for any other word."""
        _insist_on_severity(severity)
        return self._severities[severity]

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.count("error")

    def clean(self, fail_on: Severity | None = "error") -> bool:
        """Return whether there is no finding of that severity or a more severe one; with None that is always so.

        The severities are `error`, `warning` and `info`. Raises ValueError for any other word.
        """
        return not any(self.count(severity) for severity in failing(fail_on))


def failing(fail_on: Severity | None) -> tuple[Severity, ...]:
    """Return the severities that make the exit code 1: `fail_on` and the more severe ones; none for None."""
    if fail_on is None:
        return ()
    _insist_on_severity(fail_on)
    return SEVERITIES[: SEVERITIES.index(fail_on) + 1]


def _insist_on_severity(given: str) -> None:
    """Refuse another word, such as a plural, of which there would seem to be no finding."""
    if given not in SEVERITIES:
        raise ValueError(f"{given!r} is not a severity. Give one of {', '.join(SEVERITIES)}.")


def in_order(findings: Iterable[Finding], files: Iterable[str]) -> tuple[Finding, ...]:
    """Return the findings file by file, in the order of the files, each in the order of its lines."""
    rank = {file: number for number, file in enumerate(files)}
    return tuple(sorted(findings, key=lambda finding: (rank.get(finding.file, len(rank)), finding.place)))


@dataclass(frozen=True, slots=True)
class Origin:
    """The file of a table, from which findings come."""

    table: str
    file: str

    def finding(
        self, rule: Rule, record: int | None = None, column: str | None = None, expected: str | None = None
    ) -> Finding:
        """Return the finding that `rule` is broken at a cell, a row, or the file as a whole."""
        return Finding(
            code=rule.code,
            file=self.file,
            table=self.table,
            severity=rule.severity,
            record=record,
            column=column,
            expected=expected,
        )
