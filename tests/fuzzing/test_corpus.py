"""Inputs that once failed, and seeded mutations of the corpus; atheris too, where it is installed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest

from . import targets
from .mutations import mutated

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MUTATIONS = {"descriptor": 60, "table": 20, "schema": 30, "report": 10}
RUNS = {"descriptor": 100, "table": 20, "schema": 50, "report": 20}
"""How many new inputs a test run tries, by itself and with atheris: enough for a few seconds."""


@pytest.fixture(autouse=True, scope="module")
def _clear() -> Iterator[None]:
    yield
    targets.clear()


def _inputs(kind: str) -> list[Path]:
    return sorted(path for path in (HERE / kind).glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", _inputs("corpus"), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_inputs_that_once_failed_pass(path: Path) -> None:
    targets.TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", targets.TARGETS)
def test_seeds_and_their_mutations_do_not_fail(name: str) -> None:
    seeds = [path.read_bytes() for path in _inputs("seeds") if path.parent.name == name]
    random = Random(name)
    for data in (*seeds, *(mutated(random, seeds) for _ in range(MUTATIONS[name]))):
        try:
            targets.TARGETS[name](data)
        except BaseException as error:
            error.add_note(f"The input: {data!r}")
            raise


@pytest.mark.skipif(not find_spec("atheris"), reason="atheris is not installed: pip install atheris")
@pytest.mark.parametrize("name", targets.TARGETS)
def test_short_run_of_atheris_with_a_fixed_seed_finds_nothing(name: str, tmp_path: Path) -> None:
    options = [f"-runs={RUNS[name]}", "-seed=1", f"-artifact_prefix={tmp_path}/", str(tmp_path)]
    command = [sys.executable, "-m", "tests.fuzzing.run", name, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-5000:]
