"""Release: carry out a plan: write dataset.yaml and the changelog, and build the release."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from communique.schemas import Schemas

from .arguments import as_path, insist_on, insist_on_day
from .build import build_into
from .datasetfile import open_dataset
from .describing.descriptor import read_descriptor
from .errors import CommuniqueError, DatasetError, ReleaseError
from .filenames import DESCRIPTION
from .finding import Report
from .plan import Plan
from .releasing.commit import SUMS, alone, staging, write_file
from .releasing.history import Entry, entries, with_entry
from .verify import insist_on_promises


def release(
    folder: str | Path, schemas: Schemas, target: str | Path, day: date, planned: Plan, note: str = ""
) -> Report:
    """Make the planned release: stamp version and day, write the changelog, build, verify, and replace the last one.

    If that fails, dataset and target are as they were. A kill may leave the dataset stamped; the next attempt arrives at
    the same version.
    planned: what `plan` returned for the same folder, schemas, target and day.
    note: a text for the changelog.
    Raises CommuniqueError where the plan has no version, the tables or the last release have changed since it was made,
    or the new release does not keep its promises; and TargetError where another release of the dataset is being made, or
    where the release is in place, with the dataset stamped, but may not have reached the disk.
    """
    folder, target = as_path(folder), as_path(target)
    insist_on(Plan, planned, "a Plan, as plan returns it")
    insist_on_day(day)
    if planned.version is None or not planned.report.ok:
        raise CommuniqueError(f"{folder}: there is nothing to release.")
    if not note.replace("\n", "").isprintable():
        raise CommuniqueError("note: has characters that cannot be printed. Remove them.")
    with alone(folder):
        _insist_on_last(target, planned)
        return _made(folder, schemas, target, day, planned, planned.version, note)


def _made(
    folder: Path, schemas: Schemas, target: Path, day: date, planned: Plan, version: str, note: str
) -> Report:
    stamped = _stamped(folder, version, day)
    name = open_dataset(folder).name
    # A release that was interrupted may already have a note.
    said = next((old["note"] for old in entries(folder) if old["version"] == version), "")
    entry = Entry(version, day, note or said, planned.digest, planned.changes)
    texts = {**with_entry(folder, name, entry), DESCRIPTION: stamped}
    before = {name: _content(folder / name) for name in texts}
    made: os.stat_result | None = None
    try:
        for name, text in texts.items():
            write_file(folder / name, text.encode())
        dataset = open_dataset(folder)
        with staging(target) as new:
            made = new.stat()
            report = build_into(new, dataset, schemas)
            _insist_on_plan(folder, report, new, planned)
            insist_on_promises(new)
    except BaseException:
        if made is None or not _is_at(target, made):
            _restore(folder, before)
        raise
    return report


def _insist_on_last(target: Path, planned: Plan) -> None:
    """Refuse a plan that is not based on the last release: another one was made since."""
    last = read_descriptor(target).version if (target / SUMS).exists() else None
    if last != planned.previous:
        raise ReleaseError(
            f"{target}: expected {planned.previous or 'no release'}, found {last or 'no release'}: it has changed since the "
            "release was planned. Nothing was released. Plan the release again."
        )


def _is_at(target: Path, made: os.stat_result) -> bool:
    """Say whether the new folder is already in place: then the release is out, whatever failed afterwards."""
    return target.exists() and os.path.samestat(made, target.stat())


def _restore(folder: Path, before: Mapping[str, bytes | None]) -> None:
    """Put files back as they were. before: what was in them; None for one that was not there."""
    for name, content in before.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            write_file(folder / name, content)


def _insist_on_plan(folder: Path, report: Report, new: Path, planned: Plan) -> None:
    """Refuse a release that is not what was planned: the dataset has changed meanwhile."""
    if not report.built or read_descriptor(new).digest != planned.digest:
        raise DatasetError(
            f"{folder}: its tables have changed since the release was planned, so what the changelog would say is not "
            "what changed. Nothing was released. Plan the release again."
        )


def _content(path: Path) -> bytes | None:
    if path.exists() and not path.is_file():
        raise DatasetError(f"{path}: expected a regular file, or none.")
    return path.read_bytes() if path.exists() else None


def _stamped(folder: Path, version: str, day: date) -> str:
    """Return the text of dataset.yaml with this version and day, and everything else unchanged."""
    text = (folder / DESCRIPTION).read_bytes().decode()
    for key, value in (("version", version), ("release_date", day.isoformat())):
        text, count = re.subn(
            rf"(?m)^(\ufeff?){key}:[^\r\n#]*?(?=[ \t]*(?:#.*)?\r?$)", rf"\g<1>{key}: {value}", text
        )
        if count != 1:
            raise DatasetError(f"{folder / DESCRIPTION}: expected one line that begins with {key}:.")
    return text
