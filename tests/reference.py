"""An independent slow check, in plain Python over `csv`: structure, types, code lists, keys and references.

It shares the declarations of the tables with the program, and nothing else. It knows files in which no cell spans
lines, and identifiers that are well formed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from communique.schemas import SCHEMAS, Column, Table

Told = tuple[str, str, int, str | None]
"""Table, code, line, column."""
CODES = {
    "missing-cell",
    "extra-cell",
    "blank-row",
    "type-error",
    "constraint-error",
    "primary-key",
    "unique-error",
    "foreign-key",
}


@dataclass
class Read:
    """The rows of a table by line, None for a cell that is empty or wrong; and the keys of malformed rows."""

    rows: dict[int, dict[str, str | None]] = field(default_factory=dict[int, dict[str, str | None]])
    malformed: set[tuple[str | None, ...]] = field(default_factory=set[tuple[str | None, ...]])


def reference_check(folder: Path) -> list[Told]:
    """Return what is wrong with a dataset."""
    told: list[Told] = []
    tables = {table.name: table for table in SCHEMAS.written}
    read = {name: _read(folder, table, told) for name, table in tables.items()}
    for table in tables.values():
        told += _repeated(table, read[table.name])
        told += _lost(table, read)
    return sorted(told, key=str)


def _read(folder: Path, table: Table, told: list[Told]) -> Read:
    read, key = Read(), table.primary_key
    columns = {column.name: column for column in table.source_columns}
    with (folder / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        labels = next(reader)
        for cells in reader:
            line = reader.line_num
            if len(cells) == len(labels) and any(cells):
                given = dict(zip(labels, cells, strict=True))
                read.rows[line] = {
                    name: _cell(table, line, columns[name], given[name], told) for name in labels
                }
                continue
            told.append((table.name, *_malformed(labels, cells, line)))
            named = dict(zip(labels, cells, strict=False))
            read.malformed.add(tuple(named.get(part) for part in key))
    return read


def _malformed(labels: list[str], cells: list[str], line: int) -> tuple[str, int, str | None]:
    if not any(cells) and len(cells) in (0, len(labels)):
        return "blank-row", line, None
    if len(cells) < len(labels):
        return "missing-cell", line, labels[len(cells)]
    return "extra-cell", line, None


def _cell(table: Table, line: int, column: Column, text: str, told: list[Told]) -> str | None:
    code = _fault(column, text)
    if code:
        told.append((table.name, code, line, column.name))
    return None if code or not text else text


def _fault(column: Column, text: str) -> str | None:
    if not text:
        return "constraint-error" if column.required else None
    if not _fits(column, text):
        return "type-error"
    if column.codes and text not in column.codes.values:
        return "constraint-error"
    if column.minimum is not None and int(text) < column.minimum:
        return "constraint-error"
    return None


def _fits(column: Column, text: str) -> bool:
    if column.type == "boolean":
        return text in ("true", "false")
    if column.type == "integer":
        return bool(re.fullmatch("-?(0|[1-9][0-9]*)", text)) and -(2**63) <= int(text) < 2**63
    if column.type == "date":
        return bool(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text)) and _is_day(text)
    if column.type == "edtf":
        day = text[:-1] if text[-1] in "?~%" else text
        return bool(re.fullmatch("[0-9]{4}(-[0-9]{2}){0,2}", day)) and _is_day(f"{day}-01-01"[:10])
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _repeated(table: Table, read: Read) -> Iterator[Told]:
    keys = [("primary-key", table.primary_key), *(("unique-error", key) for key in table.unique_keys)]
    for code, key in keys:
        seen = set[tuple[str | None, ...]]()
        for line, row in read.rows.items():
            values = tuple(row[part] for part in key)
            if all(values):
                if values in seen:
                    yield table.name, code, line, key[0]
                seen.add(values)


def _lost(table: Table, read: dict[str, Read]) -> Iterator[Told]:
    for key in table.foreign_keys:
        target = read[key.table]
        known = {
            tuple(row[part] for part in key.references) for row in target.rows.values()
        } | target.malformed
        for line, row in read[table.name].rows.items():
            values = tuple(row[part] for part in key.columns)
            members = [(member,) for member in (values[0] or "").split(";")] if key.many else [values]
            for member in members:
                if all(member) and member not in known:
                    yield table.name, "foreign-key", line, key.columns[0]
