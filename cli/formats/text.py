"""Text that a person enjoys reading: findings by file, each with its place, its value and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from itertools import groupby
from pathlib import PurePath

from rich.console import Console
from rich.text import Text

from communique.datapackage import Finding, Report

from ..wording import cell, counted, demand, hint, inert, omitted

_STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}
_WIDE = 1_000_000


def render(report: Report, limit: int, colour: bool, width: int | None = None) -> str:
    """Return a report for a terminal; `limit` findings are shown, all are counted.

    width: the columns of the terminal; without it no line is broken, so that tools can search in it.
    """
    console = Console(
        file=StringIO(),
        highlight=False,
        force_terminal=colour,
        no_color=not colour,
        width=width or _WIDE,
    )
    for file, findings in groupby(report.findings[:limit], lambda finding: finding.file):
        _print(console, Text(inert(file), "bold"))
        _file(console, report, findings)
        console.print()
    for note in _notes(report, limit):
        _print(console, Text(note))
        console.print()
    if len(report.counts) > 1:
        _counts(console, report)
    _rejected(console, report)
    _print(console, _closing(report))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def _print(console: Console, text: Text, indent: int = 0) -> None:
    """Print lines that hang under their indent, without the spaces that fill a line up to its end."""
    if console.width < _WIDE:
        lines = text.wrap(console, max(console.width - indent, 20))
        for line in lines:
            console.print(Text.assemble(" " * indent, line), soft_wrap=True)
    else:
        console.print(Text.assemble(" " * indent, text), soft_wrap=True)


def _notes(report: Report, limit: int) -> Iterable[str]:
    hidden = len(report.findings) - limit
    if hidden > 0:
        yield f"… and {counted(hidden, 'more finding')}; --max-findings shows more, JSON shows all."
    if omitted(report):
        yield omitted(report)
    if report.held < report.declared:
        yield f"Held rows against {report.held:,} of {counted(report.declared, 'declared constraint')}."
    if report.unchecked:
        yield f"Not decided, because a table could not be read: {', '.join(report.unchecked)}"
    if report.older:
        yield f"{counted(report.older, 'finding')} on lines that did not change: left out."
    if report.waived:
        yield f"{counted(len(report.waived), 'finding')} waived in dataset.yaml."


def _file(console: Console, report: Report, findings: Iterable[Finding]) -> None:
    explained = set[str]()
    for finding in findings:
        style = _STYLES[finding.severity]
        _print(console, Text.assemble(_place(report.root, finding), "  ", (finding.code, style)), 2)
        if finding.column or finding.key:
            key = f"  in {inert(finding.key)}" if finding.key else ""
            _print(console, Text.assemble((cell(finding) or "row", "bold"), (key, "dim")), 4)
        _print(console, Text(demand(finding, report)), 4)
        if hint(finding):
            _print(console, Text(hint(finding)), 4)
        if finding.code not in explained:
            _print(console, Text(f"→ {report.rules[finding.code].remedy}", "dim"), 4)
        explained.add(finding.code)


def _place(root: str, finding: Finding) -> str:
    place = inert(str(PurePath(root) / finding.file), 1000)
    if finding.line is None:
        row = finding.row or (finding.record and finding.record + 1)
        return f"{place}, row {row:,}" if row else place
    return f"{place}:{finding.line}:{finding.offset or 1}"


def _counts(console: Console, report: Report) -> None:
    width = max(len(f"{count:,}") for count in report.counts.values())
    for code, count in sorted(report.counts.items(), key=lambda item: (-item[1], item[0])):
        console.print(Text.assemble(f"  {count:>{width},}  ", (code, _STYLES[report.rules[code].severity])))
    console.print()


def _rejected(console: Console, report: Report) -> None:
    for table in report.tables:
        if not table.readable:
            _print(console, Text(f"{inert(table.table)}: not read"), 2)
        elif table.rejected:
            said = f"{inert(table.table)}: {table.read:,} read = {table.valid:,} valid + {table.rejected:,} rejected"
            _print(console, Text(said), 2)


def _closing(report: Report) -> Text:
    tables = [table for table in report.tables if table.readable]
    rows, rejected = sum(table.read for table in tables), sum(table.rejected for table in tables)
    where = counted(len(tables), "table")
    read = f"{counted(rows, 'row')} in {where} read = {rows - rejected:,} valid + {rejected:,} rejected"
    name = inert(f"{report.dataset} {report.version}".strip())
    if not report.total:
        return Text.assemble(("No findings", "bold green"), f" in {name}: {read}.")
    numbers = [counted(report.count("error"), "error"), counted(report.count("warning"), "warning")]
    style = _STYLES["warning" if report.ok else "error"]
    return Text.assemble((", ".join(numbers), style), f" in {name}: {read}.")
