"""Text for people: findings by file, each with its place, its value and its remedy."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import groupby
from pathlib import PurePath

from communique.datapackage import Finding, Report
from communique.datapackage.finding import KEPT

from ..wording import cell, counted, demand, hint, inert, omitted, tally
from .lines import Lines, Piece, Plain, Styled

_STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}


def render(report: Report, limit: int, colour: bool, width: int | None = None) -> str:
    """Return a report for a terminal; `limit` findings are shown, all are counted.

    width: the columns of the terminal; without it no line is wrapped, so that tools can search the text.
    """
    lines: Lines = Styled(colour, width) if colour or width else Plain()
    for file, findings in groupby(report.findings[:limit], lambda finding: finding.file):
        lines.say((inert(file), "bold"))
        _file(lines, report, findings)
        lines.say()
    for note in _notes(report, limit):
        lines.say(note)
        lines.say()
    if len(report.counts) > 1:
        _counts(lines, report)
    _rejected(lines, report)
    lines.say(*_closing(report))
    return lines.text()


def _notes(report: Report, limit: int) -> Iterable[str]:
    hidden = len(report.findings) - limit
    if hidden > 0:
        rest = f"the first {KEPT:,}" if omitted(report) else "all"
        yield f"… and {counted(hidden, 'more finding')}; --max-findings shows more, JSON shows {rest}."
    if omitted(report):
        yield omitted(report)
    if report.held < report.declared:
        yield f"Checked rows against {report.held:,} of {counted(report.declared, 'declared constraint')}."
    if report.unchecked:
        yield f"Not decided, because a table could not be read: {', '.join(report.unchecked)}"
    if report.older:
        yield f"Left out: {counted(report.older, 'finding')} that the revision already had."
    if report.waived:
        yield f"{counted(len(report.waived), 'finding')} waived in dataset.yaml."


def _file(lines: Lines, report: Report, findings: Iterable[Finding]) -> None:
    explained = set[str]()
    for finding in findings:
        style = _STYLES[finding.severity]
        lines.say(_place(report.root, finding), "  ", (finding.code, style), indent=2)
        if finding.column or finding.key:
            place, key = cell(finding), inert(finding.key or "")
            said = f"  in {key}" if place and key else key
            lines.say((place or "row with key ", "bold"), (said, "dim"), indent=4)
        lines.say(demand(finding, report), indent=4)
        if hint(finding):
            lines.say(hint(finding), indent=4)
        if finding.code not in explained:
            lines.say((f"→ {report.rules[finding.code].remedy}", "dim"), indent=4)
        explained.add(finding.code)


def _place(root: str, finding: Finding) -> str:
    place = inert(os.path.normpath(PurePath(root) / finding.file), 1000)
    if finding.line is None:
        row = finding.row or (finding.record and finding.record + 1)
        return f"{place}, row {row:,}" if row else place
    return f"{place}:{finding.line}:{finding.offset or 1}"


def _counts(lines: Lines, report: Report) -> None:
    width = max(len(f"{count:,}") for count in report.counts.values())
    for code, count in sorted(report.counts.items(), key=lambda item: (-item[1], item[0])):
        lines.say(f"  {count:>{width},}  ", (code, _STYLES[report.rules[code].severity]))
    lines.say()


def _rejected(lines: Lines, report: Report) -> None:
    for table in report.tables:
        if not table.readable:
            lines.say(f"{inert(table.table)}: not read", indent=2)
        elif table.rejected:
            said = f"{inert(table.table)}: {table.read:,} read = {table.valid:,} valid + {table.rejected:,} rejected"
            lines.say(said, indent=2)


def _closing(report: Report) -> tuple[Piece, Piece]:
    tables = [table for table in report.tables if table.readable]
    rows, rejected = sum(table.read for table in tables), sum(table.rejected for table in tables)
    where = counted(len(tables), "table")
    read = f"{counted(rows, 'row')} in {where} read = {rows - rejected:,} valid + {rejected:,} rejected"
    name = inert(report.edition)
    if not report.total:
        return ("No findings", "bold green"), f" in {name}: {read}."
    return (tally(report), _STYLES["warning" if report.ok else "error"]), f" in {name}: {read}."
