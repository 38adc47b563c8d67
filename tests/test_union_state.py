"""The first dataset contains what was promised."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from communique.datapackage import build, open_dataset
from communique.schemas import SCHEMAS

from .conftest import ROOT
from .datapackage.test_build import contents

DATA = ROOT / "data" / "union-state"
RELEASE = ROOT / "output" / "union-state"


def table(name: str) -> pl.DataFrame:
    return pl.read_parquet(RELEASE / "data" / f"{name}.parquet")


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("meetings", 34),
        ("persons", 63),
        ("participants", 140),
        ("initiatives", 46),
        ("initiative_events", 150),
        ("claims", 24),
        ("sources", 300),
    ],
)
def test_a_table_has_at_least_the_rows_that_were_researched(name: str, rows: int) -> None:
    assert len(table(name)) >= rows


def test_the_readme_counts_what_is_there() -> None:
    meetings, persons, initiatives = (table(name) for name in ("meetings", "persons", "initiatives"))
    held = len(meetings.filter(status="held"))
    said = f"{len(meetings)} meetings, of which {held} were held, {len(persons)} people, {len(initiatives)} initiatives,"
    assert said in " ".join((ROOT / "README.md").read_text("utf-8").split())


def test_a_fresh_build_gives_the_tracked_release_byte_for_byte(tmp_path: Path) -> None:
    report = build(open_dataset(DATA), SCHEMAS, tmp_path / "union-state")
    assert report.findings == ()
    assert contents(tmp_path / "union-state") == contents(RELEASE)


@pytest.mark.parametrize("meeting", ["ssc-2024-01-29", "ssc-2024-12-06"])
def test_the_meetings_of_2024_have_participants_initiatives_and_outcomes(meeting: str) -> None:
    participants = table("participants").filter(meeting_id=meeting)
    assert participants.filter(role="chair")["person_id"].to_list() == ["alexander-lukashenko"]
    assert len(participants) > 5
    decided = table("initiative_events").filter(
        pl.col("meeting_id") == meeting, pl.col("action").is_in(["signed", "approved"])
    )
    assert decided["initiative_id"].n_unique() > 5
    absent = participants.filter(participation_status="absent")
    assert all(absent["note"].is_not_null())
    assert len(absent) == (1 if meeting == "ssc-2024-12-06" else 0)


def test_every_claim_has_a_verdict_and_the_row_that_it_concerns() -> None:
    claims = table("claims")
    assert claims.select(pl.col("verdict", "related_table", "related_key").null_count()).row(0) == (0, 0, 0)
    for name, key in claims.select("related_table", "related_key").rows():
        target = SCHEMAS.table(name)
        keys = table(name).select(pl.concat_str(target.primary_key, separator="/")).to_series()
        assert key in keys.to_list()


def test_both_sides_names_are_there_where_sources_give_them() -> None:
    organizations = table("organizations")
    assert organizations["name_ru"].null_count() == 0


def test_the_release_says_how_it_may_be_used() -> None:
    descriptor = json.loads((RELEASE / "datapackage.json").read_text("utf-8"))
    assert descriptor["licenses"][0]["name"] == "CC-BY-4.0"
    assert descriptor["version"] == open_dataset(DATA).version
    readme = (RELEASE / "README.md").read_text("utf-8")
    assert "Cite as" in readme
    assert all(f"## {table.name}" in readme for table in SCHEMAS.tables)
