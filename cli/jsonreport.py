"""The whole report as JSON, for programs."""

from __future__ import annotations

from dataclasses import asdict

from communique import __version__
from communique.datapackage import Finding, Report, as_json

from .wording import rule_of


def render(report: Report) -> str:
    """Return the report as one JSON object."""
    tables = [{**asdict(table), "valid": table.valid} for table in report.tables]
    return as_json(
        {
            "communique": __version__,
            "dataset": report.dataset,
            "version": report.version,
            "root": report.root,
            "today": report.today.isoformat(),
            "ok": report.ok,
            "errors": report.count("error"),
            "warnings": report.count("warning"),
            "codes": dict(sorted(report.counts.items())),
            "tables": tables,
            "unchecked": list(report.unchecked),
            "findings": [_finding(finding) for finding in report.findings],
        }
    )


def _finding(finding: Finding) -> dict[str, object]:
    rule = rule_of(finding)
    return {**asdict(finding), "statement": rule.statement, "remedy": rule.remedy}
