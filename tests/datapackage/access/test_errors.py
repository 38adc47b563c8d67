"""What cannot be opened raises a public error class that says what was expected."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any

import pytest

import communique
from communique.datapackage.access import opening, places
from communique.datapackage.describing.descriptor import read_descriptor
from communique.datapackage.storing.parquet import reading

from ...conftest import ROOT


@pytest.mark.parametrize("where", [5, b"folder", ["folder"]])
def test_what_is_neither_a_path_nor_a_text_is_told_so(where: Any) -> None:
    with pytest.raises(TypeError, match=f"expected a path or an address, .* found {type(where).__name__}"):
        communique.open(where)


def test_an_empty_path_is_not_the_folder_where_one_is() -> None:
    with pytest.raises(communique.ReleaseError, match="the path is empty"):
        communique.open("")


def test_advice_on_a_schema_is_for_python_too(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\n1\n", "utf-8")
    with pytest.raises(communique.ReleaseError, match=r"\(schema= in Python\), or a datapackage\.json"):
        communique.open(tmp_path / "t.csv")
    with pytest.raises(communique.ReleaseError, match="so give none; only a single table needs one"):
        communique.open(tmp_path, schema=tmp_path / "s.json")
    for release in (None, "http://127.0.0.1:9/x.zip", communique.open()):
        with pytest.raises(communique.ReleaseError, match="give none"):
            communique.load("meetings", release, schema=tmp_path / "s.json")
    with pytest.raises(communique.ReleaseError, match="give none"):
        communique.open(schema=tmp_path / "s.json")


def errors_of_the_page() -> dict[str, str]:
    """Return the errors that docs/analysts.md lists, and what each is below."""
    page = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    return dict(re.findall(r"^\| `(\w+Error)` \| `?(\w*)`? ?\|", page, re.MULTILINE))


def test_the_documented_errors_are_there_and_below_each_other_as_told() -> None:
    told = errors_of_the_page()
    assert set(told) == {name for name in communique.__all__ if name.endswith("Error")}
    for name, above in told.items():
        assert getattr(communique, name).__base__ is (getattr(communique, above) if above else Exception)
    assert {error.__name__ for error in opening.ERRORS} < set(told)


FAULTS = {
    "datapackage.json": (
        "{",
        "[]",
        '{"name": "x"}',
        '{"resources": [{"data": [[1]]}]}',
        '{"communique:draft": {}}',
    ),
    "datapackage.yaml": ("a: [", "resources: []"),
    "dataset.yaml": ("{", "name: x"),
    "a.tar": ("no tar",),
    "a.zip": ("PK\3\4",),
    "a.csv": ("id\n1\n",),
    "a.parquet": ("PAR1",),
    "a.txt": ("text",),
    "SHA256SUMS": ("no sums",),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FAULTS.items() for text in texts])
@pytest.mark.parametrize("schema", [None, "s.json", "none.json"])
def test_whatever_cannot_be_opened_is_a_documented_error(
    tmp_path: Path, name: str, text: str, schema: str | None
) -> None:
    (tmp_path / "s.json").write_text('{"fields": [{"name": "no", "type": "integer"}]}', "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / name).write_text(text, "utf-8")
    for where in (folder, folder / name):
        with pytest.raises(communique.ReleaseError) as caught:
            communique.open(where, schema=schema and tmp_path / schema)
        assert caught.type.__name__ in errors_of_the_page()


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (
            "s3://bucket/release",
            r"^s3://bucket/release: is not an address that can be read.*http:// or https://",
        ),
        ("file:///release", "^file:///release: is not an address that can be read"),
        (Path("https://example.org/r.zip"), "Give an address as a string, not as a path"),
        ("c:/release", "no such release"),
    ],
)
def test_what_looks_like_an_address_and_is_not_read_is_told_so(where: str | Path, said: str) -> None:
    with pytest.raises(communique.ReleaseError, match=said):
        communique.open(where)


def test_a_fault_of_the_system_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither with its number, nor with the path a second time."""

    def refused(path: Path, *_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    path = tmp_path / "datapackage.json"
    path.write_text("{}", "utf-8")
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(communique.ReleaseError) as caught:
        read_descriptor(tmp_path)
    assert str(caught.value) == f"{path}: cannot be read: Permission denied"
    monkeypatch.setattr(places, "is_of_others", refused)
    with pytest.raises(communique.ReleaseError) as caught:
        communique.open(path)
    assert str(caught.value) == f"{path}: cannot be read: Permission denied."
    with pytest.raises(communique.ParquetError) as table, reading(path):
        refused(path)
    assert str(table.value) == f"{path}: cannot be read: Permission denied"
    with pytest.raises(communique.ParquetError) as table, reading(path):
        raise OSError(errno.EIO, "Error reading bytes from file. Detail: [errno 5] Input/output error")
    assert str(table.value) == f"{path}: cannot be read: Input/output error"
