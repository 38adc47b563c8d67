"""Files on another host: ranges, redirects, limits, and hosts that violate the protocol."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.access import remote
from communique.datapackage.access.remote import Ranges, RemoteFile, is_url
from communique.datapackage.errors import RemoteError
from communique.datapackage.untrusted.limits import AT_ONCE, WITHOUT_RANGES

from ...serving import Answer, Handler, Host, moved, part, serving, whole

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(CONTENT)
    (tmp_path / "empty").write_bytes(b"")
    return tmp_path


@pytest.fixture
def host(folder: Path) -> Iterator[Host]:
    with serving(folder) as host:
        yield host


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteFile]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "file").write_bytes(CONTENT)
    with serving(folder) as host:
        file = RemoteFile(f"{host.url}/file")
        yield file
        file.close()


@given(start=st.integers(0, len(CONTENT) + 9), length=st.integers(0, len(CONTENT) + 9))
def test_a_range_has_the_bytes_of_the_file(shared: RemoteFile, start: int, length: int) -> None:
    assert shared.size == len(CONTENT)
    assert shared.read(start, length) == CONTENT[start : start + length]


def test_long_reads_are_asked_for_part_by_part(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "RANGE", 1000)
    file = RemoteFile(f"{host.url}/file")
    assert file.read(10, 5000) == CONTENT[10:5010]
    assert len(host.asked) == 1 + 5
    file.close()


def test_a_file_object_goes_to_its_places(shared: RemoteFile) -> None:
    ranges = Ranges(shared, 100, 1000)
    assert ranges.seekable()
    assert ranges.readable()
    assert ranges.seek(-10, 2) == 990
    assert ranges.read() == CONTENT[1090:1100]
    assert ranges.seek(5) == 5
    assert ranges.seek(5, 1) == 10
    assert ranges.read(3) == CONTENT[110:113]
    assert ranges.tell() == 13
    buffer = bytearray(4)
    assert ranges.readinto(buffer) == 4
    assert bytes(buffer) == CONTENT[113:117]
    assert ranges.again().read(2) == CONTENT[100:102]
    with pytest.raises(OSError, match="before the start"):
        ranges.seek(-1)


def test_an_address_may_have_any_letters(tmp_path: Path) -> None:
    (tmp_path / "%D0%B4%D0%B0%D0%BD%D0%BD%D1%8B%D0%B5%20x").write_bytes(b"abc")
    with serving(tmp_path) as host:
        for name in ("данные x", "%D0%B4%D0%B0%D0%BD%D0%BD%D1%8B%D0%B5%20x"):
            file = RemoteFile(f"{host.url}/{name}")
            assert file.read(0, 3) == b"abc"
            file.close()


def test_an_empty_file_is_empty(host: Host) -> None:
    file = RemoteFile(f"{host.url}/empty")
    assert (file.size, file.read(0, 10)) == (0, b"")
    file.close()


def test_a_host_without_ranges_is_read_once(folder: Path, tmp_path: Path) -> None:
    with serving(folder, ranges=False) as host:
        file = RemoteFile(f"{host.url}/file")
        assert (file.size, file.read(5000, 10)) == (len(CONTENT), CONTENT[5000:5010])
        file.save(tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == CONTENT
        assert len(host.asked) == 1
        file.close()


def test_a_host_without_ranges_and_too_much_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "WITHOUT_RANGES", replace(WITHOUT_RANGES, most=100))
    with (
        serving(folder, ranges=False) as host,
        pytest.raises(RemoteError, match="Download it, and open that"),
    ):
        RemoteFile(f"{host.url}/file")


def test_too_much_at_once_is_refused(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "AT_ONCE", replace(AT_ONCE, most=100))
    file = RemoteFile(f"{host.url}/file")
    with pytest.raises(RemoteError, match="a read of 101 bytes is refused"):
        file.read(0, 101)
    file.close()


def test_redirects_are_followed_a_few_times(folder: Path) -> None:
    with serving(folder, answers={"/a": moved("/b"), "/b": moved("file", 308), "/c": moved("/c")}) as host:
        file = RemoteFile(f"{host.url}/a")
        assert file.read(0, 9) == CONTENT[:9]
        file.close()
        with pytest.raises(RemoteError, match="redirected more than 5 times"):
            RemoteFile(f"{host.url}/c")
        assert [path for path, _ in host.asked[3:4]] == [
            "/file"
        ]  # what is known of the way is not asked again


def status(code: int) -> Answer:
    return lambda handler, content: handler.answer(code, b"no")


def lying(told: str) -> Answer:
    return lambda handler, content: handler.answer(206, content[:1], Content_Range=told)


def cut(handler: Handler, content: bytes) -> None:
    handler.send_response(206)
    handler.send_header("Content-Range", f"bytes 0-0/{len(content)}")
    handler.send_header("Content-Length", "1")
    handler.end_headers()
    handler.close_connection = True


def cut_whole(handler: Handler, content: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:-1])
    handler.close_connection = True


def garbage(handler: Handler, content: bytes) -> None:
    handler.wfile.write(b"\x00\xff nothing that is HTTP\r\n\r\n" * 9)
    handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (moved("ftp://example.org/file"), "not a web address that can be read"),
        (moved("http://user:secret@127.0.0.1/file"), "with a name or a password"),
        (moved("http://[:::/"), "Invalid IPv6"),
        (moved("http://127.0.0.1:99999/"), "not a web address"),
        (moved(""), "does not say where to"),
        (status(302), "does not say where to"),
        (status(500), "answered 500"),
        (status(403), "answered 403"),
        (lying("bytes 5-5/10"), "a different range"),
        (lying("bytes 0-8/10"), "a different range"),
        (lying("bytes 0-0/*"), "a different range"),
        (lying("pages 1"), "a different range"),
        (cut, "cannot be read|cut off"),
        (cut_whole, "cannot be read|cut off"),
        (garbage, "cannot be read"),
    ],
)
def test_hosts_that_do_not_keep_to_the_protocol_get_an_error(folder: Path, answer: Answer, said: str) -> None:
    with serving(folder, answers={"/file": answer}) as host, pytest.raises(RemoteError, match=said) as caught:
        RemoteFile(f"{host.url}/file")
    assert "secret" not in str(caught.value)


def test_a_file_that_changes_while_it_is_read_is_an_error(folder: Path) -> None:
    with serving(folder) as host:
        file = RemoteFile(f"{host.url}/file")
        (folder / "file").write_bytes(CONTENT + b"more")
        with pytest.raises(RemoteError, match="changed while it was read"):
            file.read(0, 10)
        host.answers["/file"] = whole
        with pytest.raises(RemoteError, match="no longer supports range requests"):
            file.read(0, 10)
        file.close()


def test_a_file_that_ends_before_its_end_is_an_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(start: int, length: int) -> bytes:
        return b""

    with serving(folder) as host:
        file = RemoteFile(f"{host.url}/file")
        monkeypatch.setattr(file, "_range", nothing)
        with pytest.raises(RemoteError, match="ended too early"):
            file.save(tmp_path / "copy")
        file.close()


def test_a_connection_that_was_left_open_and_closed_by_the_host_is_made_anew(folder: Path) -> None:
    def once(handler: Handler, content: bytes) -> None:
        part(handler, content)
        handler.close_connection = True  # without saying so

    with serving(folder, answers={"/file": once}) as host:
        file = RemoteFile(f"{host.url}/file")
        assert file.read(0, 5) == CONTENT[:5]
        assert file.read(7, 5) == CONTENT[7:12]
        file.close()


def test_a_public_address_may_not_redirect_to_a_private_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first host counts as public here; the one that it redirects to is on the loopback."""
    look: Callable[[RemoteFile, str], None] = RemoteFile._look  # pyright: ignore[reportPrivateUsage]
    seen: list[str] = []

    def looked(file: RemoteFile, peer: str) -> None:
        seen.append(peer)
        look(file, "93.184.215.14" if len(seen) == 1 else peer)

    monkeypatch.setattr(RemoteFile, "_look", looked)
    with (
        serving(folder) as inside,
        serving(folder, answers={"/file": moved(f"{inside.url}/file")}) as outside,
    ):
        with pytest.raises(RemoteError, match=r"redirected to 127\.0\.0\.1, a private address"):
            RemoteFile(f"{outside.url}/file")
        assert inside.asked == []  # not a byte was sent to it


