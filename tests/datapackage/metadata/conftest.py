"""The releases whose metadata is tested: a small one, union-state, and two made from external packages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ...conftest import ROOT
from ..constrained import constrained
from .foreign import foreign


@pytest.fixture(scope="session")
def _packages(released: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("metadata")
    foreign(folder / "foreign")
    return {
        "small": released,
        "union-state": ROOT / "output" / "union-state",
        "foreign": folder / "foreign",
        "constrained": constrained(folder / "constrained"),
    }


@pytest.fixture(params=["small", "union-state", "foreign", "constrained"])
def package(request: pytest.FixtureRequest, _packages: dict[str, Path]) -> Path:
    """Return a package with its metadata; it is only read."""
    return _packages[request.param]


@pytest.fixture
def own(tmp_path: Path, _packages: dict[str, Path]) -> Path:
    """Return a copy of the small release that a test may change."""
    return Path(shutil.copytree(_packages["small"], tmp_path / "own"))
