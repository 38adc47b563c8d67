"""Text that a person enjoys reading: findings by file, each with its place, its value and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from itertools import groupby
from pathlib import PurePath

from rich.console import Console
from rich.text import Text

from communique.datapackage import Finding, Report

from ..wording import cell, counted, demand, hint, inert

_STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}


def render(report: Report, limit: int, colour: bool) -> str:
    """Return a report for a terminal; `limit` findings are shown, all are counted."""
    console = Console(
        file=StringIO(), highlight=False, soft_wrap=True, force_terminal=colour, no_color=not colour
    )
    for file, findings in groupby(report.findings[:limit], lambda finding: finding.file):
        console.print(Text(inert(file), "bold"))
        _file(console, report, findings)
        console.print()
    hidden = len(report.findings) - limit
    if hidden > 0:
        console.print(
            f"… and {counted(hidden, 'more finding')}; --max-findings shows more, JSON shows all.\n"
        )
    if report.unchecked:
        console.print(
            f"Not decided, because a table could not be read: {', '.join(report.unchecked)}\n", style="yellow"
        )
    if len(report.counts) > 1:
        _counts(console, report)
    if report.older:
        console.print(f"{counted(report.older, 'finding')} on lines that did not change: left out.")
    if report.waived:
        console.print(f"{counted(len(report.waived), 'finding')} waived in dataset.yaml.")
    _rejected(console, report)
    console.print(_closing(report))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def _file(console: Console, report: Report, findings: Iterable[Finding]) -> None:
    explained = set[str]()
    for finding in findings:
        style = _STYLES[finding.severity]
        console.print(Text.assemble("  ", _place(report.root, finding), "  ", (finding.code, style)))
        if finding.column or finding.key:
            key = f"  in {inert(finding.key)}" if finding.key else ""
            console.print(Text.assemble("    ", cell(finding) or "row", (key, "dim")))
        console.print(Text(f"    {demand(finding, report)}"))
        if hint(finding):
            console.print(Text(f"    {hint(finding)}"))
        if finding.code not in explained:
            console.print(Text(f"    → {report.rules[finding.code].remedy}", "dim"))
        explained.add(finding.code)


def _place(root: str, finding: Finding) -> str:
    place = inert(str(PurePath(root) / finding.file), 1000)
    if finding.line is None:
        return place
    return f"{place}:{finding.line}:{finding.offset or 1}"


def _counts(console: Console, report: Report) -> None:
    severities = {finding.code: finding.severity for finding in report.findings}
    width = max(len(f"{count:,}") for count in report.counts.values())
    for code, count in sorted(report.counts.items(), key=lambda item: (-item[1], item[0])):
        console.print(Text.assemble(f"  {count:>{width},}  ", (code, _STYLES[severities[code]])))
    console.print()


def _rejected(console: Console, report: Report) -> None:
    for table in report.tables:
        if table.rejected:
            console.print(
                f"  {table.table}: {table.read:,} read = {table.valid:,} valid + {table.rejected:,} rejected"
            )


def _closing(report: Report) -> Text:
    rows = sum(table.read for table in report.tables)
    rejected = sum(table.rejected for table in report.tables)
    tables = counted(len(report.tables), "table")
    read = f"{counted(rows, 'row')} in {tables} read = {rows - rejected:,} valid + {rejected:,} rejected"
    if not report.findings:
        return Text.assemble(("No findings", "bold green"), f": {read}.")
    numbers = [counted(report.count("error"), "error"), counted(report.count("warning"), "warning")]
    return Text.assemble((", ".join(numbers), _STYLES["warning" if report.ok else "error"]), f": {read}.")
