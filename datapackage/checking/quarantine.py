"""Quarantine: rejected rows as they stood, with the reasons, in files that open in a spreadsheet; and back again.

Each row of a file has `raw`, the row as it stands in the source, and an empty `fix`. Whoever repairs it writes
the whole row, as CSV, into `fix`, or `-` to remove it; `apply` puts it where the row stands, and takes it out of the
quarantine. What has no fix yet stays there for another time.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from ..errors import CommuniqueError, TargetError
from ..filenames import DESCRIPTION
from ..finding import Report
from ..formulas import as_it_was, formula_free
from ..reading.scan import RECORD_LIMIT, blocks, mark_of
from ..releasing.commit import staging
from .cascade import Reject, Rejects
from .checked import CheckedTable

MARKER = "quarantine.json"
COLUMNS = ("line", "record", "codes", "reasons", "root", "raw", "sha256", "fix")
REMOVE = "-"
_LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True)
class Fix:
    """A rejected row and its repair: the number that the row had, its digest, and the new text, blank where there is none.

    cells: the whole row of the quarantine, by column.
    """

    record: int
    sha256: str
    text: str
    cells: Mapping[str, str]

    @property
    def is_made(self) -> bool:
        """Whether somebody has repaired the row."""
        return bool(self.text.strip())


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
            "from_here": os.path.relpath(dataset.resolve(), target.resolve()),
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
    waiting = {fix.sha256 for fix in _fixes(path) if fix.is_made}
    if not waiting or not source.is_file():
        return False
    return any(sha256(raw).hexdigest() in waiting for _, _, raw in _records(source))


def _write_table(target: Path, source: Path, rows: Mapping[int, Reject]) -> None:
    _write_rows(
        target,
        (_cells(raw, line, number, rows[number]) for number, line, raw in _records(source) if number in rows),
    )


def _cells(raw: bytes, line: int, number: int, reject: Reject) -> list[str]:
    digest, reasons = sha256(raw).hexdigest(), "; ".join(reject.reasons)
    cells = (line, number, " ".join(reject.codes), reasons, reject.root, _raw(raw), digest, "")
    return [formula_free(str(cell)) for cell in cells]


def _write_rows(target: Path, rows: Iterable[Sequence[str]]) -> None:
    # Spreadsheets take a file for UTF-8 only where it begins with a byte order mark.
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


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
    """Put the repaired rows of a quarantine back into the tables that they came from, and take them out of it.

    Raises CommuniqueError, before anything is changed, where a file cannot be understood or a row has changed since,
    and TargetError where a file cannot be written.
    """
    dataset = dataset_of(folder)
    fixed = left = 0
    with ExitStack() as stack:
        written: list[tuple[Path, Path]] = []
        try:
            for path in sorted(folder.glob("*.csv")):
                rows = list(_fixes(path))
                fixes, waiting = (
                    [row for row in rows if row.is_made],
                    [row for row in rows if not row.is_made],
                )
                fixed, left = fixed + len(fixes), left + len(waiting)
                if fixes:
                    source = dataset / path.name
                    written.append((_repaired(source, fixes, _beside(source, stack)), source))
                    written.append((_waiting(waiting, _beside(path, stack)), path))
            for new, old in written:
                _put_on_disk(new, old)
            for new, old in written:
                os.replace(new, old)
        except OSError as error:
            raise TargetError(
                f"{error.filename or dataset}: cannot be written: {error.strerror or error}."
            ) from error
    return Applied(dataset, fixed, left)


def _beside(path: Path, stack: ExitStack) -> Path:
    """Make an empty file beside another; it is removed when the stack ends, if it has its name still."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        new = Path(file.name)
    stack.callback(new.unlink, missing_ok=True)
    return new


def _put_on_disk(new: Path, old: Path) -> None:
    """Make a file ready to take the place of another: on the disk, and with its mode."""
    new.chmod(old.stat().st_mode & 0o777)
    with new.open("rb") as file:
        os.fsync(file.fileno())


def _waiting(rows: list[Fix], new: Path) -> Path:
    """Write the rows that have no fix yet, as they are, to the new file; return it."""
    _write_rows(new, ([row.cells[column] for column in COLUMNS] for row in rows))
    return new


