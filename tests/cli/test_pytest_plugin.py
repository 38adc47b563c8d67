"""The plugin for pytest, part by part; `test_ways_in` runs it as people do."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.cli import pytest_plugin

from ..conftest import BASE, CASES, lay


def items(request: pytest.FixtureRequest, folder: Path) -> dict[str, pytest.Item]:
    file = pytest_plugin.DatasetFile.from_parent(request.session, path=folder / "dataset.yaml")
    return {item.name: item for item in file.collect()}


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
        pytest_plugin.BrokenRuleError, match=r"persons\.csv:5: constraint-error: country_code"
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
