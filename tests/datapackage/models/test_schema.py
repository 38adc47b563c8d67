"""Pandera → Table Schema: what each part becomes, in both versions, and what is lost."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

import frictionless
import pandera.polars as pa
import polars as pl
import pytest
from jsonschema import Draft7Validator
from pandera.api.polars.model_config import BaseConfig

from communique.datapackage.models import table_schema
from communique.datapackage.untrusted.limits import DEPTH
from communique.schemas import SCHEMAS

from ...conftest import ROOT

PROFILES = ROOT.parent / "shared" / "suites" / "datapackage-profiles" / "public" / "profiles"


class People(pa.DataFrameModel):
    """Who was there."""

    person_id: int = pa.Field(ge=1, unique=True, title="Person", description="A number.")
    name: str = pa.Field(str_length={"min_value": 1, "max_value": 80})
    email: str = pa.Field(nullable=True, str_matches=r"^[^@]+@[^@]+$", metadata={"pii": True})
    born: pl.Date = pa.Field(gt=date(1900, 1, 1), lt=date(2020, 1, 1))
    score: float = pa.Field(in_range={"min_value": 0, "max_value": 1, "include_max": False})
    role: pl.Enum = pa.Field(dtype_kwargs={"categories": ["member", "chair"]})

    class Config(BaseConfig):
        """The table."""

        unique = ["person_id"]  # noqa: RUF012  Pandera's own form
        strict = True
        title = "People"

    @pa.check("name")
    @classmethod
    def shouts(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Names are loud."""
        return data.lazyframe.select(pl.col(str(data.key)).str.to_uppercase() == pl.col(str(data.key)))

    @pa.dataframe_check
    @classmethod
    def fair(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Scores are fair."""
        return data.lazyframe.select(pl.col("score") < 2)


def test_a_model_becomes_a_schema_of_version_2() -> None:
    exported = table_schema(People)
    assert exported.schema == {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": "People",
        "description": "Who was there.",
        "fields": [
            {
                "name": "person_id",
                "type": "integer",
                "title": "Person",
                "description": "A number.",
                "constraints": {"required": True, "unique": True, "minimum": 1},
            },
            {
                "name": "name",
                "type": "string",
                "constraints": {"required": True, "minLength": 1, "maxLength": 80},
            },
            {
                "name": "email",
                "type": "string",
                "pandera:metadata": {"pii": True},
                "constraints": {"pattern": "[^@]+@[^@]+"},
            },
            {
                "name": "born",
                "type": "date",
                "constraints": {
                    "required": True,
                    "exclusiveMinimum": "1900-01-01",
                    "exclusiveMaximum": "2020-01-01",
                },
            },
            {
                "name": "score",
                "type": "number",
                "constraints": {"required": True, "minimum": 0, "exclusiveMaximum": 1},
            },
            {
                "name": "role",
                "type": "string",
                "categories": ["member", "chair"],
                "categoriesOrdered": True,
                "constraints": {"required": True, "enum": ["member", "chair"]},
            },
        ],
        "fieldsMatch": "equal",
        "missingValues": [""],
        "primaryKey": ["person_id"],
    }
    assert [str(loss) for loss in exported.losses] == [
        "fields.name: the check shouts: only built-in checks of Pandera are carried over",
        "the check fair over whole rows",
    ]


def test_version_1_has_the_nearest_words() -> None:
    exported = table_schema(People, version=1)
    fields = {field["name"]: field for field in exported.schema["fields"]}
    assert not {"$schema", "fieldsMatch"} & set(exported.schema)
    assert fields["born"]["constraints"] == {
        "required": True,
        "minimum": "1900-01-02",
        "maximum": "2019-12-31",
    }
    assert fields["score"]["constraints"] == {"required": True, "minimum": 0, "maximum": 1}
    assert "categories" not in fields["role"]
    said = "\n".join(map(str, exported.losses))
    assert all(
        part in said for part in ("fieldsMatch", "exclusiveMaximum 1", "their order", "shouts", "fair")
    )


@pytest.mark.parametrize("version", [1, 2])
def test_the_published_profiles_take_it(version: Literal[1, 2]) -> None:
    profile = PROFILES / f"{version}.0" / "tableschema.json"
    if not profile.exists():
        pytest.skip(f"{profile} is not there")
    validator = Draft7Validator(json.loads(profile.read_text("utf-8")))
    models = [People.to_schema(), *(table.model.to_schema() for table in SCHEMAS.tables)]
    for model in models:
        schema = table_schema(model, version).schema
        if "fieldsMatch" in schema:  # the profile of 2.0 wants a list, against the standard's own text
            schema["fieldsMatch"] = [schema["fieldsMatch"]]
        assert [error.message for error in validator.iter_errors(schema)] == []


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(("born", "valid"), [("2000-01-01", True), ("1900-01-01", False)])
def test_frictionless_takes_it(version: Literal[1, 2], born: str, valid: bool) -> None:
    schema = table_schema(People, version).schema
    rows = [[field["name"] for field in schema["fields"]], [1, "A", "a@b", born, 0.5, "chair"]]
    package: dict[str, Any] = {"resources": [{"name": "a", "data": rows, "schema": schema}]}
    if version == 2:
        package["$schema"] = "https://datapackage.org/profiles/2.0/datapackage.json"
    assert frictionless.Package.from_descriptor(package).validate().valid is valid


def _same(data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe


def _one(dtype: Any, *checks: pa.Check, **options: Any) -> tuple[dict[str, Any], list[str]]:
    exported = table_schema(pa.DataFrameSchema({"a": pa.Column(dtype, list(checks), **options)}))
    field: dict[str, Any] = exported.schema["fields"][0]
    return field, [str(loss).removeprefix("fields.a: ") for loss in exported.losses]


@pytest.mark.parametrize(
    ("dtype", "kind", "constraints"),
    [
        (pl.Int8, "integer", {"minimum": -128, "maximum": 127}),
        (pl.UInt32, "integer", {"minimum": 0, "maximum": 4294967295}),
        (pl.UInt64, "integer", {"minimum": 0}),
        (pl.Float32, "number", {}),
        (pl.Decimal(9, 2), "number", {}),
        (pl.Categorical, "string", {}),
        (pl.Datetime("ms", "Europe/Minsk"), "datetime", {}),
        (pl.Duration("ms"), "duration", {}),
        (pl.List(pl.Int64), "array", {}),
        (pl.Array(pl.Int64, 2), "array", {}),
        (pl.Struct({"x": pl.Int64}), "object", {}),
        (pl.Object, "any", {}),
        (pl.Null, "any", {}),
    ],
)
def test_types_that_do_not_come_back_are_told(dtype: Any, kind: str, constraints: dict[str, int]) -> None:
    field, losses = _one(dtype, nullable=True)
    assert (field["type"], field.get("constraints", {})) == (kind, constraints)
    assert len(losses) == 1
    assert losses[0].startswith("the type ")


def test_the_tightest_bounds_hold() -> None:
    checks = [
        pa.Check.ge(1),
        pa.Check.gt(1),
        pa.Check.ge(0),
        pa.Check.le(9.5),
        pa.Check.lt(10),
        pa.Check.le(10),
    ]
    assert _one(int, *checks)[0]["constraints"] == {"required": True, "exclusiveMinimum": 1, "maximum": 9}
    assert _one(int, pa.Check.gt(2.5))[0]["constraints"]["exclusiveMinimum"] == 2
    assert _one(int, pa.Check.lt(2.5))[0]["constraints"]["exclusiveMaximum"] == 3


def test_values_are_written_as_their_type_is() -> None:
    minsk = timezone(timedelta(hours=3))
    bound = pa.Check.ge(datetime(2024, 12, 6, 3, tzinfo=minsk))
    assert _one(pl.Datetime("us", "UTC"), bound)[0]["constraints"]["minimum"] == "2024-12-06T00:00:00Z"
    assert _one(pl.Date, pa.Check.ge(datetime(2024, 12, 6)))[0]["constraints"]["minimum"] == "2024-12-06"
    assert (
        _one(pl.Datetime, pa.Check.ge(date(2024, 12, 6)))[0]["constraints"]["minimum"]
        == "2024-12-06T00:00:00"
    )
    half = pa.Check.le(timedelta(days=-1, microseconds=500_000))
    assert _one(pl.Duration, half)[0]["constraints"]["maximum"] == "-PT86399.5S"
    assert _one(pl.Duration, pa.Check.le(timedelta()))[0]["constraints"]["maximum"] == "PT0S"
    assert _one(pl.Decimal(9, 2), pa.Check.ge(Decimal("0.5")))[0]["constraints"]["minimum"] == 0.5
    assert _one(bool, pa.Check.eq(True))[0]["constraints"]["enum"] == [True]
    assert _one(int, pa.Check.isin([3, 1.0, 1.5, None, 3]))[0]["constraints"]["enum"] == [3, 1]


@pytest.mark.parametrize(
    ("check", "pattern", "fits", "fails"),
    [
        (pa.Check.str_matches("M-[0-9]+"), r"(?:M-[0-9]+)[\s\S]*", "M-1x", "xM-1"),
        (pa.Check.str_matches("^(?:a|b)$"), "a|b", "a", "ab"),
        (pa.Check.str_matches("^a|b$"), None, "xb", "xc"),
        (pa.Check.str_matches(re.compile(r"^a\$")), None, "a$b", "a"),
        (pa.Check.str_contains("b+"), r"[\s\S]*(?:b+)[\s\S]*", "a\nb", "a"),
        (pa.Check.str_contains("^b$"), "b", "b", "bb"),
        (pa.Check.str_matches("(?i)abc"), r"(?i:abc)[\s\S]*", "ABCd", "xabc"),
        (pa.Check.str_contains("(?i)b"), r"[\s\S]*(?i:b)[\s\S]*", "aB", "a"),
        (pa.Check.str_matches("(?i)a|b"), r"[\s\S]*(?i:^a|b)[\s\S]*", "xB", "xa"),
        (pa.Check.str_startswith("a.b"), r"a\.b[\s\S]*", "a.bc", "axb"),
        (pa.Check.str_endswith("(x)"), r"[\s\S]*\(x\)", "y(x)", "(x)y"),
    ],
)
def test_patterns_are_of_the_whole_text(check: pa.Check, pattern: str | None, fits: str, fails: str) -> None:
    field, losses = _one(str, check)
    found = field["constraints"]["pattern"]
    assert not losses
    assert pattern in (None, found)
    assert re.fullmatch(found, fits)
    assert not re.fullmatch(found, fails)


EARLIEST = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
"""A time before the year 1 in UTC."""


@pytest.mark.parametrize(
    ("dtype", "check", "said"),
    [
        (int, pa.Check.notin([1]), "the check notin(forbidden_values=[1]): no constraint"),
        (int, pa.Check.ne(1), "the check not_equal_to(value=1): no constraint says this"),
        (int, pa.Check.ge(1, title="One"), "title, description or message"),
        (int, pa.Check.ge(1, error="too small"), "title, description or message"),
        (int, pa.Check.ge(1, raise_warning=True), "only warns"),
        (int, pa.Check(_same, name="isin"), "built-in checks"),
        (int, pa.Check(_same), "_same"),
        (int, pa.Check.unique_values_eq([1, 2]), "each of the values is there"),
        (int, pa.Check.isin([]), "an enum cannot be empty"),
        (str, pa.Check.ge("b"), "no bounds"),
        (int, pa.Check.ge(True), "True"),
        (float, pa.Check.ge(float("inf")), "not finite"),
        (pl.Decimal(9, 2), pa.Check.ge(Decimal("0.1")), "no binary number"),
        (pl.Date, pa.Check.ge(datetime(2024, 1, 1, 3)), "not a date"),
        (pl.Date, pa.Check.isin(["2024-01-01"]), "not a date"),
        (pl.Datetime, pa.Check.ge(3), "not a datetime"),
        (pl.Time, pa.Check.ge(3), "not a time"),
        (pl.Duration, pa.Check.ge(3), "not a duration"),
        (pl.List(pl.Int64), pa.Check.eq([1]), "not of the type array"),
        (int, pa.Check.str_length(1, 2), "no length"),
        (str, pa.Check.str_length(max_value=-2), "a negative length"),
        (int, pa.Check.str_matches("a"), "no pattern"),
        (str, pa.Check.str_matches("(?=a)"), "linear"),
        (str, pa.Check.str_matches("(?x) a # b"), "flags"),
        (pl.Binary, pa.Check.str_length(1, 2), "no length"),
        (str, pa.Check.isin(["\ud800"]), "not of the type string"),
        (float, pa.Check.ge(10**400), "out of the range of the type number"),
        (pl.Datetime("us", "UTC"), pa.Check.ge(EARLIEST), "out of the range of the type datetime"),
    ],
)
def test_checks_that_are_not_carried_are_told(dtype: Any, check: pa.Check, said: str) -> None:
    losses = _one(dtype, check)[1]
    assert any(said in loss for loss in losses), losses


@pytest.mark.parametrize(("nullable", "told"), [(True, True), (False, False)])
def test_a_check_that_fails_where_there_is_no_value_is_told(nullable: bool, told: bool) -> None:
    check = pa.Check.ge(1, ignore_na=False)
    losses = table_schema(
        pa.DataFrameSchema({"a": pa.Column(int, check, nullable=nullable)}, strict=True)
    ).losses
    assert any("fails where there is no value" in str(loss) for loss in losses) is told


def test_a_check_of_groups_is_told() -> None:
    check = pa.Check(_same, groupby="b", name="even")
    schema = pa.DataFrameSchema({"a": pa.Column(int, check), "b": pa.Column(int)})
    assert "the check even, which compares groups of rows" in str(table_schema(schema).losses[0])


def test_a_second_pattern_is_told() -> None:
    field, losses = _one(str, pa.Check.str_startswith("a"), pa.Check.str_endswith("b"))
    assert field["constraints"]["pattern"] == r"a[\s\S]*"
    assert "only one pattern" in losses[0]


def test_bounds_that_cannot_be_compared_are_told() -> None:
    checks = pa.Check.ge(datetime(2024, 1, 1)), pa.Check.ge(datetime(2024, 1, 1, tzinfo=UTC))
    field, losses = _one(pl.Datetime, *checks)
    assert field["constraints"]["minimum"] == "2024-01-01T00:00:00"
    assert "greater_than_or_equal_to" in losses[0]


def test_what_pandera_does_beside_checking_is_told() -> None:
    column = pa.Column(int, unique=True, nullable=True, coerce=True, default=3, drop_invalid_rows=True)
    keys: Any = [["a", "b"], ["a", "^x"]]  # more than Pandera's own types know of
    schema = pa.DataFrameSchema(
        {"a": column, "b": pa.Column(int, required=False), "^x": pa.Column(int, regex=True)},
        coerce=True,
        ordered=True,
        strict="filter",
        add_missing_columns=True,
        drop_invalid_rows=True,
        unique=keys,
        metadata={"when": date(2024, 1, 1)},
    )
    exported = table_schema(schema)
    said = "\n".join(map(str, exported.losses))
    for part in (
        *(
            "two rows without a value",
            "the default 3",
            "names match '^x'",
            "further columns",
            "must have values if it does",
        ),
        *("must exist", "none of the columns", "the order of the columns", "unique key a, b"),
        *("unique key a, ^x", "JSON cannot hold: when", "missing columns", "coerced to their types"),
    ):
        assert part in said
    assert said.count("invalid rows are dropped") == 2
    assert exported.schema["fieldsMatch"] == "partial"
    assert exported.schema["uniqueKeys"] == [["a", "b"]]


def test_metadata_too_deep_for_readers_are_told() -> None:
    metadata: dict[str, Any] = {}
    for _ in range(DEPTH.most):
        metadata = {"a": metadata}
    found, losses = _one(int, metadata=metadata)
    assert "pandera:metadata" not in found
    assert "JSON cannot hold: a" in losses[0]


def test_metadata_that_json_changes_is_told() -> None:
    assert "tuples" in _one(int, metadata={"a": (1, 2)})[1][0]


@pytest.mark.parametrize(
    ("options", "match"),
    [({}, "subset"), ({"strict": True}, "equal"), ({"strict": True, "ordered": True}, None)],
)
def test_which_columns_there_may_be(options: dict[str, Any], match: str | None) -> None:
    exported = table_schema(pa.DataFrameSchema({"a": pa.Column(int)}, **options, unique="a"))
    assert exported.schema.get("fieldsMatch") == match
    assert exported.schema["primaryKey"] == ["a"]
    assert not exported.losses


def test_a_type_for_all_columns_is_heeded() -> None:
    schema = pa.DataFrameSchema({"a": pa.Column(nullable=True)}, dtype=pl.Date)
    assert table_schema(schema).schema["fields"] == [{"name": "a", "type": "date"}]


def test_our_own_tables_say_what_they_mean() -> None:
    exported = table_schema(SCHEMAS.table("meetings").model.to_schema())
    fields = {field["name"]: field for field in exported.schema["fields"]}
    assert fields["meeting_id"]["constraints"]["pattern"] == "[a-z0-9]+(?:-[a-z0-9]+)*"
    assert {"value", "label"} == set(fields["status"]["categories"][0])
    assert any("the rule" in loss.what for loss in exported.losses)


def test_a_schema_without_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="no column"):
        table_schema(pa.DataFrameSchema({"^a": pa.Column(int, regex=True)}))
