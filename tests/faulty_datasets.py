"""Datasets made from the base dataset by adding many faults."""

from __future__ import annotations

import shutil
from pathlib import Path

from .conftest import BASE, CASES, EXPECTED, expectation


def appended(case: Path) -> dict[str, bytes] | None:
    """Return the rows that a case appends to each file of the base; None if it does anything else."""
    rows: dict[str, bytes] = {}
    for path in case.iterdir():
        if path.name == EXPECTED:
            continue
        before = (BASE / path.name).read_bytes() if (BASE / path.name).is_file() else None
        if before is None or path.is_dir() or not path.read_bytes().startswith(before):
            return None
        rows[path.name] = path.read_bytes()[len(before) :]
    return None if "remove" in expectation(case) else rows


def planting_cases() -> list[Path]:
    """Return the invalid cases that only append rows, in the order of their names."""
    return [case for case in sorted((CASES / "invalid").iterdir()) if appended(case)]


def plant(folder: Path, cases: list[Path]) -> Path:
    """Append the rows of the cases to a copy of the base dataset."""
    shutil.copytree(BASE, folder)
    for case in cases:
        for name, lines in (appended(case) or {}).items():
            with (folder / name).open("ab") as file:
                file.write(lines)
    return folder


def many_findings(folder: Path, count: int) -> Path:
    """Make a dataset with `count` persons whose country code is invalid, and 20 sources that give warnings."""
    shutil.copytree(BASE, folder)
    with (folder / "persons.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"person-{number},Person {number},,XX,daily\n" for number in range(count))
    with (folder / "sources.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"source-{number},=Title {number},P,false,,,en,\n" for number in range(20))
    return folder
