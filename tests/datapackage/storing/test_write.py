"""The bytes of a release depend on its rows alone, not on how they are split into frames."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from communique.datapackage.errors import CommuniqueError
from communique.datapackage.storing import write
from communique.datapackage.storing.write import TableFiles
from communique.schemas import SCHEMAS
from communique.schemas.rules import RECORD

from ...frames import frame_of

PERSONS = SCHEMAS.table("persons")


@dataclass(frozen=True)
class Frames:
    """Rows in these frames, one after the other."""

    frames: list[pl.DataFrame]

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        yield from (frame.select(columns or frame.columns) for frame in self.frames)


def none(_: object, __: object) -> None:
    """Refuse no rows."""


def written(folder: Path, *frames: pl.DataFrame) -> list[bytes]:
    (folder / "data").mkdir(parents=True)
    files = TableFiles(folder, PERSONS, {})
    files.write(Frames([*frames]), none, folder)
    files.seal("sha256:0")
    return [path.read_bytes() for path in sorted((folder / "data").iterdir())]


@pytest.mark.parametrize("length", [1, 999, 20_000])
def test_the_chunks_of_a_frame_leave_no_trace(length: int, tmp_path: Path) -> None:
    # The name is longer than a page of a Parquet file holds of it, and each is another.
    people = [
        {"person_id": f"p{number:06}", "name": f"Somebody {number} " * 9, "country_code": "RU"}
        for number in range(20_000)
    ]
    whole = frame_of(PERSONS, people).drop(RECORD)
    chunked = pl.concat(whole.iter_slices(length), rechunk=False)
    assert written(tmp_path / "chunked", chunked) == written(tmp_path / "whole", whole)


@dataclass
class Restless:
    """Rows that come in order only every second time."""

    rows: pl.DataFrame
    times: int = 0

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        self.times += 1
        yield (self.rows if self.times % 2 == 0 else self.rows[::-1]).select(columns or self.rows.columns)


def test_rows_that_come_in_another_order_each_time_are_not_written(tmp_path: Path) -> None:
    people = [{"person_id": f"p{number}", "name": "Somebody", "country_code": "RU"} for number in range(9)]
    rows = Restless(frame_of(PERSONS, people).drop(RECORD))
    (tmp_path / "data").mkdir()
    with pytest.raises(CommuniqueError, match="same order each time"):
        TableFiles(tmp_path, PERSONS, {}).write(rows, none, tmp_path)


def test_rows_out_of_order_give_the_same_files(tmp_path: Path) -> None:
    people = [
        {"person_id": f"p{number:06}", "name": f"Somebody {number}", "country_code": "RU"}
        for number in range(200_000)  # more than a row group: some are written before the order breaks
    ]
    whole = frame_of(PERSONS, people).drop(RECORD)
    swapped = (whole[:150_000], whole[175_000:], whole[150_000:175_000])
    assert written(tmp_path / "swapped", *swapped) == written(tmp_path / "whole", whole)


def test_a_disk_that_fails_meanwhile_is_told_at_the_end_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(write, "_SYNCED", 1)
    monkeypatch.setattr(os, "fsync", fail)
    file = write.HashedFile(tmp_path / "new")
    file.write(b"one")
    with pytest.raises(OSError, match="Input/output error"):
        file.close()
    assert file.closed
    assert (tmp_path / "new").read_bytes() == b"one"


def test_what_goes_to_the_disk_meanwhile_is_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [
        {"person_id": f"p{number:06}", "name": "Somebody", "country_code": "RU"} for number in range(99)
    ]
    rows = frame_of(PERSONS, people).drop(RECORD)
    whole = written(tmp_path / "whole", rows)
    monkeypatch.setattr(write, "_SYNCED", 1)
    assert written(tmp_path / "meanwhile", rows) == whole
