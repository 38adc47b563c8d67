"""An HTTP server on localhost: it serves a folder with or without ranges, and sends faulty answers on request."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Answer = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    """Answers GET with a file of the folder, or with the faulty answer that the test configured."""

    protocol_version = "HTTP/1.1"
    host: Host

    def do_GET(self) -> None:
        """Answer."""
        path = self.path.split("?")[0]
        self.host.asked.append((path, self.headers.get("Range")))
        file = self.host.folder / path.lstrip("/")
        if path in self.host.answers:
            content = file.read_bytes() if file.is_file() else b""
            self.host.answers[path](self, content)
        elif file.is_file():
            (part if self.host.ranges else whole)(self, file.read_bytes())
        else:
            self.answer(404, b"")

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Host:
    """What a host does, and what it was asked for."""

    def __init__(self, folder: Path, ranges: bool, answers: dict[str, Answer]) -> None:
        """Serve `folder`; `answers` has what is answered otherwise, by path."""
        self.folder, self.ranges, self.answers = folder, ranges, answers
        self.asked: list[tuple[str, str | None]] = []
        self.url = ""

    def asked_for(self, path: str) -> int:
        """Return how many bytes of a file were asked for in ranges."""
        spans = [
            re.fullmatch(r"bytes=(\d+)-(\d+)", asked or "") for name, asked in self.asked if name == path
        ]
        return sum(int(span[2]) - int(span[1]) + 1 for span in spans if span)


def part(handler: Handler, content: bytes) -> None:
    """Answer with the range that was asked for."""
    span = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers["Range"])
    assert span
    first, last = int(span[1]), min(int(span[2]), len(content) - 1)
    if first >= len(content):
        handler.answer(416, b"")
        return
    told = f"bytes {first}-{last}/{len(content)}"
    handler.answer(206, content[first : last + 1], Content_Range=told, ETag='"one"')


def whole(handler: Handler, content: bytes) -> None:
    """Answer with the whole file, as hosts do that know no ranges."""
    handler.answer(200, content)


def moved(target: str, status: int = 302) -> Answer:
    """Return what answers that the file is elsewhere."""
    return lambda handler, content: handler.answer(status, b"gone away", Location=target)


@contextmanager
def serving(folder: Path, ranges: bool = True, answers: dict[str, Answer] | None = None) -> Generator[Host]:
    """Serve a folder within the block."""
    host = Host(folder, ranges, answers or {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Handler", (Handler,), {"host": host}))
    server.daemon_threads = True
    host.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
