"""Quarantine: rejected rows as they stood, with the reasons, in files that open in a spreadsheet; and back again.

Each row of a file has `raw`, the row as it stands in the source, and an empty `fix`. Whoever repairs it writes
the whole row, as CSV, into `fix`, or `-` to remove it; `apply` puts it where the row stood.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from .cascade import Reject, Rejects
from .checked import CheckedTable
from .commit import staging
from .errors import CommuniqueError
from .finding import Report
from .formulas import as_it_was, formula_free
from .scan import RECORD_LIMIT, blocks, mark_of

MARKER = "quarantine.json"
COLUMNS = ("line", "record", "codes", "reasons", "root", "raw", "sha256", "fix")
REMOVE = "-"
_LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True)
class Fix:
    """A repaired row: the number of the row that it replaces, the digest of that row, and the new text."""

    record: int
    sha256: str
    text: str


def counted(report: Report, rejects: Rejects) -> Report:
    """Return the report with rejects counted as the quarantine counts them: with all rows that depend on others."""
    tables = tuple(replace(count, rejected=len(rejects[count.table])) for count in report.tables)
    assert all(count.read == count.valid + count.rejected for count in tables)
    return replace(report, tables=tables)


def write_quarantine(target: Path, dataset: Path, tables: list[CheckedTable], rejects: Rejects) -> None:
    """Write the rejected rows of each table to the folder `target`; an older quarantine there is replaced.

    Raises CommuniqueError where that one has repairs that were not applied.
    """
    _refuse_to_lose_repairs(target, dataset)
    with staging(target, MARKER) as folder:
        note = {
            "dataset": str(dataset.resolve()),
            "rejected": {name: len(rows) for name, rows in rejects.items()},
        }
        (folder / MARKER).write_text(json.dumps(note, indent=2) + "\n", "utf-8")  # a path may be no UTF-8
        for checked in tables:
            rows = rejects[checked.table.name]
            if rows:
                _write_table(folder / checked.path.name, checked.path, rows)


def _refuse_to_lose_repairs(target: Path, dataset: Path) -> None:
    for path in sorted(target.glob("*.csv")) if (target / MARKER).is_file() else ():
        if _has_repairs(path, dataset / path.name):
            raise CommuniqueError(
                f"{path}: has repairs that were not applied, and would be replaced. "
                f"Apply them with communique quarantine apply {target}, or give another folder."
            )


def _has_repairs(path: Path, source: Path) -> bool:
    """Say whether rows that are repaired stand in the source as they were."""
    waiting = {fix.record: fix.sha256 for fix in _fixes(path) if fix.text.strip()}
    if not waiting or not source.is_file():
        return False
    return any(waiting.get(number) == sha256(raw).hexdigest() for number, _, raw in _records(source))


def _write_table(target: Path, source: Path, rows: Mapping[int, Reject]) -> None:
    # Spreadsheets take a file for UTF-8 only where it begins with a byte order mark.
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number, line, raw in _records(source):
            if number in rows:
                reject = rows[number]
                reasons = "; ".join(reject.reasons)
                digest = sha256(raw).hexdigest()
                cells = (line, number, " ".join(reject.codes), reasons, reject.root, _raw(raw), digest, "")
                writer.writerow([formula_free(str(cell)) for cell in cells])


def _records(path: Path) -> Iterator[tuple[int, int, bytes]]:
    with path.open("rb") as file:
        for block in blocks(file):
            for index, line in enumerate(block.lines.tolist()):
                yield block.first + index, line, block.record(block.first + index)


def _raw(record: bytes) -> str:
    """Return a row as text; what ends a row or a file for other readers is spelt out."""
    text = record.decode(errors="backslashreplace").rstrip("\r\n").replace("\0", "\\x00")
    return _LONE_RETURN.sub(r"\\x0d", text)


@dataclass(frozen=True)
class Applied:
    """What became of a quarantine: the folder of its dataset, how many rows were put back, and how many have no fix."""

    dataset: Path
    fixed: int
    left: int


def apply_fixes(folder: Path) -> Applied:
    """Put the repaired rows of a quarantine back into the tables that they came from.

    Raises CommuniqueError, before anything is changed, where a file cannot be understood or a row has changed since.
    """
    dataset = _dataset(folder)
    repaired: list[tuple[Path, Path]] = []
    fixed = left = 0
    try:
        for path in sorted(folder.glob("*.csv")):
            fixes = dict[int, Fix]()
            for fix in _fixes(path):
                if fix.text.strip():
                    fixes[fix.record] = fix
                else:
                    left += 1
            fixed += len(fixes)
            if fixes:
                repaired.append((_repaired(dataset / path.name, fixes), dataset / path.name))
        for new, old in repaired:
            os.replace(new, old)
    finally:
        for new, _ in repaired:
            new.unlink(missing_ok=True)
    return Applied(dataset, fixed, left)


def _dataset(folder: Path) -> Path:
    try:
        note = json.loads((folder / MARKER).read_text("utf-8"))
        return Path(note["dataset"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CommuniqueError(f"{folder / MARKER}: cannot be read, so {folder} is no quarantine.") from error


def _fixes(path: Path) -> Iterator[Fix]:
    csv.field_size_limit(RECORD_LIMIT)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            mark = _delimiter(file.readline())
            file.seek(0)
            for row in csv.DictReader(file, delimiter=mark, strict=True):
                yield Fix(int(row["record"]), row["sha256"], row["fix"] or "")
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise CommuniqueError(
            f"{path}: not as it was written: {error}. Keep its columns and save it as CSV UTF-8."
        ) from error


def _delimiter(header: str) -> str:
    """Return what is between the columns: where numbers have a comma, spreadsheets write semicolons, or tabs."""
    return next((mark for mark in ",;\t" if f"record{mark}" in header.replace('"', "")), ",")


def _repaired(path: Path, fixes: dict[int, Fix]) -> Path:
    """Write the table with its repaired rows to a file beside it; return that file."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as new:
        try:
            with path.open("rb") as file:
                new.write(mark_of(file))
            for number, line, raw in _records(path):
                new.write(_fixed(fixes.pop(number), raw, f"{path}:{line}") if number in fixes else raw)
            if fixes:
                raise CommuniqueError(f"{path}: has no row {min(fixes)} any more. Check the dataset again.")
            new.flush()
            os.fsync(new.fileno())
            os.chmod(new.name, path.stat().st_mode & 0o777)
        except BaseException:
            os.unlink(new.name)
            raise
    return Path(new.name)


def _fixed(fix: Fix, raw: bytes, place: str) -> bytes:
    if sha256(raw).hexdigest() != fix.sha256:
        raise CommuniqueError(f"{place}: the row has changed since it was rejected. Check the dataset again.")
    if fix.text.strip() == REMOVE:
        return b""
    text = as_it_was(fix.text).rstrip("\r\n")
    if text == _raw(raw):  # what is spelt out there stays the bytes that it is
        return raw
    end = raw[len(raw.rstrip(b"\r\n")) :] or b"\n"
    return text.encode() + end
