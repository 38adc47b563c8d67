"""Human-readable parts of a descriptor: licences, sources, contributors, and the labels of values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from communique.datapackage import validate_package

from . import SCHEMA, TABLE, codes, package, report, said

NAMED = {
    "contributors": [
        {"title": "a", "givenName": "b", "familyName": "c", "path": "d", "email": "e", "organization": "f"},
        {"title": "a", "roles": ["creator"]},
    ],
    "sources": [{"title": "a", "path": "b", "email": "c", "version": "d"}],
    "licenses": [{"name": "CC0-1.0", "path": "a", "title": "b"}],
}
BEFORE = {
    "contributors": [{"title": "a", "role": "author"}, {"name": "a", "web": "b"}],
    "sources": [{"name": "a", "web": "b"}],
    "licenses": [{"name": "a", "id": "b", "type": "c", "url": "d", "version": "e"}],
}


def about(folder: Path, said_of: dict[str, Any]) -> Any:
    resource = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    return validate_package(package(folder, {"t.csv": TABLE}, {**said_of, "resources": [resource]}))


@pytest.mark.parametrize("given", [NAMED, BEFORE], ids=["version 2", "before"])
def test_what_the_versions_say_of_people_is_known(tmp_path: Path, given: dict[str, Any]) -> None:
    assert codes(about(tmp_path / "package", given)) == []
    of_tables = {key: given[key] for key in ("sources", "licenses")}
    assert codes(report(tmp_path / "resource", **of_tables)) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"contributors": [{"title": "a"}, {"organisation": "b"}]},
            "contributors[1]: a known property such as",
        ),
        ({"sources": [{"titel": "a"}]}, "sources[0]: a known property such as 'title', found 'titel'"),
        ({"licenses": [{"name": "a", "scope": "data"}]}, "licenses[0]: a known property, found 'scope'"),
    ],
)
def test_what_is_misspelt_of_people_is_told(tmp_path: Path, given: dict[str, Any], expected: str) -> None:
    found = about(tmp_path, given)
    assert found.ok
    assert [code for code, _, _ in codes(found)] == ["unknown-property"]
    assert expected in said(found)


def test_a_key_that_many_objects_have_is_told_once(tmp_path: Path) -> None:
    found = about(
        tmp_path, {"sources": [{"title": "a"}, {"title": "b", "doi": "c"}, {"title": "d", "doi": "e"}]}
    )
    assert said(found) == "sources[1]: a known property, found 'doi'"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {**SCHEMA, "missingValues": [{"value": "-", "lable": "a"}]},
            "schema.missingValues[0]: a known property",
        ),
        (
            {"fields": [{"name": "id", "missingValues": [{"value": "-", "lable": "a"}]}, {"name": "name"}]},
            "fields[0].missingValues[0]: a known property such as 'label', found 'lable'",
        ),
        (
            {
                "fields": [
                    {"name": "id"},
                    {"name": "name", "categories": [{"value": "a"}, {"value": "b", "n": 1}]},
                ]
            },
            "fields[1].categories[1]: a known property, found 'n'",
        ),
        (
            {**SCHEMA, "foreignKeys": [{"fields": "id", "reference": {"fields": "id", "onDelete": "x"}}]},
            "foreignKeys[0].reference: a known property, found 'onDelete'",
        ),
        (
            {"fields": [{"name": "id"}, {"name": "name", "categoriesOrdered": True}]},
            "no 'categoriesOrdered', which has no meaning without categories",
        ),
    ],
)
def test_what_is_unknown_beside_values_and_in_references_is_told(
    tmp_path: Path, schema: dict[str, Any], expected: str
) -> None:
    found = report(tmp_path, schema=schema)
    assert found.ok
    assert [code for code, _, _ in codes(found)] == ["unknown-property"]
    assert expected in said(found)


def test_in_version_1_a_missing_value_may_be_there_twice(tmp_path: Path) -> None:
    assert codes(report(tmp_path, schema={**SCHEMA, "missingValues": ["", "-", ""]})) == []
