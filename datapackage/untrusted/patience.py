"""Patience: what waits for another host ends, however slowly that sends."""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Event, Timer


@contextmanager
def patient(connection: HTTPConnection, seconds: float, late: str) -> Generator[None]:
    """Shut the connection where the block takes longer. Raises TimeoutError with the text `late` then.

    A timeout of the connection is not enough: it begins anew with each byte.
    """
    over = Event()

    def end() -> None:
        over.set()
        with suppress(OSError, AttributeError):  # there may be no socket yet
            connection.sock.shutdown(socket.SHUT_RDWR)

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
