"""Progress: what a long run has done so far, for whoever wants to show it.

The work tells a watcher, if there is one; it does not know who that is, nor does it wait for it.
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
    """A step that was done: bytes of sources that were read, rows that were checked or written, findings."""

    stage: Stage
    rows: int
    bytes: int = 0
    findings: int = 0


Watcher: TypeAlias = Callable[[Step], None]
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)
_one_at_a_time = Lock()


@contextmanager
def watched(watcher: Watcher) -> Generator[None]:
    """Tell `watcher` of each step within the block, of one after the other."""
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
