"""A file that is swapped between its check and its use: the checked content is read, or nothing."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any

import polars as pl
import pytest

from communique.datapackage import validate_package
from communique.datapackage.foreign import run
from communique.datapackage.foreign.opening import Files
from communique.datapackage.untrusted import paths
from communique.datapackage.untrusted.paths import PathError, below, bytes_of

from . import TABLE, codes, package, refusal, said

CANARY = "id,name\n1,CANARY\n"


def _after(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, then: Callable[[], None]) -> None:
    """Let something happen once, right after a function has returned."""
    before, left, turn = getattr(where, name), [then], RLock()

    def call(*arguments: Any, **options: Any) -> Any:
        with turn:  # files are hashed by a thread of its own, which would find it half happened
            found = before(*arguments, **options)
            if left:
                left.pop()()
            return found

    monkeypatch.setattr(where, name, call)


def _swapped(file: Path, outside: Path) -> Callable[[], None]:
    def swap() -> None:
        file.unlink()
        file.symlink_to(outside)

    return swap


def _written(kind: str, file: Path, text: str) -> None:
    if kind == "parquet":
        pl.read_csv(text.encode()).write_parquet(file)
    elif kind == "csv.gz":
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text)


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet"])
@pytest.mark.parametrize("also", [{}, {"dialect": {"delimiter": ";"}}, {"bytes": 1, "hash": "0"}])
def test_a_file_that_is_swapped_once_it_was_judged_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, also: dict[str, Any]
) -> None:
    folder = package(tmp_path / "p", {}, path=f"t.{kind}", **also)
    _written(kind, folder / f"t.{kind}", TABLE)
    _written(kind, tmp_path / "canary", CANARY)
    _after(monkeypatch, Files, "file", _swapped(folder / f"t.{kind}", tmp_path / "canary"))
    found = validate_package(folder)
    assert {code for code, _, _ in codes(found)} == {"source-error"}
    assert "CANARY" not in repr(found)


def _rewrite(file: Path) -> None:
    file.write_text(CANARY)


def _shorten(file: Path) -> None:
    os.truncate(file, 3)


@pytest.mark.parametrize("write", [_rewrite, _shorten])
def test_a_finding_is_not_worded_with_what_stands_there_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    folder = package(tmp_path, {"t.csv": "id,name\nx,Minsk\n"})
    _after(monkeypatch, run.Run, "_compare", lambda: write(folder / "t.csv"))
    found = validate_package(folder)
    assert [code for code, _, _ in codes(found)] == ["source-error"]
    assert "stays as it is" in said(found)
    assert "CANARY" not in repr(found)


def test_a_folder_that_becomes_a_link_while_a_path_is_judged_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "p" / "a").mkdir(parents=True)
    (tmp_path / "p" / "a" / "t.csv").write_text(TABLE)
    (tmp_path / "t.csv").write_text(CANARY)

    def swap() -> None:
        (tmp_path / "p" / "a").rename(tmp_path / "away")
        (tmp_path / "p" / "a").symlink_to(tmp_path)

    _after(monkeypatch, paths, "partial", swap)  # the path was judged, and is about to be opened
    with pytest.raises(PathError, match="a file that can be read at"):
        below(tmp_path / "p", "a/t.csv")


def test_a_descriptor_that_is_swapped_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = package(tmp_path / "p", {"t.csv": TABLE})
    (tmp_path / "elsewhere.json").write_text("{}")
    from communique.datapackage.foreign import opening

    _after(monkeypatch, opening, "below", _swapped(folder / "datapackage.json", tmp_path / "elsewhere.json"))
    assert "stays as it is" in refusal(folder)


def test_a_judged_file_opens_as_often_as_it_stays_the_same(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    found = below(tmp_path, "t.csv")
    assert found.read_text() == found.read_text() == TABLE
    assert bytes_of(found, 2) == TABLE.encode()[:3]
    assert found.stat().st_size == len(TABLE)
    (tmp_path / "new").write_text(TABLE)
    (tmp_path / "new").replace(tmp_path / "t.csv")
    for use in (found.read_text, found.stat, lambda: bytes_of(found, 2)):
        with pytest.raises(PathError, match="stays as it is"):
            use()
