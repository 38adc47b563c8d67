"""frictionless-py's own test cases: verdict, types, rows and fields agree, or the difference has a reason."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from .frictionless import CASES, SUITE, Case, answer, cases

ALL = list(cases()) if SUITE.exists() else []
PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the suite's data, for descriptors are written beside it."""
    root = tmp_path_factory.mktemp("frictionless")
    shutil.copytree(SUITE / "data", root / "data")
    return root


@pytest.mark.skipif(not ALL, reason="the suite is not beside the work tree")
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # frictionless leaves zips open
@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_answer_is_that_of_frictionless_or_differs_for_a_reason(case: Case, folder: Path) -> None:
    if "out" in case.known:
        pytest.skip(case.known["out"])
    agrees = answer(case, folder) == case.wanted
    assert agrees is not bool(case.known.get("differs")), (
        f"{answer(case, folder)} where {case.wanted} is expected"
    )


@pytest.mark.skipif(not ALL, reason="the suite is not beside the work tree")
def test_page_has_the_figures_and_the_reasons() -> None:
    kinds = Counter(
        "out" if "out" in case.known else "differs" if "differs" in case.known else "agrees" for case in ALL
    )
    page = re.sub(r"\s+", " ", PAGE.read_text())
    said = f"{len(ALL)} cases: {kinds['agrees']} agree, {kinds['differs']} differ for a reason, {kinds['out']} are out of scope"
    assert said in page
    assert not [name for name, known in CASES.items() if "differs" in known and known["differs"] not in page]
    assert not set(CASES) - {case.name for case in ALL}
