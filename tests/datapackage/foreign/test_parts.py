"""Tables in several files: row numbers are those of frictionless, lines and files those of the source."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from . import codes, package, report, said

FIRST, SECOND = "id,n\n1,a\n2,\n", "id,n\nx,b\n"
SCHEMA = {
    "fields": [{"name": "id", "type": "integer"}, {"name": "n", "constraints": {"required": True}}],
}
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"  # frictionless leaves files open
)
Rows = set[tuple[str, int]]


def _rows(folder: Path, files: dict[str, str], **resource: Any) -> tuple[Rows, Rows, list[tuple[str, Any]]]:
    """Return the findings with their rows, those of frictionless, and the places of ours."""
    data = {
        name: gzip.compress(text.encode()) if name.endswith(".gz") else text for name, text in files.items()
    }
    resource = {"schema": SCHEMA, **resource}
    found = report(folder, data, path=list(files), **resource)
    ours = {(code, row or 0) for code, row, _ in codes(found)}
    tasks = Package(str(folder / "datapackage.json")).validate().tasks
    theirs = {(error.type, getattr(error, "row_number", 0)) for task in tasks for error in task.errors}
    return ours, theirs, [(finding.file, finding.line) for finding in found.findings]


@pytest.mark.parametrize(
    ("files", "dialect"),
    [
        ({"a.csv": FIRST, "b.csv": SECOND}, {}),
        ({"a.csv": FIRST, "b.csv": SECOND, "c.csv": "id,n\ny,b\n2,c\n"}, {}),
        ({"a.csv": FIRST, "b.csv": "id,n\n", "c.csv": SECOND}, {}),
        ({"a.csv.gz": FIRST, "b.csv.gz": SECOND}, {}),
        ({"a.csv": FIRST.replace(",", ";"), "b.csv": SECOND.replace(",", ";")}, {"delimiter": ";"}),
        ({"a.tsv": FIRST.replace(",", "\t"), "b.tsv": "x\tb\n"}, {}),
        ({"a.csv": "id,n\n1,a\n\n2,\n", "b.csv": "id,n\n\nx,b\n"}, {}),
        ({"a.csv": "id,n\n1,a\n#\n2,\n", "b.csv": "id,n\n# y\nx,b\n"}, {"commentChar": "#"}),
        ({"a.csv": "#\nid,n\n1,a\n2,\n", "b.csv": "#\nx,b\n"}, {"commentChar": "#", "headerRows": [2]}),
        ({"a.csv": "1,a\n2,\n", "b.csv": "x,b\n"}, {"header": False}),
    ],
)
def test_rows_have_the_numbers_of_frictionless(
    tmp_path: Path, files: dict[str, str], dialect: dict[str, Any]
) -> None:
    ours, theirs, _ = _rows(tmp_path, files, **({"dialect": dialect} if dialect else {}))
    assert ours == theirs
    assert len(ours) > 1


def test_keys_are_those_of_frictionless(tmp_path: Path) -> None:
    files = {"a.csv": "id,n\n1,a\n1,b\n", "b.csv": "id,n\n2,b\n1,a\n"}
    ours, theirs, places = _rows(tmp_path, files, schema={**SCHEMA, "primaryKey": "id"})
    assert ours == theirs == {("primary-key", 3), ("primary-key", 5)}
    assert places == [("a.csv", 3), ("b.csv", 3)]


def test_lines_and_files_are_those_of_the_source(tmp_path: Path) -> None:
    _, _, places = _rows(tmp_path, {"a.csv": FIRST, "b.csv": SECOND})
    assert places == [("a.csv", 3), ("b.csv", 2)]


@pytest.mark.parametrize(
    ("name", "first", "second", "row"),
    [
        ("csv", "a\nid,n\n1,a\n", "a\nid,n\nx,b\n", 5),  # to frictionless the label is a row
        ("tsv", "a\nid\tn\n1\ta\n", "a\nid\tn\nx\tb\n", 6),
    ],
)
def test_a_header_further_down_counts_as_to_frictionless(
    tmp_path: Path, name: str, first: str, second: str, row: int
) -> None:
    files = {f"a.{name}": first, f"b.{name}": second}
    ours, theirs, _ = _rows(tmp_path, files, dialect={"headerRows": [2]})
    assert ours == {("type-error", row)}
    assert ours < theirs


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FIRST, SECOND),
        ("id\tn\n1\ta\n2\t\n", "id\tn\nx\tb\n"),
        ('id,"n\nm"\n1,a\n2,\n', 'id,"n\nm"\nx,b\n'),
    ],
)
def test_what_frictionless_takes_for_rows_has_numbers(tmp_path: Path, first: str, second: str) -> None:
    name = "tsv" if "\t" in first else "csv"
    label = "n\nm" if "m" in first else "n"
    fields = [SCHEMA["fields"][0], {"name": label, "constraints": {"required": True}}]
    ours, theirs, _ = _rows(tmp_path, {f"a.{name}": first, f"b.{name}": second}, schema={"fields": fields})
    assert ours <= theirs


def test_a_first_row_that_is_no_header_has_a_number_of_its_own(tmp_path: Path) -> None:
    ours, theirs, _ = _rows(tmp_path, {"a.csv": FIRST, "b.csv": "x,b\ny,c\n"})
    assert ours == {("constraint-error", 3), ("type-error", 4), ("type-error", 5)}
    assert len(theirs) == 2  # it never reads x


@pytest.mark.parametrize("name", ["csv", "csv.gz"])
def test_an_empty_file_among_others_is_told(tmp_path: Path, name: str) -> None:
    files = {f"a.{name}": FIRST, f"b.{name}": "", f"c.{name}": SECOND}
    ours, theirs, places = _rows(tmp_path, files)
    assert ours == {*theirs, ("empty-file", 0)}
    assert (f"b.{name}", None) in places
    found = report(tmp_path, {"a.csv": "id,n\n1,a\n", "b.csv": ""}, path=["a.csv", "b.csv"], schema=SCHEMA)
    assert found.ok
    assert "found an empty file" in said(found)


def test_the_header_may_be_that_of_the_second_file(tmp_path: Path) -> None:
    files = {"a.csv": "", "b.csv": "id,n\n1,a\n", "c.csv": "id,n\n2,b\n"}
    found = report(tmp_path, files, path=list(files), schema=SCHEMA)
    assert [(finding.code, finding.file) for finding in found.findings] == [("empty-file", "a.csv")]
    assert found.tables[0].read == 2


def test_where_all_are_empty_or_have_no_header_it_is_as_with_one_file(tmp_path: Path) -> None:
    files = {"a.csv": "", "b.csv": ""}
    folder = package(tmp_path, files)
    assert codes(report(folder, files, path=list(files), schema=SCHEMA)) == [("source-error", None, None)]
    plain = report(
        folder, {**files, "a.csv": "1,a\n"}, path=list(files), schema=SCHEMA, dialect={"header": False}
    )
    assert not plain.findings
