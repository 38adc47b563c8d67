"""Remote: a file on another host, read in ranges (RFC 9110, section 14) over HTTP or HTTPS.

Nothing is sent before a caller gives an address. Every wait has a timeout, every answer a limit. Redirects are followed,
but never from HTTPS to HTTP, and never from a public address to a private one, so that nobody outside can reach services
of an internal network. Proxies are not used.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from errno import EINVAL
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ..errors import RemoteError, why
from ..untrusted.deadlines import Connection, deadline, pieces
from ..untrusted.limits import AT_ONCE, WITHOUT_RANGES

WAIT = 20.0
"""How many seconds the other host may be silent."""
PATIENCE = 60.0
"""How many seconds the head of an answer may take, and its body in addition to its length divided by SLOWEST."""
REDIRECTS = 5
RANGE = 8 << 20
"""How many bytes are requested at a time."""
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_OTHERS = re.compile(r"[^\x00-\x1f!-\x7f]+")
_MOVED = (301, 302, 303, 307, 308)


def is_url(where: object) -> bool:
    """Say whether a text is the address of something that is read over HTTP."""
    return isinstance(where, str) and where.lower().startswith(("http://", "https://"))


def is_page(beginning: bytes) -> bool:
    """Say whether a host sent a web page: nothing else that is requested begins like HTML."""
    return beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


class _Connection(Connection):
    """A connection whose peer address is checked before anything is sent."""

    look: Callable[[str], None]

    def ask(self, target: str, headers: Mapping[str, str]) -> HTTPResponse:
        """Return the answer with its head read; a host that sends it too slowly is cut off."""
        self.request("GET", target, headers=dict(headers))
        with deadline(self, PATIENCE, f"no answer in {PATIENCE:.0f} seconds"):
            return self.getresponse()

    def connect(self) -> None:
        super().connect()
        try:
            self.look(str(self.sock.getpeername()[0]))
        except RemoteError:
            self.close()
            raise


class _SecureConnection(HTTPSConnection, _Connection):
    """The same over TLS: HTTPSConnection calls `connect` above before its handshake."""


class RemoteFile:
    """A file at an address, of which ranges are read.

    size: how many bytes it has.
    Raises RemoteError where it is not there, cannot be read, or changes while it is read.
    """

    def __init__(self, url: str) -> None:
        """Request the first byte of the file at `url`, which reveals its length."""
        self.url = url
        self._inside: bool | None = None  # whether the given address is a private one
        self._at = _checked(url)
        self._open: _Connection | None = None
        self._tag: str | None = None
        self._copy: IO[bytes] | None = None
        self._one_at_a_time = threading.Lock()
        self.size = -1
        try:
            self.read(0, 1)
        except BaseException:
            self.close()
            raise

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes from `start`; fewer than `length` only at the end of the file. Raises RemoteError."""
        if AT_ONCE.exceeded(length):
            raise RemoteError(
                f"{self.url}: a read of {length} bytes is refused; the limit is {AT_ONCE.most}."
            )
        parts: list[bytes] = []
        while length > 0 and (self.size < 0 or start < self.size):
            part = self._range(start, min(length, RANGE))
            if not part:
                break
            parts.append(part)
            start, length = start + len(part), length - len(part)
        return b"".join(parts)

    def save(self, target: Path) -> None:
        """Write all bytes to a new file. Raises RemoteError."""
        start = 0
        with target.open("xb") as file:
            while start < self.size:
                part = self.read(start, RANGE)
                if not part:
                    raise RemoteError(f"{self.url}: ended too early. Try again.")
                start += file.write(part)

    def close(self) -> None:
        """Close the connection, and delete what was kept."""
        if self._open:
            self._open.close()
        if self._copy:
            self._copy.close()
        self._open = self._copy = None

    def _range(self, start: int, length: int) -> bytes:
        with self._one_at_a_time:
            content = self._asked(start, length) if self._copy is None else None
            if content is not None:
                return content
            assert self._copy is not None
            self._copy.seek(start)
            return self._copy.read(length)

    def _asked(self, start: int, length: int) -> bytes | None:
        """Request a range; None where the host sent the whole file, which is then kept."""
        for _ in range(REDIRECTS + 1):
            with self._answer(start, length) as response:
                if response.status in _MOVED:
                    self._follow(response.headers.get("Location"))
                    continue
                if response.status == 416 and self.size < 0:
                    self.size = 0  # the file is empty, so it has no first byte
                    return b""
                if response.status == 206:
                    return self._part(response, start, length)
                if response.status == 200:
                    self._keep(response)
                    return None
                raise RemoteError(f"{self.url}: the host answered {response.status} {response.reason!r}.")
        raise RemoteError(f"{self.url}: was redirected more than {REDIRECTS} times.")

    def _follow(self, location: str | None) -> None:
        if not location:
            raise RemoteError(f"{self.url}: is redirected, and the host does not say where to.")
        target = _checked(urljoin(self._at.geturl(), location))
        if (self._at.scheme, target.scheme) == ("https", "http"):
            raise RemoteError(f"{self.url}: is redirected from HTTPS to HTTP, which is refused.")
        if self._open:
            self._open.close()
        self._open, self._at = None, target

    def _part(self, response: HTTPResponse, start: int, length: int) -> bytes:
        match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        first, last, size = (int(part) for part in match.groups()) if match else (-1, -1, -1)
        tag = response.headers.get("ETag")
        if self.size < 0:
            self.size, self._tag = size, tag
        if (size, tag) != (self.size, self._tag):
            raise RemoteError(f"{self.url}: changed while it was read. Try again.")
        if first != start or last != min(start + length, size) - 1:
            raise RemoteError(f"{self.url}: the host sent a different range from the one requested.")
        wanted = last - first + 1
        content = b"".join(self._pieces(response, wanted))
        if len(content) != wanted:
            raise RemoteError(f"{self.url}: the response was cut off.")
        return content

    def _keep(self, response: HTTPResponse) -> None:
        if self.size >= 0:
            raise RemoteError(f"{self.url}: the host no longer supports range requests. Try again.")
        copy, size = TemporaryFile(), 0  # noqa: SIM115  it is closed with the file
        self._copy = copy
        for piece in self._pieces(response, WITHOUT_RANGES.most + 1):
            copy.write(piece)
            size += len(piece)
        if WITHOUT_RANGES.exceeded(size):
            raise RemoteError(
                f"{self.url}: the host does not support range requests, and sends more than {WITHOUT_RANGES.most} bytes. Download it, and open that."
            )
        promised = response.headers.get("Content-Length")
        if promised is not None and promised != str(size):
            raise RemoteError(f"{self.url}: the response was cut off.")
        self.size = size

    @contextmanager
    def _answer(self, start: int, length: int) -> Generator[HTTPResponse]:
        """Give the answer to a request; any failure before the block ends becomes a RemoteError."""
        fresh = self._open is None
        connection = self._open = self._open or self._connection()
        headers = {
            "Range": f"bytes={start}-{start + length - 1}",
            "Accept-Encoding": "identity",
            "User-Agent": f"communique/{version('communique')}",
        }
        try:
            try:
                response = connection.ask(_target(self._at), headers)
            except (HTTPException, OSError):
                if fresh:
                    raise
                connection.close()  # the host had closed the idle connection: try once more
                response = connection.ask(_target(self._at), headers)
            with response:
                yield response
                if not response.isclosed():
                    connection.close()  # else the rest of this answer would be taken for the next one
        except (HTTPException, OSError, ValueError) as error:
            connection.close()
            raise RemoteError(f"{self.url}: cannot be read: {why(error)}.") from error
        except RemoteError:
            connection.close()
            raise

    def _pieces(self, response: HTTPResponse, most: int) -> Iterator[bytes]:
        assert self._open is not None
        return pieces(self._open, response, PATIENCE, most)

    def _connection(self) -> _Connection:
        kind = _SecureConnection if self._at.scheme == "https" else _Connection
        connection = kind(self._at.hostname or "", self._at.port, timeout=WAIT)
        connection.look = self._look
        return connection

    def _look(self, peer: str) -> None:
        """Refuse a private address, unless the given one is private itself."""
        private = not ip_address(peer.partition("%")[0]).is_global
        if self._inside is None:
            self._inside = private
        elif private and not self._inside:
            raise RemoteError(f"{self.url}: is redirected to {peer}, a private address, which is refused.")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RemoteError(f"{url}: is not a web address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise RemoteError(f"{url}: is not a web address that can be read. Give one with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        raise RemoteError(f"{parts.hostname}: addresses with a name or a password in them are refused.")
    return parts._replace(fragment="")


def _target(url: SplitResult) -> str:
    """Return the request target; spaces and characters beyond ASCII are percent-encoded, as browsers do."""
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return _OTHERS.sub(lambda found: quote(found[0]), target)


class Ranges(io.RawIOBase):
    """A part of a remote file as a file object, which requests what is read of it."""

    def __init__(self, file: RemoteFile, start: int = 0, size: int | None = None) -> None:
        """Give `size` bytes of `file` from `start`; by default the rest."""
        self.file, self._start, self._position = file, start, 0
        self.size = file.size - start if size is None else size

    def again(self) -> Ranges:
        """Return the same part of the file, read from its beginning."""
        return Ranges(self.file, self._start, self.size)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be sought in."""
        return True

    def tell(self) -> int:
        """Return the current position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError(EINVAL, "a position before the start")  # as files do, and zipfile expects
        self._position = base + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes, at most `size` of them."""
        left = max(0, self.size - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        content = self.file.read(self._start + self._position, wanted)
        self._position += len(content)
        return content

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # buffers alone
        """Fill a buffer with the next bytes; return how many."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)
