"""Views return what they promise, need exactly the columns that they declare, and agree in SQLite and DuckDB."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from communique.datapackage import export
from communique.datapackage.exports.ddl import possible
from communique.schemas import SCHEMAS, View

from ..conftest import ROOT

UNION = ROOT / "output" / "union-state"
VIEWS = {view.name: view for view in SCHEMAS.views}
INFORMAL = ("planned", "announced", "discussed")
"""The steps that do not change where an initiative stands."""


def table(name: str) -> pl.DataFrame:
    return pl.read_parquet(UNION / "data" / f"{name}.parquet")


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("databases")
    return (
        export(UNION, "duckdb", folder / "x.duckdb", SCHEMAS.views),
        export(UNION, "sqlite", folder / "x.sqlite", SCHEMAS.views),
    )


def rows(databases: tuple[Path, Path], name: str) -> list[dict[str, Any]]:
    """Return the rows of a view, which both engines must agree on."""
    with duckdb.connect(databases[0], read_only=True) as database:
        found = database.execute(f"SELECT * FROM {name}")
        names = [column[0] for column in found.description]
        first = [tuple(None if cell is None else str(cell) for cell in row) for row in found.fetchall()]
    with closing(sqlite3.connect(databases[1])) as other:
        cursor = other.execute(f"SELECT * FROM {name}")
        assert [column[0] for column in cursor.description] == names
        second = [tuple(None if cell is None else str(cell) for cell in row) for row in cursor]
    assert _sorted(first) == _sorted(second)
    return [dict(zip(names, row, strict=True)) for row in first]


def _sorted(rows: Sequence[tuple[str | None, ...]]) -> list[tuple[str | None, ...]]:
    return sorted(rows, key=lambda row: [cell or "" for cell in row])


def test_meetings_with_participants_has_each_participation_and_each_other_meeting(
    databases: tuple[Path, Path],
) -> None:
    found = rows(databases, "meetings_with_participants")
    participants, meetings = table("participants"), table("meetings")
    alone = meetings.join(participants, on="meeting_id", how="anti")
    assert len(found) == len(participants) + len(alone)
    assert {row["meeting_id"] for row in found if row["person_id"] is None} == set(alone["meeting_id"])
    chairs = {(row["meeting_id"], row["person"]) for row in found if row["role"] == "chair"}
    joined = participants.filter(pl.col("role") == "chair").join(table("persons"), on="person_id")
    assert chairs == set(joined.select("meeting_id", "name").iter_rows())


def test_initiatives_with_stage_has_the_last_step_that_changed_something(
    databases: tuple[Path, Path],
) -> None:
    found = {row["initiative_id"]: row for row in rows(databases, "initiatives_with_stage")}
    assert found.keys() == set(table("initiatives")["initiative_id"])
    assert sum(int(row["steps"]) for row in found.values()) == len(table("initiative_events"))
    events = table("initiative_events").filter(~pl.col("action").is_in(INFORMAL))
    latest = events.group_by("initiative_id").agg(pl.col("event_latest").max())
    for initiative, day in latest.iter_rows():
        at_last = events.filter((pl.col("initiative_id") == initiative) & (pl.col("event_latest") == day))
        row = found[initiative]
        assert (row["current_stage"], row["current_stage_edtf"]) in at_last.select(
            "action", "event_edtf"
        ).rows()
    formal = set(latest["initiative_id"])
    assert any(found[initiative]["history"].endswith(INFORMAL) for initiative in formal)
    assert {found[initiative]["current_stage"] for initiative in found.keys() - formal} <= set(INFORMAL)


def test_the_history_of_an_initiative_has_each_step_in_order(databases: tuple[Path, Path]) -> None:
    histories = {row["initiative_id"]: row["history"] for row in rows(databases, "initiatives_with_stage")}
    steps = pl.format("{} {}", "event_edtf", "action").alias("step")
    events = table("initiative_events").with_columns(steps)
    for (initiative,), taken in events.partition_by("initiative_id", as_dict=True).items():
        listed = histories[initiative].split("; ")
        assert sorted(listed) == sorted(taken["step"])
        days = dict(taken.select("step", "event_latest").rows())
        assert [days[step] for step in listed] == sorted(days[step] for step in listed), initiative


def test_who_met_whom_counts_the_meetings_that_both_attended(databases: tuple[Path, Path]) -> None:
    found = {(row["person_id"], row["met_id"]): row for row in rows(databases, "who_met_whom")}
    held = table("meetings").filter(pl.col("status") == "held")["meeting_id"]
    attended = table("participants").filter(
        pl.col("meeting_id").is_in(held.implode()), pl.col("participation_status") == "attended"
    )
    at = {
        person: set(rows["meeting_id"])
        for (person,), rows in attended.partition_by("person_id", as_dict=True).items()
    }
    expected = {(a, b): len(at[a] & at[b]) for a in at for b in at if a != b and at[a] & at[b]}
    assert {pair: int(row["meetings"]) for pair, row in found.items()} == expected
    pair = found["alexander-lukashenko", "vladimir-putin"]
    assert pair["met"] == "Vladimir Putin"
    assert pair["first_date"] == "2000-01-26"


@pytest.mark.parametrize("view", SCHEMAS.views, ids=lambda view: str(view.name))
def test_a_view_needs_the_columns_that_it_names_and_no_other(view: View) -> None:
    schemas = {known.name: known for known in SCHEMAS.tables}
    for left_out in [None, *((name, column) for name, columns in view.needs.items() for column in columns)]:
        with duckdb.connect() as database:
            for name, columns in view.needs.items():
                kinds = {column.name: column.type for column in schemas[name].published_columns}
                parts = [
                    f"{column} {'DATE' if kinds[column] == 'date' else 'VARCHAR'}"
                    for column in columns
                    if (name, column) != left_out
                ]
                database.execute(f"CREATE TABLE {name} ({', '.join(parts)})")
            if left_out is None:
                database.execute(f"CREATE VIEW {view.name} AS {view.sql}")
            else:
                with pytest.raises(duckdb.Error):
                    database.execute(f"CREATE VIEW {view.name} AS {view.sql}")


def test_a_view_is_left_out_where_a_column_is_missing_or_its_name_is_taken() -> None:
    assert possible(SCHEMAS.views, SCHEMAS.tables) == list(SCHEMAS.views)
    assert possible(SCHEMAS.views, SCHEMAS.tables[:4]) == []
    assert all(view.title and view.description.endswith(".") for view in SCHEMAS.views)
