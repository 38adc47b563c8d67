"""The same rows give the same bytes, whatever the environment of the build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import combinations, groupby, product
from pathlib import Path

import pytest

from ..conftest import BASE
from .test_build import contents

LEVELS = (
    ("Asia/Kolkata", "America/New_York"),  # time zones
    ("C", "C.UTF-8"),  # locales
    ("1", "2"),  # threads
    ("1", "2"),  # hash seeds
    (0o022, 0o077),  # umasks
    ("a", "b/c d"),  # folders
    (False, True),  # whether rows are shuffled
)
ARRAY = [
    (zone, locale, threads, zone ^ locale ^ threads, locale ^ threads ^ order, zone ^ threads ^ order, order)
    for zone, locale, threads, order in product((0, 1), repeat=4)
]
"""An orthogonal array of strength 3: a row is a build, with the level of each of the seven things that surround it."""
SETTINGS = [
    (surroundings, [build[4:] for build in builds])
    for surroundings, builds in groupby(ARRAY, key=lambda build: build[:4])
]
BUILDS = """
import csv, json, os, random, shutil, sys
from pathlib import Path
from communique.cli.main import main

base, work = Path(sys.argv[1]), Path(sys.argv[2])
for number, (umask, folder, shuffled) in enumerate(json.loads(sys.argv[3])):
    os.umask(umask)
    source = work / folder / f"source {number}"
    shutil.copytree(base, source)
    for path in source.glob("*.csv") if shuffled else ():
        head, *rows = csv.reader(path.read_text("utf-8").splitlines(keepends=True))
        random.Random(number).shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\\n").writerows([head, *rows])
    sys.argv = ["communique", "build", str(source), "-o", str(work / folder / f"release-{number}")]
    try:
        main()
    except SystemExit as left:
        assert not left.code
"""


def test_any_three_of_the_seven_meet_in_every_combination() -> None:
    for three in combinations(range(len(LEVELS)), 3):
        assert {tuple(build[at] for at in three) for build in ARRAY} == set(product((0, 1), repeat=3))


@pytest.mark.parametrize(
    ("surroundings", "builds"), SETTINGS, ids=["".join(map(str, setting)) for setting, _ in SETTINGS]
)
def test_time_zone_locale_threads_hash_seed_umask_folder_and_order_of_rows_change_no_byte(
    surroundings: tuple[int, ...], builds: list[tuple[int, ...]], released: Path, tmp_path: Path
) -> None:
    names = ("TZ", "LC_ALL", "POLARS_MAX_THREADS", "PYTHONHASHSEED")
    values = [str(of[level]) for of, level in zip(LEVELS, surroundings, strict=False)]
    ways = [[of[level] for of, level in zip(LEVELS[4:], build, strict=True)] for build in builds]
    subprocess.run(
        [sys.executable, "-c", BUILDS, str(BASE), str(tmp_path), json.dumps(ways)],
        env={**os.environ, **dict(zip(names, values, strict=True))},
        check=True,
        capture_output=True,
    )
    releases = sorted(tmp_path.rglob("release-*"))
    assert len(releases) == 2
    for release in releases:
        assert contents(release) == contents(released)
        modes = {(path.is_dir(), oct(path.stat().st_mode & 0o777)) for path in [release, *release.rglob("*")]}
        assert modes == {(True, "0o755"), (False, "0o644")}
