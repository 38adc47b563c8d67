"""Quarantine: rejected rows as they were, with the reasons, in files that open in a spreadsheet.

Each row of a file has `raw`, the row as it is in the source, and an empty `fix`. To repair it, one writes the whole row,
as CSV, into `fix`, or `-` to remove it; `fixes` puts it back.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from pathlib import Path

from ..errors import CommuniqueError, why
from ..filenames import DESCRIPTION
from ..finding import Report
from ..formulas import as_it_was, formula_free
from ..reading.longcells import long_cells
from ..reading.scan import RECORD_LIMIT, blocks
from ..releasing.commit import staging
from .cascade import Reject, Rejects
from .checked import CheckedTable

MARKER = "quarantine.json"
COLUMNS = ("line", "record", "codes", "reasons", "root", "raw", "sha256", "fix")
_NUMBER = re.compile("[0-9]{1,18}")
_ENDS = ("\n", "\r\n", "")
SPELT = re.compile(r"\\x[0-9a-f]{2}")
"""How `as_text` spells a byte that is not text."""
_SPECIAL = re.compile(r'[",\r\n]')
_LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True)
class Fix:
    """A rejected row and its repair: the number that the row had, its digest, and the new text, blank if not repaired yet.

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

    @property
    def is_misplaced(self) -> bool:
        """Whether somebody has typed over `raw`, and left `fix` blank."""
        text = as_it_was(self.cells["raw"])
        if self.is_made or SPELT.search(text):  # what is spelt out has another digest anyway
            return False
        unix = text.replace("\r\n", "\n")  # spreadsheets may write either
        spellings = (f"{body}{end}" for body in (text, unix, unix.replace("\n", "\r\n")) for end in _ENDS)
        return all(sha256(spelling.encode()).hexdigest() != self.sha256 for spelling in spellings)


def counted(report: Report, rejects: Rejects) -> Report:
    """Return the report with rejects counted as in the quarantine: including rows that depend on rejected ones."""
    tables = tuple(replace(count, rejected=len(rejects[count.table])) for count in report.tables)
    assert all(count.read == count.valid + count.rejected for count in tables)
    return replace(report, tables=tables)


def write_quarantine(target: Path, dataset: Path, tables: list[CheckedTable], rejects: Rejects) -> None:
    """Write the rejected rows of each table to the folder `target`; an older quarantine there is replaced.

    Raises CommuniqueError where the older one has repairs that were not applied.
    """
    _refuse_to_lose_repairs(target, dataset)
    with staging(target, MARKER) as folder:
        note = {
            "dataset": str(dataset.resolve()),
            "from_here": os.path.relpath(dataset.resolve(), target.resolve()),
            "rejected": {name: len(rows) for name, rows in rejects.items()},
        }
        (folder / MARKER).write_text(json.dumps(note, indent=2) + "\n", "utf-8")  # a path may not be UTF-8
        for checked in tables:
            rows = rejects[checked.table.name]
            if rows:
                _write_table(folder / checked.path.name, checked.path, rows)


def _refuse_to_lose_repairs(target: Path, dataset: Path) -> None:
    for path in sorted(target.glob("*.csv")) if (target / MARKER).is_file() else ():
        made, misplaced = _repairs(path, dataset / path.name)
        if made:
            raise CommuniqueError(
                f"{path}: has repairs that were not applied, and would be replaced. "
                f"Apply them with communique quarantine apply {target}, or give another folder."
            )
        if misplaced:
            raise CommuniqueError(
                f"{path}: has rows that were changed in the column raw, and would be replaced. "
                "Write the repaired rows into the column fix, or give another folder."
            )


def _repairs(path: Path, source: Path) -> tuple[bool, bool]:
    """Say whether rows that are still in the source as they were have repairs, and whether in `raw` instead of `fix`."""
    fixes = list(fixes_in(path))
    made = {fix.sha256 for fix in fixes if fix.is_made}
    misplaced = {fix.sha256 for fix in fixes if fix.is_misplaced}
    if not made | misplaced or not source.is_file():
        return False, False
    there = {sha256(raw).hexdigest() for _, _, raw in records_of(source)} & (made | misplaced)
    return bool(there & made), bool(there & misplaced)


