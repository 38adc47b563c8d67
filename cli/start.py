"""Start: what the command line runs first. Ctrl-C while it is still loading ends it without a traceback."""

from __future__ import annotations

from signal import SIG_DFL, SIGINT, default_int_handler, getsignal, signal
from typing import NoReturn


def program() -> NoReturn:
    """Run the command line as a program."""
    if getsignal(SIGINT) is default_int_handler:
        signal(SIGINT, SIG_DFL)  # until `ending.heed`: nothing is there yet that would have to end in order
    from .main import program

    program()
