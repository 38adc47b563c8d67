"""Deadlines: a wait for another host ends, however slowly it sends."""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Event, Timer
from time import monotonic

SLOWEST = 50_000
"""A host may send no fewer bytes a second than this."""
_PIECE = 1 << 20


class Connection(HTTPConnection):
    """A connection that can be shut while the body of an answer arrives.

    held: its socket. http.client lets go of it before the body is read where the host says that it will close the
        connection.
    """

    held: socket.socket | None = None

    def close(self) -> None:
        """Close the connection, but keep hold of the socket, from which an answer may still be read."""
        self.held = self.sock or self.held
        super().close()


def pieces(connection: Connection, answer: HTTPResponse, seconds: float, most: int) -> Iterator[bytes]:
    """Yield the body of an answer as it arrives, `most` bytes of it at most.

    Raises TimeoutError where it takes longer than `seconds` plus the time that its length takes at SLOWEST. What a host
    sends between the pieces of a body, and after the last one, could be endless, too: so each piece has a deadline.
    """
    began, received, late = monotonic(), 0, f"less than {SLOWEST:,} bytes a second"
    while True:
        with deadline(connection, seconds, late):
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
def deadline(connection: Connection, seconds: float, late: str) -> Generator[None]:
    """Shut the connection, and raise TimeoutError with the text `late`, where the block takes longer than `seconds`.

    A timeout of the connection is not enough: it starts anew with each byte.
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
    if over.is_set():  # a head that broke off in the middle looks whole
        raise TimeoutError(late)
