"""The same rows give the same bytes, whatever surrounds the build."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from ..releases import built
from .test_build import contents

SETTINGS = list(
    product(
        ("Asia/Kolkata", "America/New_York"),
        ("C", "C.UTF-8"),
        ("1", "2"),
        ("1", "2"),  # threads, hash seeds
    )
)
BUILDS = """
import csv, os, random, shutil, sys
from itertools import product
from pathlib import Path
from communique.datapackage import build, open_dataset
from communique.schemas import SCHEMAS

base, work = Path(sys.argv[1]), Path(sys.argv[2])
for number, (umask, folder, shuffled) in enumerate(product((0o022, 0o077), ("a", "b/c d"), (False, True))):
    os.umask(umask)
    source = work / folder / f"source {number}"
    shutil.copytree(base, source)
    for path in source.glob("*.csv") if shuffled else ():
        head, *rows = csv.reader(path.read_text("utf-8").splitlines(keepends=True))
        random.Random(number).shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\\n").writerows([head, *rows])
    assert build(open_dataset(source), SCHEMAS, work / folder / f"release-{number}").built
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return contents(built(tmp_path_factory.mktemp("plain") / "release"))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: " ".join(setting))
def test_time_zone_locale_threads_hash_seed_umask_folder_and_order_of_rows_change_no_byte(
    setting: tuple[str, str, str, str], plain: dict[str, bytes], tmp_path: Path
) -> None:
    base = Path(__file__).parent.parent / "cases" / "base"
    names = ("TZ", "LC_ALL", "POLARS_MAX_THREADS", "PYTHONHASHSEED")
    surroundings = dict(zip(names, setting, strict=True))
    subprocess.run(
        [sys.executable, "-c", BUILDS, str(base), str(tmp_path)],
        env={**os.environ, **surroundings},
        check=True,
    )
    releases = sorted(tmp_path.rglob("release-*"))
    assert len(releases) == 8
    for release in releases:
        assert contents(release) == plain
        modes = {(path.is_dir(), oct(path.stat().st_mode & 0o777)) for path in [release, *release.rglob("*")]}
        assert modes == {(True, "0o755"), (False, "0o644")}