def dataset_of(folder: Path) -> Path:
    """Return the folder of the dataset of a quarantine: where it was, or where it is from here if both were moved together.

    Raises CommuniqueError where the folder is no quarantine, or the dataset is at neither place.
    """
    try:
        note = json.loads((folder / MARKER).read_text("utf-8"))
        places = Path(note["dataset"]), Path(os.path.normpath(folder.resolve() / note.get("from_here", "")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CommuniqueError(f"{folder / MARKER}: cannot be read, so {folder} is no quarantine.") from error
    for place in places:
        if (place / DESCRIPTION).is_file():
            return place
    raise CommuniqueError(
        f"{folder}: its dataset is neither at {places[0]} nor at {places[1]}. Put it at one of these places."
    )


def _fixes(path: Path) -> Iterator[Fix]:
    csv.field_size_limit(RECORD_LIMIT)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            mark = _delimiter(file.readline())
            file.seek(0)
            reader = csv.DictReader(file, delimiter=mark, strict=True)
            for row in reader:
                if any(row.pop(None, ())):
                    raise ValueError(f"line {reader.line_num} has more cells than columns; a fix is one cell")
                cells = {column: row[column] or "" for column in COLUMNS}
                yield Fix(int(row["record"]), row["sha256"], cells["fix"], cells)
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise CommuniqueError(
            f"{path}: not as it was written: {error}. Keep its columns and save it as CSV UTF-8."
        ) from error


def _delimiter(header: str) -> str:
    """Return what is between the columns: where numbers have a comma, spreadsheets write semicolons, or tabs."""
    return next((mark for mark in ",;\t" if f"record{mark}" in header.replace('"', "")), ",")


def _repaired(path: Path, fixes: list[Fix], new: Path) -> Path:
    """Write the table with its repaired rows to the new file; return it."""
    at = _places(path, fixes)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as table:
        width = len(next(csv.reader(table), []))
    for fix in fixes:
        _insist_on_whole(fix, width, path.name)
    with path.open("rb") as file, new.open("wb") as target:
        target.write(mark_of(file))
        for number, _, raw in _records(path):
            target.write(_fixed(at[number], raw) if number in at else raw)
    return new


def _insist_on_whole(fix: Fix, width: int, table: str) -> None:
    """Refuse a fix that is not one row with as many cells as the table has columns, of which there are `width`."""
    if fix.text.strip() == REMOVE or as_it_was(fix.text) == as_it_was(fix.cells["raw"]):
        return
    rows = list(csv.reader(StringIO(as_it_was(fix.text), newline="")))
    if [len(row) for row in rows if row] != [width]:
        found = "several rows" if len(rows) > 1 else f"{sum(map(len, rows))} cells"
        raise CommuniqueError(
            f"{table}: the fix of line {fix.cells['line']} has {found}, and the table has {width} columns. Write one whole "
            "row, with commas, and quotes where the table needs them."
        )


def _places(path: Path, fixes: list[Fix]) -> dict[int, Fix]:
    """Return the fixes by the numbers of the rows that they repair, which may have moved since they were rejected.

    Raises CommuniqueError where a row is not there any more as it was. One that is repaired already, because another
    time was cut short, is left out.
    """
    wanted = {fix.sha256 for fix in fixes}
    numbers = {fix.record for fix in fixes}
    found: dict[str, list[int]] = {}
    there: dict[int, tuple[int, bytes]] = {}
    for number, line, raw in _records(path):
        digest = sha256(raw).hexdigest()
        if digest in wanted:
            found.setdefault(digest, []).append(number)
        if number in numbers:
            there[number] = line, raw
    at: dict[int, Fix] = {}
    for fix in fixes:
        places = [number for number in found.get(fix.sha256, []) if number not in at]
        if fix.record in places or len(places) == 1:
            at[fix.record if fix.record in places else places[0]] = fix
        elif fix.record not in there:
            raise CommuniqueError(f"{path}: has no row {fix.record} any more. Check the dataset again.")
        else:
            line, raw = there[fix.record]
            if _fixed(fix, raw) != raw:
                raise CommuniqueError(
                    f"{path}:{line}: the row has changed since it was rejected. Check the dataset again."
                )
    return at


def _fixed(fix: Fix, raw: bytes) -> bytes:
    """Return what stands in the place of a row when it is repaired."""
    if fix.text.strip() == REMOVE:
        return b""
    text = as_it_was(fix.text).rstrip("\r\n")
    if text == _raw(raw):  # what is spelt out there stays the bytes that it is
        return raw
    end = raw[len(raw.rstrip(b"\r\n")) :] or b"\n"
    return text.encode() + end
