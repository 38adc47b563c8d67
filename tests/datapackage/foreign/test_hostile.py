"""Untrusted input: each risk ends in a finding, a warning or a one-line error, and nothing outside the package is read."""

from __future__ import annotations

import gzip
import json
import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from communique.cli.formats import render
from communique.datapackage import validate_package
from communique.datapackage.foreign.opening import SourceError
from communique.datapackage.untrusted import compression

from . import SCHEMA, TABLE, codes, package, refusal, report, said

CANARY = "id,name\n1,CANARY\n"


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """No network: each attempt to connect fails and is recorded."""
    asked: list[Any] = []

    def refuse(*arguments: Any, **_: Any) -> Any:
        asked.append(arguments)
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return asked


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../canary.csv",
            "a/../../canary.csv",
            "./t.csv",
            "a//t.csv",
            "~/t.csv",
            "$HOME/t.csv",
            "/etc/passwd",
        ),
        *(
            ".hidden/t.csv",
            ".env.csv",
            "..\\x.csv",
            "C:x.csv",
            "aux.csv",
            "a/nul",
            "t.csv ",
            "t.csv.",
            "t\0.csv",
        ),
        *("t\n.csv", "//t.csv", "", "a\u202e.csv"),
    ],
)
def test_a_path_that_leads_elsewhere_or_is_no_path_everywhere_is_refused(tmp_path: Path, path: str) -> None:
    files = {"p/t.csv": TABLE, "p/.hidden/t.csv": TABLE, "p/.env.csv": TABLE, "canary.csv": CANARY}
    package(tmp_path, files)
    for given in (path, ["t.csv", path]):
        found = validate_package(package(tmp_path / "p", {}, path=given))
        assert {code for code, _, _ in codes(found)} == {"unsafe-path"}
    assert "CANARY" not in repr(found)


@pytest.mark.parametrize("key", ["schema", "dialect"])
def test_schemas_and_dialects_lie_in_the_package_too(tmp_path: Path, key: str) -> None:
    assert [code for code, _, _ in codes(report(tmp_path, None, **{key: "../x.json"}))] == ["unsafe-path"]


def test_a_link_may_not_lead_out_of_the_package_and_may_lead_within(tmp_path: Path) -> None:
    folder = package(tmp_path / "p", {"real/t.csv": TABLE}, path="link/t.csv")
    (folder / "link").symlink_to("real")
    assert validate_package(folder).ok
    (tmp_path / "t.csv").write_text(CANARY)
    (folder / "link").unlink()
    (folder / "link").symlink_to(tmp_path)
    found = validate_package(folder)
    assert [code for code, _, _ in codes(found)] == ["unsafe-path"]
    assert "CANARY" not in repr(found)
    (folder / "link").unlink()
    (folder / "link").symlink_to("link")
    assert "itself" in said(validate_package(folder)) or "found" in said(validate_package(folder))


def test_files_of_extrapaths_are_compared_with_the_others(tmp_path: Path) -> None:
    found = report(tmp_path, extrapaths=["t.csv", "T.csv"])
    assert {"repeated-file", "unsafe-path"} <= {code for code, _, _ in codes(found)}


def test_a_link_to_the_folder_of_the_package_is_no_file(tmp_path: Path) -> None:
    folder = package(tmp_path, {})
    (folder / "t.csv").symlink_to(".")
    assert "a regular file at 't.csv', found a folder" in said(validate_package(folder))


def test_a_descriptor_that_is_a_link_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    folder = package(tmp_path / "p", {"t.csv": TABLE})
    (folder / "datapackage.json").rename(tmp_path / "elsewhere.json")
    (folder / "datapackage.json").symlink_to(tmp_path / "elsewhere.json")
    assert "leads out of its folder" in refusal(folder)


def test_names_that_are_twins_on_some_systems_are_refused_and_one_file_twice_is_told(tmp_path: Path) -> None:
    def both(one: str, other: str) -> list[str]:
        resources = [
            {"name": name, "path": path, "schema": SCHEMA} for name, path in (("a", one), ("b", other))
        ]
        folder = package(tmp_path, {one: TABLE, other: TABLE}, {"resources": resources})
        return [code for code, _, _ in codes(validate_package(folder))]

    assert both("a.csv", "A.csv") == ["unsafe-path"]
    assert both("é.csv", "e\u0301.csv") == ["unsafe-path"]
    assert both("a.csv", "a.csv") == ["repeated-file"]


