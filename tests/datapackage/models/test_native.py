"""Pandera → Table Schema → Pandera: the schema is unchanged, or the loss is reported."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.datapackage.foreign.descriptor.tableschema import read_schema
from communique.datapackage.foreign.fields.constraints import KEYS as CONSTRAINTS
from communique.datapackage.foreign.fields.field import TYPES
from communique.datapackage.foreign.findings import DescriptorFindings
from communique.datapackage.models import native_schema, table_schema

_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    pl.Int64: st.integers(-(2**53), 2**53),
    pl.Float64: st.floats(allow_nan=False, allow_infinity=False),
    pl.Date: st.dates(date(1, 1, 2)),
    pl.Time: st.times(),
    pl.Datetime("us"): st.datetimes(datetime(1600, 1, 1), datetime(2200, 1, 1)),
    pl.Duration("us"): st.timedeltas(timedelta(-9999), timedelta(9999)),
    pl.String: st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5),
    pl.Boolean: st.booleans(),
}
_ORDERED = (pl.Int64, pl.Float64, pl.Date, pl.Time, pl.Datetime("us"), pl.Duration("us"))
_PATTERNS = ("[a-z]+", "a|b", "(?:ab)+|c", "[^]|]*", r"\d{2}\$", "", "x(y|z)", r"a\\", r"(?i:ab)")
_LABELS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4)
_JSON = st.dictionaries(st.text(max_size=3), st.none() | st.integers() | st.lists(st.text(max_size=2)))


@st.composite
def _checks(draw: st.DrawFn, dtype: Any) -> list[pa.Check]:
    values, found = _VALUES[dtype], list[pa.Check]()
    if dtype in _ORDERED:
        low, high = sorted((draw(values), draw(values)))
        if draw(st.booleans()):
            found.append(draw(st.sampled_from((pa.Check.ge, pa.Check.gt)))(low))
        if draw(st.booleans()):
            found.append(draw(st.sampled_from((pa.Check.le, pa.Check.lt)))(high))
    if dtype == pl.String and draw(st.booleans()):
        found.append(pa.Check.str_length(draw(st.integers(0, 3)), draw(st.none() | st.integers(3, 9))))
    if dtype == pl.String and draw(st.booleans()):
        found.append(pa.Check.str_matches(f"^(?:{draw(st.sampled_from(_PATTERNS))})$"))
    if draw(st.booleans()):
        found.append(pa.Check.isin(draw(st.lists(values, min_size=1, max_size=4, unique=True))))
    return found


@st.composite
def _columns(draw: st.DrawFn, loose: bool) -> pa.Column:
    dtype = draw(st.sampled_from((*_VALUES, pl.Enum, pl.Binary, None)))
    checks = draw(_checks(dtype)) if dtype in _VALUES else []
    if dtype == pl.Enum:
        dtype = pl.Enum(draw(st.lists(_VALUES[pl.String], min_size=1, max_size=4, unique=True)))
    nullable = draw(st.booleans())
    return pa.Column(
        dtype,
        checks,
        nullable=nullable,
        required=not (loose and nullable),
        unique=not nullable and draw(st.booleans()),
        title=draw(st.none() | _LABELS),
        description=draw(st.none() | _LABELS),
        metadata=draw(st.none() | _JSON.filter(bool)),
    )


@st.composite
def _schemas(draw: st.DrawFn) -> pa.DataFrameSchema:
    """Schemas in the form in which they come back: each thing said in one way only."""
    loose = draw(st.booleans())
    columns = draw(st.dictionaries(_LABELS, _columns(loose), min_size=1, max_size=5))
    optional = any(not column.required for column in columns.values())
    strict = draw(st.booleans()) or optional
    full = [name for name, column in columns.items() if not column.nullable]
    key = draw(st.lists(st.sampled_from(full), min_size=1, unique=True)) if full else None
    return pa.DataFrameSchema(
        columns,
        strict=strict,
        ordered=strict and not optional and draw(st.booleans()),
        unique=key if draw(st.booleans()) else None,
        name=draw(st.none() | _LABELS),
        title=draw(st.none() | _LABELS),
        metadata=draw(st.none() | _JSON.filter(bool)),
    )


def _said(schema: pa.DataFrameSchema) -> Any:
    """Return all that a schema says. Pandera itself cannot compare two schemas that have an Enum."""
    parts = ("nullable", "unique", "required", "title", "description", "metadata", "coerce", "regex")
    columns = [
        (
            name,
            str(column.dtype and column.dtype.type),
            [(check.name, check.statistics) for check in column.checks],
            *(getattr(column, part) for part in parts),
        )
        for name, column in schema.columns.items()
    ]
    about = ("strict", "ordered", "unique", "name", "title", "description", "metadata")
    return columns, [getattr(schema, part) for part in about]


@pytest.mark.no_cover
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_schemas())
def test_schemas_come_back_equal(schema: pa.DataFrameSchema) -> None:
    exported = table_schema(schema)
    assert exported.losses == ()
    findings = DescriptorFindings("")
    assert read_schema(exported.schema, "table", "", findings) is not None
    assert not findings.listed
    native = native_schema(exported.schema)
    assert native.losses == ()
    assert _said(native.schema) == _said(schema)
    assert table_schema(native.schema) == exported


@st.composite
def _plain(draw: st.DrawFn) -> tuple[pa.Column, pl.Series]:
    """A column with any checks, and values of it."""
    dtype: Any = draw(
        st.sampled_from((pl.Int64, pl.Float64, pl.Date, pl.String, pl.Boolean, pl.Datetime("us")))
    )
    values = st.sampled_from([draw(_VALUES[dtype]) for _ in range(3)])
    if dtype == pl.String:
        values |= st.text("abM-1\n", min_size=1, max_size=4)
    found = list[pa.Check]()
    for _ in range(draw(st.integers(0, 3))):
        if dtype == pl.String:
            pattern = draw(st.sampled_from(("a", "M-[0-9]+", "^a|b$", "a$", "^$", "b|^a", "(a|b)$", "[ab]*")))
            word = draw(st.text("ab-$.", max_size=2))
            found.append(
                draw(
                    st.sampled_from(
                        (
                            pa.Check.str_matches(pattern),
                            pa.Check.str_contains(pattern),
                            pa.Check.str_startswith(word),
                            pa.Check.str_endswith(word),
                            pa.Check.str_length(exact_value=2),
                        )
                    )
                )
            )
        elif dtype != pl.Boolean:
            low, high = sorted((draw(values), draw(values)))
            ends = {"include_min": draw(st.booleans()), "include_max": draw(st.booleans())}
            found.append(pa.Check.in_range(low, high, **ends) if low < high else pa.Check.ge(low))
        else:
            found.append(pa.Check.eq(draw(values)))
    series = pl.Series("a", draw(st.lists(st.none() | values, max_size=5)), dtype=dtype)
    return pa.Column(dtype, found, nullable=draw(st.booleans())), series


def _accepts(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> bool:
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors:
        return False
    return True


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_plain())
def test_what_is_carried_means_the_same(found: tuple[pa.Column, pl.Series]) -> None:
    column, series = found
    schema = pa.DataFrameSchema({"a": column})
    exported = table_schema(schema)
    wanted = _accepts(schema, series.to_frame())
    native = native_schema(exported.schema)
    foreign = read_schema(exported.schema, "table", "", DescriptorFindings(""))
    assert foreign is not None
    for other in (native.schema, foreign.table.model.to_schema()):
        if exported.losses:
            assert _accepts(other, series.to_frame()) or not wanted
        else:
            assert _accepts(other, series.to_frame()) == wanted


def test_what_only_files_have_is_a_loss() -> None:
    content = {
        "fields": [
            {"name": "day", "type": "date", "format": "%d.%m.%Y", "rdfType": "schema:Date"},
            {"name": "year", "type": "year", "constraints": {"minimum": 1990, "enum": ["1991", 1992]}},
            {"name": "tags", "type": "list", "delimiter": ";"},
            {"name": "n", "type": "integer", "categories": [{"value": 1, "label": "one"}, {"value": 2}]},
            {"name": "doc", "type": "object", "constraints": {"jsonSchema": {}, "minLength": 1}},
            {"name": "grid", "type": "array", "constraints": {"maxLength": 3}},
        ],
        "missingValues": ["", "NA"],
        "primaryKey": "day",
        "uniqueKeys": [["year", "n"]],
        "foreignKeys": [{"fields": "n", "reference": {"resource": "", "fields": "n"}}],
    }
    native = native_schema(content)
    said = "\n".join(map(str, native.losses))
    for part in (
        "%d.%m.%Y",
        "rdfType",
        "the type year",
        "the type list",
        "delimiter",
        "categories",
        "length",
    ):
        assert part in said
    assert all(part in said for part in ("jsonSchema", "NA", "foreignKeys", "the type array"))
    assert native.schema.unique == [["day"], ["year", "n"]]
    assert native.schema.columns["n"].checks == [pa.Check.isin([1, 2])]
    assert not native.schema.columns["day"].nullable


def test_what_is_no_schema_says_why() -> None:
    with pytest.raises(ValueError, match="a type that is one of"):
        native_schema({"fields": [{"name": "a", "type": "text"}]})


def test_a_time_comes_back() -> None:
    schema = pa.DataFrameSchema({"at": pa.Column(pl.Time, pa.Check.ge(time(1, 2, 3, 4)))})
    assert native_schema(table_schema(schema).schema).schema == schema


_WORDS = st.sampled_from(("a", "1", "2024-12-06", "P1D", "yes", "[a-z]", "(?=x)", "(?i)x"))
_VALUES_OF_ANY_KIND = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | _WORDS
_ANYTHING = (
    _VALUES_OF_ANY_KIND | st.lists(_VALUES_OF_ANY_KIND, max_size=2) | st.just({"value": "a", "label": "b"})
)
_ODD = st.fixed_dictionaries(
    {"name": st.just("a"), "type": st.sampled_from(TYPES)},
    optional={
        "constraints": st.dictionaries(
            st.sampled_from(CONSTRAINTS), _ANYTHING | st.lists(_ANYTHING), max_size=2
        ),
        "categories": st.lists(_ANYTHING, max_size=3),
        "categoriesOrdered": st.booleans(),
        "format": st.sampled_from(("default", "any", "uri", "binary", "%d.%m.%Y")),
        "groupChar": st.just(","),
        "trueValues": st.just(["yes"]),
    },
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_ODD)
def test_odd_fields_are_refused_in_words(field: dict[str, Any]) -> None:
    try:
        native = native_schema({"fields": [field]})
    except ValueError:
        return
    exported = table_schema(native.schema)
    assert exported.schema["fields"][0]["name"] == "a"


@pytest.mark.parametrize(
    ("field", "allowed"),
    [
        ({"categories": ["x", "y"]}, ["x", "y"]),
        ({"type": "string", "constraints": {"enum": [1]}}, ["1"]),
        ({"type": "integer", "categories": [1, 2], "constraints": {"enum": ["1"]}}, [1]),
        (
            {
                "type": "boolean",
                "trueValues": ["yes"],
                "falseValues": ["no"],
                "constraints": {"enum": ["true"]},
            },
            [True],
        ),
    ],
    ids=["untyped", "text", "integer", "boolean"],
)
def test_listed_values_are_those_that_the_field_reads(field: dict[str, Any], allowed: list[Any]) -> None:
    column = native_schema({"fields": [{"name": "a", **field}]}).schema.columns["a"]
    assert [check.statistics for check in column.checks] == [{"allowed_values": allowed}]
