"""Synthetic datasets are what benchmarks assume: reproducible, clean, and faulty only where faults were planted."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pytest

from communique.datapackage import Report, check, open_dataset
from communique.schemas import SCHEMAS
from measuring.figures import FIGURES
from measuring.measure import Measured, Run, RunError, run
from measuring.targets import TARGETS, reached
from rivals import checks, packages
from synthetic import Width, expectations_of, missed, write_dataset

from .conftest import ROOT
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
    assert missed(folder, [asdict(finding) for finding in report.findings]) == ([], [])
    assert len(expectations_of(folder).read_text("utf-8").splitlines()) >= 100
    assert len(report.counts) >= 45


def test_wide_text_is_wider(tmp_path: Path) -> None:
    sizes: list[int] = []
    widths: tuple[Width, ...] = ("terse", "real", "wide")
    for width in widths:
        write_dataset(tmp_path / width, SIZE, width=width)
        sizes.append((tmp_path / width / "participants.csv").stat().st_size)
        assert checked(tmp_path / width).findings == ()
    assert sizes[2] > 2 * sizes[1]
    assert sizes[1] > 1.2 * sizes[0]


@pytest.mark.parametrize("rival", ["pandera", "dataframely", "pointblank"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        (",invited,", ",observer,"),
        (",attended,stated,,", ",absent,stated,,"),
        ("alexander-lukashenko,", "nobody,"),
        ("-a", "--a"),
    ],
)
def test_a_rival_accepts_a_clean_dataset_and_rejects_one_fault(
    tmp_path: Path, rival: str, old: str, new: str
) -> None:
    pytest.importorskip(rival, reason=f"{rival} is not installed: pip install -e '.[bench]'")
    write_dataset(tmp_path / "large", 100)
    path = tmp_path / "large" / "participants.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    verdict = getattr(checks, rival)(tmp_path / "large", tmp_path)
    assert verdict.startswith("rejected" if old else "accepted")


@pytest.mark.parametrize(
    ("old", "new"), [("", ""), (",BY\n", ",YB\n"), ("boris-petrov,", "anna-ivanova,"), ("boris-", "nobody-")]
)
def test_frictionless_accepts_a_package_and_rejects_one_fault(
    release: Path, tmp_path: Path, old: str, new: str
) -> None:
    descriptor = json.loads((release / "datapackage.json").read_text("utf-8"))
    resources = [resource for resource in descriptor["resources"] if resource["path"].endswith(".csv")]
    for resource in resources:  # by its hash it would know each change
        del resource["hash"], resource["bytes"]
    (release / "datapackage.json").write_text(json.dumps({**descriptor, "resources": resources}), "utf-8")
    persons = release / "data" / "persons.csv"
    persons.write_text(persons.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert packages.frictionless(release, tmp_path).startswith("rejected" if old else "accepted")


def test_a_rival_that_needs_none_of_our_code_does_not_import_it() -> None:
    code = "import sys; from rivals import bare, packages; print({'communique', 'polars'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "benchmarks", capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


_SPEED = "rows a second: validate sources, CSV ÷ frictionless, sources"


def test_a_target_says_which_of_its_limits_is_kept() -> None:
    (time,) = (target for target in TARGETS if target.name == "time: build ÷ bare Polars")
    assert [time.verdict(value) for value in (0.8, 1.5, 1.6)] == ["aim", "must", "missed"]
    (speed,) = (target for target in TARGETS if target.name == _SPEED)
    assert [speed.verdict(value) for value in (150, 40, 39)] == ["aim", "must", "missed"]


def test_a_target_is_shown_where_its_figures_were_measured() -> None:
    results = {"help": Measured(None, [Run(0.3, 0.2, 20), Run(0.1, 0.1, 30), Run(0.2, 0.1, 40)])}
    assert [(target.name, value) for target, value in reached(results)] == [("time: help", 0.2)]
    assert results["help"].spread == (0.1, 0.3)


def test_a_command_that_fails_is_no_measurement() -> None:
    assert run([sys.executable, "-c", ""]).memory > 0
    with pytest.raises(RunError, match="ZeroDivisionError"):
        run([sys.executable, "-c", "1/0"])


def test_every_figure_of_a_target_exists() -> None:
    assert {name for target in TARGETS for name in target.needs} <= {figure.name for figure in FIGURES}