@pytest.mark.parametrize(
    "peer", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0", "fc00::1"]
)
def test_addresses_of_private_networks_are_known(shared: RemoteFile, peer: str) -> None:
    file = object.__new__(RemoteFile)
    file.url, file._inside = "http://example.org/", False  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(RemoteError, match="private address"):
        file._look(peer)  # pyright: ignore[reportPrivateUsage]


def test_https_is_never_left_for_http(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_SecureConnection", remote._Connection)  # pyright: ignore[reportPrivateUsage]
    with serving(folder) as other, serving(folder, answers={"/file": moved(f"{other.url}/file")}) as host:
        with pytest.raises(RemoteError, match="from HTTPS to HTTP"):
            RemoteFile(host.url.replace("http:", "https:") + "/file")
        assert other.asked == []


@pytest.mark.parametrize("url", ["http://", "http:///x", "https://127.0.0.1:0/", "http://a:b@host/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(RemoteError):
        RemoteFile(url)


def test_a_port_that_nothing_listens_on_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(RemoteError, match=r"/: cannot be read: Connection refused\.$"):
            RemoteFile(f"http://127.0.0.1:{taken.getsockname()[1]}/")


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes], str]]:
    """Give a function that starts a host which says something, and then a byte now and then for ever."""
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def drip(server: socket.socket, first: bytes) -> None:
        with server, server.accept()[0] as there:
            there.recv(9999)
            try:
                there.sendall(first)
                while not ended.wait(0.02):
                    there.sendall(b"x")
            except OSError:
                pass

    def start(first: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        threads.append(threading.Thread(target=drip, args=(server, first), daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/"

    yield start
    ended.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    "first",
    [
        b"HTTP/1.1 206 Partial Content\r\nX: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 99999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9999\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n9;",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\nX: ",
    ],
)
def test_a_host_that_never_comes_to_an_end_is_left(
    dripping: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    monkeypatch.setattr(remote, "PATIENCE", 0.3)
    with pytest.raises(RemoteError, match=r"no answer in|bytes a second"):
        RemoteFile(dripping(first))


def test_a_silent_host_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "WAIT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(RemoteError, match="timed out"):
        RemoteFile(f"http://127.0.0.1:{server.getsockname()[1]}/")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("http://x", True),
        ("HTTPS://x", True),
        ("ftp://x", False),
        ("x.zip", False),
        (Path("http://x"), False),
    ],
)
def test_only_web_addresses_are_addresses(where: Any, expected: bool) -> None:
    assert is_url(where) is expected
