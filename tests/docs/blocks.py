"""Run the fenced blocks of a page of the documentation one after the other, as a reader would.

    ```sh            is run by bash, which stops at the first command that fails
    ```sh exit=1     must end with that exit code
    ```python        is run by Python
    ```sql FILE      is run on a database, .duckdb or .sqlite, and must return rows
    ```text          after one of them is its exact output

Blocks of other languages are ignored. All blocks of a page share one folder.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

_FENCE = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block: where it begins, its language, what stands behind the language, and its lines."""

    line: int
    language: str
    detail: str
    code: str


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page."""
    text = page.read_text("utf-8")
    return [
        Block(text.count("\n", 0, match.start()) + 1, match[1], match[2], match[3])
        for match in _FENCE.finditer(text)
    ]


def run(page: Path, folder: Path, programs: Path) -> int:
    """Run the blocks of a page in a folder, and return how many were run; what one prints must be as the page says.

    programs: the folder where `communique` is.
    """
    count, printed = 0, ""
    for block in blocks(page):
        place = f"{page.name}:{block.line}"
        if block.language == "text" and count:
            assert printed.strip() == block.code.strip(), f"{place}: {printed}"
        elif block.language == "sql" and block.detail:
            assert _rows(block, folder), place
            count += 1
        elif block.language in ("sh", "python"):
            printed = _printed(block, folder, programs, place)
            count += 1
    return count


def _printed(block: Block, folder: Path, programs: Path, place: str) -> str:
    shell = ["bash", "-euo", "pipefail", "-c"] if block.language == "sh" else [sys.executable, "-c"]
    done = subprocess.run(
        [*shell, block.code],
        cwd=folder,
        env=_surroundings(folder, programs),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == int(block.detail.removeprefix("exit=") or 0), f"{place}: {done.stdout}"
    return done.stdout


def _surroundings(folder: Path, programs: Path) -> dict[str, str]:
    """Return the variables of a machine on which `communique` is installed, and the day is 28 February 2025."""
    who = {
        f"GIT_{part}_{what}": f"x{at}"
        for part in ("AUTHOR", "COMMITTER")
        for what, at in (("NAME", ""), ("EMAIL", "@x"))
    }
    path = os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"]))
    fixed = {"PATH": path, "HOME": str(folder), "SOURCE_DATE_EPOCH": "1740700800", "NO_COLOR": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTEST"))}
    return {**kept, **who, **fixed}


def _rows(block: Block, folder: Path) -> list[object]:
    path = folder / block.detail
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as database:
            return list(database.execute(block.code))
    with duckdb.connect(path, read_only=True) as database:
        return list(database.execute(block.code).fetchall())
