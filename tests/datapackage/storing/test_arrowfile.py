"""Frames spooled to a file are read back unchanged, with some columns or all, as often as needed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from communique.datapackage.storing.arrowfile import spooled

ROWS = pl.DataFrame(
    {
        "text": ["a", None, "я", ""],
        "day": [date(2024, 12, 6), None, date(2000, 1, 26), date(1, 1, 1)],
        "number": [1, None, 2**60 + 1, -1],
        "moment": [datetime(2024, 12, 6, tzinfo=UTC), None, None, None],
        "none": [None, None, None, None],
    }
)


def test_frames_come_back_as_they_went(tmp_path: Path) -> None:
    rows = spooled([ROWS[:3], ROWS[3:]], tmp_path / "rows.arrow")
    for _ in range(2):
        assert [len(frame) for frame in rows.batches()] == [3, 1]
        assert_frame_equal(pl.concat(rows.batches()), ROWS)


def test_columns_come_in_the_order_in_which_they_are_asked_for(tmp_path: Path) -> None:
    rows = spooled([ROWS], tmp_path / "rows.arrow")
    assert_frame_equal(pl.concat(rows.batches(["number", "text"])), ROWS.select("number", "text"))


def test_a_frame_comes_back_in_parts_where_that_is_asked_for(tmp_path: Path) -> None:
    rows = spooled([ROWS], tmp_path / "rows.arrow", 3)
    assert [len(frame) for frame in rows.batches()] == [3, 1]


def test_no_rows_are_no_frames(tmp_path: Path) -> None:
    assert list(spooled([ROWS[:0]], tmp_path / "rows.arrow").batches()) == []
