"""Threads find everything they need imported, and stop when their results are no longer needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import repeat
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pytest

from communique.datapackage import threads
from communique.datapackage.storing.arrowfile import spooled
from communique.datapackage.storing.filehash import sha256_of
from communique.datapackage.storing.parquet import false_statistics, parquet_rows
from communique.datapackage.threads import StoppedError, each_in_turn, side_by_side

_PROGRAM = """
import polars as pl
import polars._dependencies as found
assert type(found.numpy).__name__ == "_LazyModule", "Polars asks for NumPy at once: communique.datapackage.threads need not"
from communique.datapackage.threads import each_in_turn, side_by_side
print(*{call}(lambda _: type(found.numpy).__name__, [0]))
"""


@pytest.mark.parametrize("call", ["each_in_turn", "side_by_side"])
def test_polars_has_numpy_before_threads_ask_for_it(call: str) -> None:
    # Two that ask at once: TypeError: 'module' object does not support item assignment.
    program = _PROGRAM.format(call=call)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("module\n", "")


def test_work_whose_result_is_no_longer_needed_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "WORKERS", 2)
    begun, ended = Event(), list[str]()

    def work(what: str) -> None:
        if what == "error":
            assert begun.wait(60)
            raise ValueError(what)
        try:
            for _ in each_in_turn(lambda _: begun.set(), repeat(None)):
                pass
        except StoppedError:
            ended.append(what)

    with pytest.raises(ValueError, match="error"):
        side_by_side(lambda what: side_by_side(work, [what]), ["error", "endless"])
    assert ended == ["endless"]


def waiting_rows(path: Path) -> Iterable[Any]:
    return spooled([pl.read_parquet(path)], path.with_suffix(".arrow")).batches()


@pytest.mark.parametrize(
    "read",
    [
        parquet_rows,
        false_statistics,
        waiting_rows,
        sha256_of,
    ],
    ids=["rows", "statistics", "spool", "hash"],
)
def test_reading_a_file_stops_when_its_rows_are_no_longer_needed(
    read: Callable[[Path], Iterable[Any]], tmp_path: Path
) -> None:
    path, begun, ended = tmp_path / "table.parquet", Event(), list[str]()
    pl.DataFrame({"id": [1, 2]}).write_parquet(path)

    def work(what: str) -> None:
        if what == "error":
            assert begun.wait(60)
            raise ValueError(what)
        try:
            for _ in range(5_000):
                list(read(path))
                begun.set()
        except StoppedError:
            ended.append(what)

    with pytest.raises(ValueError, match="error"):
        side_by_side(work, ["error", "reader"])
    assert ended == ["reader"]
