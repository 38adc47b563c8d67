"""Text that a person enjoys reading: findings by file, each with its place, its value and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import groupby
from pathlib import PurePath

from rich.console import Console
from rich.text import Text

from communique.datapackage import Finding, Report
from communique.schemas import Rule

from .wording import counted, inert, rule_of

_STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}


def render_text(report: Report, limit: int) -> None:
    """Print a report to stdout; colour only on a terminal."""
    console = Console(highlight=False, soft_wrap=True)
    for file, findings in groupby(report.findings[:limit], lambda finding: finding.file):
        console.print(Text(inert(file), "bold"))
        _print_file(console, report.root, list(findings))
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
    console.print(_closing(report))


def _print_file(console: Console, root: str, findings: Iterable[Finding]) -> None:
    explained = set[str]()
    for finding in findings:
        console.print(
            Text.assemble("  ", _place(root, finding), "  ", (finding.code, _STYLES[finding.severity]))
        )
        if finding.column or finding.key:
            console.print(Text.assemble("    ", _cell(finding)))
        rule = rule_of(finding)
        console.print(
            Text(
                f"    expected {inert(finding.expected, 2000)}"
                if finding.expected
                else f"    {rule.statement}"
            )
        )
        if finding.code not in explained:
            console.print(Text(f"    → {rule.remedy}", "dim"))
        explained.add(finding.code)


def _place(root: str, finding: Finding) -> str:
    place = inert(str(PurePath(root) / finding.file), 1000)
    if finding.line is None:
        return place
    return f"{place}:{finding.line}:{finding.offset or 1}"


def _cell(finding: Finding) -> Text:
    text = Text(inert(finding.column) if finding.column else "row")
    if finding.value is not None:
        text.append(f" = {inert(finding.value)}" if finding.value else " is empty")
    if finding.key:
        text.append(f"  in {inert(finding.key)}", "dim")
    return text


def _closing(report: Report) -> Text:
    rows = sum(table.read for table in report.tables)
    rejected = sum(table.rejected for table in report.tables)
    read = f"{counted(rows, 'row')} in {counted(len(report.tables), 'table')} read = {rows - rejected:,} valid + {rejected:,} rejected"
    if not report.findings:
        return Text.assemble(("No findings", "bold green"), f": {read}.")
    numbers = [counted(report.count("error"), "error"), counted(report.count("warning"), "warning")]
    return Text.assemble((", ".join(numbers), _STYLES["warning" if report.ok else "error"]), f": {read}.")


def explanation(rule: Rule) -> str:
    """Return what a rule demands, with its examples and its remedy, as plain text."""
    return "\n".join(
        (
            f"{rule.code} ({rule.severity})",
            "",
            rule.statement,
            "",
            "Rejected:",
            _example(rule.rejects),
            "Accepted:",
            _example(rule.accepts),
            "",
            f"Remedy: {rule.remedy}",
        )
    )


def _example(example: object) -> str:
    if isinstance(example, dict):
        return "\n".join(f"  {name}: {_value(value)}" for name, value in example.items()) or "  nothing"
    return f"  {_value(example)}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_value, value)) or "no rows"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_value(cell)}" for name, cell in value.items())
    return "(empty)" if value is None else inert(str(value))


def nearest(code: str, rules: Iterable[str]) -> str:
    """Return a hint at codes that look alike, or nothing."""
    near = get_close_matches(code, list(rules))
    return f" Did you mean {' or '.join(near)}?" if near else ""