def test_a_resource_has_no_path_for_a_name(tmp_path: Path) -> None:
    assert [code for code, _, _ in codes(report(tmp_path, name="../evil"))] == ["resource-error"]


@pytest.mark.parametrize("key", ["path", "schema", "dialect"])
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a", "https://user:pw@example.org/a", "file:///etc/passwd", "s3://b/a"]
)
def test_nothing_is_fetched_unless_asked_for(
    tmp_path: Path, forbidden: list[Any], key: str, address: str
) -> None:
    assert [code for code, _, _ in codes(report(tmp_path, None, **{key: address}))] == ["scheme-error"]
    assert not forbidden


@pytest.mark.parametrize("key", ["profile", "$schema"])
def test_a_profile_of_somebody_is_never_fetched_and_that_is_said(
    tmp_path: Path, forbidden: list[Any], key: str
) -> None:
    folder = package(tmp_path, {"t.csv": TABLE}, **{key: "http://127.0.0.1:9/p.json"})
    assert [code for code, _, _ in codes(validate_package(folder, allow_remote=True))] == ["not-checked"]
    assert not forbidden


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_pipe, _device, _folder])
def test_only_regular_files_are_read_and_nobody_waits(tmp_path: Path, make: Callable[[Path], None]) -> None:
    folder = package(tmp_path / "data", {})
    make(folder / "t.csv")
    found = validate_package(folder)
    assert [code for code, _, _ in codes(found)] in (["source-error"], ["unsafe-path"])
    schema = package(tmp_path / "schema", {"t.csv": TABLE}, schema="s.json")
    make(schema / "s.json")
    assert [code for code, _, _ in codes(validate_package(schema))] in (["source-error"], ["unsafe-path"])
    assert "expected a regular file" in refusal(schema / "t.csv", schema / "s.json")
    (folder / "datapackage.json").unlink()
    make(folder / "datapackage.json")
    assert refusal(folder)


def test_members_of_archives_stay_in_their_archive(tmp_path: Path) -> None:
    descriptor = json.dumps({"resources": [{"name": "t", "path": "t.csv", "schema": SCHEMA}]})
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("datapackage.json", descriptor)
        file.writestr("t.csv", TABLE)
    assert validate_package(archive).ok
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("../evil.csv", "x")
    assert "refused" in refusal(archive)
    assert not (tmp_path.parent / "evil.csv").exists()


def test_what_a_compressed_file_holds_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "SMALL", 1 << 20)  # up to this size the ratio does not matter
    bomb = gzip.compress(b"id,name\n" + b"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 100_000, 9)
    found = report(tmp_path, {"t.csv.gz": bomb}, path="t.csv.gz")
    assert [code for code, _, _ in codes(found)] == ["compression-error"]


@pytest.mark.parametrize(
    "text",
    [
        '{"resources": [], "resources": []}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"a": NaN}',
        '{"a": 1e999}',
        "{",
        "\udcff",
        '"\\ud800"',
    ],
)
def test_json_that_two_readers_could_read_differently_or_that_is_none_is_refused(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "datapackage.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "resources: []\nresources: []\n",
        "[" * 100_000,
        "&a [*a]",
        "a: &a [x, x, x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)),
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*{f'b{n - 1}' if n else 'a'}]\n" for n in range(70)),
        "resources: !!python/object/apply:os.system [true]",
        "? [a]\n: b\n",
        "{",
        "a: !!binary aGk=\n",
        "%YAML 9.9\n---\na",
    ],
)
def test_yaml_that_grows_or_runs_or_is_ambiguous_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "datapackage.yaml").write_text(text)
    try:
        assert not validate_package(tmp_path).ok
    except SourceError:
        return


