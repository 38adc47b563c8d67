"""Hooks, the GitHub Action, the pytest plugin and `init`: each fails on every invalid case and passes on every valid one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from ruamel.yaml import YAML

from communique.cli import main as cli

from .conftest import CASES, ROOT, expectation, lay

INVALID = sorted((CASES / "invalid").iterdir())
VALID = sorted((CASES / "valid").iterdir())
_RUNS = 6
"""How many runs of pytest the invalid cases are dealt out to: few, as each imports all libraries, and all workers have some."""


def load(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the datasets of all cases in `invalid` and `valid`."""
    folder = tmp_path_factory.mktemp("laid")
    for case in (*INVALID, *VALID):
        (folder / case.parent.name).mkdir(exist_ok=True)
        lay(case, folder / case.parent.name / case.name)
    return folder


def codes(case: Path) -> set[str]:
    return {finding["code"] for finding in expectation(case)["findings"]}


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
@pytest.mark.parametrize("case", [*INVALID, *VALID], ids=lambda case: case.name)
def test_the_steps_of_the_action_fail_on_invalid_cases_and_pass_on_valid_ones(
    case: Path,
    laid: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    steps = {step.get("name"): step for step in load("action.yml")["runs"]["steps"]}
    dataset = laid / case.parent.name / case.name
    surroundings = {
        "DATASET": str(dataset),
        "ARGUMENTS": "--fail-on warning",
        "SARIF": str(tmp_path / "out.sarif"),
    }
    assert set(steps["Validate"]["env"]) == set(surroundings)
    for name, value in {**surroundings, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}.items():
        monkeypatch.setenv(name, value)
    code, out = run_script(steps["Validate"]["run"], monkeypatch, capfdbinary)
    assert code == (1 if case in INVALID else 0)
    results = json.loads((tmp_path / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == codes(case)
    assert all(f"title={code}" in out for code in codes(case))
    assert all(f"`{code}`" in (tmp_path / "summary.md").read_text("utf-8") for code in codes(case))


@pytest.mark.parametrize(
    "cases",
    [*(INVALID[first::_RUNS] for first in range(_RUNS)), VALID],
    ids=lambda cases: cases[0].name,
)
def test_the_pytest_plugin_fails_on_invalid_cases_and_passes_on_valid_ones(
    cases: list[Path], laid: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "communique", "--communique"]
    # What pytest says of thousands of tests takes it longer than to run them: it is read from the file.
    command += [
        "--communique-fail-on=warning",
        "-q",
        "-s",
        "--no-summary",
        "-p",
        "no:cacheprovider",
        "-o",
        "junit_family=xunit1",
    ]
    command += [f"--junitxml={tmp_path / 'out.xml'}", "--rootdir", str(laid)]
    # Which rules a case breaks is for tests/test_cases.py: of the rules that it keeps some are run, of a valid case all.
    some = sorted(set().union(*map(codes, cases)))
    command += ["-k", " or ".join(some)] if some else []
    ran = subprocess.run(
        [*command, *(str(laid / case.parent.name / case.name) for case in cases)],
        cwd=laid,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == (1 if cases[0] in INVALID else 0), ran.stdout
    failed: dict[str, set[str]] = {}
    for case in ET.parse(tmp_path / "out.xml").iter("testcase"):
        dataset = Path(str(case.get("file"))).parent.name
        broken = failed.setdefault(dataset, set())
        if case.find("failure") is not None:
            broken.add(str(case.get("name")).split("::")[-1])
    assert failed == {case.name: codes(case) for case in cases}


def test_the_plugin_is_silent_without_its_option_and_says_what_is_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text("name: [", "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    assert b"no tests ran" in subprocess.run(command, capture_output=True, check=False).stdout
    ran = subprocess.run([*command, "--communique"], capture_output=True, check=False)
    assert b"dataset.yaml:1:8: not valid YAML" in ran.stdout


def hook_runs() -> list[tuple[Path, list[str]]]:
    (hook,) = load(".pre-commit-hooks.yaml")
    return [(case, [*hook["entry"].split(), "--fail-on", "warning"]) for case in (*INVALID, *VALID)]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("case", "entry"), hook_runs(), ids=lambda value: value.name if isinstance(value, Path) else ""
)
def test_the_hook_takes_the_files_that_changed(
    case: Path,
    entry: list[str],
    laid: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    dataset = laid / case.parent.name / case.name
    changed = [str(dataset / "dataset.yaml"), str(dataset / "persons.csv")]
    code, out = run_script(" ".join([*entry, *changed]), monkeypatch, capfdbinary)
    assert code == (1 if case in INVALID else 0)
    assert all(name in out for name in codes(case))


def test_paths_in_several_datasets_are_a_usage_error(
    laid: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    first, second, *_ = sorted((laid / "valid").iterdir())
    monkeypatch.setattr(sys, "argv", ["communique", "validate", str(first), str(second)])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert b"several datasets" in capfdbinary.readouterr().err


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
