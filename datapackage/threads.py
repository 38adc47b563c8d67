"""Threads: the same work on many items, several at a time, with the results in the order of the items.

The work sees the context variables of the caller.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import ContextVar, copy_context
from threading import Event
from typing import TypeVar

WORKERS = min(os.cpu_count() or 1, 4)
_PATIENCE = 0.2
"""How many seconds a waiting thread sleeps between two looks at whether to stop."""
_STOPS: ContextVar[tuple[Event, ...]] = ContextVar("stops", default=())
"""Each event is set once nobody waits for the work any more: after an error or an interruption."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class StoppedError(Exception):
    """The work was stopped, because its caller has an error or was interrupted."""


def each_in_turn(
    work: Callable[[_Item], _Result], items: Iterable[_Item], workers: int | None = None
) -> Iterator[_Result]:
    """Do the work in threads; yield the results in the order of the items, taking only a few items at a time."""
    _let_polars_find_numpy()
    workers = workers or WORKERS
    with ThreadPoolExecutor(workers) as pool:
        waiting = deque[Future[_Result]]()
        for item in items:
            go_on()
            waiting.append(pool.submit(copy_context().run, work, item))
            if len(waiting) > workers:
                yield result_of(waiting.popleft())
        while waiting:
            yield result_of(waiting.popleft())


def side_by_side(
    work: Callable[[_Item], _Result],
    items: Iterable[_Item],
    size: Callable[[_Item], int] = lambda item: 0,
) -> list[_Result]:
    """Do the work in threads, few at a time; return the results in the order of the items.

    size: how much work an item is; the largest are begun first, so that none of them is left running alone at the end.

    After an error or an interruption nothing more is begun, and work under way ends where it calls `go_on`.
    """
    _let_polars_find_numpy()
    stop = Event()
    context = copy_context()
    context.run(_STOPS.set, (*_STOPS.get(), stop))
    with ThreadPoolExecutor(WORKERS) as pool:
        numbered = sorted(enumerate(items), key=lambda each: -size(each[1]))
        waiting = {number: pool.submit(context.copy().run, work, item) for number, item in numbered}
        try:
            return [result_of(waiting[number]) for number in sorted(waiting)]
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def result_of(future: Future[_Result]) -> _Result:
    """Return the result of a thread's work. Raises StoppedError where nobody waits for it any more.

    Polars handles Ctrl-C so that a thread in an endless wait does not notice it: this one wakes up now and then.
    """
    while not future.done():
        wait([future], _PATIENCE)
        go_on()
    return future.result()


def go_on() -> None:
    """Raise StoppedError where nobody waits any more for the work that calls this."""
    if any(stop.is_set() for stop in _STOPS.get()):
        raise StoppedError


def _let_polars_find_numpy() -> None:
    """Have Polars import NumPy before threads start: of two that trigger it at once, one may fail (Polars 2.1).

    Polars imports it lazily, unless it was imported before Polars, and then replaces its lazy loader.
    """
    if "polars" in sys.modules:
        import numpy as np
        import polars as pl

        pl.lit(np.int64(1))
