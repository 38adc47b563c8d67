"""Cascade: which rows must go because others are rejected, and which finding is the cause of each."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import narwhals as nw
import polars as pl

from communique.schemas import ForeignKey, Schemas
from communique.schemas.rules import RECORD

from ..finding import Finding, Report
from .checked import CheckedTable
from .listing import by_row
from .relations import pointers


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is kept out of a release.

    codes, reasons: what is wrong with the row itself; for a row without an error, that it depends on others.
    root: for a row without an error, the finding that caused its rejection.
    """

    codes: tuple[str, ...]
    reasons: tuple[str, ...]
    root: str = ""


Rejects = dict[str, dict[int, Reject]]


def rejects(report: Report, tables: list[CheckedTable], schemas: Schemas, today: date) -> Rejects:
    """Return the rows that an error keeps out, and all rows that cannot stay without them, by table and number.

    The remaining rows have no error: references resolve, and the rules across tables hold.
    """
    listed = _listed(report)
    found: Rejects = {checked.table.name: dict(_own(checked, report, listed)) for checked in tables}
    waived = {(finding.code, finding.table, finding.record) for finding in report.waived}
    seen = dict.fromkeys(found, 0)
    more = True
    while more:
        grown = {name for name, rows in found.items() if len(rows) > seen[name]}
        seen = {name: len(rows) for name, rows in found.items()}
        more = _follow_references(found, tables, grown) or _follow_rules(
            found, tables, schemas, today, waived
        )
    return found


def kept(tables: list[CheckedTable], found: Rejects) -> dict[str, pl.LazyFrame]:
    """Return the typed rows of each table that are not rejected."""
    return {checked.table.name: _without(checked.frame(), found[checked.table.name]) for checked in tables}


def _without(frame: pl.LazyFrame, rejected: Iterable[int]) -> pl.LazyFrame:
    records = _records(rejected)
    if records.is_empty():
        return frame
    return frame.join(records.lazy(), on=RECORD, how="anti", maintain_order="left")


def _records(rejected: Iterable[int]) -> pl.DataFrame:
    return pl.DataFrame({RECORD: pl.Series(list(rejected), dtype=pl.Int64)})


_Errors = dict[int, list[Finding]]


def _listed(report: Report) -> dict[str, _Errors]:
    """Return the errors in rows that the report has in full, by table and number of the row."""
    listed: dict[str, _Errors] = {}
    for finding in report.findings:
        if finding.record and finding.severity == "error":
            listed.setdefault(finding.table, {}).setdefault(finding.record, []).append(finding)
    return listed


def _own(
    checked: CheckedTable, report: Report, listed: Mapping[str, _Errors]
) -> Iterator[tuple[int, Reject]]:
    """Yield the rows that have errors themselves."""
    name = checked.table.name
    is_whole = all(table != name for table, _, _ in report.omitted)
    errors = listed.get(name, {}).items() if is_whole else _all_errors(checked)
    for number, findings in errors:
        codes = tuple(finding.code for finding in findings)
        reasons = tuple(_reason(finding, report) for finding in findings)
        yield number, Reject(codes, reasons, _place(findings[-1]))


def _all_errors(checked: CheckedTable) -> Iterator[tuple[int, list[Finding]]]:
    errors = [group for group in checked.found if group.is_error]
    for number, _, findings in by_row(checked, errors):
        if findings:
            yield number, findings


@lru_cache(10_000)
def _reason_text(column: str | None, demand: str) -> str:
    """Return a reason; rows with the same fault share the string."""
    return f"{column}: {demand}" if column else demand


def _reason(finding: Finding, report: Report) -> str:
    demand = (
        f"expected {finding.expected}"
        if finding.expected
        else report.rules[finding.code].statement.removesuffix(".")
    )
    return _reason_text(
        finding.column, f"{demand} (did you mean {finding.hint}?)" if finding.hint else demand
    )


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.line} {finding.code}"


def _follow_references(found: Rejects, tables: list[CheckedTable], grown: Container[str]) -> bool:
    """Reject the rows that refer to rejected rows; return whether there were any.

    grown: the tables that have had rows rejected since the last look for rows that refer to them.
    """
    frames, more = kept(tables, found), False
    whole = {checked.table.name: checked.keys() for checked in tables}
    for checked in tables:
        name = checked.table.name
        for key in (key for key in checked.table.foreign_keys if key.table in grown):
            reason = f"{', '.join(key.columns)}: refers to a row of {key.table} that is rejected"
            for record, parent in orphans(key, frames[name], frames[key.table], whole[key.table], found):
                root = found[key.table][parent].root
                found[name].setdefault(record, Reject(("foreign-key",), (reason,), root))
                more = True
    return more


def orphans(
    key: ForeignKey, children: pl.LazyFrame, parents: pl.LazyFrame, everyone: pl.LazyFrame, found: Rejects
) -> Iterator[tuple[int, int]]:
    """Yield the rows that refer to rejected rows, each with the first of these.

    children, parents: the remaining rows of both tables. everyone: the keys of all rows that were read of the other
        table.
    """
    references = list(key.references)
    gone = everyone.join(_records(found[key.table]).lazy(), on=RECORD, how="semi")
    gone = gone.select(pl.col(RECORD).alias("parent"), *references).join(parents, on=references, how="anti")
    lost = pointers(key, children).join(gone, left_on=list(key.columns), right_on=references)
    # A join guarantees no order.
    yield from lost.group_by(RECORD).agg(pl.col("parent").min()).sort(RECORD).collect().iter_rows()


def _follow_rules(
    found: Rejects,
    tables: list[CheckedTable],
    schemas: Schemas,
    today: date,
    waived: Container[tuple[str, str, int | None]],
) -> bool:
    """Reject the rows that break a rule across tables now that others are rejected; return whether there were any.

    waived: the code, table and row of each waived finding.
    """
    frames: Mapping[str, nw.LazyFrame[pl.LazyFrame]] = {
        name: nw.from_native(frame) for name, frame in kept(tables, found).items()
    }
    more = False
    for rule in schemas.cross_rules:
        if rule.severity != "error":
            continue
        reason = f"{rule.column}: {rule.statement[:-1]}, which fails without the rows that are rejected."
        for record in rule.broken(frames, today).select(RECORD).to_native().collect()[RECORD].to_list():
            if (rule.code, rule.table, record) not in waived:
                reject = Reject((rule.code,), (reason,), "rows that are rejected")
                found[rule.table].setdefault(record, reject)
                more = True
    return more
