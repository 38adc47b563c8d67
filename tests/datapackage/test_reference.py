"""The findings equal those of an independent slow check, on generated data with random faults."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from communique.datapackage import check, open_dataset
from communique.schemas import SCHEMAS

from ..conftest import BASE
from ..reference import CODES, Told, reference_check

ROWS = 1_500
_PERSON, _SOURCE, _PARTICIPANT = "persons.csv", "sources.csv", "participants.csv"


def generated(folder: Path, faults: int, seed: int) -> Path:
    """Make a dataset of some thousand rows, as many of which as asked have a fault of some kind."""
    draw = random.Random(seed)
    shutil.copytree(BASE, folder)
    rows = {
        _PERSON: [[f"p-{n}", f"Person {n}", "", "BY", f"s-{n % ROWS};daily"] for n in range(ROWS)],
        _SOURCE: [
            [f"s-{n}", f"Title {n}", "P", "true", f"https://a.org/{n}", "2012-02-29", "en", ""]
            for n in range(ROWS)
        ],
        _PARTICIPANT: [
            [
                "council-2014-05-06",
                f"p-{n}",
                "invited",
                "Guest",
                "",
                "attended",
                "stated",
                "",
                "high",
                f"s-{n}",
            ]
            for n in range(ROWS)
        ],
    }
    for _ in range(faults):
        _spoil(draw.choice(list(rows.values())), draw)
    for name, table in rows.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.writelines(",".join(row) + "\n" for row in table)
    return folder


def _spoil(table: list[list[str]], draw: random.Random) -> None:
    number = draw.randrange(len(table))
    row = table[number]
    kind = draw.randrange(7)
    if kind == 0:
        row.append("more")
    elif kind == 1 and row:
        row.pop()
    elif kind == 2:
        row[:] = [""] * draw.choice((1, len(row)))
    elif kind == 3:
        table[number] = list(draw.choice(table))
    elif kind == 4 and row and row[-1].startswith("s-"):
        row[-1] += ";lost-a;s-1;lost-b"
    elif row:
        place = draw.randrange(len(row))
        if not row[place].startswith("https"):  # the reference does not know the form of addresses
            row[place] = draw.choice(("", "none-such", "2023-02-29", "true", "p-1"))


def found(folder: Path) -> list[Told]:
    """Return what the program finds, of the kinds that the reference knows."""
    report = check(open_dataset(folder), SCHEMAS)
    unformed = {
        (f.table, f.line, f.column, f.value) for f in report.findings if f.code == "identifier-format"
    }
    assert not unformed, "the reference takes identifiers for well formed"
    told = [(f.table, f.code, f.line or 0, f.column) for f in report.findings if f.code in CODES]
    return sorted(told, key=str)


@pytest.mark.parametrize("faults", [0, 1, 10, 1_000])
def test_a_slow_check_in_plain_python_finds_the_same(faults: int, tmp_path: Path) -> None:
    folder = generated(tmp_path / "d", faults, seed=faults)
    expected = reference_check(folder)
    assert found(folder) == expected
    assert len(expected) >= faults // 2
