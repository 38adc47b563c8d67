"""Ending: on Ctrl-C, a signal of the system, or a closed terminal the program ends in order, and leaves nothing behind.

The request becomes an exception, which unwinds the work. It may occur where Python or a library swallows exceptions or
replaces them: so it is remembered, and raised again.
"""

from __future__ import annotations

import sys
from signal import (
    ITIMER_REAL,
    SIG_DFL,
    SIGALRM,
    SIGHUP,
    SIGINT,
    SIGTERM,
    default_int_handler,
    getsignal,
    setitimer,
    signal,
)
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SOON = 0.01
_asked: list[int] = []


def heed() -> None:
    """Have each request to end raise KeyboardInterrupt or SystemExit."""
    for number in (SIGINT, SIGTERM, SIGHUP):
        if getsignal(number) in (SIG_DFL, default_int_handler):  # under nohup it is ignored
            signal(number, _end)


def insist() -> None:
    """Have a request that was swallowed raised again soon; only in a process that is the program itself."""
    signal(SIGALRM, _end_as_asked)
    sys.unraisablehook = _once_more


def asked() -> int | None:
    """Return the signal that asked the process to end; None if there was none."""
    return _asked[0] if _asked else None


def _end(number: int, _: object) -> NoReturn:
    _asked.append(number)
    _end_as_asked()


def _end_as_asked(*_: object) -> NoReturn:
    if _asked[0] == SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + _asked[0])


def _once_more(ignored: UnraisableHookArgs) -> None:
    """Handle an exception that Python cannot raise, as in a finalizer: a request to end is raised again soon."""
    if _asked and isinstance(ignored.exc_value, KeyboardInterrupt | SystemExit):
        setitimer(ITIMER_REAL, _SOON)
    else:
        sys.__unraisablehook__(ignored)
