"""Measure one command: wall-clock time, processor time, and peak memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""That variable would have our modules compiled at each start, and not those that pip installed."""


@dataclass(frozen=True)
class Run:
    """One run: seconds on the clock, seconds of all processors, and the peak of resident memory in megabytes."""

    wall: float
    cpu: float
    memory: float


class RunError(Exception):
    """A command that did not end well; its last words are the message."""


def run(command: Sequence[str], end: int = 0) -> Run:
    """Run a command and wait for it. Raises RunError where it ends with another exit code than `end`.

    The kernel counts the processes that the command starts with it, except that the peak of memory is that of
    the largest one; and no peak is below that of this process, which therefore imports little.
    """
    with tempfile.TemporaryFile() as words:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT, env=_ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != end:
            words.seek(0)
            raise RunError(words.read()[-2000:].decode(errors="replace"))
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@dataclass
class Measured:
    """All runs of one figure, and how many rows each of them took."""

    rows: int | None
    runs: list[Run] = field(default_factory=list[Run])

    @property
    def wall(self) -> float:
        """The median time on the clock."""
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median time of the processors."""
        return median(run.cpu for run in self.runs)

    @property
    def memory(self) -> float:
        """The median peak of memory."""
        return median(run.memory for run in self.runs)

    @property
    def spread(self) -> tuple[float, float]:
        """The shortest and the longest time on the clock."""
        return min(run.wall for run in self.runs), max(run.wall for run in self.runs)

    @property
    def rate(self) -> float | None:
        """Rows a second."""
        return self.rows / self.wall if self.rows else None
