"""The site of the tracked release, made once for each test process, and a browser."""

from __future__ import annotations

import csv
from collections.abc import Generator
from pathlib import Path

import pytest

from communique.datapackage.site import site
from communique.schemas import STORY

from ...conftest import ROOT
from .browser import Browser

RELEASE = ROOT / "output" / "union-state"


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of union-state."""
    with (RELEASE / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of union-state."""
    target = tmp_path_factory.mktemp("site") / "union-state"
    site(RELEASE, target, STORY)
    return target


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    opened = Browser()
    yield opened
    opened.close()
