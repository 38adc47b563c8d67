"""Since: the part of a report that is new since a revision of git: on lines that changed, or not found in that revision.

Both are needed: removing a row breaks the rows that refer to it, on lines that nobody touched.
"""

from __future__ import annotations

import re
import subprocess
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from communique.schemas import Schemas

from .check import check
from .datasetfile import open_dataset
from .draft import DraftError
from .errors import CommuniqueError, DatasetError
from .filenames import DESCRIPTION
from .finding import Finding, Report

_HUNK = re.compile(r"^@@ -[0-9,]+ \+([0-9]+)(?:,([0-9]+))? @@", re.MULTILINE)
_LONE_CR = re.compile(rb"\r(?!\n)")
_GIT = ("git", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


def only_changed(report: Report, revision: str, schemas: Schemas, today: date | None = None) -> Report:
    """Return the report with the findings on lines that differ from `revision`, and those that it did not have.

    today: the day that counted as today, where one was given to the check; by default that is the release date of each
        side, so that findings caused by a new release date are new.
    The others are counted as older; a finding about a file as a whole stays. `revision` is checked only where there are
    findings on unchanged lines. Raises CommuniqueError where there is no such revision, or no git.
    """
    folder = Path(report.root)
    commit = _commit(folder, revision)
    changed = {name: _changed(folder, name, commit) for name in {finding.file for finding in report.findings}}
    touched = [_is_fresh(finding, changed) for finding in report.findings]
    if all(touched):
        return report
    before = _found_in(folder, commit, schemas, today)
    before.subtract(
        _identity(finding) for finding, is_fresh in zip(report.findings, touched, strict=True) if is_fresh
    )
    fresh = list[Finding]()
    for finding, is_fresh in zip(report.findings, touched, strict=True):
        identity = _identity(finding)
        if not is_fresh and before[identity] > 0:
            before[identity] -= 1
        else:
            fresh.append(finding)
    return replace(report, findings=tuple(fresh), older=len(report.findings) - len(fresh))


def _identity(finding: Finding) -> tuple[str | None, ...]:
    """Return what identifies a finding regardless of its line."""
    return (finding.code, finding.file, finding.column, finding.key, finding.value)


def _found_in(
    folder: Path, commit: str, schemas: Schemas, today: date | None
) -> Counter[tuple[str | None, ...]]:
    """Return how often each finding occurs in a commit; none where the folder was not a dataset yet."""
    with TemporaryDirectory(prefix="communique-") as work:
        _check_out(folder, commit, Path(work))
        try:
            older = check(open_dataset(Path(work)), schemas, today)
        except (DatasetError, DraftError):
            return Counter()
        return Counter(map(_identity, older.findings))


def _check_out(folder: Path, commit: str, work: Path) -> None:
    """Write the files of the dataset, as they are in a commit, to the folder `work`."""
    for name in _git(folder, "ls-tree", "-z", "--name-only", commit, "./").stdout.split("\0"):
        if name != DESCRIPTION and not name.endswith(".csv"):
            continue
        with (work / name).open("xb") as file:
            subprocess.run(
                [*_GIT, "cat-file", "blob", f"{commit}:./{name}"],
                cwd=folder,
                stdout=file,
                stderr=subprocess.DEVNULL,  # a folder that is named like a table has no content
                check=False,
            )


def _is_fresh(finding: Finding, changed: Mapping[str, list[range] | None]) -> bool:
    parts = changed[finding.file]
    if parts is None or finding.line is None:
        return True
    before = bisect_right(parts, finding.line, key=lambda part: part.start)
    return before > 0 and finding.line in parts[before - 1]


def _commit(folder: Path, revision: str) -> str:
    if not revision or revision.startswith(("-", "^")):
        raise CommuniqueError(f"{revision!r}: not a revision of git. Give one, such as origin/main.")
    base = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if base.returncode:
        shallow = _git(folder, "rev-parse", "--is-shallow-repository")
        if shallow.returncode:  # not a clone, or one of another user, which git does not trust
            said = shallow.stderr.strip().partition("\n")[0].removeprefix("fatal: ")
            raise CommuniqueError(
                f"{folder}: git cannot read a repository there: {said}. Compare in a clone that git trusts."
            )
        more = (
            " The clone is shallow: fetch that revision first, or clone with all of the history."
            if shallow.stdout.strip() == "true"
            else ""
        )
        raise CommuniqueError(f"{revision}: git knows no such revision in {folder}.{more}")
    return base.stdout.strip()


def _changed(folder: Path, name: str, commit: str) -> list[range] | None:
    """Return the lines of a file that differ, in ascending parts; None where the file is new, so that all do."""
    if _git(folder, "cat-file", "-e", f"{commit}:./{name}").returncode:
        return None
    diff = _git(
        folder,
        "diff",
        "--unified=0",
        "--inter-hunk-context=0",
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
    return _physical(folder / name, [range(first, first + count) for first, count in hunks if count])


def _physical(path: Path, changed: list[range]) -> list[range]:
    """Convert line numbers of git, which counts line feeds, to those of an editor, where a lone CR ends a line too."""
    if not changed or not path.is_file():
        return changed
    with path.open("rb") as file:
        within = [
            (number, len(_LONE_CR.findall(line))) for number, line in enumerate(file, 1) if b"\r" in line
        ]
    numbers = [number for number, _ in within]
    more = [0, *accumulate(count for _, count in within)]
    edges = ((part.start, part.stop) for part in changed)
    return [
        range(start + more[bisect_left(numbers, start)], stop + more[bisect_left(numbers, stop)])
        for start, stop in edges
    ]


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run([*_GIT, *arguments], cwd=folder, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise CommuniqueError(
            "git is not installed, and comparing with a revision needs it. Install it."
        ) from error
    # Not in text mode, which would turn a lone carriage return into a line feed.
    said = (part.decode(errors="replace") for part in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, *said)
