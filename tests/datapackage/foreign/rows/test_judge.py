"""Pandera judges constraints, but does not decide what is missing: NaN is a value, and names no row."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.datapackage import CommuniqueError, adopt, as_json, diff, verify

from ....releases import covered_up, descriptor
from .. import codes, package, report

NUMBERED = {"fields": [{"name": "a", "type": "number"}, {"name": "b"}]}


def test_nan_is_a_value_also_in_a_row_that_breaks_something_else(tmp_path: Path) -> None:
    fields = [
        {"name": "a", "type": "number", "constraints": {"required": True}},
        {"name": "b", "constraints": {"enum": ["x"]}},
    ]
    found = report(tmp_path, {"t.csv": "a,b\nNaN,y\n,x\n"}, schema={"fields": fields})
    assert codes(found) == [("constraint-error", 2, 2), ("constraint-error", 3, 1)]


@pytest.mark.parametrize("key", ["a", ["b", "a"]])
@pytest.mark.parametrize("text", ["1,x\nNaN,x\n0,x\n", "0,x\nnan,x\n,x\n"])
def test_nan_in_a_primary_key_names_no_row(tmp_path: Path, key: str | list[str], text: str) -> None:
    schema = {**NUMBERED, "primaryKey": key}
    found = report(tmp_path / "p", {"t.csv": f"a,b\n{text}"}, schema=schema)
    nan = next(finding for finding in found.findings if finding.line == 3)
    assert (nan.code, nan.column, nan.value.lower() if nan.value else None) == ("primary-key", "a", "nan")
    assert "which NaN is not" in str(nan.expected)
    assert {finding.code for finding in found.findings} == {"primary-key"}
    assert not adopt(tmp_path / "p", tmp_path / "out").report.built
    with pytest.raises(CommuniqueError, match="which NaN is not"), diff(tmp_path / "p", tmp_path / "p"):
        pass


@pytest.mark.parametrize("key", ["a", ["b", "a"]])
def test_nan_that_stands_twice_in_a_primary_key_is_one_fault_a_row(
    tmp_path: Path, key: str | list[str]
) -> None:
    text = "a,b\nNaN,x\n1,NaN\nNaN,x\n1,NaN\n"
    found = report(tmp_path, {"t.csv": text}, schema={**NUMBERED, "primaryKey": key}).findings
    assert [(finding.line, "which NaN is not" in str(finding.expected)) for finding in found] == [
        (2, True),
        (4, True),
        (5, False),
    ]


@pytest.mark.parametrize(("again", "expected"), [("1", []), ("", []), ("nan", [("unique-error", 4, 1)])])
def test_nan_is_a_value_that_equals_itself_in_a_key_that_is_only_unique(
    tmp_path: Path, again: str, expected: list[tuple[str, int, int]]
) -> None:
    schema = {**NUMBERED, "uniqueKeys": [["a"]]}
    assert codes(report(tmp_path, {"t.csv": f"a,b\nNaN,x\n2,y\n{again},z\n"}, schema=schema)) == expected


def test_nan_equals_itself_in_references(tmp_path: Path) -> None:
    reference = {"fields": "a", "reference": {"resource": "", "fields": "a"}}
    schema = {**NUMBERED, "foreignKeys": [reference]}
    assert report(tmp_path, {"t.csv": "a,b\nNaN,x\n"}, schema=schema).ok


@pytest.mark.parametrize("text", ["1,x\nNaN,y\n0,z\n", "0,x\n1,y\nNaN,z\n"])
def test_a_release_with_nan_in_a_key_is_not_valid_and_cannot_be_compared(tmp_path: Path, text: str) -> None:
    out = tmp_path / "out"
    adopt(package(tmp_path / "p", {"t.csv": f"a,b\n{text}"}, schema=NUMBERED), out)
    content = descriptor(out)
    for resource in content["resources"]:
        resource["schema"] |= {"primaryKey": ["a"]}
    (out / "datapackage.json").write_text(as_json(content), "utf-8")
    covered_up(out)
    assert {finding.code for finding in verify(out).findings} >= {"primary-key", "parquet-error"}
    with pytest.raises(CommuniqueError, match="a row has no a"), diff(out, out):
        pass
