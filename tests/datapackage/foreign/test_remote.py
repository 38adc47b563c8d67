"""Fetching: only public hosts, no redirects, a limited number of bytes. The servers of these tests are local."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from communique.datapackage import validate_package
from communique.datapackage.foreign import remote
from communique.datapackage.foreign.remote import fetched, is_public
from communique.datapackage.untrusted.limits import Limit
from communique.datapackage.untrusted.paths import PathError

from . import TABLE, codes, package


class _Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/t.csv")
        else:
            self.send_response(200 if self.path.startswith("/t.csv") else 404)
        self.end_headers()
        self.wfile.write(TABLE.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def anything(number: str) -> bool:
    """Say of any address that it is public."""
    return bool(number)


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server with one table."""
    _Handler.asked.clear()
    http = HTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    thread.join()
    http.server_close()


def test_a_server_on_a_private_network_is_never_asked(server: str, tmp_path: Path) -> None:
    for address in (f"{server}/t.csv", server.replace("127.0.0.1", "localhost") + "/t.csv"):
        found = validate_package(package(tmp_path, {}, path=address), allow_remote=True)
        assert [code for code, _, _ in codes(found)] == ["scheme-error"]
        assert "which is private: nothing is fetched from there" in (found.findings[0].expected or "")
        assert "--allow-remote" not in f"{found.findings[0].expected} {found.rules['scheme-error'].remedy}"
    assert not _Handler.asked


def test_the_option_is_named_where_it_was_not_given(tmp_path: Path) -> None:
    found = validate_package(package(tmp_path, {}, path="https://example.org/t.csv"))
    assert "--allow-remote" in (found.findings[0].expected or "")


def test_what_is_public_is_fetched_once_and_checked(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "is_public", anything)
    folder = package(tmp_path, {}, path=f"{server}/t.csv?x=1")
    assert validate_package(folder, allow_remote=True).ok
    assert _Handler.asked == ["/t.csv?x=1"]
    assert fetched(f"{server}/t.csv", tmp_path) == fetched(f"{server}/t.csv", tmp_path)


@pytest.mark.parametrize(
    ("path", "said"), [("/moved", "a redirect, which is not followed"), ("/none", "status 404")]
)
def test_redirects_and_failures_are_findings(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.setattr(remote, "is_public", anything)
    with pytest.raises(PathError, match=said):
        fetched(server + path, tmp_path)


def test_so_many_bytes_are_fetched(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "is_public", anything)
    monkeypatch.setattr(remote, "REMOTE", Limit(len(TABLE), "", "bytes", ""))
    assert fetched(f"{server}/t.csv?1", tmp_path).read_text() == TABLE
    monkeypatch.setattr(remote, "REMOTE", Limit(len(TABLE) - 1, "", "bytes", ""))
    with pytest.raises(PathError, match="found more"):
        fetched(f"{server}/t.csv?2", tmp_path)


@pytest.fixture
def saying(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes, bytes], str]]:
    """Give a function that starts a host which says something, and then the same now and then; nothing: it hangs up."""
    monkeypatch.setattr(remote, "is_public", anything)
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def say(server: socket.socket, first: bytes, then: bytes) -> None:
        with server:
            while not ended.is_set():
                with server.accept()[0] as there, suppress(OSError):
                    there.recv(9999)
                    there.sendall(first)
                    while then and not ended.wait(0.02):
                        there.sendall(then)

    def start(first: bytes, then: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        addresses.append(server.getsockname())
        threads.append(threading.Thread(target=say, args=(server, first, then), daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/t.csv"

    addresses: list[tuple[str, int]] = []
    yield start
    ended.set()
    for address, thread in zip(addresses, threads, strict=True):
        with suppress(OSError):
            socket.create_connection(address).close()
        thread.join()


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nid,name\n1,a\n", "87 bytes fewer than it announced"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\nid,name\n1,a\n\r\n", "IncompleteRead"),
    ],
)
def test_an_answer_that_breaks_off_is_never_taken_for_the_file(
    saying: Callable[[bytes, bytes], str], tmp_path: Path, first: bytes, said: str
) -> None:
    address = saying(first, b"")
    for _ in range(2):  # nor is what came of it
        with pytest.raises(PathError, match=said):
            fetched(address, tmp_path)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", "none within 0.2 seconds"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "less than 50,000 bytes a second"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", "less than 50,000 bytes a second"),
        (CHUNKED + b"\r\n1\r\na\r\n9;", "less than 50,000 bytes a second"),  # about a piece
        (CHUNKED + b"Connection: close\r\n\r\n0\r\nX: ", "less than 50,000 bytes a second"),  # after the last
    ],
)
def test_a_host_that_never_comes_to_an_end_is_left(
    saying: Callable[[bytes, bytes], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: bytes,
    said: str,
) -> None:
    monkeypatch.setattr(remote, "PATIENCE", 0.2)
    with pytest.raises(PathError, match=said):
        fetched(saying(first, b"x"), tmp_path)


@pytest.mark.parametrize(
    "address",
    ["ftp://example.org/a", "http:///a", "http://u:p@example.org/a", "http://example.org:x/a", "http://[/a"],
)
def test_only_addresses_of_the_web_without_a_user_are_fetched(tmp_path: Path, address: str) -> None:
    with pytest.raises(PathError):
        fetched(address, tmp_path)


def test_what_does_not_answer_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "is_public", anything)
    with pytest.raises(PathError, match="an answer from"):
        fetched("http://127.0.0.1:9/a", tmp_path)
    with pytest.raises(PathError, match="an answer from"):
        fetched("https://127.0.0.1:9/a", tmp_path)
    with pytest.raises(PathError, match="a known host"):
        fetched("http://" + "a" * 70 + ".example/a", tmp_path)


@pytest.mark.parametrize(
    "number",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "224.0.0.1",
            "100.64.0.1",
        ),
        *(
            "::1",
            "fe80::1%eth0",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ),
    ],
)
def test_private_local_and_mapped_addresses_are_not_public(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_others_are_public(number: str) -> None:
    assert is_public(number)
