"""SARIF 2.1.0 (OASIS standard), for code scanning.

GitHub refuses a run of more than 25,000 results; where there are more, the gravest are kept and a notification
says how many were left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any
from urllib.parse import quote

from communique import __version__
from communique.datapackage import Finding, Report, as_json
from communique.schemas import SEVERITIES, Rule, Severity

from ..wording import fingerprints, inert_json, path_in_repository, sentence, waiver

LIMIT = 25_000
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report) -> str:
    """Return the report as one run; waived findings are suppressed results."""
    found = [*_told_apart(report.findings, suppressed=False), *_told_apart(report.waived, suppressed=True)]
    kept = sorted(found, key=lambda item: SEVERITIES.index(item[0].severity))[:LIMIT]
    index = {code: number for number, code in enumerate(report.rules)}
    run = {
        "tool": {"driver": {"name": "communique", "version": __version__, "rules": _rules(report)}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, len(found) - len(kept) + report.total - len(report.findings))],
        "results": [{**_result(report, *item), "ruleIndex": index[item[0].code]} for item in kept],
    }
    return inert_json(as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}))


def _rules(report: Report) -> list[dict[str, Any]]:
    return [_rule(rule) for rule in report.rules.values()]


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(part.title() for part in rule.code.split("-")),
        "shortDescription": {"text": rule.statement},
        "fullDescription": {"text": rule.statement},
        "help": {"text": rule.remedy, "markdown": rule.remedy},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _told_apart(findings: tuple[Finding, ...], *, suppressed: bool) -> Iterator[tuple[Finding, str, bool]]:
    """Return findings with their fingerprints, and whether they are suppressed."""
    return zip(findings, fingerprints(findings), repeat(suppressed))


def _result(report: Report, finding: Finding, fingerprint: str, suppressed: bool) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(path_in_repository(finding, report))}}
    if finding.line:
        location["region"] = {"startLine": finding.line, "startColumn": finding.offset or 1}
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": sentence(finding, report)},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"communique/v1": fingerprint},
    }
    if suppressed:
        result["suppressions"] = [{"kind": "external", "justification": waiver(finding, report)}]
    return result


def _invocation(report: Report, cut: int) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": True}
    notes: list[str] = []
    if cut:
        total = report.total + len(report.waived)
        notes.append(f"{cut} of {total} findings were left out: more than {LIMIT} are refused.")
    if report.unchecked:
        notes.append(f"Not decided, because a table could not be read: {', '.join(report.unchecked)}.")
    if notes:
        invocation["toolExecutionNotifications"] = [
            {"level": "warning", "message": {"text": note}} for note in notes
        ]
    return invocation
