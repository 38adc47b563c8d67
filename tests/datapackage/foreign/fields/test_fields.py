"""Types, formats and constraints: valid and invalid values of a field, one cell at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .. import SCHEMA, codes, column, report, said

_DRAFT_3, _DRAFT_4 = (f"http://json-schema.org/draft-0{number}/schema#" for number in (3, 4))
SECOND = "https://datapackage.org/profiles/2.0/tableschema.json"
POINT = '{"type": "Point", "coordinates": [27.5, 53.9]}'
FITS: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({"type": "string", "format": "email"}, ["a.b+c@example.org"], ["a", "a@", "@b", "a b@c.org"]),
    (
        {"type": "string", "format": "uri"},
        ["https://example.org/a?b#c", "urn:isbn:1"],
        ["example.org", "http:", "a b:c"],
    ),
    ({"type": "string", "format": "binary"}, ["aGk=", "aGkh"], ["aGk", "a===", "é"]),
    ({"type": "string", "format": "uuid"}, ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567", "g" * 36]),
    (
        {"type": "integer"},
        ["0", "-1", "+7", "007", str(2**63 - 1)],
        ["1.0", "1_000", "٣", "\uff11", " 1", str(2**63), "1e3", "-"],
    ),
    ({"type": "integer", "groupChar": ","}, ["1,000", "1000"], ["1.000", ",1", "1,,000"]),
    (
        {"type": "integer", "bareNumber": False},
        ["$95", "95%", "95", "EUR 95"],
        ["x", "9a5", "\N{MINUS SIGN}95"],
    ),
    (
        {"type": "number"},
        ["1", "-.5", "1.", "1e-3", "NaN", "INF", "-INF"],
        ["Infinity", "1e999", "0x1", "1,5", "1_0", "--1"],
    ),
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, ["1.000,5", "1,5"], ["1,000.5", "a"]),
    ({"type": "integer", "groupChar": "~~"}, ["1~~000", "1000"], ["1~000", "1~~", "1~~~~000"]),
    (
        {"type": "number", "decimalChar": "::", "groupChar": ".."},
        ["1..000::5", "3::", "::5"],
        ["1.000", "4:5"],
    ),
    ({"type": "number", "bareNumber": False}, ["€ 1.5", "95%", "Rs.500"], ["%", "x", "\N{MINUS SIGN}5 °C"]),
    ({"type": "boolean"}, ["true", "False", "0", "TRUE"], ["yes", "t", "tRUE"]),
    ({"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, ["ja", "nein"], ["true", "0"]),
    (
        {"type": "date"},
        ["2024-02-29", "0001-01-01"],
        ["2023-02-29", "2024-1-5", "01/02/2024", "\uff12\uff10\uff12\uff14-01-01", "2024-01-01T00:00:00"],
    ),
    (
        {"type": "date", "format": "%d/%m/%Y"},
        ["31/12/2024", "1/2/2024"],
        ["12/31/2024", "2024-01-01", "1/2/24"],
    ),
    ({"type": "date", "format": "%d %b %Y"}, ["1 Feb 2024"], ["1 Foo 2024", "1 February 2024"]),
    ({"type": "date", "format": "any"}, ["2024-01-01", "1 Feb 2024", "31/12/2024"], ["soon", "2024"]),
    (
        {"type": "time"},
        ["00:00:00", "23:59:59.5", "12:00:00Z", "12:00:00+03:00"],
        ["24:00:00", "1:00:00", "12:00", "12:30:60", "23:59:60"],
    ),
    ({"type": "time", "format": "%H:%M"}, ["12:30"], ["12:30:00", "25:00"]),
    ({"type": "time", "format": "any"}, ["12:30", "12:30:00", "1:30 PM"], ["noon"]),
    (
        {"type": "datetime"},
        ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.123+03:00", "2024-01-01T00:00:00"],
        ["2024-01-01", "2024-01-01 00:00:00"],
    ),
    ({"type": "datetime", "format": "%Y-%m-%d %H:%M"}, ["2024-01-01 12:30"], ["2024-01-01T12:30"]),
    (
        {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%f%z"},
        ["2024-01-01T12:30:00.5+0300"],
        ["2024-01-01T12:30:00"],
    ),
    ({"type": "datetime", "format": "any"}, ["2024-01-01 12:30:00", "2024-01-01T12:30:00Z"], ["x"]),
    ({"type": "year"}, ["2024", "-0044", "12024"], ["24", "2024Z", "x"]),
    ({"type": "yearmonth"}, ["2024-12"], ["2024-13", "2024-1", "2024"]),
    ({"type": "duration"}, ["P1Y2M3DT4H5M6.5S", "PT1S", "-P1D", "P2W"], ["P", "PT", "1D", "P1.5Y", """ """]),
    ({"type": "object"}, ['{"a": 1}', "{}"], ["[]", "1", "{", '{"a": 1, "a": 2}', "NaN"]),
    ({"type": "array"}, ["[1, 2]"], ["{}", "x"]),
    ({"type": "list"}, ["a,b", "a"], []),
    ({"type": "list", "itemType": "integer", "delimiter": ";"}, ["1;2", "3"], ["1;x", "1,2"]),
    ({"type": "list", "itemType": "integer", "delimiter": "||"}, ["1||2", "3"], ["1|2", "1||"]),
    ({"type": "date", "format": "%G-W%V-%u"}, ["2024-W01-1", "2020-W53-7"], ["2024-W53-1", "2024-W01-8"]),
    ({"type": "date", "format": "%Y-%W-%w"}, ["2024-01-1", "2024-52-0"], ["2024-54-1", "2024-01-7"]),
    ({"type": "date", "format": "%Y%U%w"}, ["2024011"], ["202411", "2024"]),
    ({"type": "list", "itemType": "number"}, ["1,2.5"], ["1,NaN", "INF"]),
    ({"type": "geopoint"}, ["27.56, 53.9", "-180,90"], ["181, 0", "0", "a, b", "1, 2, 3", "1_0, 2"]),
    ({"type": "geopoint", "format": "array"}, ["[27.56, 53.9]"], ["[1]", "{}", "[true, 1]"]),
    ({"type": "geopoint", "format": "object"}, ['{"lon": 1, "lat": 2}'], ['{"lon": 1}', "[1, 2]"]),
    (
        {"type": "geojson"},
        [
            POINT,
            '{"type": "FeatureCollection", "features": []}',
            '{"type": "Feature", "geometry": null, "properties": null}',
        ],
        [
            '{"type": "X"}',
            "[]",
            '{"type": "Point", "coordinates": ["a"]}',
            '{"type": "Point", "coordinates": 1}',
            '{"type": "FeatureCollection", "features": [1]}',
        ],
    ),
    (
        {"type": "geojson"},
        ['{"type": "GeometryCollection", "geometries": [' + POINT + "]}"],
        ['{"type": "GeometryCollection", "geometries": [1]}', '{"type": "Polygon", "coordinates": [1]}'],
    ),
    ({"type": "geojson", "format": "topojson"}, ['{"type": "Topology", "objects": {}, "arcs": []}'], [POINT]),
    ({"type": "any"}, ["whatever", "12"], []),
]


@pytest.mark.parametrize(("field", "good", "bad"), FITS, ids=[str(field) for field, _, _ in FITS])
def test_a_type_takes_what_the_standard_says_and_no_more(
    tmp_path: Path, field: dict[str, Any], good: list[str], bad: list[str]
) -> None:
    errors = [found for found in column(tmp_path, good + bad, **field) if found[0] == "type-error"]
    first = 2 + len(good)
    assert errors == [("type-error", row, 1) for row in range(first, first + len(bad))]


CONSTRAINED: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({"type": "string", "constraints": {"minLength": 2, "maxLength": 3}}, ["ab", "éàü"], ["a", "abcd"]),
    ({"type": "string", "constraints": {"pattern": "a|ab"}}, ["a", "ab"], ["abc", "ba", "a\n"]),
    ({"type": "string", "constraints": {"enum": ["a", "b"]}}, ["a"], ["A", "c"]),
    ({"type": "integer", "constraints": {"enum": [1, "2"]}}, ["1", "02"], ["3"]),
    ({"type": "integer", "constraints": {"minimum": 2, "exclusiveMaximum": 4.0}}, ["2", "3"], ["1", "4"]),
    (
        {"type": "number", "constraints": {"exclusiveMinimum": "1.5", "maximum": 3}},
        ["1.6", "3"],
        ["1.5", "3.1"],
    ),
    ({"type": "date", "constraints": {"minimum": "2024-01-01"}}, ["2024-01-01"], ["2023-12-31"]),
    (
        {"type": "date", "format": "%d/%m/%Y", "constraints": {"maximum": "31/01/2024"}},
        ["1/1/2024"],
        ["1/2/2024"],
    ),
    ({"type": "duration", "constraints": {"minimum": "PT60S"}}, ["PT1M"], ["PT59S"]),
    ({"type": "yearmonth", "constraints": {"maximum": "2024-06"}}, ["2024-06"], ["2024-07"]),
    ({"type": "boolean", "constraints": {"enum": [True]}}, ["true", "1"], ["0"]),
    ({"type": "array", "constraints": {"minLength": 1, "maxLength": 2}}, ["[1]"], ["[]", "[1, 2, 3]"]),
    ({"type": "list", "constraints": {"minLength": 2}}, ["a,b"], ["a"]),
    ({"type": "list", "constraints": {"enum": [["a", "b"], "c"]}}, ["a,b", "c"], ["a", "b,a"]),
    ({"type": "list", "itemType": "integer", "constraints": {"enum": ["1,2"]}}, ["01,2"], ["2,1"]),
    ({"type": "object", "constraints": {"enum": [{"a": 1}]}}, ['{ "a":1}'], ['{"a":2}']),
    (
        {
            "type": "object",
            "constraints": {"jsonSchema": {"required": ["a"], "properties": {"a": {"pattern": "^x+$"}}}},
        },
        ['{"a": "xx"}'],
        ["{}", '{"a": "y"}'],
    ),
    (
        {"type": "object", "constraints": {"jsonSchema": {"patternProperties": {"^a": {"type": "integer"}}}}},
        ['{"ab": 1}'],
        ['{"ab": "x"}'],
    ),
    ({"type": "string", "categories": [{"value": "a"}, {"value": "b", "label": "B"}]}, ["a", "b"], ["c"]),
    ({"type": "integer", "categories": [1, 2], "categoriesOrdered": True}, ["1"], ["3"]),
    ({"type": "integer", "categories": [1, 2], "constraints": {"enum": ["2"]}}, ["2"], ["1"]),
    # What breaks both says so once.
    ({"type": "string", "categories": ["a", "b"], "constraints": {"enum": ["a", "b"]}}, ["a"], ["c"]),
    (
        {"type": "integer", "constraints": {"minimum": -(2**63), "maximum": 2**63 - 1}},
        [f"{-(2**63)}", f"{2**63 - 1}"],
        [],
    ),
    ({"type": "string", "constraints": {"required": True}}, ["a"], [""]),
]


@pytest.mark.parametrize(
    ("field", "good", "bad"), CONSTRAINED, ids=[str(field) for field, _, _ in CONSTRAINED]
)
def test_a_constraint_takes_what_it_says(
    tmp_path: Path, field: dict[str, Any], good: list[str], bad: list[str]
) -> None:
    fields = [{"name": "v", **field}, {"name": "w"}]
    text = "v,w\n" + "".join('"' + cell.replace('"', '""') + '",x\n' for cell in good + bad)
    found = codes(report(tmp_path, {"t.csv": text}, schema={"fields": fields}))
    first = 2 + len(good)
    errors = [item for item in found if item[0].endswith("error")]
    assert errors == [("constraint-error", row, 1) for row in range(first, first + len(bad))]


WRONG: list[dict[str, Any]] = [
    {"type": "text"},
    {"type": "integer", "format": "x"},
    {"type": "string", "format": "x"},
    {"type": "string", "format": 3},
    {"type": "date", "format": 3},
    {"type": "date", "format": "%Q"},
    {"type": "date", "format": "x"},
    {"type": "date", "format": "%d%f"},
    {"type": "date", "format": "%d %z"},
    {"type": "date", "format": "%z%d"},
    {"type": "geopoint", "format": "x"},
    {"type": "geojson", "format": "x"},
    {"type": "list", "delimiter": ""},
    {"type": "string", "title": 3},
    {"type": "string", "description": ["x"]},
    {"type": "string", "missingValues": [{"value": "x", "label": "a"}, {"value": "y", "label": "a"}]},
    {"type": "string", "missingValues": [{"value": "x", "label": 1}]},
    {"type": "string", "categories": [{"value": "x", "label": "a"}, {"value": "y", "label": "a"}]},
    {"type": "string", "categories": [{"value": "x", "label": 1}]},
    {"type": "integer", "categories": [1, 2], "constraints": {"enum": [1, 3]}},
    {"type": "list", "itemType": "list"},
    {"type": "integer", "groupChar": "12"},
    {"type": "integer", "bareNumber": "x"},
    {"type": "integer", "groupChar": "' 1"},
    {"type": "number", "groupChar": ","} | {"decimalChar": ","},
    {"type": "number", "groupChar": ","} | {"decimalChar": ",,"},
    {"type": "boolean", "trueValues": []},
    {"type": "boolean", "trueValues": ["x"], "falseValues": ["x"]},
    {"type": "string", "required": True},
    {"type": "string", "constraints": {"minimum": 1}},
    {"type": "integer", "constraints": {"pattern": "a"}},
    {"type": "integer", "constraints": {"minLength": 1}},
    {"type": "string", "constraints": {"minLength": -1}},
    {"type": "string", "constraints": {"minLength": True}},
    {"type": "string", "constraints": {"required": "yes"}},
    {"type": "string", "constraints": {"pattern": 1}},
    {"type": "string", "constraints": {"enum": []}},
    {"type": "string", "constraints": {"enum": [None]}},
    {"type": "integer", "constraints": {"enum": ["x"]}},
    {"type": "integer", "constraints": {"enum": [1.5]}},
    {"type": "integer", "constraints": {"minimum": 1.5}},
    {"type": "integer", "constraints": {"minimum": 2**63}},
    {"type": "integer", "constraints": {"maximum": -(2**63) - 1}},
    {"type": "string", "constraints": {"jsonSchema": {}}},
    {"type": "object", "constraints": {"jsonSchema": 3}},
    {"type": "object", "constraints": {"jsonSchema": {"type": "x"}}},
    {"type": "object", "constraints": {"jsonSchema": {"$ref": "https://example.org/x"}}},
    {"type": "object", "constraints": {"jsonSchema": {"$ref": "#"}}},
    {"type": "object", "constraints": {"jsonSchema": {"$dynamicRef": "#"}}},
    {"type": "object", "constraints": {"jsonSchema": {"$ref": "#/$defs/a"}}},
    {"type": "object", "constraints": {"jsonSchema": {"$schema": 7}}},
    {"type": "object", "constraints": {"jsonSchema": {"$schema": _DRAFT_3, "type": "x"}}},
    {"type": "object", "constraints": {"jsonSchema": {"$schema": _DRAFT_3, "$ref": "#"}}},
    {"type": "object", "constraints": {"jsonSchema": {"$schema": _DRAFT_4, "$ref": 7}}},
    {"type": "string", "categories": []},
    {"type": "string", "categories": [1]},
    {"type": "integer", "categories": ["a"]},
    {"type": "string", "categories": ["a", "a"]},
    {"type": "string", "categories": ["a", {"value": "b"}]},
    {"type": "string", "categories": ["a"], "categoriesOrdered": "x"},
    {"type": "string", "missingValues": "x"},
]


@pytest.mark.parametrize("field", WRONG, ids=map(str, WRONG))
def test_what_a_field_cannot_say_is_a_finding(tmp_path: Path, field: dict[str, Any]) -> None:
    assert [code for code, _, _ in column(tmp_path, ["1"], **field)] == ["field-error"]


def test_what_says_nothing_of_a_type_is_told(tmp_path: Path) -> None:
    assert [code for code, _, _ in column(tmp_path, ["1"], type="string", groupChar=",")] == [
        "unknown-property"
    ]


@pytest.mark.parametrize(
    "missing", [["-", "NA"], [{"value": "-", "label": "none"}, {"value": "NA", "label": "not applicable"}]]
)
def test_missing_values_are_plain_or_labelled_and_those_of_a_field_come_first(
    tmp_path: Path, missing: Any
) -> None:
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "type": "integer", "missingValues": ["x", ""]}]
    schema = {"fields": fields, "missingValues": missing}
    found = codes(report(tmp_path, {"t.csv": "a,b\n-,x\nNA,\n,1\n1,-\n"}, schema=schema))
    assert found == [("type-error", 4, 1), ("type-error", 5, 2)]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"fields": "x"}, "a list of fields"),
        ([], "an object, or the path"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "twice"),
        ({**SCHEMA, "fieldsMatch": "some"}, "fieldsMatch that is one of"),
        ({**SCHEMA, "primaryKey": 3}, "primaryKey as the name"),
        ({**SCHEMA, "primaryKey": ["id", "id"]}, "each field once"),
        ({**SCHEMA, "primaryKey": "x"}, "found 'x'"),
        ({**SCHEMA, "uniqueKeys": "id"}, "a list of at least one key"),
        ({**SCHEMA, "uniqueKeys": [[]]}, "at least one field"),
        ({**SCHEMA, "uniqueKeys": []}, "of at least one"),
        ({**SCHEMA, "foreignKeys": {}}, "foreignKeys as a list"),
        ({**SCHEMA, "foreignKeys": [{"fields": "id"}]}, "a reference with fields"),
        (
            {**SCHEMA, "foreignKeys": [{"fields": "id", "reference": {"fields": ["id", "name"]}}]},
            "as many fields",
        ),
        ({**SCHEMA, "foreignKeys": [{"fields": "id", "reference": {"fields": ["id"]}}]}, "written alike"),
        (
            {**SCHEMA, "foreignKeys": [{"fields": "id", "x": 1, "reference": {"fields": "id"}}]},
            "only fields and reference, found 'x'",
        ),
        (
            {**SCHEMA, "foreignKeys": [{"fields": "id", "reference": {"resorce": "t", "fields": "id"}}]},
            "'resource', found 'resorce'",
        ),
        (
            {**SCHEMA, "foreignKeys": [{"fields": "id", "reference": {"package": "b", "fields": "id"}}]},
            "to another package",
        ),
        (
            {**SCHEMA, "foreignKeys": [{"fields": "id", "reference": {"resource": "z", "fields": "id"}}]},
            "a reference to a resource",
        ),
        (
            {**SCHEMA, "foreignKeys": [{"fields": "id", "reference": {"fields": "z"}}]},
            "a reference to fields of t",
        ),
        ({**SCHEMA, "missingValues": [1]}, "missingValues as a list"),
        ({**SCHEMA, "missingValues": [{"value": "-"}, {"value": "-"}]}, "found '-' twice"),
        ({**SCHEMA, "missingValues": ["-", "-"], "$schema": SECOND}, "found '-' twice"),
    ],
)
def test_what_a_schema_cannot_say_is_a_finding(tmp_path: Path, schema: Any, expected: str) -> None:
    found = report(tmp_path, schema=schema)
    assert not found.ok
    assert expected in said(found)


@pytest.mark.parametrize("key", ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"])
def test_what_is_not_a_number_is_within_no_bound_and_a_bound_has_64_bits(tmp_path: Path, key: str) -> None:
    for name, limit, code in (("nan", 0, "constraint-error"), ("huge", 10**400, "field-error")):
        schema = {"fields": [{"name": "id", "type": "number", "constraints": {key: limit}}]}
        found = report(tmp_path / name, {"t.csv": "id\nNaN\n"}, schema=schema)
        assert [code for code, _, _ in codes(found)] == [code]


def test_what_is_said_of_a_schema_comes_in_one_order(tmp_path: Path) -> None:
    field = {"name": "id", "type": "string", **dict.fromkeys(("trueValues", "delimiter", "groupChar"), "a")}
    keys = [{"fields": "id", "reference": {"fields": "id"}, "zz": 1, "onDelete": 1, "title": 1}]
    found = report(tmp_path, {"t.csv": "id\n1\n"}, schema={"fields": [field], "foreignKeys": keys})
    told = [str(finding.expected).partition(": ")[2] for finding in found.findings]
    assert told == [  # that of the descriptor
        *(
            f"no {key!r}, which does not apply to the type string"
            for key in ("trueValues", "delimiter", "groupChar")
        ),
        "foreignKeys with only fields and reference, found 'onDelete'",
    ]


@pytest.mark.parametrize(
    ("items", "fits"),
    [
        ('[1, 2, true, "1", [1], {"a": 1}]', True),
        ("[1, 1.0]", False),
        ('[{"a": 1, "b": 2}, {"b": 2.0, "a": 1}]', False),
        (str([{"a": 0}] * 20_000).replace("'", '"'), False),
        (str(list(range(20_000))), True),
    ],
    ids=["differ", "numbers", "objects", "many-alike", "many"],
)
def test_items_that_are_to_differ_are_not_held_one_against_the_other(
    tmp_path: Path, items: str, fits: bool
) -> None:
    found = column(tmp_path, [items], type="array", constraints={"jsonSchema": {"uniqueItems": True}})
    assert found == ([] if fits else [("constraint-error", 2, 1)])


def test_references_of_which_each_leads_to_two_more_are_followed_once_for_each_part(tmp_path: Path) -> None:
    levels = {str(n): {"allOf": [{"$ref": f"#/$defs/{n + 1}"}] * 2} for n in range(40)}
    schema = {"$ref": "#/$defs/0", "$defs": levels | {"40": {"required": ["a"]}}}
    found = column(tmp_path, ['{"a": 1}', '{"b": 1}'], type="object", constraints={"jsonSchema": schema})
    assert found == [("constraint-error", 3, 1)]
    inner = {"properties": {"a": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, "b": {"type": "integer"}}}
    deep = '{"a":' * 40
    values = [f'{deep}{{"b": {value}}}{"}" * 40}' for value in ("1", "null")]
    found = column(tmp_path, values, type="object", constraints={"jsonSchema": inner})
    assert found == [("constraint-error", 3, 1)]


@pytest.mark.parametrize(
    "schema",
    [
        {"$schema": _DRAFT_4, "properties": {"a": {"$ref": "#"}}, "pattern": "^(a+)+$"},
        {"properties": {"a": {"$schema": _DRAFT_4, "pattern": "^(a+)+$"}}},
    ],
    ids=["referred-to", "part"],
)
def test_patterns_run_in_linear_time_in_parts_that_name_their_own_dialect(
    tmp_path: Path, schema: dict[str, Any]
) -> None:
    values = [f'{{"a": "{"a" * 60}{end}"}}' for end in ("", "!")]
    found = column(tmp_path, values, type="object", constraints={"jsonSchema": schema})
    assert found == [("constraint-error", 3, 1)]


@pytest.mark.parametrize(("dialect", "part"), [(_DRAFT_4, {"$ref": 7}), (_DRAFT_3, {"type": "x"})])
def test_a_reference_or_a_type_of_a_part_that_is_none_ends_no_check(
    tmp_path: Path, dialect: str, part: dict[str, Any]
) -> None:
    schema = {"$schema": dialect, "properties": {"a": part}}
    found = column(tmp_path, ['{"a": 1}', "{}"], type="object", constraints={"jsonSchema": schema})
    assert found == [("constraint-error", 2, 1)]


def test_the_remedy_of_a_constraint_says_nothing_of_patterns(tmp_path: Path) -> None:
    field = {"name": "id", "type": "string", "constraints": {"minLength": "x"}}
    found = report(tmp_path, {"t.csv": "id\n1\n"}, schema={"fields": [field]})
    assert "linear" not in f"{said(found)} {found.rules['field-error'].remedy}"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?=a)a", "look-around, including look-ahead and look-behind, is not supported"),
        (r"(a)\1", "backreferences are not supported"),
        ("(", "unclosed group"),
        (r"\i\c*", "unrecognized escape sequence"),
        ("a{5000}{5000}", "too large"),
    ],
)
def test_of_a_pattern_that_cannot_be_run_it_is_said_why(tmp_path: Path, pattern: str, why: str) -> None:
    field = {"name": "id", "type": "string", "constraints": {"pattern": pattern}}
    found = said(report(tmp_path, {"t.csv": "id\n1\n"}, schema={"fields": [field]}))
    assert f"a pattern that runs in linear time, found {pattern!r}: {why}" in found
