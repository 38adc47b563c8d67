"""Hooks, the GitHub Action, the pytest plugin and `init`: each fails on every invalid case and passes on every valid one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from communique import datapackage
from communique.cli import main as cli
from communique.cli.formats import FORMATS

from .conftest import CASES, INVALID, ROOT, VALID, expectation, lay
from .prepared_case import PreparedCase

VALIDATE = import_module("communique.datapackage.validate")


@cache
def load(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text("utf-8"))


@pytest.fixture
def known(prepared_case: PreparedCase, monkeypatch: pytest.MonkeyPatch) -> PreparedCase:
    """Return a case whose report is given to each way in: all of them ask for the same check."""
    monkeypatch.setattr(VALIDATE, "check", prepared_case.check)  # where the command line asks for it
    monkeypatch.setattr(datapackage, "check", prepared_case.check)  # and where the plugin of pytest does
    return prepared_case


def run_script(
    script: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> tuple[int, str]:
    """Run a command of one line, in this process if it is communique; return exit code and stdout."""
    words = os.path.expandvars(script).replace('"', "").split()
    assert words[0] == "communique"
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    return int(caught.value.code or 0), capfdbinary.readouterr().out.decode()


@pytest.mark.no_cover
def test_the_steps_of_the_action_fail_on_invalid_cases_and_pass_on_valid_ones(
    known: PreparedCase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    steps = {step.get("name"): step for step in load("action.yml")["runs"]["steps"]}
    surroundings = {
        "DATASET": str(known.folder),
        "ARGUMENTS": "--fail-on warning",
        "SARIF": str(tmp_path / "out.sarif"),
    }
    assert set(steps["Validate"]["env"]) == set(surroundings)
    for name, value in {**surroundings, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}.items():
        monkeypatch.setenv(name, value)
    code, out = run_script(steps["Validate"]["run"], monkeypatch, capfdbinary)
    assert code == (0 if known.is_valid else 1)
    results = json.loads((tmp_path / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == known.codes
    assert all(f"title={code}" in out for code in known.codes)
    assert all(f"`{code}`" in (tmp_path / "summary.md").read_text("utf-8") for code in known.codes)


def test_no_input_of_the_action_is_an_option(tmp_path: Path) -> None:
    steps = {step.get("name"): step for step in load("action.yml")["runs"]["steps"]}
    script = tmp_path / "script"
    script.write_text(steps["Validate"]["run"])
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "communique").write_text(f'#!/bin/sh\nexec {sys.executable} -m communique "$@"\n')
    (tmp_path / "bin" / "communique").chmod(0o755)
    words = steps["Validate"]["shell"].replace("{0}", str(script)).split()
    for dataset in ("--help", "--fail-on=never", "$(touch owned)", ""):
        surroundings = {
            **os.environ,
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
            "DATASET": dataset,
            "ARGUMENTS": "--fail-on warning",
            "SARIF": "out.sarif",
        }
        ran = subprocess.run(words, cwd=tmp_path, env=surroundings, capture_output=True, check=False)
        assert (ran.returncode, ran.stdout) == (2, b"")
        assert not (tmp_path / "owned").exists()


def test_the_action_uploads_each_dataset_as_a_category_of_its_own() -> None:
    steps = {step.get("name"): step for step in load("action.yml")["runs"]["steps"]}
    assert steps["Upload"]["with"]["category"] == "communique/${{ inputs.dataset }}"


class Outcomes:
    """A plugin that keeps which tests of a run have passed, failed or been skipped, as table::rule."""

    def __init__(self) -> None:
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.tests[report.outcome].add(report.nodeid.partition("::")[2])


def test_the_pytest_plugin_fails_on_invalid_cases_and_passes_on_valid_ones(
    known: PreparedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # What watches a whole process is for the run around this one.
    words = [
        f"-pno:{name}" for name in ("cacheprovider", "faulthandler", "threadexception", "unraisableexception")
    ]
    words += ["-p", "communique", "--communique", "--communique-fail-on=warning", "-q", "-s", "--no-summary"]
    # Which rules a case breaks is for tests/test_cases.py: of the rules that it keeps some are run, of a valid case all.
    words += [] if known.is_valid else ["-k", " or ".join(sorted({*known.codes, "primary-key"}))]
    outcomes = Outcomes()
    code = pytest.main([*words, f"--rootdir={known.folder}", str(known.folder)], plugins=[outcomes])
    assert code == (0 if known.is_valid else 1)
    assert outcomes.tests["failed"] == {
        f"{finding['table'] or known.dataset.name}::{finding['code']}"
        for finding in expectation(known.case)["findings"]
    }
    assert outcomes.tests["passed"]


def test_the_plugin_is_silent_without_its_option_and_says_what_is_no_dataset_and_what_is_wrong(
    tmp_path: Path,
) -> None:
    (tmp_path / "dataset.yaml").write_text("name: [", "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    assert b"no tests ran" in subprocess.run(command, capture_output=True, check=False).stdout
    wrong = lay(CASES / "invalid" / "unknown-country", tmp_path / "wrong")
    command += [str(wrong), "--communique", "--continue-on-collection-errors", "-k", "constraint-error"]
    ran = subprocess.run(command, capture_output=True, check=False)
    assert ran.returncode == 1
    assert b"dataset.yaml:1:8: not valid YAML" in ran.stdout
    assert b"persons.csv:5:29: constraint-error: country_code" in ran.stdout


@pytest.mark.no_cover
def test_the_hook_takes_the_files_that_changed(
    known: PreparedCase, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (hook,) = load(".pre-commit-hooks.yaml")
    changed = [str(known.folder / name) for name in ("dataset.yaml", "persons.csv")]
    code, out = run_script(
        " ".join([hook["entry"], "--fail-on", "warning", *changed]), monkeypatch, capfdbinary
    )
    assert code == (0 if known.is_valid else 1)
    assert all(name in out for name in known.codes)


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("dataset.yaml", True),
        ("data/ü x/persons.csv", True),
        ("new\nline/a.csv", True),
        ("data/-x.csv", True),
        ("a.csv.gz", False),
        ("--output-file=a.csv", False),
        ("-o/a.csv", False),
    ],
)
def test_the_hook_takes_no_path_that_reads_as_an_option(path: str, taken: bool) -> None:
    (hook,) = load(".pre-commit-hooks.yaml")
    assert bool(re.search(hook["files"], path)) is taken


@pytest.mark.no_cover
def test_paths_in_several_datasets_are_checked_in_turn_and_those_in_none_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    good, bad = (lay(case, tmp_path / case.name) / "persons.csv" for case in (VALID[0], INVALID[0]))
    stray = tmp_path / "stray.csv"
    stray.write_text("a\n1\n")
    hook = load(".pre-commit-hooks.yaml")[0]["entry"]
    code, out = run_script(f"{hook} {good} {stray} {bad}", monkeypatch, capfdbinary)
    assert (code, out.count(" tables read = ")) == (1, 2)
    assert run_script(f"{hook} {good} {stray}", monkeypatch, capfdbinary)[0] == 0
    assert run_script(f"{hook} {stray}", monkeypatch, capfdbinary)[0] == 0
    assert run_script(f"{hook} --output-format github {good} {bad}", monkeypatch, capfdbinary)[0] == 1
    alone = [f"--output-format {form}" for form in FORMATS if form not in ("text", "github")]
    for more in (*alone, "--output-format json=x", f"--quarantine {tmp_path / 'q'}"):
        assert run_script(f"{hook} {more} {good} {bad}", monkeypatch, capfdbinary)[0] == 2


def test_a_new_dataset_validates_and_builds_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in ("init Demo_2", "validate Demo_2", "build Demo_2"):
        code, _ = run_script(f"communique {words}", monkeypatch, capfdbinary)
        assert code == 0
    assert (tmp_path / "output" / "demo-2" / "datapackage.json").exists()
    assert (tmp_path / "Demo_2" / ".github" / "workflows" / "communique.yml").exists()
    assert "# demo-2" in (tmp_path / "Demo_2" / "README.md").read_text("utf-8")
    code, _ = run_script("communique init Demo_2", monkeypatch, capfdbinary)
    assert code == 2
