"""Annotations for GitHub Actions: workflow commands on stdout, and a summary of the job.

GitHub shows ten errors, ten warnings and ten notices of a step, so the most telling ones are sent; the summary has the
counts. It takes summaries of up to 1 MiB from a step, and shows nothing of a larger one.
The form: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from communique.datapackage import Finding, Report
from communique.schemas import SEVERITIES, Severity

from ..wording import counted, inert, path_in_repository, ranked, sentence, tally

LIMIT = 10
ROOM = 1 << 20
"""How many bytes the summary of a step may have."""
_LISTED = 50
"""How many findings the summary lists."""
_RESERVE = 100
"""How many bytes the line takes that says how many findings are not listed."""
_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """Return at most ten commands of each severity, with a notice that says what was left out."""
    return "\n".join(_commands(report)) + "\n"


def _commands(report: Report) -> Iterator[str]:
    shown = 0
    for severity in SEVERITIES:
        for finding in ranked(report.findings, severity, LIMIT - 1 if severity == "info" else LIMIT):
            shown += 1
            yield _command(finding, report)
    yield f"::notice title=communique::{tally(report)} in {_data(inert(report.dataset))}; {shown} shown here."


def _command(finding: Finding, report: Report) -> str:
    place = {
        "file": path_in_repository(finding, report),
        "line": finding.line,
        "col": finding.offset,
        "title": finding.code,
    }
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items() if value)
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(sentence(finding, report))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(inert(text, 1000)).replace(":", "%3A").replace(",", "%2C")


def summary(report: Report, room: int = ROOM) -> str:
    """Return the summary of a job, as Markdown: counts by rule, and the first findings.

    room: how many bytes it may have; where its head does not fit, there is none.
    """
    lines = [
        f"### communique: {_markdown(inert(report.dataset))} {_markdown(inert(report.version))}".strip(),
        "",
        f"{tally(report)}.",
    ]
    if report.total:
        lines += ["", "| rule | findings |", "|---|---:|"]
        lines += [f"| `{code}` | {count} |" for code, count in report.counts.most_common()]
        lines += ["", "| place | rule | finding |", "|---|---|---|"]
    room -= _size(lines) + _RESERVE
    if room < 0:
        return ""
    rows = _fitting([_row(finding, report) for finding in report.findings[:_LISTED]], room)
    if report.total > len(rows):
        rows += ["", f"… and {counted(report.total - len(rows), 'more finding')}."]
    return "\n".join([*lines, *rows]) + "\n"


def _fitting(rows: list[str], room: int) -> list[str]:
    sizes = accumulate(_size([row]) for row in rows)
    return [row for row, size in zip(rows, sizes, strict=True) if size <= room]


def _size(lines: list[str]) -> int:
    return sum(len(line.encode("utf-8", "backslashreplace")) + 1 for line in lines)


def _row(finding: Finding, report: Report) -> str:
    place = f"{inert(path_in_repository(finding, report), 1000)}:{finding.line or 1}"
    return f"| {_markdown(place)} | `{finding.code}` | {_markdown(sentence(finding, report))} |"


def _markdown(text: str) -> str:
    """Escape what Markdown or HTML would act upon, mentions of people included."""
    return "".join(
        f"&#{ord(character)};" if character in "&<>\\`*_[]|!@~$" else character for character in text
    )
