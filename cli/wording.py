"""Wording: the words, escapes, paths and fingerprints of findings that all formats share."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from communique.datapackage import Finding, Report
from communique.datapackage.finding import KEPT, failing
from communique.datapackage.visible import visible
from communique.schemas import SEVERITIES, Severity

_PLACE = re.compile(r"\b(line|row) [0-9,]+")
_NOT_ASCII = re.compile("[^\n -~]")
_COMMAND = re.compile(r"^(\s*):(?=:[A-Za-z-]+( .*)?::)")


def inert(text: str, limit: int = 200) -> str:
    """Return text that is safe for a terminal: control, bidi and invisible characters are spelt out.

    So is the first character of what the log of a job takes for a command anywhere in a line (`##[error]`).
    Text of more than `limit` characters is cut, with a note of its length.
    """
    shown = visible(text[:limit]).replace("##[", "\\u{23}#[")
    return shown if len(text) <= limit else f"{shown}… ({len(text):,} characters)"


def no_command(line: str) -> str:
    """Return a line that the log of a job does not take for a workflow command (`::error::`)."""
    return _COMMAND.sub(r"\1\\u{3A}", line)


def inert_json(text: str) -> str:
    """Return equivalent JSON with invisible characters escaped, so that a terminal can show it safely."""
    text = text.replace("##[", "\\u0023#[")  # see `inert`; JSON can have it only within a string
    return text if text.isascii() and "\x7f" not in text else _NOT_ASCII.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    if visible(character) == character:
        return character
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


def written(report: Report, name: str, target: Path) -> str:
    """Say where a release is now."""
    if report.kept:
        return f"{target} already has {name}, with the same rows written by other versions of libraries: it stays as it is"
    return f"Wrote {name} to {target}"


def unquarantined(report: Report) -> str:
    """Say why no quarantine was written, or "" if one was: it is unknown which rows depend on a table that is unreadable."""
    files = [inert(count.file) for count in report.tables if not count.readable]
    return f"No quarantine was written, because {', '.join(files)} could not be read" if files else ""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 error, 2 errors."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def tally(report: Report) -> str:
    """Return how many errors and warnings a report counts, and how many infos if there are any: 1 error, 2 warnings."""
    counts = {severity: report.count(severity) for severity in SEVERITIES}
    return ", ".join(
        counted(count, severity) for severity, count in counts.items() if count or severity != "info"
    )


def omitted(report: Report) -> str:
    """Say how many findings a report counts and does not have in full, or "" where it has all."""
    left = report.total - len(report.findings)
    return (
        f"{counted(left, 'more finding')} counted, but not kept: a report has the first {KEPT:,}."
        if left
        else ""
    )


def cell(finding: Finding) -> str:
    """Return the label and the value of the cell that a finding is about, or "" if it is not about a cell."""
    if not finding.column:
        return ""
    label = inert(finding.column)
    if finding.value is None:
        return label
    return f'{label} = "{inert(finding.value)}"' if finding.value else f"{label} is empty"


def demand(finding: Finding, report: Report) -> str:
    """Return what was expected, or else the statement of the rule."""
    if not finding.expected:
        return report.rules[finding.code].statement
    hint = f" (did you mean {inert(finding.hint)}?)" if finding.hint else ""
    return f"expected {inert(finding.expected, 2000)}{hint}"


def hint(finding: Finding) -> str:
    """Return the suggestion as a separate sentence, where `demand` does not include it."""
    return f"Did you mean {inert(finding.hint)}?" if finding.hint and not finding.expected else ""


def sentence(finding: Finding, report: Report) -> str:
    """Return a finding in one line: what the cell has, what was expected, and what to do."""
    row = f"row with key {inert(finding.key)}" if finding.key else ""
    place = ", ".join(filter(None, (cell(finding), row)))
    parts = (
        f"{place}:" if place else "",
        demand(finding, report),
        hint(finding),
        report.rules[finding.code].remedy,
    )
    return " ".join(f"{part}." if part[-1] not in ".:?" else part for part in parts if part)


def waiver(finding: Finding, report: Report) -> str:
    """Say why a finding is waived, by whom, and until when."""
    known = report.waivers.get((finding.code, finding.table, finding.key))
    if not known:
        return "A waiver in dataset.yaml."
    reason = inert(known.reason, 2000)
    reason += "" if reason[-1] in ".?!" else "."
    return f"{reason} Waived in dataset.yaml by {inert(known.owner)} until {known.expires}."


def path_of(finding: Finding, report: Report) -> str:
    """Return the path of the file of a finding, with slashes, relative to the working folder if it is in there.

    In a name that is not UTF-8, undecodable bytes are spelt out.
    """
    return _path(Path(report.root), finding.file, Path.cwd())


def path_in_repository(finding: Finding, report: Report) -> str:
    """Return the path of the file of a finding as platforms expect it: relative to the root of its git repository.

    If it is not in one, that is the path of `path_of`.
    """
    root = Path(report.root).resolve()
    return _path(root, finding.file, _repository(root))


@cache
def _repository(folder: Path) -> Path:
    found = (place for place in (folder, *folder.parents) if (place / ".git").exists())
    return next(found, Path.cwd())


@cache
def _path(root: Path, file: str, here: Path) -> str:
    path = root / file
    try:
        if path.resolve().is_relative_to(here):
            path = Path(os.path.relpath(path, here))
    except (OSError, ValueError):  # a name that no file can have
        pass
    return path.as_posix().encode("utf-8", "backslashreplace").decode()


def fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield for each finding a digest that stays the same when lines move.

    It covers the rule, the file, the key of the row (else the value), the column, and what was expected, without the numbers
    of other lines. Findings that agree in all of these are distinguished by their order.
    """
    seen = Counter[tuple[str, ...]]()
    for finding in findings:
        what = (
            finding.code,
            finding.file,
            finding.key or finding.value or "",
            finding.column or "",
            _PLACE.sub(r"\1", finding.expected or ""),
        )
        seen[what] += 1
        yield sha256("\0".join((*what, str(seen[what]))).encode("utf-8", "surrogatepass")).hexdigest()


