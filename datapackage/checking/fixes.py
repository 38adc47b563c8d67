"""Fixes: put repaired rows of a quarantine back where they came from, and take them out of the quarantine.

Rows without a fix stay there for later.
"""

from __future__ import annotations

import csv
import os
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from ..arguments import as_path
from ..errors import CommuniqueError, TargetError, why
from ..formulas import as_it_was
from ..reading.longcells import long_cells
from ..reading.scan import RECORD_LIMIT, mark_of
from ..releasing.commit import alone
from .quarantine import COLUMNS, SPELT, Fix, as_text, dataset_of, fixes_in, records_of, write_rows

REMOVE = "-"
"""The fix that removes a row."""


@dataclass(frozen=True)
class Applied:
    """What became of a quarantine.

    dataset: the folder of its dataset.
    fixed: how many rows were put back.
    left: how many have no fix.
    misplaced: how many of those without a fix were changed in the column `raw`, which repairs nothing.
    """

    dataset: Path
    fixed: int
    left: int
    misplaced: int = 0


def apply_fixes(folder: str | Path) -> Applied:
    """Put the repaired rows of a quarantine back into the tables that they came from, and take them out of it.

    folder: the quarantine, as `validate` or `build` wrote it.
    Raises CommuniqueError, before anything is changed, where a file cannot be understood or a row has changed since,
    and TargetError where a file cannot be written, or a release, or another such call, is writing into the dataset.
    """
    folder = as_path(folder)
    dataset = dataset_of(folder)
    try:
        with alone(dataset), long_cells(RECORD_LIMIT), ExitStack() as stack:
            written: list[tuple[Path, Path]] = []
            fixed = left = misplaced = 0
            for path in sorted(folder.glob("*.csv")):
                rows = list(fixes_in(path))
                made, waiting = [row for row in rows if row.is_made], [row for row in rows if not row.is_made]
                fixed, left = fixed + len(made), left + len(waiting)
                misplaced += sum(row.is_misplaced for row in waiting)
                if made:
                    source = _table_of(path, dataset)
                    written.append((_repaired(source, made, _beside(source, stack)), source))
                    written.append((_waiting(waiting, _beside(path, stack)), path))
            _replace_all(written)
    except OSError as error:
        raise TargetError(f"{error.filename or dataset}: cannot be written: {why(error)}.") from error
    return Applied(dataset, fixed, left, misplaced)


def _table_of(path: Path, dataset: Path) -> Path:
    """Return the path of the table to which a file of a quarantine belongs."""
    table = dataset / path.name
    if not table.is_file():
        raise CommuniqueError(
            f"{path}: expected the name of a table of {dataset}, which has no {path.name}. Rename the file, or check the "
            "dataset again."
        )
    return table


def _beside(path: Path, stack: ExitStack) -> Path:
    """Make an empty file beside another; when the stack ends it is removed, unless it was renamed."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        new = Path(file.name)
    stack.callback(new.unlink, missing_ok=True)
    return new


def _replace_all(files: list[tuple[Path, Path]]) -> None:
    """Replace old files by new ones, once all new ones are on the disk."""
    for new, old in files:
        _put_on_disk(new, old)
    for new, old in files:
        os.replace(new, old)


def _put_on_disk(new: Path, old: Path) -> None:
    """Prepare a file to replace another: synced to disk, and with its mode."""
    new.chmod(old.stat().st_mode & 0o777)
    with new.open("rb") as file:
        os.fsync(file.fileno())


def _waiting(rows: list[Fix], new: Path) -> Path:
    """Write the rows that have no fix yet, as they are, to the new file; return it."""
    write_rows(new, ([row.cells[column] for column in COLUMNS] for row in rows))
    return new


def _repaired(path: Path, fixes: list[Fix], new: Path) -> Path:
    """Write the table with its repaired rows to the new file; return it."""
    at = _places(path, fixes)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as table:
        width = len(next(csv.reader(table), []))
    for fix in fixes:
        _insist_on_whole(fix, width, path.name)
    with path.open("rb") as file, new.open("wb") as target:
        target.write(mark_of(file))
        for number, line, raw in records_of(path):
            if number in at:
                _insist_on_text(at[number], raw, f"{path.name}: the fix of line {line}")
            target.write(_fixed(at[number], raw) if number in at else raw)
    return new


def _insist_on_whole(fix: Fix, width: int, table: str) -> None:
    """Refuse a fix that is not one row with as many cells as the table has columns, of which there are `width`."""
    if fix.text.strip() == REMOVE or as_it_was(fix.text) == as_it_was(fix.cells["raw"]):
        return
    found = _not_whole(as_it_was(fix.text), width)
    if found:
        raise CommuniqueError(
            f"{table}: the fix of line {fix.cells['line']} has {found}, and the table has {width} columns. Write one whole "
            "row, with commas, and quotes where the table needs them."
        )


def _not_whole(text: str, width: int) -> str | None:
    """Say what a text has that is not one row of `width` cells. A quote that is open would take in the rows behind it."""
    try:
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
    except csv.Error:
        return "a quote that does not enclose a whole cell"
    if [len(row) for row in rows if row] == [width]:
        return None
    return "several rows" if len(rows) > 1 else f"{sum(map(len, rows))} cells"


def _insist_on_text(fix: Fix, raw: bytes, name: str) -> None:
    """Refuse a fix that keeps the spelling of an undecodable byte, which would go into the table as literal text."""
    text, shown = as_it_was(fix.text).rstrip("\r\n"), as_text(raw)
    if text == shown:
        return
    for spelt in sorted(set(SPELT.findall(shown))):
        said = raw.count(spelt.encode())  # where the row itself has these characters
        if shown.count(spelt) > said and text.count(spelt) > said:
            raise CommuniqueError(
                f"{name} still has {spelt}, which stands for a byte that is not text. Replace it with what is meant."
            )


def _places(path: Path, fixes: list[Fix]) -> dict[int, Fix]:
    """Return the fixes by the numbers of the rows that they repair, which may have moved since they were rejected.

    Raises CommuniqueError where a row is no longer there as it was. A row that is repaired already, by a call that was
    interrupted, is left out.
    """
    wanted = {fix.sha256 for fix in fixes}
    numbers: set[int] = set()
    for fix in fixes:
        if fix.record in numbers:
            raise CommuniqueError(
                f"{path.name}: the quarantine has two fixes of line {fix.cells['line']}. Remove one of them."
            )
        numbers.add(fix.record)
    found: dict[str, list[int]] = {}
    there: dict[int, tuple[int, bytes]] = {}
    for number, line, raw in records_of(path):
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
            raise CommuniqueError(f"{path}: no longer has a row {fix.record}. Check the dataset again.")
        else:
            line, raw = there[fix.record]
            if _fixed(fix, raw) != raw:
                raise CommuniqueError(
                    f"{path}:{line}: the row has changed since it was rejected. Check the dataset again."
                )
    return at


def _fixed(fix: Fix, raw: bytes) -> bytes:
    """Return the bytes that replace a row when it is repaired."""
    if fix.text.strip() == REMOVE:
        return b""
    text = as_it_was(fix.text).rstrip("\r\n")
    if text == as_text(raw):  # bytes that are spelt out stay as they are
        return raw
    end = raw[len(raw.rstrip(b"\r\n")) :] or b"\n"
    return text.encode() + end
