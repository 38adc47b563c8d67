"""Boundaries of the rules across tables: the last day that is right, and unknown values, which break no rule."""

from __future__ import annotations

from typing import TypeAlias

import narwhals as nw
import pytest

from communique.schemas import SCHEMAS
from communique.schemas.examples import EVENT, MEETING
from communique.schemas.rules import RECORD

from ..frames import TODAY, frame_of

Rows: TypeAlias = dict[str, object]

DAY, BEFORE, AFTER = "2024-12-06", "2024-12-05", "2024-12-07"
AT: Rows = {"meeting_id": MEETING["meeting_id"]}
CHAIR: Rows = {**AT, "person_id": "a", "role": "chair"}
MEMBER: Rows = {**CHAIR, "on_behalf_of_id": "b"}
TERM: Rows = {"membership_id": "a", "person_id": "a", "organization_id": "b", "role": "c"}
BODY: Rows = {"organization_id": "b"}
HIGH: Rows = {"confidence": "high", "source_ids": "a;b"}
SOURCE: Rows = {"source_id": "a", "publisher": "TASS", "official": False}
NOWHERE: dict[str, list[Rows]] = {table.name: [] for table in SCHEMAS.tables}


def step(action: str | None, earliest: str | None = DAY, latest: str | None = DAY) -> Rows:
    return {**EVENT, "action": action, "event_earliest": earliest, "event_latest": latest}


def term(begin: str | None, end: str | None, name: str = "a", **others: object) -> Rows:
    dates = (
        dict.fromkeys(("start_earliest", "start_latest"), begin),
        dict.fromkeys(("end_earliest", "end_latest"), end),
    )
    return {**TERM, "membership_id": name, **dates[0], **dates[1], **others}


def claim(table: str | None, key: str | None) -> Rows:
    return {"claim_id": "a", "related_table": table, "related_key": key}


def broken(code: str, table: str, frames: dict[str, list[Rows]]) -> int:
    [rule] = (rule for rule in SCHEMAS.cross_rules if (rule.code, rule.table) == (code, table))
    given = {
        name: nw.from_native(frame_of(SCHEMAS.table(name), rows).lazy())
        for name, rows in {**NOWHERE, **frames}.items()
    }
    return len(rule.broken(given, TODAY).select(RECORD).to_native().collect())


@pytest.mark.parametrize(
    ("steps", "rows"),
    [
        ([step("ratified"), step("signed", DAY, AFTER)], 0),  # on the same day at the earliest
        ([step("ratified"), step("signed", AFTER, AFTER)], 1),
        ([step("ratified", DAY, AFTER), step("signed", AFTER, AFTER)], 0),
        ([step("ratified"), step("signed", None, None)], 0),  # nobody knows when
        ([step("ratified"), step("signed", AFTER, AFTER), step("signed", None, None)], 0),
        ([step("ratified"), step(None, BEFORE, BEFORE)], 0),  # nobody knows what
        ([step("ratified"), step(None, AFTER, AFTER)], 1),
        ([step("ratified"), step("approved", BEFORE, BEFORE)], 1),
        ([step("ratified"), {**step("signed", BEFORE, BEFORE), "initiative_id": "b"}], 1),
    ],
)
def test_what_is_ratified_may_have_been_signed_before(steps: list[Rows], rows: int) -> None:
    assert broken("ratified-unsigned", "initiative_events", {"initiative_events": steps}) == rows


@pytest.mark.parametrize(
    ("roles", "rows"),
    [
        ([], 1),
        (["member"], 1),
        (["chair", "member"], 0),
        (["chair", "chair"], 1),
        ([None], 0),  # who may be the chair
        (["chair", None], 0),
        (["chair", "chair", None], 0),
    ],
)
def test_a_meeting_may_have_one_chair(roles: list[str | None], rows: int) -> None:
    people: list[Rows] = [
        {**CHAIR, "person_id": str(number), "role": role} for number, role in enumerate(roles)
    ]
    assert broken("chair-count", "meetings", {"meetings": [{**MEETING}], "participants": people}) == rows


@pytest.mark.parametrize(
    ("terms", "rows"),
    [
        ([term(DAY, None)], 0),
        ([term(AFTER, None)], 1),
        ([term(None, DAY)], 0),
        ([term(None, BEFORE)], 1),
        ([term(DAY, DAY)], 0),
        ([], 1),
        ([term("2001-01-01", BEFORE, "a"), term(DAY, None, "b")], 0),
        ([term("2001-01-01", BEFORE, "a"), term(AFTER, None, "b")], 1),  # between its terms
        ([term(DAY, None, person_id="z")], 1),
        ([term(DAY, None, organization_id="z")], 1),
        ([term(AFTER, None, "a"), {"membership_id": "b"}], 0),  # which may be anybody's
        ([term(AFTER, None, "a"), {"membership_id": "b", "role": "c"}], 1),
    ],
)
def test_who_takes_part_for_a_body_may_have_held_an_office_then(terms: list[Rows], rows: int) -> None:
    frames: dict[str, list[Rows]] = {
        "meetings": [{**MEETING}],
        "participants": [MEMBER],
        "memberships": terms,
    }
    assert broken("outside-term", "participants", frames) == rows


