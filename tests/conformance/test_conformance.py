"""Communique and, where it is installed, frictionless give on each case the answer in its `expected.json`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import ROOT
from . import frictionless
from .__main__ import summary
from .cases import CANARY, Case, cases
from .communique import Said, answers, ask

ALL = list(cases())
QUICK = [case for case in ALL if not case.is_big]
PAGE = ROOT / "docs" / "conformance.md"
_ALONE = ("unshare", "--net", "--map-root-user")


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_communique_says_what_is_expected_in_words_that_are_clear_and_inert(
    case: Case, tmp_path: Path
) -> None:
    said = ask(case.lay(tmp_path), None if case.is_many else tmp_path / "report.json")
    assert said.code == case.expected["exit"], said.printed
    if not case.is_many:
        assert said.errors == case.expected["errors"]
        assert sorted(said.warnings) == case.expected.get("warnings", [])
    assert case.expected.get("says", "") in said.printed
    assert case.agrees(said)
    _is_clear(said)


def _is_clear(said: Said) -> None:
    assert CANARY not in said.printed
    assert "Traceback" not in said.printed
    assert "internal error" not in said.printed
    assert all(letter.isprintable() or letter == "\n" for letter in said.printed)
    if said.code == 2:
        assert said.out == ""
        assert re.fullmatch(r"communique: .{20,500}\n", said.err)
    else:
        assert said.err == ""
        assert re.search(r"\d errors?, |No findings", said.out.splitlines()[-1])


def test_every_risk_has_a_case_and_every_case_a_sentence() -> None:
    assert {case.number for case in ALL} == set(range(1, 37))
    assert [case.name for case in ALL if not case.expected["expects"].endswith(".")] == []


@pytest.mark.no_cover
def test_the_same_bytes_are_said_where_there_is_no_network(tmp_path: Path) -> None:
    if (
        not shutil.which("unshare")
        or subprocess.run([*_ALONE, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("namespaces are not permitted here")
    sources = [case.lay(tmp_path) for case in QUICK]
    command = [*_ALONE, sys.executable, "-m", "tests.conformance.communique", *map(str, sources)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout == answers(sources)


@pytest.mark.no_cover
@pytest.mark.skipif(not frictionless.installed, reason="frictionless is not installed")
def test_frictionless_says_what_is_recorded_of_it(tmp_path: Path) -> None:
    """So that the comparison stays true. Where it hangs, that is not waited for."""
    ending = [case for case in QUICK if case.expected["frictionless"]["verdict"] != "hangs"]
    said = frictionless.ask([case.lay(tmp_path) for case in ending])
    recorded = {case.name: case.expected["frictionless"] for case in ending}
    assert {case.name: answer for case, answer in zip(ending, said, strict=True)} == recorded


def test_the_page_has_the_figures() -> None:
    page = re.sub(r"\s+", " ", PAGE.read_text("utf-8"))
    recorded = [frictionless.is_right(case, case.expected["frictionless"]) for case in ALL]
    assert summary("frictionless", ALL, recorded) in page
    assert summary("Communique", ALL, [True] * len(ALL)) in page


def test_a_comparison_is_printed_for_whatever_tool(tmp_path: Path) -> None:
    tools = {"yes": "true {}", "no": "false {}", "cat": "cat {}/t.csv"}
    command = [sys.executable, "-m", "tests.conformance", "02-link-to-file", "02-link-within"]
    command += [f"--tool={name}={line}" for name, line in tools.items()]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [re.split(r"\s{3,}", line) for line in done.stdout.splitlines()]
    assert "reads outside  ✗" in done.stdout
    assert summary("yes", ALL, []).split(":")[0] in done.stdout
    assert "no: 1 of 2 cases, 0 of 1 risks as a whole" in done.stdout
    assert lines[0][0] == "case"
    subprocess.run(
        [sys.executable, "-m", "tests.conformance", "--lay", str(tmp_path), "34"], cwd=ROOT, check=True
    )
    assert (tmp_path / "34-formulas" / "package" / "t.csv").exists()
