"""Findings as JSON Lines: one object a line, for pipes."""

from __future__ import annotations

import json

from communique.datapackage import Report

from ..wording import inert_json
from .jsonreport import findings


def render(report: Report) -> str:
    """Return one line for each finding."""
    return "".join(inert_json(json.dumps(finding, ensure_ascii=False)) + "\n" for finding in findings(report))