@pytest.mark.parametrize(
    ("terms", "rows"),
    [
        ([term("2001-01-01", DAY, "a"), term(DAY, None, "b")], 0),
        ([term("2001-01-01", AFTER, "a"), term(DAY, None, "b")], 1),
        ([term("2001-01-01", None, "a"), term(DAY, None, "b")], 1),
        # The one before has ended, but not the one before that.
        ([term("2001-01-01", AFTER, "a"), term("2002-01-01", "2003-01-01", "b"), term(DAY, None, "c")], 2),
        ([term("2001-01-01", None, "a"), term(None, None, "b")], 0),
        ([term("2001-01-01", None, "a"), term(DAY, None, "b", role="z")], 0),
        ([term("2001-01-01", None, "a"), term(DAY, None, "b", organization_id="z")], 0),
    ],
)
def test_an_office_is_held_by_one_person_at_a_time(terms: list[Rows], rows: int) -> None:
    assert broken("overlapping-terms", "memberships", {"memberships": terms}) == rows


@pytest.mark.parametrize(
    ("body", "country", "rows"),
    [
        ({"country_code": "RU", "classification": "head-of-state"}, "RU", 0),
        ({"country_code": "RU", "classification": "head-of-state"}, None, 1),
        ({"classification": "union"}, None, 0),
        ({"classification": "union"}, "RU", 1),
        ({"classification": "head-of-state"}, "RU", 0),  # it should have one, so which one is not known
    ],
)
def test_a_term_has_the_country_of_its_body(body: Rows, country: str | None, rows: int) -> None:
    frames = {"memberships": [{**TERM, "country_code": country}], "organizations": [{**BODY, **body}]}
    assert broken("country-of-office", "memberships", frames) == rows


@pytest.mark.parametrize(
    ("following", "rows"),
    [
        ({}, 0),  # on the same day
        ({"start_latest": BEFORE}, 1),
        ({"start_latest": None}, 0),
        ({"status": "cancelled", "start_latest": AFTER}, 1),
        ({"meeting_id": "z", "status": "cancelled"}, 0),  # another one
    ],
)
def test_a_meeting_is_followed_by_one_that_was_held_later(following: Rows, rows: int) -> None:
    meetings: list[Rows] = [{**MEETING, "status": "postponed", "followed_by": "b"}]
    meetings.append({**MEETING, "meeting_id": "b", **following})
    assert broken("follow-up-order", "meetings", {"meetings": meetings}) == rows


@pytest.mark.parametrize(
    ("action", "dates", "rows"),
    [
        ("signed", [DAY], 0),
        ("signed", [BEFORE], 1),
        ("signed", [BEFORE, BEFORE], 1),
        ("signed", [BEFORE, DAY], 0),
        ("signed", [BEFORE, None], 0),  # which may be from that day
        ("planned", [BEFORE], 0),
        (None, [BEFORE], 0),
    ],
)
def test_a_step_has_a_source_from_its_day_or_later(
    action: str | None, dates: list[str | None], rows: int
) -> None:
    sources: list[Rows] = [{"source_id": str(n), "published_date": date} for n, date in enumerate(dates)]
    cited = ";".join(str(source["source_id"]) for source in sources)
    frames = {"initiative_events": [{**step(action), "source_ids": cited}], "sources": sources}
    assert broken("source-before-event", "initiative_events", frames) == rows


@pytest.mark.parametrize(
    ("row", "second", "rows"),
    [
        (HIGH, {"publisher": "BelTA"}, 0),
        (HIGH, {"publisher": "TASS"}, 1),
        (HIGH, {"publisher": "TASS via BelTA"}, 1),
        (HIGH, {"publisher": "TASS", "official": True}, 0),
        ({**HIGH, "confidence": "medium"}, {"publisher": "TASS"}, 0),
        ({**HIGH, "source_ids": "a"}, {"publisher": "BelTA"}, 1),
    ],
)
def test_high_confidence_rests_on_an_official_source_or_on_two(row: Rows, second: Rows, rows: int) -> None:
    frames = {"participants": [row], "sources": [SOURCE, {**SOURCE, "source_id": "b", **second}]}
    assert broken("overconfident-row", "participants", frames) == rows


@pytest.mark.parametrize(
    ("row", "rows"),
    [
        (claim("meetings", str(MEETING["meeting_id"])), 0),
        (claim("meetings", "z"), 1),
        (claim("persons", str(MEETING["meeting_id"])), 1),
        (claim("participants", f"{MEETING['meeting_id']}/a"), 0),  # its key has two parts
        (claim(None, "z"), 0),
        (claim("meetings", None), 0),
        (claim(None, None), 0),
    ],
)
def test_a_claim_concerns_a_row_that_exists(row: Rows, rows: int) -> None:
    frames: dict[str, list[Rows]] = {"claims": [row], "meetings": [{**MEETING}], "participants": [CHAIR]}
    assert broken("unresolved-claim", "claims", frames) == rows
