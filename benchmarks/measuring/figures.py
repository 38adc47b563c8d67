"""The figures: which command is measured, on which data, and what the figure represents."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from .workload import COMMUNIQUE, HERE, Workload, rows_of


@dataclass(frozen=True)
class Figure:
    """One command to measure.

    command: its words; with it what it needs is made.
    rows: the folder whose rows are counted, for figures in rows a second.
    needs: a module, or a command of Communique, without which it is skipped.
    end: the exit code of a run that did its work.
    """

    name: str
    command: Callable[[Workload], tuple[str, ...]]
    rows: Callable[[Workload], Path] | None = None
    needs: str = "communique"
    end: int = 0

    def missing(self) -> str | None:
        """Say why it has to be skipped; None where it can be run."""
        if self.needs.startswith("communique "):
            there = _has_command(self.needs.split()[1])
            return None if there else f"there is no command {self.needs}"
        there = find_spec(self.needs) is not None
        return None if there else f"{self.needs} is not installed: pip install -e '.[bench]'"

    def rows_in(self, workload: Workload) -> int | None:
        """Count the rows that one run takes."""
        return rows_of(self.rows(workload)) if self.rows else None


@cache
def _has_command(name: str) -> bool:
    asked = subprocess.run([COMMUNIQUE, name, "--help"], capture_output=True, check=False)
    return asked.returncode == 0


def _communique(*words: str) -> tuple[str, ...]:
    return (COMMUNIQUE, *words)


def _rival(name: str, folder: Path, workload: Workload) -> tuple[str, ...]:
    return (sys.executable, str(HERE / "rival.py"), name, str(folder), workload.scratch())


def _dataset(workload: Workload) -> Path:
    return workload.dataset


def _release(workload: Workload) -> Path:
    return workload.release / "data"


def _over(name: str, rival: str, needs: str) -> Figure:
    """Return the figure of a rival that takes the dataset."""
    return Figure(name, lambda on: _rival(rival, on.dataset, on), _dataset, needs)


OURS: tuple[Figure, ...] = (
    Figure("help", lambda on: _communique("--help")),
    Figure("validate union-state", lambda on: _communique("validate", str(HERE.parent / "data/union-state"))),
    Figure("validate", lambda on: _communique("validate", str(on.dataset)), _dataset),
    Figure("build", lambda on: _communique("build", str(on.dataset), "-o", on.scratch()), _dataset),
    Figure("validate, a tenth", lambda on: _communique("validate", str(on.tenth)), lambda on: on.tenth),
    Figure(
        "build, a tenth",
        lambda on: _communique("build", str(on.tenth), "-o", on.scratch()),
        lambda on: on.tenth,
    ),
    Figure("validate sources, CSV", lambda on: _communique("validate", str(on.csv_sources)), _dataset),
    Figure(
        "validate sources, Parquet", lambda on: _communique("validate", str(on.parquet_sources)), _dataset
    ),
    Figure("validate package, CSV", lambda on: _communique("validate", str(on.csv_package)), _release),
    Figure(
        "validate package, Parquet", lambda on: _communique("validate", str(on.parquet_package)), _release
    ),
    Figure("verify", lambda on: _communique("verify", str(on.release)), _dataset, "communique verify"),
    Figure(
        "diff",
        lambda on: _communique("diff", str(on.release), str(on.revised_release)),
        _dataset,
        "communique diff",
        end=1,
    ),
)

RIVALS: tuple[Figure, ...] = (
    _over("bare Polars", "bare.polars", "polars"),
    _over("bare PyArrow", "bare.pyarrow", "pyarrow"),
    _over("bare DuckDB", "bare.duckdb_copy", "duckdb"),
    Figure(
        "bare Polars, release",
        lambda on: _rival("bare.polars", on.release / "data", on),
        _dataset,
    ),
    _over("Pandera", "checks.pandera", "pandera"),
    _over("dataframely", "checks.dataframely", "dataframely"),
    _over("pointblank", "checks.pointblank", "pointblank"),
    Figure(
        "frictionless, sources",
        lambda on: _rival("packages.frictionless", on.small_sources, on),
        lambda on: on.small,
        "frictionless",
    ),
    Figure(
        "frictionless, package",
        lambda on: _rival("packages.frictionless", on.small_package, on),
        lambda on: on.small_release / "data",
        "frictionless",
    ),
)
FIGURES = (*OURS, *RIVALS)
