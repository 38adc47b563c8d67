"""Threads: the same work on many items, several at a time, with the results in the order of the items.

The work sees the context variables of whoever asks for it.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

WORKERS = min(os.cpu_count() or 1, 4)
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def each_in_turn(
    work: Callable[[_Item], _Result], items: Iterable[_Item], workers: int | None = None
) -> Iterator[_Result]:
    """Do the work in threads; yield the results in the order of the items, of which few are taken at a time."""
    _let_polars_find_numpy()
    workers = workers or WORKERS
    with ThreadPoolExecutor(workers) as pool:
        waiting = deque[Future[_Result]]()
        for item in items:
            waiting.append(pool.submit(copy_context().run, work, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def side_by_side(work: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """Do the work in threads, few at a time; return the results in the order of the items."""
    _let_polars_find_numpy()
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = [pool.submit(copy_context().run, work, item) for item in items]
        try:
            return [future.result() for future in waiting]
        finally:  # after an error, or an interruption, no more is begun
            pool.shutdown(wait=False, cancel_futures=True)


def _let_polars_find_numpy() -> None:
    """See that Polars has NumPy before threads do: of two that ask for it at once one may fail (Polars 2.1).

    Polars asks for it when it is first needed, unless it was there before, and then overwrites how it asks.
    """
    if "polars" in sys.modules:
        import numpy as np
        import polars as pl

        pl.lit(np.int64(1))
