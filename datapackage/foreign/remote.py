"""Fetching: only on request, only over http and https, never from a private network, and without following redirects.

A name is looked up once, so the address that was judged is the one that is connected to.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from hashlib import sha256
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from ..errors import why
from ..untrusted.deadlines import Connection, deadline, pieces
from ..untrusted.limits import REMOTE, SECONDS
from ..untrusted.paths import PathError

PATIENCE: float = SECONDS.most
"""How many seconds the head of an answer may take, and its body beyond the time of its length at SLOWEST."""


def fetched(address: str, work: Path) -> Path:
    """Return a file with the content at an address. Raises PathError."""
    target = work / f"{sha256(address.encode()).hexdigest()}.fetched"
    if target.exists():
        return target
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise PathError("scheme-error", f"an address, found {address[:200]!r}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise PathError(
            "scheme-error", f"an address of http or https without a user, found {address[:200]!r}"
        )
    connection = _connection(parts, port or (443 if parts.scheme == "https" else 80))
    try:
        _keep(connection, _answer(connection, parts), address, target)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise PathError(
            "source-error", f"an answer from {address[:200]!r}, found: {why(error)[:100]}"
        ) from error
    finally:
        connection.close()
    return target


def _answer(connection: Connection, parts: SplitResult) -> http.client.HTTPResponse:
    """Return the answer once its head has been read, which has a deadline."""
    with deadline(connection, PATIENCE, f"none within {PATIENCE:g} seconds"):
        return _asked(connection, parts)


def _asked(connection: Connection, parts: SplitResult) -> http.client.HTTPResponse:
    if parts.scheme == "https":
        connection.connect()
        safe = ssl.create_default_context()
        wrapped = safe.wrap_socket(
            connection.sock, server_hostname=parts.hostname, do_handshake_on_connect=False
        )
        connection.sock = wrapped
        wrapped.do_handshake()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", path, headers={"Host": parts.netloc, "Accept-Encoding": "identity"})
    return connection.getresponse()


def _keep(connection: Connection, answer: http.client.HTTPResponse, address: str, target: Path) -> None:
    """Write the body of an answer to `target`, which exists afterwards only if it is complete."""
    if answer.status != 200:
        what = (
            "a redirect, which is not followed" if 300 <= answer.status < 400 else f"status {answer.status}"
        )
        raise PathError("scheme-error", f"a file at {address[:200]!r}, found {what}")
    part, received = target.with_suffix(".part"), 0
    with part.open("wb") as file:
        for piece in pieces(connection, answer, PATIENCE, REMOTE.most + 1):
            received += len(piece)
            if received > REMOTE.most:
                raise PathError("source-error", f"{REMOTE} at {address[:200]!r}, found more")
            file.write(piece)
    if answer.length:  # http.client raises nothing where a host hangs up
        raise ConnectionError(f"{answer.length:,} bytes fewer than it announced")
    part.rename(target)


def _connection(parts: SplitResult, port: int) -> Connection:
    """Return a connection to the address of a host. Raises PathError where any of its addresses is private."""
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PathError("source-error", f"a known host, found {host[:100]!r}") from error
    numbers = [str(entry[4][0]) for entry in found]
    if not numbers or not all(is_public(number) for number in numbers):
        said = "which is private: nothing is fetched from there, whatever is allowed"
        raise PathError("scheme-error", f"a host on the public network, found {host[:100]!r}, {said}")
    return Connection(numbers[0], port, timeout=SECONDS.most)


_GATEWAYS = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""Networks whose addresses stand for other ones, which may be private."""


def is_public(number: str) -> bool:
    """Say whether an address is on the public network."""
    address = ipaddress.ip_address(number.split("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    leads_on = any(address in network for network in _GATEWAYS)
    return (mapped or address).is_global and not address.is_multicast and not leads_on
