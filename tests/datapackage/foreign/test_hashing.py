"""Hashing ahead: it gives the hash that would be computed later of the same file, or nothing."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any, Self

import pytest

from communique.datapackage import threads, validate_package
from communique.datapackage.foreign import hashing
from communique.datapackage.foreign.hashing import ALGORITHMS, Hashing
from communique.datapackage.foreign.opening import Files
from communique.datapackage.threads import side_by_side

from . import TABLE, codes, package

PARTS = {"a.csv": b"id\n1\n", "b.csv": b"2\n" * 5000}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Return the files of a package."""
    for name, content in PARTS.items():
        (tmp_path / name).write_bytes(content)
    return Files(tmp_path, tmp_path)


def _resource(algorithm: str, names: list[str]) -> dict[str, Any]:
    return {"path": names if len(names) > 1 else names[0], "hash": f"{algorithm}:0"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("ahead", [True, False])
def test_a_hash_is_over_all_files(
    files: Files, algorithm: str, ahead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "_AT_ONCE", 7)
    names = list(PARTS)
    with Hashing() as hashes:
        if ahead:
            hashes.begin({"resources": [_resource(algorithm, names), _resource(algorithm, names[:1])]}, files)
        for count in (1, 2):
            found = hashes.digest(algorithm, names[:count], map(files.file, names[:count]))
            assert found == hashlib.new(algorithm, b"".join(list(PARTS.values())[:count])).hexdigest()


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"resources": {}},
        {"resources": [None, 1, {"hash": 5, "path": "a.csv"}, {"hash": "0"}, {"hash": "0", "path": [1]}]},
        {"resources": [{"hash": "0", "path": "https://example.org/a.csv"}]},
        {"resources": [{"hash": "crc:0", "path": "a.csv"}]},
        {"resources": [{"hash": "0", "path": "../a.csv"}, {"hash": "0", "path": "gone.csv"}]},
    ],
)
def test_whatever_a_descriptor_says_nothing_is_raised_and_nothing_fetched(
    files: Files, content: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communique.datapackage.foreign.remote.fetched", None)
    with Hashing() as hashes:
        hashes.begin(content, Files(files.folder, files.work, remote=True))


class Endless:
    """A file without an end."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def open(self, *_: object, **__: object) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def readinto(self, room: memoryview) -> int:
        self.begun.set()
        return len(room)


def test_a_hash_that_is_no_longer_needed_ends_with_the_run(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = Endless()
    monkeypatch.setattr(Files, "file", endless.open)
    monkeypatch.setattr(hashing, "_AT_ONCE", 1 << 10)
    with Hashing() as hashes:
        hashes.begin(_resource("sha256", ["a.csv"]), files)
        assert endless.begun.wait(60)


@pytest.mark.parametrize("ahead", [True, False])
def test_an_interruption_ends_who_waits_for_a_hash(
    files: Files, ahead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless: Any = Endless()
    monkeypatch.setattr(Files, "file", endless.open)
    monkeypatch.setattr(hashing, "_AT_ONCE", 1 << 10)
    monkeypatch.setattr(threads, "WORKERS", 2)
    with Hashing() as hashes:
        if ahead:
            hashes.begin(_resource("sha256", ["a.csv"]), files)
            assert endless.begun.wait(60)

        def work(interrupted: bool) -> None:
            if interrupted:
                assert endless.begun.wait(60)
                raise KeyboardInterrupt
            hashes.digest("sha256", ["a.csv"], [endless])

        with pytest.raises(KeyboardInterrupt):
            side_by_side(work, [True, False])


@pytest.mark.parametrize("wrong", [False, True])
def test_a_wrong_hash_is_found_and_a_right_one_is_not(tmp_path: Path, wrong: bool) -> None:
    right = hashlib.sha256(TABLE.encode()).hexdigest()
    folder = package(tmp_path, {"t.csv": TABLE}, hash=f"SHA256:{right[::-1] if wrong else right.upper()}")
    assert [code for code, _, _ in codes(validate_package(folder))] == ["hash-count"] * wrong
