"""A progress line for work that takes more than two seconds; only on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from communique.datapackage import Step

_WORDS = {
    "check": "checking",
    "compare": "comparing",
    "hash": "hashing",
    "unpack": "unpacking",
    "write": "writing",
}
_PATIENCE = 2.0
_INTERVAL = 0.2
_MEGA = 1_000_000
_COLUMNS = 80
"""The columns of a terminal that does not say how many it has."""


def shown() -> AbstractContextManager[None]:
    """Show the progress of the work within the block, on a terminal."""
    return _shown() if is_terminal() else nullcontext()


def is_terminal() -> bool:
    """Return whether stderr is a terminal."""
    return bool(sys.stderr and sys.stderr.isatty())  # one that is closed is None


@contextmanager
def _shown() -> Generator[None]:
    from communique.datapackage import watched

    line = _Line()
    try:
        with watched(line.step):
            yield
    finally:
        line.clear()


@dataclass
class _Stage:
    """What is known of a stage: how long it has been at work, and the sums of its steps."""

    seconds: float = 0.0
    done: int = 0
    ahead: int = 0
    rows: int = 0
    findings: int = 0

    def add(self, step: Step) -> None:
        self.done += step.done
        self.ahead += step.ahead
        self.rows += step.rows
        self.findings += step.findings


class _Line:
    """The line: what was done, and how long the current stage will still take."""

    def __init__(self) -> None:
        self._start, self._last, self._width = monotonic(), 0.0, 0
        self._before = self._start
        self._stages: dict[str, _Stage] = {}

    def step(self, step: Step) -> None:
        """Count a step, and show where the work is, a few times a second; a small part that nobody announced is not shown."""
        now = monotonic()
        stage = self._stages.setdefault(step.stage, _Stage())
        stage.add(step)
        if step.done:  # what comes before an announcement is another stage: a stage may come twice
            stage.seconds += now - self._before
        self._before = now
        if stage.ahead and now - self._start > _PATIENCE and now - self._last > _INTERVAL:
            self._last = now
            self._show(_text(step, stage))

    def _show(self, text: str) -> None:
        room = _columns() - 1  # a line that is broken cannot be taken away
        _write("\r" + text[:room].ljust(min(self._width, room)))
        self._width = min(len(text), room)

    def clear(self) -> None:
        """Erase the line."""
        if self._width:
            _write("\r" + " " * min(self._width, _columns() - 1) + "\r")


def _write(text: str) -> None:
    with suppress(OSError):  # a terminal that was closed does not stop the work
        click.echo(text, nl=False, err=True)


def _text(step: Step, stage: _Stage) -> str:
    parts: list[str] = []
    if step.is_in_bytes:
        whole = max(stage.done, stage.ahead)
        parts.append(f"{stage.done / _MEGA:,.0f} of {whole / _MEGA:,.0f} MB")
    if stage.rows or not step.is_in_bytes:
        parts.append(f"{stage.rows:,} rows")
    if step.stage == "check":
        parts.append(f"{stage.findings:,} findings")
    return f"{_WORDS[step.stage]}: {', '.join(parts)}{_left(stage)}"


def _left(stage: _Stage) -> str:
    if not 0 < stage.done < stage.ahead:
        return ""
    left = stage.seconds * stage.ahead / stage.done - stage.seconds
    return f", about {left:,.0f} s left" if left < 120 else f", about {left / 60:,.0f} min left"


def _columns() -> int:
    """Return the columns of the terminal of stderr, or COLUMNS where that is less."""
    try:
        here = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):  # not a terminal of the system
        here = 0
    wanted = get_terminal_size((here or _COLUMNS, 0)).columns
    return min(wanted, here or wanted)
