"""The pytest plugin, part by part; `test_ways_in` runs it as users do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from communique.cli import pytest_plugin

from ..conftest import BASE, CASES, lay


def items(request: pytest.FixtureRequest, folder: Path) -> dict[str, pytest.Item]:
    """Return the tests of a dataset, by table and rule as they stand in a node ID."""
    file = pytest_plugin.DatasetFile.from_parent(request.session, path=folder / "dataset.yaml")
    tables = [table for table in file.collect() if isinstance(table, pytest_plugin.TableCollector)]
    assert len({table.name for table in tables}) == len(tables)
    return {f"{table.name}::{item.name}": item for table in tables for item in table.collect()}


def test_every_rule_of_a_valid_dataset_passes(request: pytest.FixtureRequest) -> None:
    collected = items(request, BASE)
    assert "meetings::chair-count" in collected
    for item in collected.values():
        item.runtest()


def test_a_broken_rule_fails_with_its_findings(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    item = items(request, lay(CASES / "invalid" / "unknown-country", tmp_path / "d"))[
        "persons::constraint-error"
    ]
    with pytest.raises(
        pytest_plugin.BrokenRuleError, match=r"persons\.csv:5:29: constraint-error: country_code"
    ) as caught:
        item.runtest()
    assert item.repr_failure(caught) == str(caught.value)
    assert item.reportinfo() == (tmp_path / "d" / "dataset.yaml", None, "persons::constraint-error")


def test_a_rule_that_cannot_be_decided_is_skipped(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    item = items(request, lay(CASES / "invalid" / "file-missing", tmp_path / "d"))["base::unresolved-claim"]
    with pytest.raises(pytest.skip.Exception):
        item.runtest()


def test_what_is_no_dataset_cannot_be_collected(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text("name: [", "utf-8")
    with pytest.raises(pytest_plugin.DatasetFile.CollectError, match="not valid YAML"):
        items(request, tmp_path)


def test_datasets_are_collected_only_where_the_option_is_given(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser = pytest.Parser(_ispytest=True)
    pytest_plugin.pytest_addoption(parser)
    path = BASE / "dataset.yaml"
    assert pytest_plugin.pytest_collect_file(path, request.session) is None

    def chosen(*_: object, **__: object) -> bool:
        return True

    monkeypatch.setattr(request.config, "getoption", chosen)
    assert isinstance(pytest_plugin.pytest_collect_file(path, request.session), pytest_plugin.DatasetFile)
    assert pytest_plugin.pytest_collect_file(BASE / "persons.csv", request.session) is None


NODE = "two/dataset.yaml::persons::constraint-error"


def run(folder: Path, *words: str) -> list[str]:
    """Run pytest in a folder as people do, and return the lines that it prints."""
    command = [sys.executable, "-m", "pytest", "--communique", "-q", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout.decode().splitlines()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of two datasets, in the second of which one rule is broken, after a run over both."""
    folder = tmp_path_factory.mktemp("two")
    lay(CASES / "valid" / "leap-day", folder / "one")
    lay(CASES / "invalid" / "unknown-country", folder / "two")
    lines = run(folder, "-k", "persons and (constraint-error or primary-key)")
    assert lines[-1].startswith("1 failed, 3 passed")
    assert [line.split(" ")[1] for line in lines if line.startswith("FAILED")] == [NODE]
    return folder


@pytest.mark.parametrize(
    ("words", "ran"),
    [
        ([NODE], "1 failed in"),
        (
            ["two/dataset.yaml::persons::primary-key", "one/dataset.yaml::meetings::chair-count"],
            "2 passed in",
        ),
        (["--lf", "one", "two"], "1 failed, "),
        (["--lf", "--ff", NODE], "1 failed in"),
    ],
    ids=[
        "the node that was printed",
        "nodes of two datasets",
        "those that failed",
        "those that failed first",
    ],
)
def test_the_names_that_pytest_prints_select_tests(two: Path, words: list[str], ran: str) -> None:
    last = run(two, *words)[-1]
    assert last.startswith(ran)
    assert "passed" not in last or "failed" not in last


def test_tests_are_distributed_among_processes(two: Path) -> None:
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    lines = run(two, "-n2", "one", "two", "-k", "persons and (constraint-error or primary-key)")
    assert lines[-1].startswith("1 failed, 3 passed")
    assert [line.split(" ")[1] for line in lines if line.startswith("FAILED")] == [NODE]
