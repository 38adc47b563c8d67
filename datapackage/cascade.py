"""Cascade: which rows go when others are rejected, and through which finding each of them went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import narwhals as nw
import polars as pl

from communique.schemas import ForeignKey, Schemas
from communique.schemas.rules import RECORD

from .finding import Finding, Report
from .relations import pointers
from .rows import CheckedTable


@dataclass(frozen=True)
class Reject:
    """A row that is kept out of a release.

    codes, reasons: what is wrong with the row itself; for a row that is right, that it depends on others.
    root: for a row that is right, the finding because of which it goes.
    """

    codes: tuple[str, ...]
    reasons: tuple[str, ...]
    root: str = ""


Rejects = dict[str, dict[int, Reject]]


def rejects(report: Report, tables: list[CheckedTable], schemas: Schemas) -> Rejects:
    """Return the rows that an error keeps out, and all rows that cannot stay without them, by table and number.

    What is left has no error: references resolve, and the rules across tables hold.
    """
    found: Rejects = {checked.table.name: {} for checked in tables}
    for finding in report.findings:
        if finding.severity == "error" and finding.record:
            found[finding.table][finding.record] = _joined(
                found[finding.table].get(finding.record), finding, report
            )
    while _follow_references(found, tables) or _follow_rules(found, tables, schemas, report.today):
        pass
    return found


def kept(tables: list[CheckedTable], found: Rejects) -> dict[str, pl.LazyFrame]:
    """Return the typed rows of each table that are not rejected."""
    return {
        checked.table.name: checked.frame().filter(~pl.col(RECORD).is_in(list(found[checked.table.name])))
        for checked in tables
    }


def _joined(before: Reject | None, finding: Finding, report: Report) -> Reject:
    rule = report.rules[finding.code]
    where = f"{finding.column}: " if finding.column else ""
    reason = f"{where}expected {finding.expected}" if finding.expected else f"{where}{rule.statement}"
    codes, reasons = (before.codes, before.reasons) if before else ((), ())
    return Reject((*codes, finding.code), (*reasons, reason), _place(finding))


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.line} {finding.code}"


def _follow_references(found: Rejects, tables: list[CheckedTable]) -> bool:
    """Reject the rows that refer to rejected rows; return whether there were any."""
    frames, more = kept(tables, found), False
    whole = {checked.table.name: checked.keys() for checked in tables}
    for checked in tables:
        name = checked.table.name
        for key in checked.table.foreign_keys:
            for record, parent in _orphans(key, frames[name], frames[key.table], whole[key.table], found):
                reason = f"{', '.join(key.columns)}: refers to a row of {key.table} that is rejected"
                root = found[key.table][parent].root
                more = (
                    found[name].setdefault(record, Reject(("foreign-key",), (reason,), root)).root == root
                    or more
                )
    return more


def _orphans(
    key: ForeignKey, children: pl.LazyFrame, parents: pl.LazyFrame, everyone: pl.LazyFrame, found: Rejects
) -> Iterator[tuple[int, int]]:
    references = list(key.references)
    gone = everyone.filter(pl.col(RECORD).is_in(list(found[key.table])))
    gone = gone.select(pl.col(RECORD).alias("parent"), *references).join(parents, on=references, how="anti")
    lost = pointers(key, children).join(gone, left_on=list(key.columns), right_on=references)
    yield from lost.select(RECORD, "parent").unique(RECORD, keep="first").sort(RECORD).collect().iter_rows()


def _follow_rules(found: Rejects, tables: list[CheckedTable], schemas: Schemas, today: date) -> bool:
    """Reject the rows that break a rule across tables now that others are gone; return whether there were any."""
    frames: Mapping[str, nw.LazyFrame[pl.LazyFrame]] = {
        name: nw.from_native(frame) for name, frame in kept(tables, found).items()
    }
    more = False
    for rule in schemas.cross_rules:
        if rule.severity == "error":
            broken = rule.broken(frames, today).select(RECORD).to_native().collect()[RECORD].to_list()
            for record in broken:
                reason = (
                    f"{rule.column}: {rule.statement[:-1]}, which fails without the rows that are rejected."
                )
                found[rule.table].setdefault(
                    record, Reject((rule.code,), (reason,), "rows that are rejected")
                )
                more = True
    return more