def test_yaml_keeps_no_and_days_as_texts(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,name\n1,no\n2,2024-01-01\n3,on\n")
    (tmp_path / "datapackage.yaml").write_text(
        "resources:\n- name: t\n  path: t.csv\n  schema:\n    fields:\n    - {name: id, type: integer}\n"
        "    - {name: name, type: string, constraints: {enum: [no, 2024-01-01, on], required: true}}\n"
    )
    assert validate_package(tmp_path).ok


@pytest.mark.parametrize(
    "changed",
    [
        {"shema": SCHEMA},
        {"Schema": SCHEMA},
        {"schema": {**SCHEMA, "primarykey": "id"}},
        {"schema": {**SCHEMA, "foreignkeys": []}},
        {"schema": {"fields": [{"name": "id", "constraints": {"requred": True}}, {"name": "name"}]}},
        {"schema": {"fields": [{"name": "id", "tpye": "integer"}, {"name": "name"}]}},
        {"dialect": {"delimeter": ";"}},
    ],
)
def test_a_property_that_is_misspelt_is_an_error(tmp_path: Path, changed: dict[str, Any]) -> None:
    assert "misspelt-property" in [code for code, _, _ in codes(report(tmp_path, **changed))]


def test_what_is_for_people_is_told_where_it_is_misspelt(tmp_path: Path) -> None:
    found = report(tmp_path, None, license="CC0", descriptoin="x")
    assert [code for code, _, _ in codes(found)] == ["unknown-property"] * 2
    assert "such as 'licenses'" in said(found)


def test_what_stands_beside_the_property_that_it_resembles_is_none_that_is_misspelt(tmp_path: Path) -> None:
    found = report(tmp_path, None, num_resources=1, state="active", resource_stats={})
    assert [code for code, _, _ in codes(found)] == ["unknown-property"] * 3


def test_what_is_unknown_is_told_and_translations_are_known(tmp_path: Path) -> None:
    found = report(tmp_path, None, **{"owner": "me", "title@fr": "Villes", "$comment": "x"})
    assert [code for code, _, _ in codes(found)] == ["unknown-property"]
    assert found.ok


@pytest.mark.parametrize("pattern", ["(?=a)a", "(a)\\1", "(a{1000}){1000}", "(", "["])
def test_patterns_that_are_not_linear_are_refused(tmp_path: Path, pattern: str) -> None:
    field = {"name": "name", "type": "string", "constraints": {"pattern": pattern}}
    assert [code for code, _, _ in codes(report(tmp_path, schema={"fields": [{"name": "id"}, field]}))] == [
        "field-error"
    ]


@pytest.mark.parametrize(
    ("kind", "constraints", "cells"),
    [
        ("string", {"pattern": "(?!a).*", "minLength": 3}, ("abc", "ab")),
        ("object", {"jsonSchema": {"properties": {"a": {"pattern": "(?=a)"}}}, "minLength": 1}, ("{}", "x")),
    ],
)
def test_all_but_the_constraint_that_cannot_be_held_is_checked(
    tmp_path: Path, kind: str, constraints: Any, cells: tuple[str, str]
) -> None:
    fields = [
        {"name": "id", "constraints": {"unique": True}},
        {"name": "v", "type": kind, "constraints": constraints},
    ]
    table = "id,v\n" + "".join(f"1,{cell}\n" for cell in cells)
    found = report(tmp_path, {"t.csv": table}, schema={"fields": fields, "primaryKey": "id"})
    rows = [finding.row for finding in found.findings if finding.row]
    assert {code for code, _, _ in codes(found)} >= {"field-error", "unique-error", "primary-key"}
    assert 3 in rows
    assert not found.ok
    assert "this constraint was not checked" in said(found)
    assert (found.declared, found.held) == (4, 3)
    assert "Checked rows against 3 of 4 declared constraints." in render("text", found, 10).decode()


def test_the_constraints_of_what_cannot_be_read_were_not_checked(tmp_path: Path) -> None:
    schema = {**SCHEMA, "uniqueKeys": [["name"]]}
    key = {"fields": "id", "reference": {"resource": "u", "fields": "id"}}
    resources = [
        {"name": "t", "path": "t.csv", "schema": {**schema, "foreignKeys": [key]}},
        {"name": "u", "path": "u.csv", "schema": {**schema, "primaryKey": "id"}},
    ]
    files = {"t.csv": TABLE, "u.csv": TABLE}
    whole = validate_package(package(tmp_path, files, {"resources": resources}))
    assert (whole.declared, whole.held) == (4, 4)
    assert "declared" not in render("text", whole, 10).decode()
    (tmp_path / "u.csv").unlink()
    part = validate_package(tmp_path)
    assert (part.declared, part.held) == (4, 1)


def test_a_pattern_takes_linear_time_and_matches_the_whole(tmp_path: Path) -> None:
    field = {"name": "name", "type": "string", "constraints": {"pattern": "(a+)+"}}
    cells = f"id,name\n1,{'a' * 5000}\n2,{'a' * 5000}!\n"
    found = report(tmp_path, {"t.csv": cells}, schema={"fields": [{"name": "id"}, field]})
    assert codes(found) == [("constraint-error", 3, 2)]


@pytest.mark.parametrize(
    "descriptor",
    [
        {"resources": [{"name": "t", "path": "t.csv"}]},
        {"resources": [{"name": "t", "path": "t.txt"}]},
        {"resources": [{"name": "t", "path": "t.pdf"}]},
    ],
)
def test_where_nothing_was_checked_nothing_is_valid(tmp_path: Path, descriptor: Any) -> None:
    files: dict[str, str | bytes] = dict.fromkeys(("t.csv", "t.txt", "t.pdf"), TABLE)
    assert "nothing was checked" in refusal(package(tmp_path, files, descriptor))
    assert "nothing was checked" in refusal(tmp_path / "t.csv")


def test_a_table_without_a_schema_beside_others_is_an_error(tmp_path: Path) -> None:
    resources = [{"name": "t", "path": "t.csv", "schema": SCHEMA}, {"name": "u", "path": "u.csv"}]
    found = validate_package(package(tmp_path, {"t.csv": TABLE, "u.csv": TABLE}, {"resources": resources}))
    assert sorted(code for code, _, _ in codes(found)) == ["no-schema", "not-checked"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("cafe\u0301", "not-nfc"),
        ("a\u200b", "invisible-character"),
        ("a\u202eb", "invisible-character"),
        ("a ", "untrimmed-text"),
        ("=1+1", "formula-like"),
        ("@x", "formula-like"),
        ("\x1b[31m", "control-character"),
    ],
)
def test_cells_that_are_not_what_they_seem_are_warnings(tmp_path: Path, cell: str, code: str) -> None:
    found = report(tmp_path, {"t.csv": f"id,name\n1,{cell}\n"})
    assert codes(found) == [(code, 2, 2)]
    assert found.ok


