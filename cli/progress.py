"""A progress line for work that takes more than two seconds; only on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from communique.datapackage import Step

_PATIENCE = 2.0
_INTERVAL = 0.2
_MEGA = 1_000_000
_COLUMNS = 80
"""The columns of a terminal that does not say how many it has."""


def shown(folder: Path) -> AbstractContextManager[None]:
    """Show the progress of checking and writing the tables of a dataset within the block, on a terminal."""
    return _shown(folder) if is_terminal() else nullcontext()


def is_terminal() -> bool:
    """Return whether stderr is a terminal."""
    return bool(sys.stderr and sys.stderr.isatty())  # one that is closed is None


@contextmanager
def _shown(folder: Path) -> Generator[None]:
    from communique.datapackage import watched

    line = _Line(sum(path.stat().st_size for path in folder.glob("*.csv")))
    try:
        with watched(line.step):
            yield
    finally:
        line.clear()


class _Line:
    """The line: what was done, and how long the current stage will still take."""

    def __init__(self, total: int) -> None:
        self._total, self._bytes, self._findings = total, 0, 0
        self._rows = {"check": 0, "write": 0}
        self._start = self._began = monotonic()
        self._stage, self._last, self._width = "check", 0.0, 0

    def step(self, step: Step) -> None:
        """Count a step, and show where the work is, a few times a second."""
        now = monotonic()
        if step.stage != self._stage:
            self._stage, self._began = step.stage, now
        self._bytes += step.bytes
        self._findings += step.findings
        self._rows[step.stage] += step.rows
        if now - self._start > _PATIENCE and now - self._last > _INTERVAL:
            self._last = now
            self._show(self._text(now - self._began))

    def _text(self, seconds: float) -> str:
        rows, findings = self._rows[self._stage], f"{self._findings:,} findings"
        if self._stage == "check":
            done = self._bytes / self._total if self._total else 1.0
            megabytes = f"{self._bytes / _MEGA:,.0f} of {self._total / _MEGA:,.0f} MB"
            return f"checking: {megabytes}, {rows:,} rows, {findings}{_left(done, seconds)}"
        done = rows / max(self._rows["check"], rows, 1)
        return f"writing: {rows:,} rows{_left(done, seconds) if rows < self._rows['check'] else ''}"

    def _show(self, text: str) -> None:
        text = text[: _columns() - 1]  # a line that is broken cannot be taken away
        click.echo("\r" + text.ljust(self._width), nl=False, err=True)
        self._width = len(text)

    def clear(self) -> None:
        """Erase the line."""
        if self._width:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)


def _columns() -> int:
    """Return the columns of the terminal; where stdout is redirected, those of stderr."""
    try:
        here = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):  # not a terminal of the system
        here = 0
    return get_terminal_size((here or _COLUMNS, 0)).columns


def _left(done: float, seconds: float) -> str:
    if not 0 < done < 1:
        return ""
    left = seconds / done - seconds
    return f", about {left:,.0f} s left" if left < 120 else f", about {left / 60:,.0f} min left"
