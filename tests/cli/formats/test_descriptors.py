"""A finding about a descriptor has its line in every format, and no row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from communique.cli import formats
from communique.datapackage import Report, validate_package

DESCRIPTOR = """{"name": "p", "resources": [{
  "name": "t", "path": "t.csv",
  "schema": {"fields": [
    {"name": "id", "tpye": "integer"},
    {"name": "n", "type": "int"}]}}]}
"""


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report on a package whose descriptor has two faults, from the folder above it."""
    monkeypatch.chdir(tmp_path)
    folder = Path("p")
    folder.mkdir()
    (folder / "t.csv").write_text("id,n\n1,2\n")
    (folder / "datapackage.json").write_text(DESCRIPTOR)
    return validate_package(folder)


def _rendered(name: str, report: Report) -> str:
    return formats.render(name, report, 100).decode()


def test_github_hangs_annotations_on_the_lines_of_the_descriptor(found: Report) -> None:
    first, second, _ = _rendered("github", found).splitlines()
    assert first.startswith(
        "::error file=p/datapackage.json,line=4,col=20,title=misspelt-property::expected resources[0] (t)"
    )
    assert second.startswith("::error file=p/datapackage.json,line=5,col=5,title=field-error::")


def test_other_platforms_and_people_have_them_too(found: Report) -> None:
    (run,) = json.loads(_rendered("sarif", found))["runs"]
    assert [result["locations"][0]["physicalLocation"]["region"] for result in run["results"]] == [
        {"startLine": 4, "startColumn": 20},
        {"startLine": 5, "startColumn": 5},
    ]
    gitlab = json.loads(_rendered("gitlab", found))
    assert [issue["location"]["lines"]["begin"] for issue in gitlab] == [4, 5]
    for name in ("text", "html", "junit"):
        assert "p/datapackage.json:4:20" in _rendered(name, found)
        assert "p/datapackage.json:5:5" in _rendered(name, found)


def test_no_format_gives_them_a_row(found: Report) -> None:
    report: dict[str, Any] = json.loads(_rendered("frictionless", found))
    errors = [error for task in report["tasks"] for error in task["errors"]]
    assert [error["type"] for error in errors] == ["package-error", "field-error"]
    assert not {"rowNumber", "rowNumbers", "cells", "fieldNumber"} & {
        key for error in errors for key in error
    }
    assert [(each["record"], each["row"]) for each in json.loads(_rendered("json", found))["findings"]] == [
        (None, None)
    ] * 2


def test_a_schema_beside_a_lone_table_is_shown_by_its_own_path(found: Report) -> None:
    Path("s").mkdir()
    Path("s/s.json").write_text('{"fields": [\n{"name": "id", "type": "int"}]}')
    report = validate_package(Path("p/t.csv"), Path("s/s.json"))
    assert "file=s/s.json,line=2,col=1,title=field-error" in _rendered("github", report)
    assert "\n  s/s.json:2:1  field-error\n" in _rendered("text", report)
