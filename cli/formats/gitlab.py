"""Findings for GitLab's Code Quality widget.

The form: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from communique.datapackage import Report, as_json
from communique.schemas import Severity

from ..wording import fingerprints, inert_json, path_in_repository, sentence

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report) -> str:
    """Return a JSON array with an object for each finding."""
    issues = [
        {
            "description": sentence(finding, report),
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": path_in_repository(finding, report), "lines": {"begin": finding.line or 1}},
        }
        for finding, fingerprint in zip(report.findings, fingerprints(report.findings), strict=True)
    ]
    return inert_json(as_json(issues))
