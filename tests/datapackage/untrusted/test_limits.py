"""Each limit is enforced: the maximum is accepted, one more is not. docs/limits.md lists them all."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from communique.datapackage import DatasetError, datasetfile, open_dataset, validate_package
from communique.datapackage.describing import descriptor
from communique.datapackage.describing.descriptor import read_descriptor
from communique.datapackage.errors import DescriptorError
from communique.datapackage.foreign import findings, opening
from communique.datapackage.foreign.descriptor import package as packages
from communique.datapackage.foreign.descriptor import resource, tableschema
from communique.datapackage.foreign.rows import chunks, columns, strict, tablecheck
from communique.datapackage.releasing import sums
from communique.datapackage.releasing.sums import read_sums
from communique.datapackage.untrusted import compression, document, limits
from communique.datapackage.untrusted.document import DocumentError, load
from communique.datapackage.untrusted.limits import LIMITS
from communique.datapackage.untrusted.paths import PathError

from ...conftest import BASE, ROOT
from ..foreign import SCHEMA, TABLE, codes, package, refusal, report

DOCS = Path(__file__).resolve().parents[3] / "docs" / "limits.md"


def lower(monkeypatch: pytest.MonkeyPatch, name: str, most: int, *modules: ModuleType) -> None:
    """Make a limit smaller, so that it can be reached."""
    limit = replace(getattr(limits, name), most=most)
    for module in modules:
        monkeypatch.setattr(module, name, limit)


def takes(data: str, is_yaml: bool = False) -> bool:
    """Say whether a document is taken."""
    try:
        load(data.encode(), is_yaml)
    except DocumentError:
        return False
    return True


def test_documents_have_a_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lower(monkeypatch, "DOCUMENT", 20, document, opening)
    assert takes('"' + "a" * 18 + '"')
    assert not takes('"' + "a" * 19 + '"')
    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "s.json").write_text(" " * 1000)
    assert "at most 20 bytes" in refusal(tmp_path / "t.csv", tmp_path / "s.json")


def test_the_file_of_a_dataset_has_a_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = (BASE / "dataset.yaml").read_bytes()
    lower(monkeypatch, "DATASET_FILE", len(content), datasetfile)
    (tmp_path / "dataset.yaml").write_bytes(content)
    assert open_dataset(tmp_path).name == "base"
    (tmp_path / "dataset.yaml").write_bytes(content + b"\n")
    with pytest.raises(DatasetError, match=f"at most {len(content):,} bytes, found {len(content) + 1:,}"):
        open_dataset(tmp_path)


def test_the_texts_of_a_release_have_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    release = ROOT / "output" / "union-state"
    size = (release / "datapackage.json").stat().st_size
    assert size > (release / "SHA256SUMS").stat().st_size
    lower(monkeypatch, "RELEASE_TEXT", size, descriptor, sums)
    assert read_sums(release) == (release / "SHA256SUMS").read_bytes()
    assert read_descriptor(release).name == "union-state"
    lower(monkeypatch, "RELEASE_TEXT", size - 1, descriptor)
    with pytest.raises(DescriptorError, match=f"a regular file of at most {size - 1:,} bytes"):
        read_descriptor(release)
    lower(monkeypatch, "RELEASE_TEXT", (release / "SHA256SUMS").stat().st_size - 1, sums)
    with pytest.raises(PathError, match="a file of at most"):
        read_sums(release)


@pytest.mark.parametrize("is_yaml", [False, True])
def test_documents_have_a_depth(is_yaml: bool) -> None:
    most = limits.DEPTH.most
    assert takes("[" * most + "]" * most, is_yaml)
    assert not takes("[" * (most + 1) + "]" * (most + 1), is_yaml)
    assert takes(json.dumps(["[" * 1000, '\\"' + "{" * 1000]), is_yaml)


@pytest.mark.parametrize("is_yaml", [False, True])
def test_documents_have_a_number_of_values(monkeypatch: pytest.MonkeyPatch, is_yaml: bool) -> None:
    lower(monkeypatch, "NODES", 10, document)
    assert takes(json.dumps([1] * 9), is_yaml)
    assert not takes(json.dumps([1] * 10), is_yaml)


def test_yaml_has_a_number_of_aliases() -> None:
    most = limits.ALIASES.most
    assert takes("a: &a 1\nb: [" + ", ".join(["*a"] * most) + "]\n", is_yaml=True)
    assert not takes("a: &a 1\nb: [" + ", ".join(["*a"] * (most + 1)) + "]\n", is_yaml=True)


def test_packages_have_a_number_of_resources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lower(monkeypatch, "RESOURCES", 2, packages)

    def of(count: int) -> list[str]:
        resources = [{"name": f"t{n}", "path": f"{n}.csv", "schema": SCHEMA} for n in range(count)]
        files = {f"{n}.csv": TABLE for n in range(count)}
        found = validate_package(package(tmp_path, files, {"resources": resources}))
        return [code for code, _, _ in codes(found)]

    assert of(2) == []
    assert of(3) == ["package-error"]


def test_tables_and_schemas_have_a_number_of_columns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lower(monkeypatch, "FIELDS", 3, columns, tableschema)

    def of(fields: int, labels: int, match: str = "partial") -> list[str]:
        schema = {"fields": [{"name": f"c{n}"} for n in range(fields)], "fieldsMatch": match}
        text = ",".join(f"c{n}" for n in range(labels)) + "\n"
        return [code for code, _, _ in codes(report(tmp_path, {"t.csv": text}, schema=schema))]

    assert of(3, 3) == []
    assert of(4, 3) == ["table-schema-error"]
    assert of(3, 4) == ["source-error"]


@pytest.mark.parametrize("kind", ["uniqueKeys", "foreignKeys"])
def test_schemas_have_a_number_of_keys(tmp_path: Path, kind: str) -> None:
    most = limits.KEYS.most
    reference = {"fields": "name", "reference": {"fields": "name"}}
    one = "id" if kind == "uniqueKeys" else reference
    for count, expected in ((most, []), (most + 1, ["table-schema-error"])):
        keys = {"uniqueKeys": [["name"]], kind: [one] * (count - (kind == "foreignKeys"))}
        found = report(tmp_path, schema={**SCHEMA, **keys})
        assert [code for code, _, _ in codes(found)] == expected
        assert found.declared == found.held or expected


def test_unknown_properties_are_compared_up_to_a_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lower(monkeypatch, "SIMILAR", 3, findings)
    known = {"aaa": 1, "bbb": 1, "primarykey": "id"}
    for more, expected in (
        ({}, ["misspelt-property", "unknown-property", "unknown-property"]),
        ({"aaa ": 1}, ["not-checked", *["unknown-property"] * 4]),
    ):
        found = report(tmp_path, schema={**SCHEMA, **more, **known})
        assert sorted(code for code, _, _ in codes(found)) == expected


@pytest.mark.parametrize("kind", ["pattern", "jsonSchema"])
def test_patterns_have_a_length(tmp_path: Path, kind: str) -> None:
    most = limits.PATTERN_TEXT.most
    for length, expected in ((most, []), (most + 1, ["field-error"])):
        pattern = "(?:" + "a?" * ((length - 5) // 2) + "a" * (length % 2 == 0) + ")?"
        rule = {"pattern": pattern} if kind == "pattern" else {"jsonSchema": {"pattern": pattern}}
        field = {"name": "v", "type": "string" if kind == "pattern" else "array", "constraints": rule}
        found = report(
            tmp_path, {"t.csv": "v\n[]\n" if kind != "pattern" else "v\na\n"}, schema={"fields": [field]}
        )
        assert len(pattern) == length
        assert [code for code, _, _ in codes(found)] == expected


def test_resources_have_a_number_of_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lower(monkeypatch, "LOCAL_FILES", 2, resource)
    files = {f"{n}.csv": TABLE for n in range(3)}
    assert report(tmp_path, files, path=["0.csv", "1.csv"]).ok
    assert codes(report(tmp_path, files, path=["0.csv", "1.csv", "2.csv"]))[0][0] == "resource-error"
    assert (
        codes(report(tmp_path, files, path=["0.csv", "1.csv"], extrapaths=["2.csv"]))[0][0]
        == "resource-error"
    )


@pytest.mark.parametrize("name", ["DECOMPRESSED", "EXPANSION"])
def test_compressed_files_hold_so_much(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    content = b"id,name\n" + b"1,a\n" * 1000
    packed = gzip.compress(content)
    monkeypatch.setattr(compression, "SMALL", len(content) if name == "DECOMPRESSED" else 0)
    ratio = -(-len(content) // len(packed))
    most = {"DECOMPRESSED": len(content), "EXPANSION": ratio}[name]
    for limit, expected in ((most, []), (most - 1, ["compression-error"])):
        lower(monkeypatch, name, limit, compression)
        found = report(tmp_path / str(limit), {"t.csv.gz": packed}, path="t.csv.gz")
        assert [code for code, _, _ in codes(found)] == expected


@pytest.mark.parametrize("dialect", [{}, {"delimiter": ";"}])
def test_a_cell_has_a_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dialect: dict[str, Any]) -> None:
    lower(monkeypatch, "CELL", 20, chunks, tablecheck, strict)
    mark = dialect.get("delimiter", ",")
    text = f"id{mark}name\n1{mark}{'a' * 20}\n2{mark}{'a' * 21}\n"
    found = codes(report(tmp_path, {"t.csv": text}, dialect=dialect))
    assert {row for _, row, _ in found} == {3}


def test_a_pattern_has_a_size_once_it_is_compiled(tmp_path: Path) -> None:
    def of(pattern: str) -> list[str]:
        schema = {
            "fields": [
                {"name": "id"},
                {"name": "name", "type": "string", "constraints": {"pattern": pattern}},
            ]
        }
        return [code for code, _, _ in codes(report(tmp_path, schema=schema)) if code == "field-error"]

    assert of("a{1000}") == []
    assert of("(a{1000}){1000}") == ["field-error"]


def test_every_limit_says_what_it_is_of_and_is_documented() -> None:
    text = DOCS.read_text()
    for limit in LIMITS:
        assert f"| {limit.what} | {limit.most:,} {limit.unit} | {limit.beyond} |" in text
    assert LIMITS[0].exceeded(LIMITS[0].most + 1)
    assert not LIMITS[0].exceeded(LIMITS[0].most)
