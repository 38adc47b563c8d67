"""Plan: what a release would be: the version that the changes since the last one demand, and what prevents it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from communique.schemas import Schemas

from .arguments import as_path, insist_on_day
from .build import build_into
from .codes import RULES
from .dataset import SEMVER, Dataset
from .datasetfile import open_dataset
from .describing.descriptor import Package, read_descriptor
from .diff import Diff, compared
from .diffjson import entry as diff_entry
from .errors import ReleaseError
from .filenames import DESCRIPTION
from .finding import Origin, Report
from .releasing.commit import SUMS, refuse_overlap
from .releasing.history import CHANGELOG, CHANGES, LISTED, entries, written_by_hand
from .releasing.kinds import Bump, next_version, numbers
from .verify import insist_on_promises


@dataclass(frozen=True)
class Plan:
    """What a release would be.

    previous: the version of the last release; None where there is none.
    bump: the step that the changes since then demand; `none` also where there is no last release.
    demanded: the version that they demand.
    version: the version that the release gets; None where nothing changed, or the dataset has errors.
    digest: that of the package as it would be released.
    changes: the diff, as `diff_entry` gives it; None for a first release.
    untold: whether the last release was only built, so that no changelog mentions it.
    report: what was found in the dataset, and what is wrong with the version.
    """

    report: Report
    previous: str | None = None
    bump: Bump = "none"
    demanded: str | None = None
    version: str | None = None
    digest: str = ""
    changes: Mapping[str, Any] | None = field(default=None, repr=False)
    untold: bool = False


def plan(
    folder: str | Path, schemas: Schemas, target: str | Path, day: date, bump: Bump | None = None
) -> Plan:
    """Return what the next release of the dataset in `folder` would be; nothing is written.

    target: the folder of the last release, which the next one replaces; it need not be there.
    day: the day of the release.
    bump: the step to take; by default the one that the changes demand, or the version in dataset.yaml if larger.
    Raises ReleaseError where the last release does not keep its promises, and where a release would drop a version from
    the changelog, or text that somebody wrote in it.
    """
    folder, target = as_path(folder), as_path(target)
    insist_on_day(day)
    dataset = open_dataset(folder).model_copy(update={"release_date": day})
    refuse_overlap(target, folder)
    with TemporaryDirectory(prefix="communique-") as work:
        candidate = Path(work) / "candidate"
        candidate.mkdir()
        report = build_into(candidate, dataset, schemas)
        if not report.built:
            return Plan(report)
        report = _with_unwritten(replace(report, built=False), dataset)
        digest = read_descriptor(candidate).digest
        if not (target / SUMS).exists():
            _insist_on_none(folder, target, digest)
            _insist_on_no_words_lost(folder)
            return Plan(report, version=dataset.version, digest=digest)
        insist_on_promises(target)
        diff = compared(target, candidate, Path(work))
        _insist_on_last(folder, target, diff.old, day)
        _insist_on_history(folder, target, diff.old, digest)
        previous = diff.old.version
        report = _with_misnamed(report, dataset, diff)
        changes, untold = diff_entry(diff, LISTED), not any(entries(folder))
        if diff.bump == "none":
            return Plan(report, previous, "none", previous, None, digest, changes, untold)
        _insist_on_no_words_lost(folder)
        demanded = next_version(previous, diff.bump)
        chosen = next_version(previous, bump) if bump else _declared(demanded, dataset.version, previous)
        if numbers(chosen) < numbers(demanded):
            report = _too_small(report, dataset, chosen, demanded, diff.bump)
        changes["new"]["version"] = chosen
        return Plan(report, previous, diff.bump, demanded, chosen, digest, changes, untold)


def _insist_on_none(folder: Path, target: Path, digest: str) -> None:
    """Refuse a first release of a dataset that has had releases: the last one must be elsewhere. digest: that of the plan."""
    history = entries(folder)
    first = [entry.get("digest") for entry in history if "evidence" not in entry]
    if history and not (first == [digest] and len(history) == 1):
        raise ReleaseError(
            f"{target}: there is no release, but {folder / CHANGES} lists {history[0]['version']}. "
            "Give the folder of the last release (-o FOLDER), or restore it from git."
        )


def _insist_on_last(folder: Path, target: Path, last: Package, day: date) -> None:
    """Refuse a last release whose version has no successor, or that differs from its entry in the changelog, or is later than `day`."""
    if not re.fullmatch(SEMVER, last.version):
        raise ReleaseError(
            f"{target}: has the version {last.version!r}, and the next version can be computed only from three numbers, "
            "such as 1.0.0. Give the folder of the last release of the dataset (-o FOLDER)."
        )
    for entry in entries(folder):
        if entry["version"] == last.version and entry.get("digest", last.digest) != last.digest:
            raise ReleaseError(
                f"{target}: has other data than {folder / CHANGES} records for {last.version}, so a change would go "
                "unrecorded. Restore that release from git, and make the next one from it."
            )
    if last.released and day < last.released:
        raise ReleaseError(
            f"{day}: is before the last release, of {last.released}. Give that day or a later one."
        )


def _insist_on_history(folder: Path, target: Path, last: Package, digest: str) -> None:
    """Refuse a changelog that has lost versions, or has an unreleased one that is not what is planned now.

    digest: that of the plan. A release that was interrupted already has its entry, and can be made again as it was.
    """
    ours = entries(folder)
    told = [entry["version"] for entry in ours]
    lost = [entry["version"] for entry in entries(target) if entry["version"] not in told]
    if lost:
        raise ReleaseError(
            f"{folder / CHANGES}: does not have {lost[0]}, which the changelog of {target} has. Restore {CHANGES} from "
            "git, or from that release, so that no version is lost."
        )
    ahead = [entry for entry in ours if _is_later(entry["version"], last.version)]
    if ahead and [entry.get("digest") for entry in ahead] != [digest]:
        raise ReleaseError(
            f"{folder / CHANGES}: has {ahead[0]['version']}, but {target} is {last.version}: a release was interrupted, or "
            f"is elsewhere. Restore {DESCRIPTION}, {CHANGELOG} and {CHANGES} from git, or give the folder of "
            f"{ahead[0]['version']} (-o FOLDER)."
        )


def _insist_on_no_words_lost(folder: Path) -> None:
    """Refuse a changelog that was edited by hand: each release writes it anew from the list of releases."""
    line = written_by_hand(folder)
    if line:
        raise ReleaseError(
            f"{folder / CHANGELOG}:{line}: this line does not come from {CHANGES}, from which each release writes {CHANGELOG} "
            f"again, so it would be lost. Put it into the note of its version in {CHANGES}, or give it with "
            f"--note, unless another version of communique wrote it; then remove {CHANGELOG}."
        )


def _is_later(version: str, than: str) -> bool:
    return bool(re.fullmatch(SEMVER, version)) and numbers(version) > numbers(than)


def _with_unwritten(report: Report, dataset: Dataset) -> Report:
    """Add a finding for each text of dataset.yaml that still begins with TODO: it would be published."""
    origin, rule = Origin("", DESCRIPTION), RULES["unwritten-text"]
    findings = [
        replace(origin.finding(rule, expected=f"text in place of {text!r}"), line=line, value=text)
        for line, text in dataset.unwritten.items()
    ]
    return replace(report, findings=(*report.findings, *findings))


def _with_misnamed(report: Report, dataset: Dataset, diff: Diff) -> Report:
    """Add a finding for each former key that the last release does not have, though the row is new since then."""
    findings = list(report.findings)
    unmatched = {(table.table, key) for table in diff.tables for key in table.unmatched}
    for number, entry in enumerate(dataset.formerly):
        if (entry.table, entry.key) in unmatched:
            expected = f"a key that {entry.table} had in {diff.old.version}, found {entry.formerly}"
            found = Origin("", DESCRIPTION).finding(RULES["unknown-former-key"], expected=expected)
            line = dataset.lines.get(("formerly", number))
            findings.append(replace(found, line=line, key=entry.key))
    return replace(report, findings=tuple(findings))


def _declared(demanded: str, declared: str, previous: str) -> str:
    """Return the version in dataset.yaml where somebody has set one since the last release, else the demanded one."""
    return demanded if declared == previous else declared


def _too_small(report: Report, dataset: Dataset, chosen: str, demanded: str, bump: Bump) -> Report:
    expected = f"at least {demanded}, for a {bump} step; {chosen} is smaller"
    finding = Origin("", DESCRIPTION).finding(RULES["version-too-small"], expected=expected)
    return replace(
        report, findings=(*report.findings, replace(finding, line=_line(dataset.folder), value=chosen))
    )


def _line(folder: Path) -> int | None:
    lines = (folder / DESCRIPTION).read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith("version:")), None)
