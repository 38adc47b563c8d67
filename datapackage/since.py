"""Since: of a report only what is on lines that differ from a revision of git."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .errors import CommuniqueError
from .finding import Finding, Report

_HUNK = re.compile(r"^@@ -[0-9,]+ \+([0-9]+)(?:,([0-9]+))? @@", re.MULTILINE)
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


def only_changed(report: Report, revision: str) -> Report:
    """Return the report with the findings on lines that differ from `revision`; the others are counted as older.

    Everything has been checked; a finding that is about a file as a whole stays. Raises CommuniqueError where
    there is no such revision, or no git.
    """
    folder = Path(report.root)
    changed = {
        name: _changed(folder, name, revision) for name in {finding.file for finding in report.findings}
    }
    fresh = tuple(finding for finding in report.findings if _is_fresh(finding, changed))
    return replace(report, findings=fresh, older=len(report.findings) - len(fresh))


def _is_fresh(finding: Finding, changed: Mapping[str, list[range] | None]) -> bool:
    lines = changed[finding.file]
    return lines is None or finding.line is None or any(finding.line in part for part in lines)


def _changed(folder: Path, name: str, revision: str) -> list[range] | None:
    """Return the lines of a file that differ; None where all of them do, because the file is new."""
    if revision.startswith("-"):
        raise CommuniqueError(f"{revision}: not a revision of git.")
    base = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if base.returncode:
        raise CommuniqueError(f"{revision}: git knows no such revision in {folder}.")
    commit = base.stdout.strip()
    if _git(folder, "cat-file", "-e", f"{commit}:./{name}").returncode:
        return None
    diff = _git(
        folder,
        "diff",
        "--unified=0",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--text",
        commit,
        "--",
        name,
    )
    if diff.returncode:
        raise CommuniqueError(f"{folder}: git diff failed: {diff.stderr.strip().splitlines()[-1]}")
    hunks = ((int(first), int(count or 1)) for first, count in _HUNK.findall(diff.stdout))
    return [range(first, first + count) for first, count in hunks]


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [*_GIT, *arguments], cwd=folder, capture_output=True, text=True, errors="replace", check=False
        )
    except FileNotFoundError as error:
        raise CommuniqueError("git: there is no such program; --since needs it.") from error