def ranked(findings: Iterable[Finding], severity: Severity, limit: int) -> list[Finding]:
    """Return a representative selection of a severity: the first finding of each code, then the second of each …"""
    seen = Counter[str]()
    turns: list[tuple[int, int, Finding]] = []
    for number, finding in enumerate(findings):
        if finding.severity == severity:
            seen[finding.code] += 1
            turns.append((seen[finding.code], number, finding))
    return [finding for _, _, finding in sorted(turns, key=lambda turn: turn[:2])[:limit]]


@dataclass(frozen=True)
class Case:
    """A rule on a table, with its findings; `decided` is False where the rule could not be decided.

    omitted: how many findings there are beyond `findings`.
    severity: the highest severity of all of them; None where there are none.
    """

    table: str
    code: str
    findings: tuple[Finding, ...] = ()
    decided: bool = True
    omitted: int = 0
    severity: Severity | None = None

    @property
    def count(self) -> int:
        """How many findings there are, including those that the report does not list in full."""
        return len(self.findings) + self.omitted

    def fails(self, fail_on: Severity | None) -> bool:
        """Say whether a finding makes the exit code 1. fail_on: the mildest severity that does; None if none does."""
        return self.severity in failing(fail_on)


def cases_by_table(report: Report) -> dict[str, list[Case]]:
    """Return each rule of each table, passed or not; what is about no table stands under the name of the dataset."""
    tables: dict[str, list[Case]] = {}
    for case in _cases(report):
        tables.setdefault(case.table, []).append(case)
    return tables


def _cases(report: Report) -> Iterator[Case]:
    """Yield each rule of each table, and the rules that were broken or left undecided elsewhere."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        found.setdefault((finding.table, finding.code), []).append(finding)
    omitted = Counter[tuple[str, str]]()
    severities: dict[tuple[str, str], set[Severity]] = {}
    for (table, code, severity), number in report.omitted.items():
        omitted[table, code] += number
        severities.setdefault((table, code), set()).add(severity)
    for finding in report.findings:
        severities.setdefault((finding.table, finding.code), set()).add(finding.severity)
    known = [(table.table, code) for table in report.tables for code in table.rules]
    for name, code in dict.fromkeys([*known, *severities]):
        gravest = min(severities.get((name, code), ()), key=SEVERITIES.index, default=None)
        findings = tuple(found.get((name, code), ()))
        yield Case(
            inert(name or report.dataset), code, findings, omitted=omitted[name, code], severity=gravest
        )
    for code in report.unchecked:
        yield Case(inert(report.dataset), code, decided=False)
