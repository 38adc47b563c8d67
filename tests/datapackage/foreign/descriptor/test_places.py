"""Positions: a finding about a descriptor has the line and the offset of the key or item concerned."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from communique.datapackage import Report, validate_package
from communique.datapackage.foreign.descriptor.places import located, place_of

NESTED = """{
  "resources": [
    {"name": "a", "path": "a.csv"},
    {
      "name": "b", "data": [{"}": "]"}, ["\\\\\\"", []], {}, 1.5e3, null],
      "schema": {
        "fields": [
          {"name": "x"},
          {"name": "y", "constraints": {"minimun": 1}}
        ]
      }
    }
  ],
  "\\u0074itel": "ä, \\"x\\": {"
}
"""
BLOCK = """\
# what it is
name: p
resources:
- name: a
  path: a.csv
-
  name: b
  schema:
    fields:
    - name: x
    - {name: y, constraints: {minimun: 1}}
    -
        name: z
"""


@pytest.mark.parametrize(
    ("text", "where", "key", "line", "offset"),
    [
        (NESTED, "", "", 1, 1),
        (NESTED, "resources", "", 2, 3),
        (NESTED, "resources[0]", "", 3, 5),
        (NESTED, "resources[1]", "name", 5, 7),
        (NESTED, "resources[1].schema.fields[1]", "", 9, 11),
        (NESTED, "resources[1].schema.fields[1] (y. [0])", "", 9, 11),
        (NESTED, "resources[1].schema.fields[1].constraints", "minimun", 9, 41),
        (NESTED, "", "titel", 14, 3),
        (NESTED, "resources[1].schema.fields[7].constraints", "x", 7, 9),
        (NESTED, "resources[0].schema.fields[1]", "", 3, 5),
        (NESTED, "resources[1].dialect", "delimiter", 4, 5),
        (NESTED, "nothing", "resources", 1, 1),
        (NESTED.replace("\n", "\r\n"), "resources[1].schema.fields[1]", "", 9, 11),
        (NESTED.replace("\n", "\r"), "resources[1].schema.fields[1]", "", 9, 11),
        (NESTED.replace("  ", "\t"), "resources[1].schema.fields[1]", "", 9, 6),
        ("\ufeff" + NESTED, "", "titel", 14, 3),
        ('\ufeff{"a":1}', "", "a", 1, 2),
        ('\n\n {"a.b":{"c[0]":[[],[{}]]},"a":{}}', "", "a", 3, 28),
        ('{"ä😀":0,"a.b":{"c":[1,[2,{"d":3}]]}}', "", "a.b", 1, 9),
        ('{"a":[1,[2,3]]}', "a[1][1]", "", 1, 12),
        ("[]", "", "a", 1, 1),
        ("3", "resources[0]", "", 1, 1),
    ],
)
def test_json_has_the_place_of_a_key_or_item(text: str, where: str, key: str, line: int, offset: int) -> None:
    assert located(text.encode(), False, [place_of(where, key)]) == [(line, offset)]


@pytest.mark.parametrize(
    ("text", "where", "key", "line", "offset"),
    [
        (BLOCK, "", "", 2, 1),
        (BLOCK, "resources", "", 3, 1),
        (BLOCK, "resources[0]", "", 4, 3),
        (BLOCK, "resources[0].path", "", 5, 3),
        (BLOCK, "resources[1]", "", 7, 3),
        (BLOCK, "resources[1].schema.fields[0]", "", 10, 7),
        (BLOCK, "resources[1].schema.fields[1].constraints", "minimun", 11, 31),
        (BLOCK, "resources[1].schema.fields[2]", "", 13, 9),
        (BLOCK, "resources[1].schema.fields[3]", "", 9, 5),
        (BLOCK.replace("\n", "\r\n"), "resources[1].schema.fields[2]", "", 13, 9),
        ("\ufeff" + BLOCK, "name", "", 2, 1),
        ("t: \u2028\nb: 1\n", "", "b", 2, 1),
        ("x: &x {a: 1}\ny: *x\n", "y", "a", 1, 8),
        ("x: {a: [1,\n [2, 3]]}\n", "x.a[1]", "", 2, 2),
        ("", "", "name", 1, 1),
    ],
)
def test_yaml_has_the_place_of_a_key_or_item(text: str, where: str, key: str, line: int, offset: int) -> None:
    assert located(text.encode(), True, [place_of(where, key)]) == [(line, offset)]


def test_a_descriptor_of_one_line_with_much_wrong_is_gone_through_once() -> None:
    keys = [f"key{number}" for number in range(50_000)]
    text = "{" + ",".join(f'"{key}":[{{"a":1}}]' for key in keys) + "}"
    found = located(text.encode(), False, [(key,) for key in keys])
    assert [text[offset - 1 :].partition(":")[0] for _, offset in found[::5000]] == [
        f'"{key}"' for key in keys[::5000]
    ]


def _of_schema(**keys: Any) -> dict[str, Any]:
    """Return a package of one table, with these keys in its schema."""
    schema = {"fields": [{"name": "id"}], **keys}
    return {"resources": [{"name": "t", "path": "t.csv", "schema": schema}]}


def _places(found: Report) -> list[tuple[str, str, int | None, int | None, str]]:
    """Return the code, file and place of each finding, and the first word of what was expected."""
    return [
        (each.code, each.file, each.line, each.offset, (each.expected or "").split(": ")[0])
        for each in found.findings
    ]


def test_what_is_wrong_in_a_descriptor_is_told_with_its_line_in_the_order_of_lines(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,n\n1,2\n")
    (tmp_path / "datapackage.json").write_text(
        '{"resources": [\n'
        ' {"name": "t", "path": "t.csv", "bytes": 7,\n'
        '  "schema": {"fields": [{"name": "id", "tpye": "any"},\n'
        '   {"name": "n", "type": "integer"}]}},\n'
        ' {"name": "u", "path": "gone.csv", "schema": {"fields": [\n'
        '   {"name": "n", "type": "int"}]}}],\n'
        ' "created": 3, "titel": "x"}\n'
    )
    found = validate_package(tmp_path)
    assert _places(found) == [
        ("misspelt-property", "datapackage.json", 3, 40, "resources[0] (t).schema.fields[0]"),
        ("field-error", "datapackage.json", 6, 4, "resources[1] (u).schema.fields[0]"),
        (
            "package-error",
            "datapackage.json",
            7,
            2,
            "created as a date and time such as 2024-12-06T15:00:00Z",
        ),
        ("unknown-property", "datapackage.json", 7, 16, "a known property such as 'title', found 'titel'"),
    ]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"created": "today"}, "created"),
        ({"profile": "https://x.example/p.json"}, "profile"),
        ({"resources": []}, "resources"),
        ({"resources": [{"name": "../t", "path": "t.csv"}]}, "name"),
        ({"resources": [{"name": "t", "path": 3}]}, "path"),
        ({"resources": [{"name": "t", "path": "t.csv", "schema": []}]}, "schema"),
        ({"resources": [{"name": "t", "path": "t.csv", "dialect": {"header": 1}}]}, "header"),
        (_of_schema(primaryKey="x"), "primaryKey"),
        (_of_schema(fieldsMatch="x"), "fieldsMatch"),
        (
            _of_schema(foreignKeys=[{"fields": "id", "reference": {"resource": "x", "fields": "id"}}]),
            "foreignKeys",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_property_that_is_wrong_is_told_at_its_key(tmp_path: Path, wrong: dict[str, Any], key: str) -> None:
    (tmp_path / "t.csv").write_text("id\n1\n")
    text = json.dumps({**_of_schema(), **wrong}, indent=1)
    (tmp_path / "datapackage.json").write_text(text)
    lines = text.splitlines()
    places = [(each.line or 0, each.offset or 0) for each in validate_package(tmp_path).findings]
    assert any(lines[number - 1][offset - 1 :].startswith(f'"{key}": ') for number, offset in places)


SCHEMA = """\
fields:
- name: id
  tpye: integer
- {name: n, type: int}
"""


@pytest.mark.parametrize(
    ("table", "schema", "file"),
    [
        ("t.csv", "s.yaml", "s.yaml"),
        ("data/t.csv", "schemas/s.yaml", "../schemas/s.yaml"),
        ("linked/t.csv", "schemas/s.yaml", "HERE/schemas/s.yaml"),
        ("HERE/data/t.csv", "HERE/schemas/s.yaml", "../schemas/s.yaml"),
        ("data/t.csv", "HERE/schemas/s.yaml", "HERE/schemas/s.yaml"),
        ("HERE/data/t.csv", "schemas/s.yaml", "HERE/schemas/s.yaml"),
    ],
)
def test_what_is_wrong_in_the_schema_of_a_lone_table_is_told_at_the_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, schema: str, file: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "linked").symlink_to(tmp_path / "far" / "away")
    data, described = (Path(name.replace("HERE", str(tmp_path))) for name in (table, schema))
    for path, text in ((data, "id,n\n1,2\n"), (described, SCHEMA)):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = validate_package(data, described)
    told = file.replace("HERE", str(tmp_path))
    assert _places(found) == [
        ("misspelt-property", told, 3, 3, "fields[0]"),
        ("field-error", told, 4, 3, "fields[1]"),
    ]
    assert os.path.samefile(Path(found.root, told), described)


def test_faults_of_a_schema_come_before_those_of_rows_and_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\nx\n")
    (tmp_path / "u.json").write_text('{"fields": [{"name": "id", "type": "integer"}],\r\n"titel": 1}')
    found = validate_package(tmp_path / "t.csv", tmp_path / "u.json")
    assert [(each.code, each.file, each.line, each.record) for each in found.findings] == [
        ("unknown-property", "u.json", 2, None),
        ("type-error", "t.csv", 2, 1),
    ]


def test_a_schema_that_is_no_object_is_told_at_its_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\n1\n")
    (tmp_path / "s.json").write_text('\n [{"name": "id"}]')
    found = validate_package(tmp_path / "t.csv", tmp_path / "s.json")
    assert _places(found) == [("resource-error", "s.json", 2, 2, "schema as an object, or the path of one")]


def test_a_schema_in_a_file_of_its_own_is_told_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\n1\n")
    (tmp_path / "s.json").write_text('{"fields": [{"name": "id", "type": "int"}]}')
    (tmp_path / "datapackage.yaml").write_text("resources:\n- name: t\n  path: t.csv\n  schema: s.json\n")
    assert _places(validate_package(tmp_path)) == [
        ("field-error", "datapackage.yaml", 4, 3, "resources[0] (t).schema.fields[0]")
    ]
