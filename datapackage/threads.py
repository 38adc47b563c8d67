"""Threads: the same work on many items, several at a time, with the results in the order of the items.

The work sees the context variables of whoever asks for it.
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
"""How many seconds who waits for work does not look up."""
_STOPS: ContextVar[tuple[Event, ...]] = ContextVar("stops", default=())
"""Each is set where nobody waits for the work any more: after an error, or an interruption."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class StoppedError(Exception):
    """The work was stopped, and whoever asked for it has an error, or was interrupted."""


def each_in_turn(
    work: Callable[[_Item], _Result], items: Iterable[_Item], workers: int | None = None
) -> Iterator[_Result]:
    """Do the work in threads; yield the results in the order of the items, of which few are taken at a time."""
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

    size: how much work an item is: the largest are begun first, so that none is left alone at the end.

    After an error, or an interruption, no more is begun, and what was begun ends where it asks whether to `go_on`.
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
    """Return the result of work that a thread does. Raises StoppedError where nobody waits for it any more.

    Polars takes Ctrl-C so that a thread which waits without an end does not hear of it: this one looks up at times.
    """
    while not future.done():
        wait([future], _PATIENCE)
        go_on()
    return future.result()


def go_on() -> None:
    """Raise StoppedError where nobody waits any more for the work that asks."""
    if any(stop.is_set() for stop in _STOPS.get()):
        raise StoppedError


def _let_polars_find_numpy() -> None:
    """See that Polars has NumPy before threads do: of two that ask for it at once one may fail (Polars 2.1).

    Polars asks for it when it is first needed, unless it was there before, and then overwrites how it asks.
    """
    if "polars" in sys.modules:
        import numpy as np
        import polars as pl

        pl.lit(np.int64(1))