def _write_table(target: Path, source: Path, rows: Mapping[int, Reject]) -> None:
    write_rows(
        target,
        (
            _cells(raw, line, number, rows[number])
            for number, line, raw in records_of(source)
            if number in rows
        ),
    )


def _cells(raw: bytes, line: int, number: int, reject: Reject) -> list[str]:
    texts = (" ".join(reject.codes), "; ".join(reject.reasons), reject.root, as_text(raw))
    return [str(line), str(number), *map(formula_free, texts), sha256(raw).hexdigest(), ""]


def write_rows(target: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of a quarantine, with the cells of `COLUMNS`, to a file."""
    # Spreadsheets take a file for UTF-8 only where it begins with a byte order mark.
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write("\ufeff")
        file.writelines(",".join(map(_quoted, row)) + "\n" for row in chain([COLUMNS], rows))


def _quoted(cell: str) -> str:
    """Return a cell with quotes if it needs them. Python's `csv` looks at each character by itself."""
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


def records_of(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield the number, the line and the bytes of each record of a table; the header has the number 0."""
    with path.open("rb") as file:
        for block in blocks(file):
            places = zip(block.lines.tolist(), block.starts.tolist(), block.ends.tolist(), strict=True)
            for number, (line, begin, end) in enumerate(places, block.first):
                yield number, line, block.data[begin:end]


def as_text(record: bytes) -> str:
    """Return a row as text; characters that would end a row or a file for other readers are spelt out."""
    text = record.decode(errors="backslashreplace").rstrip("\r\n").replace("\0", "\\x00")
    return _LONE_RETURN.sub(r"\\x0d", text)


def dataset_of(folder: Path) -> Path:
    """Return the folder of the dataset of a quarantine: where it was, or the same relative path if both were moved together.

    Raises CommuniqueError where the folder is no quarantine, or the dataset is at neither place.
    """
    try:
        note = json.loads((folder / MARKER).read_text("utf-8"))
        places = Path(note["dataset"]), Path(os.path.normpath(folder.resolve() / note.get("from_here", "")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        fault = (
            f"has no {MARKER}"
            if isinstance(error, FileNotFoundError)
            else f"has a {MARKER} that cannot be read"
        )
        raise CommuniqueError(
            f"{folder}: is not a quarantine: it {fault}. Name the folder that validate --quarantine wrote."
        ) from error
    for place in places:
        if (place / DESCRIPTION).is_file():
            return place
    sought = " or ".join(map(str, dict.fromkeys(places)))  # both are the same where nothing was moved
    raise CommuniqueError(f"{folder}: its dataset is not at {sought}. Put it back there.")


def fixes_in(path: Path) -> Iterator[Fix]:
    """Yield the rows of a file of a quarantine. Raises CommuniqueError where it is not as it was written, or unreadable."""
    try:
        with long_cells(RECORD_LIMIT), path.open(encoding="utf-8-sig", newline="") as file:
            mark = _delimiter(file.readline())
            file.seek(0)
            reader = csv.DictReader(file, delimiter=mark, strict=True)
            _insist_on_columns(reader.fieldnames or ())
            for row in reader:
                if any(row.pop(None, ())):
                    raise ValueError(f"line {reader.line_num} has more cells than columns; a fix is one cell")
                cells = {column: row[column] or "" for column in COLUMNS}
                if not _NUMBER.fullmatch(cells["record"]):
                    found = cells["record"][:50]
                    raise ValueError(
                        f"line {reader.line_num} has no number in the column record, but {found!r}"
                    )
                yield Fix(int(cells["record"]), cells["sha256"], cells["fix"], cells)
    except OSError as error:
        raise CommuniqueError(
            f"{path}: cannot be read: {why(error)}. Check that file, and try again."
        ) from error
    except (ValueError, csv.Error) as error:
        raise CommuniqueError(
            f"{path}: not as it was written: {error}. Keep its columns and save it as CSV UTF-8."
        ) from error


def _insist_on_columns(names: Sequence[str]) -> None:
    """Refuse a header that lacks one of `COLUMNS`; they may come in any order, and others beside them."""
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise ValueError(f"its first line has no column {missing[0]}")


def _delimiter(header: str) -> str:
    """Return the delimiter: in locales with a decimal comma, spreadsheets write semicolons or tabs."""
    names = header.rstrip("\r\n").replace('"', "")
    return next((mark for mark in ",;\t" if "record" in names.split(mark)), ",")
