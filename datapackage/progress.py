"""Progress: what a long run has done so far, for code that shows it.

The work tells a watcher, if there is one, without knowing what the watcher does.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["check", "compare", "hash", "unpack", "write"]
_READING: frozenset[Stage] = frozenset({"check", "hash", "unpack"})


@dataclass(frozen=True)
class Step:
    """A step that was done, or work that lies ahead.

    stage: what is done: rows are checked, compared or written, or files are hashed or unpacked.
    rows: how many rows were read for that.
    bytes: how many bytes of files.
    findings: how many were found.
    ahead: how much more the stage has than was known so far: bytes, or rows where rows are compared or written.
    """

    stage: Stage
    rows: int = 0
    bytes: int = 0
    findings: int = 0
    ahead: int = 0

    @property
    def done(self) -> int:
        """How much of the stage this was, in the unit of `ahead`."""
        return self.bytes if self.is_in_bytes else self.rows

    @property
    def is_in_bytes(self) -> bool:
        """Whether the stage is measured in bytes."""
        return self.stage in _READING


Watcher: TypeAlias = Callable[[Step], None]
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Generator[None]:
    """Call `watcher` with each `Step` of long work within the block, one at a time; not with what it does itself."""
    one_at_a_time = Lock()

    def told(step: Step) -> None:
        with one_at_a_time, _told_to(None):
            watcher(step)

    with _told_to(told):
        yield


@contextmanager
def _told_to(watcher: Watcher | None) -> Generator[None]:
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def announce(stage: Stage, files: Iterable[Path]) -> None:
    """Tell the watcher, if there is one, that the bytes of these files lie ahead, as far as they exist."""
    if _watcher.get():
        tell(Step(stage, ahead=sum(file.stat().st_size for file in files if file.is_file())))


def tell(step: Step) -> None:
    """Tell the watcher, if there is one, of a step."""
    watcher = _watcher.get()
    if watcher:
        watcher(step)
