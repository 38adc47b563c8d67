"""Version 1 ↔ version 2: what each part becomes, what is lost, and that nothing else is."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from communique.datapackage.errors import CommuniqueError
from communique.datapackage.foreign.descriptor.versions import Version
from communique.datapackage.upgrade import convert, upgrade

from ...conftest import ROOT

PROFILES = ROOT.parent / "shared" / "suites" / "datapackage-profiles" / "public" / "profiles"
Json = dict[str, Any]

OLD: Json = {
    "profile": "tabular-data-package",
    "name": "old",
    "contributors": [{"title": "Ann", "role": "author"}],
    "resources": [
        {
            "name": "a",
            "profile": "tabular-data-resource",
            "path": "a.csv",
            "dialect": {"delimiter": ";", "doubleQuote": True},
            "schema": {
                "fields": [
                    {"name": "id", "type": "integer", "constraints": {"minimum": 1, "unique": True}},
                    {"name": "day", "type": "date", "format": "%d.%m.%Y"},
                ],
                "missingValues": ["", "NA"],
                "primaryKey": "id",
                "foreignKeys": [{"fields": "id", "reference": {"resource": "", "fields": "id"}}],
            },
        }
    ],
}
NEW: Json = {
    "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
    "name": "new",
    "contributors": [
        {"givenName": "Ann", "familyName": "Lee", "roles": ["author", "editor"]},
        {"organization": "Union"},
        {"title": "Bo", "roles": []},
    ],
    "sources": [{"path": "https://example.org/"}, {"title": "A", "version": "1"}],
    "resources": [
        {
            "name": "a",
            "type": "table",
            "path": "a.csv",
            "sources": [{"email": "a@example.org"}],
            "dialect": {"delimiter": ";", "headerRows": [1, 2], "commentRows": [3]},
            "schema": {
                "fieldsMatch": "subset",
                "fields": [
                    {
                        "name": "id",
                        "type": "integer",
                        "groupChar": ",",
                        "constraints": {"exclusiveMinimum": 0},
                    },
                    {"name": "x", "type": "number", "constraints": {"exclusiveMaximum": 9.5, "maximum": 9.7}},
                    {"name": "y", "type": "number", "constraints": {"exclusiveMaximum": 9.5, "maximum": 9.2}},
                    {"name": "d", "type": "date", "constraints": {"exclusiveMinimum": "2024-12-31"}},
                    {
                        "name": "e",
                        "type": "date",
                        "constraints": {"exclusiveMinimum": "9999-12-31", "minimum": 3},
                    },
                    {"name": "c", "type": "string", "categories": [{"value": "b", "label": "B"}, "a"]},
                    {
                        "name": "o",
                        "type": "integer",
                        "categories": [2, 1],
                        "categoriesOrdered": True,
                        "constraints": {"enum": [1, 3]},
                    },
                    {"name": "l", "type": "list", "itemType": "integer", "constraints": {"minLength": 1}},
                    {"name": "j", "type": "object", "constraints": {"jsonSchema": {"type": "object"}}},
                    {"name": "m", "type": "string", "missingValues": ["-"]},
                    {"name": "any"},
                ],
                "missingValues": [{"value": "", "label": "none"}, {"value": "NA"}],
                "uniqueKeys": [["c"], ["c", "d"]],
                "foreignKeys": [{"fields": ["id"], "reference": {"fields": ["id"]}}],
            },
        },
        {
            "name": "b",
            "$schema": "https://example.org/b.json",
            "type": "text",
            "path": "b.csv",
            "schema": "b.json",
        },
    ],
}


def _valid(content: Json, version: int) -> None:
    profile = PROFILES / f"{version}.0" / "datapackage.json"
    if not profile.exists():
        pytest.skip(f"{profile} is not there")
    validator = Draft7Validator(json.loads(profile.read_text("utf-8")))
    found = [error.message[:300] for error in validator.iter_errors(content)]
    assert not found


def test_version_1_becomes_version_2() -> None:
    _valid(OLD, 1)
    given = copy.deepcopy(OLD)
    new = convert(OLD, 2)
    assert given == OLD
    assert (new.losses, new.changed) == ((), True)
    _valid(new.content, 2)
    assert new.content["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert new.content["contributors"] == [{"title": "Ann", "roles": ["author"]}]
    assert new.content["resources"][0]["type"] == "table"
    assert "profile" not in json.dumps({**new.content, "$schema": ""})
    assert convert(new.content, 1).content == OLD


def test_version_2_becomes_version_1() -> None:
    given = copy.deepcopy(NEW)
    old = convert(NEW, 1)
    assert given == NEW
    first = old.content["resources"][0]
    valid = [field for field in first["schema"]["fields"] if field["name"] != "e"]  # which never was
    whole = {**first, "schema": {**first["schema"], "fields": valid}}
    _valid({**old.content, "resources": [whole]}, 1)
    fields = {field["name"]: field for field in first["schema"]["fields"]}
    constraints = {name: field.get("constraints") for name, field in fields.items()}
    assert first["profile"] == "tabular-data-resource"
    assert first["dialect"] == {"doubleQuote": True, "delimiter": ";"}
    assert first["sources"] == [{"title": "a@example.org", "email": "a@example.org"}]
    assert constraints["id"] == {"minimum": 1}
    assert (constraints["x"], constraints["y"]) == ({"maximum": 9.5}, {"maximum": 9.2})
    assert (constraints["d"], constraints["e"]) == ({"minimum": "2025-01-01"}, {"minimum": 3})
    assert (constraints["c"], constraints["o"]) == ({"enum": ["b", "a"], "unique": True}, {"enum": [1]})
    assert (fields["l"], constraints["j"]) == ({"name": "l", "type": "string", "constraints": {}}, {})
    assert (fields["any"]["type"], "missingValues" in fields["m"]) == ("any", False)
    assert first["schema"]["missingValues"] == ["", "NA"]
    assert first["schema"]["foreignKeys"][0]["reference"] == {"resource": "", "fields": ["id"]}
    assert old.content["resources"][1]["profile"] == "https://example.org/b.json"
    assert [one["title"] for one in old.content["contributors"]] == ["Ann Lee", "Union", "Bo"]
    said = "\n".join(map(str, old.losses))
    for part in (
        *(
            "contributors[0]: givenName",
            "all roles but the first",
            "headerRows",
            "commentRows",
            "fieldsMatch",
        ),
        *(
            "(id): groupChar",
            "(x): that exclusiveMaximum 9.5",
            "(e): exclusiveMinimum",
            "(c): categories, with labels",
        ),
        *("their order", "type list, with itemType, minLength", "jsonSchema", "labels of missingValues"),
        *(
            "(m): missingValues of one field",
            "unique key ['c', 'd']",
            "type 'text'",
            "'b.json' is a separate file",
            "demands",
        ),
    ):
        assert part in said, part
    assert "(y)" not in said
    assert "(d)" not in said


def _older(field: Json) -> tuple[Json, str]:
    """Return the constraints of a field in version 1, and what was lost."""
    schema = {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json"}
    old = convert({**schema, "fields": [{"name": "a", **field}]}, 1)
    return old.content["fields"][0]["constraints"], "\n".join(map(str, old.losses))


@pytest.mark.parametrize(
    ("field", "given", "kept", "lost"),
    [
        ({"type": "integer"}, {"exclusiveMinimum": 2**63 - 1}, {"minimum": 2**63 - 1}, "itself is no value"),
        ({"type": "integer"}, {"minimum": "10", "exclusiveMinimum": "8"}, {"minimum": "10"}, ""),
        ({"type": "integer"}, {"minimum": "10", "exclusiveMinimum": "9"}, {"minimum": "10"}, ""),
        ({"type": "integer"}, {"minimum": "9", "exclusiveMinimum": "10"}, {"minimum": "11"}, ""),
        ({"type": "integer"}, {"maximum": "10", "exclusiveMaximum": 9}, {"maximum": 8}, ""),
        ({"type": "integer"}, {"minimum": 10, "exclusiveMinimum": "8"}, {"minimum": 10}, ""),
        ({"type": "integer"}, {"minimum": "ten", "exclusiveMinimum": "9"}, {"minimum": "ten"}, "beside"),
        ({"type": "year"}, {"exclusiveMinimum": "2023"}, {"minimum": "2024"}, ""),
        ({"type": "number"}, {"minimum": "9.5", "exclusiveMinimum": "10"}, {"minimum": "10"}, "itself"),
        ({"type": "number"}, {"minimum": "10", "exclusiveMinimum": "10.0"}, {"minimum": "10.0"}, "itself"),
        ({"type": "number"}, {"minimum": "NaN", "exclusiveMinimum": 1}, {"minimum": "NaN"}, "beside"),
        ({"type": "number", "decimalChar": ","}, {"maximum": "9,5", "exclusiveMaximum": "10,5"}, {"maximum": "9,5"}, ""),
        ({"type": "duration"}, {"minimum": "P10D", "exclusiveMinimum": "P9D"}, {"minimum": "P10D"}, ""),
        ({"type": "duration"}, {"maximum": "P10D", "exclusiveMaximum": "P9D"}, {"maximum": "P9D"}, "itself"),
        (
            {"type": "datetime"},
            {"minimum": "2024-01-01T00:00:00Z", "exclusiveMinimum": "2024-01-01T01:00:00+02:00"},
            {"minimum": "2024-01-01T00:00:00Z"},
            "",
        ),
        ({"type": "date", "format": "%Y%m%d"}, {"exclusiveMinimum": "20241231"}, {"minimum": "20241231"}, "itself"),
        (
            {"type": "date", "format": "%d.%m.%Y"},
            {"minimum": "02.01.2024", "exclusiveMinimum": "01.02.2024"},
            {"minimum": "01.02.2024"},
            "itself",
        ),
        ({"type": "string"}, {"minimum": "10", "exclusiveMinimum": "9"}, {"minimum": "10"}, "beside"),
        ({"type": "no type"}, {"minimum": "10", "exclusiveMinimum": "9"}, {"minimum": "10"}, "beside"),
    ],
)  # fmt: skip
def test_bounds_are_compared_by_what_they_mean(field: Json, given: Json, kept: Json, lost: str) -> None:
    constraints, losses = _older({**field, "constraints": given})
    assert constraints == kept
    assert bool(losses) == bool(lost)
    assert lost in losses


@pytest.mark.parametrize(
    ("enum", "categories", "kept", "lost"),
    [
        (["1", "2"], [1], ["1"], "replaces them"),
        (["2", "3"], [1], ["2", "3"], "none is in the enum"),
        ([2, 1], [1, 2, 3], [2, 1], "replaces them"),
        (["one"], [1], ["one"], "none is in the enum"),
        ([1], [], [1], "none is in the enum"),
    ],
)
def test_an_enum_and_categories_are_compared_by_what_they_mean(
    enum: list[Any], categories: list[Any], kept: list[Any], lost: str
) -> None:
    field = {"type": "integer", "categories": categories, "constraints": {"enum": enum}}
    constraints, losses = _older(field)
    assert constraints == {"enum": kept}
    assert lost in losses


def test_missing_values_that_all_fields_have_become_those_of_the_table() -> None:
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [{"name": "a", "type": "any", "missingValues": ["-"]}],
    }
    old = convert(schema, 1)
    assert old.content == {"fields": [{"name": "a", "type": "any"}], "missingValues": ["-"]}
    assert old.losses == ()


def test_a_missing_value_that_version_1_had_twice_is_there_once_in_version_2() -> None:
    new = convert({"fields": [{"name": "a", "type": "any"}], "missingValues": ["", "NA", "NA"]}, 2)
    assert new.content["missingValues"] == ["", "NA"]
    assert [loss.what for loss in new.losses] == ["that missingValues had a text twice"]


def test_what_version_1_left_to_defaults_is_written_out() -> None:
    old = {
        "profile": "data-package",
        "contributors": [{"title": "A", "role": "b", "roles": ["c"]}],
        "resources": [
            {
                "name": "a",
                "path": "a.csv",
                "dialect": {"csvddfVersion": 1.2},
                "schema": {"fields": [{"name": "a"}, {"name": "d", "type": "date", "format": "fmt:%Y"}]},
            },
            {"name": "b", "path": "b.csv", "profile": "fiscal-data-resource"},
        ],
    }
    new = convert(old, 2)
    fields = new.content["resources"][0]["schema"]["fields"]
    assert fields == [{"name": "a", "type": "string"}, {"name": "d", "type": "date", "format": "%Y"}]
    said = "\n".join(map(str, new.losses))
    for part in ("data-package", "role 'b'", "csvddfVersion", "type was left out", "fmt:", "fiscal"):
        assert part in said


def test_a_tabular_package_has_tables_alone() -> None:
    old = {"profile": "tabular-data-package", "resources": [{"name": "a", "path": "a.csv"}]}
    new = convert(old, 2)
    assert new.content["resources"][0]["type"] == "table"
    assert "only the package" in new.losses[0].what


@pytest.mark.parametrize(
    ("content", "to", "lost"),
    [
        ({"$schema": "s", "path": "a.csv", "dialect": {"$schema": "x.json"}}, 1, "dialect: $schema 'x.json'"),
        (
            {"$schema": "s", "fields": [{"name": "a", "missingValues": [{"value": "-", "label": "none"}]}]},
            1,
            "the labels of missingValues",
        ),
        ({"$schema": "s", "fields": [{"name": "a", "categoriesOrdered": True}]}, 1, "categoriesOrdered True"),
        (
            {"$schema": "s", "fields": [{"name": "a", "categories": "b.csv", "categoriesOrdered": False}]},
            1,
            "categories 'b.csv'",
        ),
        (
            {"$schema": "s", "resources": [], "contributors": [{"title": "A", "role": "b", "roles": ["c"]}]},
            1,
            "contributors[0]: role 'b', beside roles",
        ),
        ({"path": "a.csv", "profile": "tabular-data-package"}, 2, "the profile 'tabular-data-package'"),
        ({"resources": [], "profile": "tabular-data-resource"}, 2, "the profile 'tabular-data-resource'"),
        (
            {"path": "a.csv", "profile": "tabular-data-resource", "type": "json"},
            2,
            "the profile of tables, beside the type 'json'",
        ),
        (
            {"resources": [{"path": "a.csv", "type": "json"}], "profile": "tabular-data-package"},
            2,
            "resources[0]: the profile of tables, beside the type 'json'",
        ),
    ],
)
def test_what_is_said_where_nobody_expects_it_is_lost_with_a_word(
    content: Json, to: Version, lost: str
) -> None:
    said = "\n".join(map(str, convert(content, to).losses))
    assert lost in said
    assert "False" not in said  # the default is not lost


def test_profiles_of_others_are_kept() -> None:
    old = {"profile": "https://example.org/p.json", "resources": [{"name": "a", "path": "a.csv"}]}
    new = convert(old, 2)
    assert new.content["$schema"] == "https://example.org/p.json"
    assert convert(new.content, 1).content == old
    odd = convert({"$schema": 3, "profile": "x", "resources": [{"name": "a", "path": "a.csv"}]}, 1)
    assert "$schema 3" in str(odd.losses[0])
    schema = convert({"$schema": "https://example.org/s.json", "fields": [{"name": "a", "type": "any"}]}, 1)
    assert "example.org" in str(schema.losses[0])


@pytest.mark.parametrize(
    "content",
    [
        {"resources": [3, {"name": 3, "schema": 3, "dialect": [], "sources": 3}], "contributors": "us"},
        {
            "fields": [
                3,
                {"constraints": 3},
                {"name": "a", "constraints": {"exclusiveMinimum": "x", "minimum": "y"}},
            ]
        },
        {"fields": [], "uniqueKeys": 3, "foreignKeys": [3, {"reference": 3}], "missingValues": "NA"},
        {"path": "a.csv", "schema": {"fields": [{"type": "list", "categories": 3, "categoriesOrdered": 3}]}},
        {"delimiter": ";"},
    ],
)
def test_nonsense_is_carried_as_it_is(content: Json) -> None:
    older = convert({"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", **content}, 1)
    newer = convert(older.content, 2)
    assert {older.changed, newer.changed} == {True}
    assert not convert(newer.content, 2).changed


def test_what_is_no_descriptor_is_refused() -> None:
    refused: list[Any] = [[], {}, {"name": "a"}, 3]
    for content in refused:
        with pytest.raises(ValueError, match="expected a package"):
            convert(content, 2)


_NAMES = st.text("abc", min_size=1, max_size=3)
_TYPES = {
    "integer": st.integers(-9, 9),
    "number": st.floats(-9, 9),
    "date": st.dates().map(str),
    "string": _NAMES,
    "boolean": st.booleans(),
    "any": _NAMES,
}


@st.composite
def _fields(draw: st.DrawFn, version: int) -> Json:
    kind = draw(st.sampled_from(list(_TYPES)))
    field: Json = {"name": draw(_NAMES), "type": kind}
    bounds = ["minimum", "maximum"] + ["exclusiveMinimum", "exclusiveMaximum"] * (version == 2)
    possible = {"required": st.booleans(), "enum": st.lists(_TYPES[kind], min_size=1, max_size=3)}
    if kind in ("integer", "number", "date"):
        possible |= dict.fromkeys(bounds, _TYPES[kind])
    constraints = draw(st.fixed_dictionaries({}, optional=possible))
    if version == 2 and kind == "string" and draw(st.booleans()):
        field["categories"] = draw(st.lists(_NAMES, min_size=1, max_size=3, unique=True))
    return {**field, **({"constraints": constraints} if constraints else {})}


@st.composite
def _packages(draw: st.DrawFn, version: int) -> Json:
    keys: Json = {"primaryKey": _NAMES, "missingValues": st.lists(_NAMES, min_size=1, unique=True)}
    if version == 2:
        keys |= {
            "uniqueKeys": st.lists(st.lists(_NAMES, min_size=1, max_size=2), min_size=1, max_size=2),
            "fieldsMatch": st.sampled_from(("exact", "equal", "partial")),
        }
    resources = [
        {
            "name": f"r{number}",
            "path": "a.csv",
            "schema": {
                "fields": draw(st.lists(_fields(version), min_size=1, max_size=3)),
                **draw(st.fixed_dictionaries({}, optional=keys)),
            },
        }
        for number in range(draw(st.integers(1, 2)))
    ]
    tabular = draw(st.booleans())
    for resource in resources if tabular else ():
        resource |= {"type": "table"} if version == 2 else {"profile": "tabular-data-resource"}
    roles = {"role": "author"} if version == 1 else {"roles": ["author"]}
    package: Json = {"contributors": [{"title": "A", **roles}], "resources": resources}
    if version == 2:
        return {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", **package}
    return {"profile": "tabular-data-package", **package} if tabular else package


@pytest.mark.no_cover
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_packages(1))
def test_up_then_down_is_the_same(package: Json) -> None:
    new = convert(package, 2)
    old = convert(new.content, 1)
    assert (new.losses, old.losses) == ((), ())
    assert old.content == package


@pytest.mark.no_cover
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_packages(2))
def test_down_then_up_is_the_same_or_the_loss_is_told(package: Json) -> None:
    old = convert(package, 1)
    again = convert(old.content, 2)
    assert again.losses == ()
    exact = "exclusiveM" in json.dumps(package) or "uniqueKeys" in json.dumps(package)  # said in other words
    default = "exact" in json.dumps(package)
    assert old.losses or exact or default or again.content == package


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_packages(1), _packages(2))
def test_the_published_profiles_take_both(one: Json, two: Json) -> None:
    for package in (one, two):
        for resource in package["resources"]:
            resource["schema"].pop("fieldsMatch", None)  # the profile of 2.0 wants a list there
    converted = convert(one, 2).content, convert(two, 1).content
    for content, version in zip(converted, (2, 1), strict=True):
        for resource in content["resources"]:
            for field in resource["schema"]["fields"]:
                rules = field.get("constraints", {})
                if "enum" in rules:
                    rules["enum"] = list(dict.fromkeys(rules["enum"])) or ["a"]
        _valid(content, version)


_KEYS = (
    *(
        "$schema",
        "profile",
        "resources",
        "path",
        "schema",
        "dialect",
        "type",
        "fields",
        "name",
        "constraints",
    ),
    *(
        "missingValues",
        "uniqueKeys",
        "foreignKeys",
        "reference",
        "categories",
        "categoriesOrdered",
        "fieldsMatch",
    ),
    *("exclusiveMinimum", "minimum", "enum", "contributors", "roles", "role", "sources", "format", "value"),
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(("list", "date", "2024-12-06", "a", "integer"))
)
_NONSENSE = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5),
    max_leaves=30,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_NONSENSE, st.sampled_from(("resources", "fields", "path")))
def test_whatever_is_given_is_converted_or_refused(content: Any, key: str) -> None:
    whole = {"$schema": "x", key: content if isinstance(content, list) else [content]}
    old = convert(whole, 1).content
    assert convert({key: value for key, value in old.items() if key != "$schema"}, 2).changed


def test_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(CommuniqueError, match="there is no datapackage"):
        upgrade(tmp_path)
    path = tmp_path / "datapackage.json"
    with pytest.raises(CommuniqueError, match="cannot be read"):
        upgrade(path)
    path.write_text("{")
    with pytest.raises(CommuniqueError, match="not valid JSON"):
        upgrade(path)
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04\xff")
    with pytest.raises(
        CommuniqueError, match=r"a\.zip: expected a descriptor.* not UTF-8\. Give a datapackage\.json"
    ):
        upgrade(tmp_path / "a.zip")
    path.write_text("[]")
    with pytest.raises(CommuniqueError, match="expected a package"):
        upgrade(path)
    path.write_text(json.dumps(OLD))
    assert upgrade(tmp_path, 2).content["$schema"]
    assert not upgrade(path, 1).changed
    folder = tmp_path / "folder.json"
    folder.mkdir()
    (folder / "datapackage.json").mkdir()
    with pytest.raises(CommuniqueError, match="regular file"):
        upgrade(folder)
    with (tmp_path / "long.json").open("wb") as file:
        file.truncate(8 << 40)
    with pytest.raises(CommuniqueError, match="at most 16,777,216 bytes"):
        upgrade(tmp_path / "long.json")
