"""The bytes of a release depend on its rows alone, not on the frames in which they came."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from communique.datapackage.write import TableFiles
from communique.schemas import SCHEMAS

from ..frames import frame_of

PERSONS = SCHEMAS.table("persons")


def written(folder: Path, rows: pl.DataFrame) -> list[bytes]:
    (folder / "data").mkdir(parents=True)
    files = TableFiles(folder, PERSONS, {})
    files.write([rows], lambda rows: rows)
    files.seal("sha256:0")
    return [path.read_bytes() for path in sorted((folder / "data").iterdir())]


@pytest.mark.parametrize("length", [1, 999, 20_000])
def test_the_chunks_of_a_frame_leave_no_trace(length: int, tmp_path: Path) -> None:
    # The name is longer than a page of a Parquet file holds of it, and each is another.
    people = [
        {"person_id": f"p{number:06}", "name": f"Somebody {number} " * 9, "country_code": "RU"}
        for number in range(20_000)
    ]
    whole = frame_of(PERSONS, people).drop("record")
    chunked = pl.concat(whole.iter_slices(length), rechunk=False)
    assert written(tmp_path / "chunked", chunked) == written(tmp_path / "whole", whole)
