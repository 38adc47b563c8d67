"""Random packages: fields of all types and constraints, cells that fit or nearly fit them, keys, and references."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from . import plain
from .plain import Json, Table

UUID = "123e4567-e89b-12d3-a456-426614174000"
VARIANTS: list[tuple[Json, list[str]]] = [
    ({"type": "string"}, ["a", "ab", "B", "é", "x1", "1", "a,b", 'say "a"', "two\nlines", " a", "=1", "e\u0301"]),
    ({"type": "string", "format": "email"}, ["a@b.org", "a@b", "@b", "a@-b", "a b@c", "é@b.org", "a@b.org\n"]),
    ({"type": "string", "format": "uri"}, ["https://a.b/c?d#e", "urn:x", "a", "http://a b", "1:a", "mailto:a@b"]),
    ({"type": "string", "format": "uuid"}, [UUID, UUID.upper(), UUID[:-1], UUID.replace("-", ""), UUID + "0"]),
    ({"type": "string", "format": "binary"}, ["YQ==", "YWI=", "YWJj", "YQ=", "YQ", "Y Q=", "é"]),
    ({"type": "any"}, ["a", "1", "true", "é", "null"]),
    ({"type": "integer"}, ["1", "2", "+3", "-4", "007", "9223372036854775807", "9223372036854775808", "1.0", "1_0", "\u0661"]),
    ({"type": "integer", "groupChar": " "}, ["1 000", "1000", "1 0 0", " 1", "1  0", "1,000", "-2 000"]),
    ({"type": "integer", "bareNumber": False}, ["$1", "1%", "€ -2 EUR", "3", "a", "4 5", "-"]),
    ({"type": "number"}, ["1", "2.5", "-3.", ".5", "1e3", "1e400", "1,5", "0x1", "2", "1_0", "1.0e0", "."]),
    ({"type": "number"}, ["NaN", "INF", "-inf", "+INF", "infinity", "1"]),
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, ["1.000,5", "1000,5", "1,5", "1.5", ",5", "1,", "1,5,5"]),
    ({"type": "number", "groupChar": ","}, ["1,000.5", "1000.5", "1,5", ",5", "5,", "1,,5", "-1,0e1"]),
    ({"type": "number", "bareNumber": False}, ["$1.5", "1.5 %", "a", "kg 2", "-3 EUR", "Rs.500", "Rs. 2.5"]),
    ({"type": "boolean"}, ["true", "false", "1", "0", "True", "yes", "FALSE", "tRue"]),
    ({"type": "boolean", "trueValues": ["ja", "1"], "falseValues": ["no"]}, ["ja", "1", "no", "true", "0", "Ja"]),
    ({"type": "date"}, ["2024-01-01", "2024-02-29", "2023-02-29", "1999-12-31", "2024-1-5", "0001-01-01", "0000-01-01"]),
    ({"type": "date", "format": "%d/%m/%Y"}, ["01/02/2024", "1/2/2024", "31/02/2024", "01-02-2024", "01/02/24"]),
    ({"type": "date", "format": "%d %B %Y"}, ["1 March 2024", "29 February 2024", "30 February 2024", "1 Mar 2024", "1 march 2024"]),
    ({"type": "time"}, ["00:00:00", "23:59:59", "24:00:00", "1:00:00", "12:30:00.5", "12:30:00Z", "23:30:00-01:00", "12:60:00", "12:30:60", "23:59:60"]),
    ({"type": "time", "format": "%H:%M"}, ["12:30", "1:05", "24:00", "12:30:00", "12:3"]),
    ({"type": "datetime"}, ["2024-01-01T00:00:00", "2024-01-01T12:00:00Z", "2024-01-01T13:00:00+01:00", "2024-01-01 00:00:00",
                            "2023-13-01T00:00:00", "2024-02-30T00:00:00", "2024-01-01T00:00:00.123456", "9999-12-31T23:59:59-14:00"]),
    ({"type": "datetime", "format": "%Y/%m/%d %H:%M:%S"}, ["2024/01/02 03:04:05", "2024/1/2 3:4:5", "2024/01/02", "2024/01/02 25:00:00"]),
    ({"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"}, ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00+0100", "2024-01-01T00:00:00", "2024-01-01T02:00:00+02:00"]),
    ({"type": "year"}, ["2024", "1999", "-0044", "24", "02024", "0000"]),
    ({"type": "yearmonth"}, ["2024-01", "1999-12", "2024-13", "2024-1", "0000-01"]),
    ({"type": "duration"}, ["P1Y", "P12M", "P1W", "P7D", "PT36H", "P1DT12H", "-P1D", "PT0.5S", "P", "PT", "1D", "P1H", "PT1M30S", "P1.5D"]),
    ({"type": "object"}, ['{"a": 1}', '{ "a":1 }', "{}", '{"a": 1, "b": [2]}', "[]", '{"a": 1, "a": 2}', '{"a": NaN}', "{"]),
    ({"type": "array"}, ["[]", "[1, 2]", "[1,2]", '["a"]', "{}", "[1", "[true]", "1"]),
    ({"type": "list"}, ["a", "a,b", ",", "1,2"]),
    ({"type": "list", "itemType": "integer", "delimiter": ";"}, ["1", "1;2", "1;a", "1,2", "01;2", "1;"]),
    ({"type": "list", "itemType": "date"}, ["2024-01-01", "2024-01-01,2024-02-30", "2024-01-01,2024-01-02"]),
    ({"type": "geopoint"}, ["1,2", "1, 2", "180,90", "181,0", "0,91", "1", "a,b", "1,2,3", "-1.5,2.50"]),
    ({"type": "geopoint", "format": "array"}, ["[1,2]", "[1.0, 2]", '["1", "2"]', "[1]", "1,2", "[181, 0]"]),
    ({"type": "geopoint", "format": "object"}, ['{"lon": 1, "lat": 2}', '{"lat": 2, "lon": 1}', '{"lon": 1}', "[1,2]"]),
    ({"type": "geojson"}, ['{"type": "Point", "coordinates": [1, 2]}', '{"type": "Point"}', "[]",
                           '{"type": "Feature", "geometry": null, "properties": null}', '{"type": "Feature"}']),
    ({"type": "geojson", "format": "topojson"}, ['{"type": "Topology", "objects": {}, "arcs": []}', '{"type": "Topology"}', "{}"]),
]  # fmt: skip
"""Fields, each with cells that fit it or nearly do."""
_ANYWHERE = ["", "", "-", "NA", "x"]
_ORDERED = ("integer", "number", "date", "time", "datetime", "year", "yearmonth", "duration")
_SIZED = ("string", "array", "object", "list")
_MISSING = [
    [""],
    ["-"],
    ["", "NA"],
    ["x", "1"],
    [],
    [{"value": "", "label": "empty"}, {"value": "-", "label": "none"}],
]
_SCHEMAS: dict[str, list[Json]] = {
    "object": [{"minProperties": 1}, {"required": ["b"]}],
    "array": [{"items": {"type": "integer"}}],
}


def _fits(text: str, given: Json) -> bool:
    try:
        return plain.value(text, given) not in ("nan", "inf", "-inf")
    except ValueError:
        return False


@st.composite
def fields(draw: st.DrawFn, name: str, variant: int | None = None) -> tuple[Json, list[str]]:
    """A field with some of the constraints of its type, and cells for it."""
    given, pool = VARIANTS[draw(st.integers(0, len(VARIANTS) - 1)) if variant is None else variant]
    given, kind = {"name": name, **given}, given["type"]
    if draw(st.integers(0, 3)) == 0:
        given["missingValues"] = draw(st.sampled_from(_MISSING))
    known = [text for text in pool if _fits(text, given)]
    if kind == "string" and "format" not in given and draw(st.integers(0, 5)) == 0:
        given["categories"] = draw(
            st.sampled_from([["a", "ab"], [{"value": "B", "label": "b"}, {"value": "é"}]])
        )
    elif kind == "integer" and draw(st.integers(0, 5)) == 0:
        given["categories"] = draw(
            st.sampled_from([[1, 2], [{"value": 1000, "label": "many"}, {"value": 7}]])
        )
    categories = [item["value"] if isinstance(item, dict) else item for item in given.get("categories", ())]
    listed = [str(value) for value in categories] or known
    allowed = {
        "low": kind in _ORDERED,
        "high": kind in _ORDERED,
        "size": kind in _SIZED,
        "pattern": kind in ("string", "any"),
        "jsonSchema": kind in _SCHEMAS,
        "enum": bool(known),
        "required": True,
        "unique": True,
    }
    rules: Json = {}
    for key in sorted(
        draw(st.sets(st.sampled_from([key for key, fits in allowed.items() if fits]), max_size=2))
    ):
        rules |= draw(_rule(key, kind, listed if key == "enum" else known))
    if {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"} & set(
        rules
    ):  # what NaN is less than, none says
        pool = [text for text in pool if text.lower().lstrip("+-") not in ("nan", "inf")]
    return ({**given, "constraints": rules} if rules else given), pool


@st.composite
def _rule(draw: st.DrawFn, key: str, kind: str, known: list[str]) -> Json:
    if key in ("required", "unique"):
        return {key: True}
    if key == "enum":
        return {key: draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))}
    if key in ("low", "high"):
        names = {"low": ["minimum", "exclusiveMinimum"], "high": ["maximum", "exclusiveMaximum"]}[key]
        return {draw(st.sampled_from(names)): draw(st.sampled_from(known))}
    if key == "size":
        return {draw(st.sampled_from(["minLength", "maxLength"])): draw(st.integers(0, 3))}
    if key == "pattern":
        return {key: draw(st.sampled_from(["a", "[a-z]+", "a|ab", "(x1)?", ".{2}", "[^1]*"]))}
    return {key: draw(st.sampled_from(_SCHEMAS[kind]))}


@st.composite
def packages(draw: st.DrawFn) -> tuple[dict[str, Table], bool]:
    """One or two tables that may refer to each other, and whether the descriptor is of version 2."""
    names = ["t", "u"][: draw(st.integers(1, 2))]
    shared = draw(st.lists(st.integers(0, len(VARIANTS) - 1), min_size=1, max_size=2))
    tables = {name: draw(table_of(shared)) for name in names}
    for name, table in tables.items():
        if draw(st.booleans()):
            far = draw(st.sampled_from(names))
            parts = list(range(draw(st.integers(1, len(shared)))))
            near = [f"f{part}" for part in parts]
            there = near if far != name or len(parts) == 1 else near[::-1]
            if far == name and [shared[part] for part in parts] != [shared[part] for part in parts[::-1]]:
                there = near
            table.schema["foreignKeys"] = [
                {"fields": near, "reference": {"resource": "" if far == name else far, "fields": there}}
            ]
    referring = any("foreignKeys" in table.schema for table in tables.values())
    for table in tables.values():
        if not referring:
            draw(_disordered(table))
    return tables, draw(st.booleans())


@st.composite
def table_of(draw: st.DrawFn, shared: list[int]) -> Table:
    """A table whose first fields are of the variants that are given."""
    own = [draw(fields(f"f{number}", variant)) for number, variant in enumerate(shared)]
    own += [draw(fields(f"g{number}")) for number in range(draw(st.integers(0, 2)))]
    names = [given["name"] for given, _ in own]
    schema: Json = {"fields": [given for given, _ in own]}
    if draw(st.booleans()):
        schema["missingValues"] = draw(st.sampled_from(_MISSING))
    some = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    if draw(st.booleans()):
        schema["primaryKey"] = draw(some)
    if draw(st.integers(0, 2)) == 0:
        schema["uniqueKeys"] = [draw(some)]
    cells = [st.sampled_from(pool + _ANYWHERE) for _, pool in own]
    rows = draw(st.lists(st.tuples(*cells).map(list), max_size=8))
    return Table(schema, list(names), rows)


@st.composite
def _disordered(draw: st.DrawFn, table: Table) -> None:
    """Give a table columns in another order, too few, or too many, and rows that are too short or too long."""
    match = draw(st.sampled_from(["exact", "equal", "subset", "superset", "partial"]))
    if match != "exact":
        table.schema["fieldsMatch"] = match
        order = draw(st.permutations(range(len(table.labels))))
        order = order[: draw(st.integers(1, len(order)))]
        table.labels = [table.labels[place] for place in order]
        table.rows = [[row[place] for place in order] for row in table.rows]
        if draw(st.booleans()):
            table.labels.append("more")
            table.rows = [[*row, "1"] for row in table.rows]
    for row in table.rows:
        change: Any = draw(st.sampled_from([None] * 12 + ["short", "long", "blank"]))
        if change == "short" and len(row) > 1:
            row.pop()
        elif change == "long":
            row.append("more")
        elif change == "blank":
            row[:] = [""] * len(row)
