"""Patience: what waits for another host ends, however slowly that sends."""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Event, Timer
from time import monotonic

SLOWEST = 50_000
"""How many bytes a second are waited for."""
_PIECE = 1 << 20


class Connection(HTTPConnection):
    """A connection that can be shut while the body of an answer comes.

    held: its socket, of which http.client lets go before that where the host says that it will close the connection.
    """

    held: socket.socket | None = None

    def close(self) -> None:
        """Let go of the socket."""
        self.held = self.sock or self.held
        super().close()


def pieces(connection: Connection, answer: HTTPResponse, seconds: float, most: int) -> Iterator[bytes]:
    """Yield the body of an answer as it comes, at most so many bytes.

    Raises TimeoutError where it takes longer than so many seconds beside what its length takes at SLOWEST. What a host
    sends about the pieces of a body, and after the last of them, has no end either: so a wait for one of them has.
    """
    began, received, late = monotonic(), 0, f"less than {SLOWEST:,} bytes a second"
    while True:
        with patient(connection, seconds, late):
            renewed = monotonic()
            while monotonic() - renewed <= seconds / 2:
                piece = answer.read1(min(most - received, _PIECE)) if received < most else b""
                if not piece:
                    return
                received += len(piece)
                if monotonic() - began > seconds + received / SLOWEST:
                    raise TimeoutError(late)
                yield piece


@contextmanager
def patient(connection: Connection, seconds: float, late: str) -> Generator[None]:
    """Shut the connection where the block takes longer. Raises TimeoutError with the text `late` then.

    A timeout of the connection is not enough: it begins anew with each byte.
    """
    over = Event()

    def end() -> None:
        over.set()
        waits = connection.sock or connection.held
        if waits:  # there may be none yet
            with suppress(OSError):
                waits.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if over.is_set():
            raise TimeoutError(late) from error
        raise
    finally:
        timer.cancel()
    if over.is_set():  # what broke off in the middle of the head looks whole
        raise TimeoutError(late)
