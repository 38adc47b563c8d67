"""Synthetic datasets are what benchmarks take them for: reproducible, clean, and faulty exactly where it is said."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import polars as pl
import pytest

from communique.datapackage import Report, check, open_dataset
from communique.schemas import SCHEMAS
from synthetic import expectations_of, missed, write_dataset

from .datapackage.test_build import contents

SIZE = 2_000


def checked(folder: Path) -> Report:
    return check(open_dataset(folder), SCHEMAS)


@pytest.mark.parametrize("unsorted", [False, True])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path, unsorted: bool) -> None:
    for name, seed in (("once", 1), ("again", 1), ("other", 2)):
        write_dataset(tmp_path / name, SIZE, seed, faults=1, unsorted=unsorted)
    once, again, other = (contents(tmp_path / name) for name in ("once", "again", "other"))
    assert once == again
    assert once != other


@pytest.mark.parametrize("unsorted", [False, True])
def test_a_synthetic_dataset_is_clean_and_has_the_rows_that_were_asked_for(
    tmp_path: Path, unsorted: bool
) -> None:
    rows = write_dataset(tmp_path / "large", SIZE, unsorted=unsorted)
    report = checked(tmp_path / "large")
    assert report.findings == ()
    assert {count.table: count.read for count in report.tables} == rows
    assert SIZE <= rows["participants"] < SIZE * 1.2


def test_rows_come_in_the_order_of_their_keys(tmp_path: Path) -> None:
    rows = write_dataset(tmp_path / "large", 40_000)
    assert rows["participants"] > 18_560, "more than one world"
    for name in rows:
        keys = list(SCHEMAS.table(name).primary_key)
        frame = pl.read_csv(tmp_path / "large" / f"{name}.csv", infer_schema=False, columns=keys)
        assert frame.equals(frame.sort(keys)), name


@pytest.mark.parametrize("unsorted", [False, True])
def test_every_planted_fault_is_found_and_nothing_else(tmp_path: Path, unsorted: bool) -> None:
    folder = tmp_path / "large"
    write_dataset(folder, SIZE, faults=2, unsorted=unsorted)
    report = checked(folder)
    assert missed(folder, map(asdict, report.findings)) == ([], [])
    assert len(expectations_of(folder).read_text("utf-8").splitlines()) >= 100
    assert len(report.counts) >= 45


def test_wide_text_is_wider(tmp_path: Path) -> None:
    sizes: list[int] = []
    for name, wide in (("narrow", False), ("wide", True)):
        write_dataset(tmp_path / name, SIZE, wide=wide)
        sizes.append((tmp_path / name / "participants.csv").stat().st_size)
        assert checked(tmp_path / name).findings == ()
    assert sizes[1] > 2 * sizes[0]
