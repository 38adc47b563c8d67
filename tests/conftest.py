"""What the tests share: where the cases lie, and how a case becomes a dataset."""

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
    from .laid import Laid

# A test that passes on a busy machine passes, and one that passes today passes tomorrow.
settings.register_profile("fixed", deadline=None, derandomize=True)
settings.load_profile("fixed")
# Hypothesis also draws what stands in those of our modules that are loaded, which depends on the tests that ran before.
assert "_get_local_constants" in providers.__dict__
providers.__dict__["_get_local_constants"] = Constants

_WATCHED = 2
"""How many cases of a test coverage watches: the others run the same lines."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let coverage watch few cases of each test: the others go the same ways, and take almost half the time unwatched."""
    seen = Counter[str]()
    for item in items:
        test = item.nodeid.partition("[")[0]
        if seen[test] >= _WATCHED:
            item.add_marker("no_cover")
        seen[test] += 1


def pytest_collection_finish() -> None:
    """Let no search for garbage look at what has been imported: it stays, and there is much of it."""
    gc.freeze()


ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"
BASE = CASES / "base"
INVALID = sorted((CASES / "invalid").iterdir())
VALID = sorted((CASES / "valid").iterdir())
EXPECTED = "expected.json"


def expectation(case: Path) -> dict[str, Any]:
    """Return what a case expects; nothing, for a valid one."""
    path = case / EXPECTED
    return json.loads(path.read_text("utf-8")) if path.exists() else {"findings": []}


def lay(case: Path, target: Path) -> Path:
    """Lay the files of a case over a copy of the base dataset."""
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
    """Return the release of the base dataset, built once; it is only read."""
    from .releases import built  # which needs this module

    return built(tmp_path_factory.mktemp("released") / "base")


@pytest.fixture
def release(released: Path, tmp_path: Path) -> Path:
    """Return a copy of the release of the base dataset that a test may change."""
    return Path(shutil.copytree(released, tmp_path / "release"))


@pytest.fixture(scope="session", params=[*INVALID, *VALID], ids=lambda case: case.name)
def laid(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Laid:
    """Return each case in turn, laid out. As this is one for the session, pytest runs all tests of a case in a row."""
    from .laid import Laid  # which needs this module

    return Laid(request.param, lay(request.param, tmp_path_factory.mktemp("laid") / request.param.name))