@pytest.mark.parametrize(("cell", "count"), [("-", 0), ("--", 1), ('"-\n"', 2), ("-1", 1), ("=", 1)])
def test_a_lone_hyphen_is_no_formula(tmp_path: Path, cell: str, count: int) -> None:
    assert len(codes(report(tmp_path, {"t.csv": f"id,name\n1,{cell}\n"}))) == count


@pytest.mark.parametrize(
    ("line", "missing", "expected"),
    [('""', [], []), ("", [], ["blank-row"]), ('""', [""], ["blank-row"]), ('""', ["x"], [])],
)
def test_a_quoted_empty_cell_by_itself_is_a_value_where_it_stands_for_one(
    tmp_path: Path, line: str, missing: list[str], expected: list[str]
) -> None:
    schema = {"fields": [{"name": "name", "type": "string"}], "missingValues": missing}
    for end in ("\n", "\r\n"):
        table = end.join(["name", "a", line, "b", ""])
        found = report(tmp_path, {"t.csv": table}, schema=schema)
        assert [code for code, _, _ in codes(found)] == expected
        assert found.tables[0].read == 3


@pytest.mark.parametrize(
    "field", [{}, None, 7, {"name": 3}, {"name": "id", "type": ["x"]}, {"name": "id", "constraints": []}]
)
def test_fields_that_are_none_are_findings(tmp_path: Path, field: Any) -> None:
    found = report(tmp_path, schema={"fields": [field, {"name": "name"}]})
    assert [code for code, _, _ in codes(found)] == ["field-error"]


@pytest.mark.parametrize(
    "content",
    [None, 7, "x", [], {"resources": {}}, {"resources": []}, {"resources": [7]}, {"resources": [{}]}],
)
def test_descriptors_that_are_none_are_findings(tmp_path: Path, content: Any) -> None:
    found = validate_package(package(tmp_path, {}, json.dumps(content)))
    assert not found.ok
    assert {code for code, _, _ in codes(found)} <= {"package-error", "resource-error"}
