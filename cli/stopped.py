"""What stopped the work, in a line on stderr."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable
from io import StringIO
from signal import SIGINT
from typing import NoReturn

import click

from . import ending
from .reporting import INTERRUPTED

_UNDECODED = re.compile("[\udc80-\udcff]")
"""The bytes of a path that are not UTF-8, as Python writes them."""
_SHORT = re.compile(
    "failed to map segment|can't start new thread|Failed to launch worker thread|memory allocation of|Unable to allocate|"
    "Cannot allocate memory|could not spawn threads"
)
"""What the system linker, Python, Arrow, Polars and NumPy say where there is not enough memory, or no more threads."""
_LOOP = re.compile("Symlink loop from '(.*)'", re.DOTALL)
"""What Python says, before 3.13, where a link leads to itself."""


def end_if_asked() -> None:
    """Exit if the error is really a request to end, which a library turned into another error."""
    number = ending.asked()
    if number == SIGINT:
        interrupted()
    if number:
        sys.exit(128 + number)


def interrupted() -> NoReturn:
    """Exit as a program that was interrupted."""
    say("interrupted")
    sys.exit(INTERRUPTED)


def say_why(error: BaseException) -> None:
    """Say what stopped the work: a line for people, and never a traceback."""
    # The class is known by its name: to import it is to import the library, which may be what failed.
    if "CommuniqueError" in (base.__name__ for base in type(error).__mro__):
        for line in str(error).splitlines():
            say(line)
    elif _is_short(error):
        say(
            "There is not enough memory, or no more threads may be started. Free some, or raise the limits (ulimit -v, "
            "ulimit -u)."
        )
    elif isinstance(error, BrokenPipeError):
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # the interpreter flushes stdout once more
    elif isinstance(error, OSError) and not error.filename and error.strerror == os.strerror(errno.ENOENT):
        say("The working folder no longer exists. Change to one that does.")
    elif isinstance(error, RuntimeError) and (loop := _LOOP.fullmatch(str(error))):
        say(f"{loop[1]}: a link that leads to itself. Give another path.")
    elif isinstance(error, OSError):
        from communique.datapackage.errors import why

        say(f"{why(error)}: {error.filename or _unnamed()}")
    elif isinstance(error, UnicodeEncodeError) and _UNDECODED.search(error.object):
        say(
            f"{error.object}: this path is not UTF-8, and tables can be written only where it is. Give another folder; "
            "TMPDIR names the one for temporary files."
        )
    else:
        say(f"internal error, please report it: {type(error).__name__}: {error}")


def _is_short(error: BaseException | None) -> bool:
    """Say whether an error, or one that led to it, is for want of memory or threads."""
    if error is None:
        return False
    short = isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM
    return short or bool(_SHORT.search(str(error))) or _is_short(error.__cause__ or error.__context__)


def _unnamed() -> str:
    """Say which file an error may be about that names none."""
    import tempfile

    # It is known once it has been asked for; that there is none may be what stopped the work.
    return f"stdout, or a temporary file in {tempfile.tempdir or 'the folder for them'}. Check both, or set TMPDIR to a folder with more room."


def say(text: str) -> None:
    """Say a line on stderr, whatever characters a path in it has."""
    printable = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in str(text))
    on_stderr(lambda: click.echo(f"communique: {printable}", err=True))


def on_stderr(show: Callable[[], None]) -> None:
    """Show something on stderr; if that fails, the exit code still tells."""
    try:
        show()
    except OSError:
        # At its end Python writes what still stands in stderr, and leaves with 120 if it cannot.
        sys.stderr = StringIO()
