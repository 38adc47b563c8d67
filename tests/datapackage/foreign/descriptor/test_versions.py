"""Fields without a type: strings in version 1 of the standard, any type in version 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from communique.datapackage import validate_package

from .. import codes, package, said

EMAIL = {"name": "n", "format": "email"}
PROFILES = "https://datapackage.org/profiles"
SECOND = f"{PROFILES}/2.0/datapackage.json"


def _package(
    folder: Path, field: dict[str, Any], versions: dict[str, Any], data: str | list[Any] = "n\nx\na@b.org\n"
) -> Path:
    """Write a package of one field. versions: what the package, its resource and its schema say of theirs."""
    schema = {**versions.get("schema", {}), "fields": [field]}
    rows = {"path": "t.csv"} if isinstance(data, str) else {"data": data}
    resource = {**versions.get("resource", {}), "name": "t", **rows, "schema": schema}
    files = {"t.csv": data} if isinstance(data, str) else {}
    return package(folder, files, {**versions.get("package", {}), "resources": [resource]})


def _theirs(folder: Path) -> list[tuple[str, Any]]:
    """Return the errors of frictionless, with their rows."""
    tasks = Package(str(folder / "datapackage.json")).validate().tasks
    return [(error.type, getattr(error, "row_number", None)) for task in tasks for error in task.errors]


@pytest.mark.parametrize(
    "versions",
    [
        {},
        {"package": {"profile": "data-package"}},
        {"package": {"$schema": f"{PROFILES}/1.0/datapackage.json"}},
        {"package": {"$schema": "https://specs.frictionlessdata.io/schemas/data-package.json"}},
        {"package": {"$schema": SECOND}, "resource": {"$schema": f"{PROFILES}/1.0/dataresource.json"}},
        {"package": {"$schema": SECOND}, "schema": {"$schema": f"{PROFILES}/1.0/tableschema.json"}},
    ],
)
def test_in_version_1_they_are_strings_as_to_frictionless(tmp_path: Path, versions: dict[str, Any]) -> None:
    folder = _package(tmp_path, EMAIL, versions)
    assert codes(validate_package(folder)) == [("type-error", 2, 1)]
    if "$schema" not in str(versions):
        assert _theirs(folder) == [("type-error", 2)]
    limited = {"name": "n", "constraints": {"minLength": 2}}
    assert codes(validate_package(_package(tmp_path, limited, versions))) == [("constraint-error", 2, 1)]


@pytest.mark.parametrize(
    "versions",
    [
        {"package": {"$schema": SECOND}},
        {"resource": {"$schema": f"{PROFILES}/2.0/dataresource.json"}},
        {"schema": {"$schema": f"{PROFILES}/2.0/tableschema.json"}},
    ],
)
def test_in_version_2_they_are_of_any_type(tmp_path: Path, versions: dict[str, Any]) -> None:
    found = validate_package(_package(tmp_path, EMAIL, versions))
    assert codes(found) == [("field-error", None, None)]
    assert "no format but default for the type any" in said(found)
    assert validate_package(_package(tmp_path, {"name": "n"}, versions, [["n"], [5], ["a"]])).ok


def test_a_number_in_the_descriptor_is_no_string(tmp_path: Path) -> None:
    folder = _package(tmp_path, {"name": "n"}, {}, [["n"], [5], ["a"]])
    assert codes(validate_package(folder)) == [("type-error", 2, 1)]
    assert _theirs(folder) == [("type-error", 2)]


def test_a_schema_beside_a_lone_table_says_its_version_itself(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("n\nx\n")
    for version, code in ((None, "type-error"), ("1.0", "type-error"), ("2.0", "field-error")):
        profile = {"$schema": f"{PROFILES}/{version}/tableschema.json"} if version else {}
        (tmp_path / "s.json").write_text(json.dumps({**profile, "fields": [EMAIL]}))
        found = validate_package(tmp_path / "t.csv", tmp_path / "s.json")
        assert [finding.code for finding in found.findings] == [code]
