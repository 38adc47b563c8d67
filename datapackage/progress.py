"""Progress: what a long run has done so far, for code that shows it.

The work tells a watcher, if there is one, without knowing what the watcher does.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["check", "write"]


@dataclass(frozen=True)
class Step:
    """A step that was done.

    stage: whether rows were checked or written.
    rows: how many.
    bytes: how many bytes of sources were read for that.
    findings: how many were found.
    """

    stage: Stage
    rows: int
    bytes: int = 0
    findings: int = 0


Watcher: TypeAlias = Callable[[Step], None]
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)
_one_at_a_time = Lock()


@contextmanager
def watched(watcher: Watcher) -> Generator[None]:
    """Call `watcher` with each `Step` that a long check or build makes within the block, one at a time."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def tell(step: Step) -> None:
    """Tell the watcher, if there is one, of a step."""
    watcher = _watcher.get()
    if watcher:
        with _one_at_a_time:
            watcher(step)
