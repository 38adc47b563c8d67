"""Rows are returned in key order, in slices of one size, whether they fit into memory or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, nan
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.storing import ordered
from communique.datapackage.storing.arrowfile import FileRows
from communique.datapackage.storing.compare import aligned, changes
from communique.datapackage.storing.ordered import LazyRows, in_order, is_ordered, resized

KEYS = st.lists(st.tuples(st.sampled_from("aäbя"), st.integers(0, 30)), unique=True, max_size=60)


@pytest.fixture(autouse=True)
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordered, "RUN", 8)
    monkeypatch.setattr(ordered, "PARTS", 3)
    monkeypatch.setattr(ordered, "MERGED", 2)
    monkeypatch.setattr(ordered, "BATCH", 4)


@given(KEYS, st.integers(1, 9))
def test_rows_in_any_order_come_sorted_in_slices_of_one_size(
    tmp_path_factory: pytest.TempPathFactory, keys: list[tuple[str, int]], size: int
) -> None:
    work = tmp_path_factory.mktemp("work")
    frame = pl.DataFrame(keys, schema={"a": pl.String, "b": pl.Int64}, orient="row")
    slices = list(in_order(LazyRows(frame.lazy()), ["a", "b"], size, work))
    assert [row for part in slices for row in part.rows()] == sorted(keys)
    assert all(len(part) == size for part in slices[:-1])
    assert list(work.iterdir()) == []
    assert is_ordered(LazyRows(frame.lazy()), ["a", "b"]) is (keys == sorted(keys))


@given(st.lists(st.integers(0, 5) | st.integers(7, 9), max_size=9), st.integers(1, 9), st.booleans())
def test_rows_in_groups_are_sorted_without_runs_where_groups_are_small(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], size: int, falling: bool
) -> None:
    keys = [(f"{group}", number) for group, length in enumerate(lengths) for number in range(length)]
    shuffled = sorted(keys, key=lambda key: (key[0], -key[1] if falling else key[1] * 7 % 5))
    frame = pl.DataFrame(shuffled, schema={"a": pl.String, "b": pl.Int64}, orient="row")
    work = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        if max(lengths, default=0) < 4:
            patch.setattr(ordered, "_sorted", None)
        if (
            max(lengths, default=0) >= 7
        ):  # it fills a batch, wherever it begins: so much is not held in memory
            patch.setattr(ordered, "_sorted_in_groups", None)
        slices = list(in_order(LazyRows(frame.lazy()), ["a", "b"], size, work))
    assert [row for part in slices for row in part.rows()] == keys


@dataclass(frozen=True)
class Frames:
    """Rows in frames of any size, also none."""

    frames: Sequence[pl.DataFrame]

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the frames."""
        return (frame.select(columns or frame.columns) for frame in self.frames)


@pytest.mark.parametrize("lengths", [(0, 3, 3), (3, 0, 3), (3, 3, 0), (0, 0, 6), (0, 1, 0, 5)])
@pytest.mark.parametrize(
    "letters", ["xxyyyz", "zxyyxy", "xyzabc"], ids=["in groups", "in no order", "in order frame by frame"]
)
def test_frames_without_rows_are_passed_over(tmp_path: Path, lengths: Sequence[int], letters: str) -> None:
    whole = pl.DataFrame({"a": list(letters), "b": [1, 0, 2, 1, 0, 3]})
    ends = list(accumulate(lengths))
    rows = Frames([whole[end - length : end] for end, length in zip(ends, lengths, strict=True)])
    slices = in_order(rows, ["a", "b"], 2, tmp_path)
    assert [row for part in slices for row in part.rows()] == sorted(whole.rows())


@given(st.lists(st.floats(-5, 5) | st.sampled_from([nan, inf, -inf]), unique_by=str, max_size=40))
def test_nan_comes_after_all_numbers_and_meets_itself(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float]
) -> None:
    work = tmp_path_factory.mktemp("work")
    keys = pl.DataFrame({"a": numbers}, schema={"a": pl.Float64}).unique()
    rows = pl.concat(in_order(LazyRows(keys.lazy()), ["a"], 5, work)) if len(keys) else keys
    assert rows.equals(keys.sort("a"))
    few = rows.filter(pl.int_range(pl.len()) % 3 == 0 if len(rows) else pl.lit(value=True))
    slices = aligned(resized([rows], 4), resized([few], 3), ["a"])
    both = [changes(old, new, ["a"]) for old, new in slices]
    assert sum(len(found) for found in both if found is not None) == len(rows) - len(few)


def test_no_more_runs_are_merged_at_once_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    merge, at_once = ordered._merged, list[int]()  # pyright: ignore[reportPrivateUsage]

    def merged(files: list[FileRows], key: Sequence[str]) -> Iterator[pl.DataFrame]:
        at_once.append(len(files))
        return merge(files, key)

    monkeypatch.setattr(ordered, "_merged", merged)
    keys = list(reversed(range(60)))
    slices = in_order(LazyRows(pl.LazyFrame({"a": keys})), ["a"], 7, tmp_path)
    assert [key for part in slices for key in part["a"]] == sorted(keys)
    assert len(at_once) > 1
    assert max(at_once) == ordered.MERGED


@pytest.mark.parametrize("keys", [["x", "x"], ["x", None], [1.0, nan]])
def test_a_key_that_is_there_twice_or_has_no_place_in_an_order_is_not_in_order(keys: list[object]) -> None:
    assert not is_ordered(LazyRows(pl.LazyFrame({"a": keys})), ["a"])


def test_slices_keep_every_row(tmp_path: Path) -> None:
    frames = [pl.DataFrame({"a": range(start, start + length)}) for start, length in ((0, 5), (5, 0), (5, 7))]
    assert [len(part) for part in resized(frames, 4)] == [4, 4, 4]
    assert list(resized([], 4)) == []
