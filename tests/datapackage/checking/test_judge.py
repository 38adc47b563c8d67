"""Pandera has the last word, whatever the environment variables are."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import narwhals
import pandera.polars as pa
import polars as pl
import pytest
from pandera.config import get_config_global

from communique.datapackage import CommuniqueError
from communique.datapackage.checking.contract import pandera_schema
from communique.datapackage.checking.judge import judge, judge_suspects
from communique.datapackage.checking.lastword import refuse_broken
from communique.schemas import SCHEMAS
from communique.schemas.rules import RECORD

from ...frames import TODAY, frame_of

SOURCES = SCHEMAS.table("sources")
GOOD = {"source_id": "a", "title": "A", "publisher": "P", "official": True, "language": "en"}


def judged(row: dict[str, object]) -> list[tuple[str, str | None, tuple[int, ...]]]:
    frame = frame_of(SOURCES, [GOOD, {**GOOD, **row}]).drop(RECORD)
    return [
        (item.rule.code, item.column, item.rows)
        for item in judge(pandera_schema(SOURCES, TODAY), frame, SOURCES)
    ]


@pytest.mark.parametrize(
    ("row", "broken"),
    [
        ({}, []),
        ({"title": None}, [("constraint-error", "title", (1,))]),
        ({"language": "xx"}, [("constraint-error", "language", (1,))]),
        ({"source_id": "A B"}, [("identifier-format", "source_id", (1,))]),
        ({"published_date": "2025-02-01"}, [("future-source", "published_date", (1,))]),
    ],
)
def test_what_pandera_finds_is_told_by_rule_column_and_row(
    row: dict[str, object], broken: list[tuple[str, str | None, tuple[int, ...]]]
) -> None:
    assert judged(row) == broken


def test_a_column_of_another_type_or_one_too_many_is_a_fault_of_the_program() -> None:
    frame = frame_of(SOURCES, [GOOD]).drop(RECORD)
    retyped = frame.with_columns(official=pl.lit("true"))
    assert {item.rule.code for item in judge(pandera_schema(SOURCES, TODAY), retyped, SOURCES)} == {
        "schema-error"
    }
    wider = frame.with_columns(extra=pl.lit("x"))
    assert {item.rule.code for item in judge(pandera_schema(SOURCES, TODAY), wider, SOURCES)} == {
        "schema-error"
    }


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"language": "xx"}, "constraint-error"),
        ({"source_id": "A B"}, "identifier-format"),
        ({"title": " A"}, "untrimmed-text"),
        ({"publisher": "P\u200b"}, "invisible-character"),
    ],
)
def test_rows_that_pandera_refuses_are_not_written(row: dict[str, object], code: str) -> None:
    frame = frame_of(SOURCES, [GOOD, {**GOOD, **row}])
    published = frame.drop(RECORD).to_arrow(compat_level=pl.CompatLevel.oldest())
    with pytest.raises(
        CommuniqueError,
        match=f"sources: Pandera does not accept rows that were to be written: {code}",
    ):
        refuse_broken(frame, published, SOURCES, TODAY)


@pytest.mark.parametrize(
    "switch", ["PANDERA_VALIDATION_ENABLED=False", "PANDERA_VALIDATION_DEPTH=SCHEMA_ONLY"]
)
def test_switches_in_the_environment_do_not_turn_the_checks_off(switch: str) -> None:
    case = Path(__file__).parents[2] / "cases" / "base"
    name, value = switch.split("=")
    program = (
        "from tests.datapackage.checking.test_judge import judged; import sys;"
        "sys.exit(judged({'language': 'xx'}) != [('constraint-error', 'language', (1,))])"
    )
    root = case.parent.parent.parent
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env={name: value, "PATH": ""}, check=False
    )
    assert ran.returncode == 0


def test_the_narwhals_backend_of_pandera_stays_off() -> None:
    # That backend names the wrong rows; see its issues with row indexes. Our rules use narwhals themselves.
    assert narwhals.__version__
    assert not getattr(get_config_global(), "use_narwhals_backend", False)
    assert pa.DataFrameSchema.get_backend(pl.DataFrame()).__module__.startswith("pandera.backends.polars")


def test_rules_of_every_severity_are_held_against_rows() -> None:
    column = next(column for column in SOURCES.columns if column.name == "source_id")
    rule = replace(next(rule for rule in SOURCES.rules if rule.code == "future-source"), severity="info")
    table = replace(SOURCES, rules=(rule,))
    frame = frame_of(table, [GOOD, {**GOOD, column.name: "b", "published_date": "2025-02-01"}]).drop(RECORD)
    (found,) = judge_suspects(frame, table, TODAY)
    assert (found.rule.code, found.rule.severity, found.rows) == ("future-source", "info", (1,))
