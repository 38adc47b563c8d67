"""Who is told to end leaves in order, so that nothing is left behind: by Ctrl-C, by the system, by a terminal that closes.

The request is an exception, which unwinds what is at work. It may come where Python or a library passes exceptions
over, or makes others of them: so it is kept, and comes once more.
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
        if getsignal(number) in (SIG_DFL, default_int_handler):  # nohup has it passed over
            signal(number, _end)


def insist() -> None:
    """Have a request that was passed over come once more, soon; only for a process that is the program itself."""
    signal(SIGALRM, _end_as_asked)
    sys.unraisablehook = _once_more


def asked() -> int | None:
    """Return the signal by which the process was told to end; None where it was not."""
    return _asked[0] if _asked else None


def _end(number: int, _: object) -> NoReturn:
    _asked.append(number)
    _end_as_asked()


def _end_as_asked(*_: object) -> NoReturn:
    if _asked[0] == SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + _asked[0])


def _once_more(ignored: UnraisableHookArgs) -> None:
    """Take what Python cannot raise, as in a finalizer: of a request to end it would print where it was lost."""
    if _asked and isinstance(ignored.exc_value, KeyboardInterrupt | SystemExit):
        setitimer(ITIMER_REAL, _SOON)
    else:
        sys.__unraisablehook__(ignored)
