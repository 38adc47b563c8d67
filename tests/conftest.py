"""Shared by all tests: the folders of the cases, and how a case becomes a dataset."""

from __future__ import annotations

import gc
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

if TYPE_CHECKING:
    from .prepared_case import PreparedCase

# No deadlines and no random seed: a result depends neither on the load of the machine nor on the day.
settings.register_profile("fixed", deadline=None, derandomize=True)
settings.load_profile("fixed")
# Hypothesis also draws constants from our loaded modules, so its examples would depend on which tests ran before.
assert "_get_local_constants" in providers.__dict__
providers.__dict__["_get_local_constants"] = Constants

_WATCHED = 2
"""For how many cases of each test coverage is measured: the others run the same lines."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure coverage for a few cases of each test: without it the others take almost half the time."""
    seen = Counter[str]()
    for item in items:
        test = item.nodeid.partition("[")[0]
        if seen[test] >= _WATCHED:
            item.add_marker("no_cover")
        seen[test] += 1


def pytest_collection_finish() -> None:
    """Exclude all imported objects from garbage collection: there are many, and none is ever freed."""
    gc.freeze()


ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"
BASE = CASES / "base"
INVALID = sorted((CASES / "invalid").iterdir())
VALID = sorted((CASES / "valid").iterdir())
EXPECTED = "expected.json"


def expectation(case: Path) -> dict[str, Any]:
    """Return the expected findings of a case; a valid case has none."""
    path = case / EXPECTED
    return json.loads(path.read_text("utf-8")) if path.exists() else {"findings": []}


def lay(case: Path, target: Path) -> Path:
    """Copy the base dataset and replace its files with those of a case."""
    shutil.copytree(BASE, target)
    for path in case.iterdir():
        if path.is_dir():
            (target / path.name).unlink()
            shutil.copytree(path, target / path.name)
        elif path.name != EXPECTED:
            shutil.copy(path, target / path.name)
    for name in expectation(case).get("remove", []):
        (target / name).unlink()
    return target


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a copy of the base dataset that a test may change."""
    return Path(shutil.copytree(BASE, tmp_path / "base"))


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the release of the base dataset, built once; no test may change it."""
    from .releases import built  # which needs this module

    return built(tmp_path_factory.mktemp("released") / "base")


@pytest.fixture
def release(released: Path, tmp_path: Path) -> Path:
    """Return a copy of the release of the base dataset that a test may change."""
    return Path(shutil.copytree(released, tmp_path / "release"))


@pytest.fixture(scope="session", params=[*INVALID, *VALID], ids=lambda case: case.name)
def prepared_case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PreparedCase:
    """Return each case in turn, copied over the base dataset; in session scope pytest runs the tests of a case together."""
    from .prepared_case import PreparedCase  # which needs this module

    return PreparedCase(
        request.param, lay(request.param, tmp_path_factory.mktemp("cases") / request.param.name)
    )
