"""Rules between meetings, their participants, and the terms of office that make people members."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from .codelists import NATIONAL_BODIES
from .examples import MEETING
from .presence import given, is_null
from .rules import RECORD, CrossRule, Frames, Lazy


def _chairs(frames: Frames, today: date) -> Lazy:
    role = nw.col("role")
    counted = (
        frames["participants"]
        .filter((role == "chair") | role.is_null())
        .group_by("meeting_id")
        .agg(chairs=nw.col("role").count(), rows=nw.len())
    )
    held = frames["meetings"].filter(nw.col("status") == "held")
    joined = held.join(counted, on="meeting_id", how="left")
    # A participant whose role is unknown may be the chair: then the rule cannot be decided.
    all_known = nw.col("chairs") == nw.col("rows")
    return joined.filter(is_null("rows") | ((nw.col("chairs") != 1) & all_known))


def _unheld_attendance(frames: Frames, today: date) -> Lazy:
    held = nw.col("status") == "held"
    planned = nw.col("participation_status") == "planned"
    meetings = frames["meetings"]
    participants = frames["participants"].select(RECORD, "meeting_id", "participation_status")
    too_late = participants.filter(planned).join(meetings.filter(held), on="meeting_id", how="semi")
    unheld = participants.filter(~planned).join(meetings.filter(~held), on="meeting_id", how="semi")
    return nw.concat([too_late, unheld])


_OF_A_TERM = ("person_id", "organization_id", "role")
"""The required columns of a term, besides its key."""


def _outside_term(frames: Frames, today: date) -> Lazy:
    key = ["person_id", "on_behalf_of_id"]
    terms = frames["memberships"].select(
        "person_id",
        on_behalf_of_id=nw.col("organization_id"),
        term_from=nw.col("start_earliest").fill_null(date.min),
        term_to=nw.col("end_latest").fill_null(date.max),
    )
    covers = (nw.col("term_from") <= nw.col("start_latest")) & (nw.col("term_to") >= nw.col("start_earliest"))
    participants = frames["participants"].select(RECORD, "meeting_id", *key).filter(given(key[1]))
    meetings = frames["meetings"].filter(given("start_earliest"))
    dates = meetings.select("meeting_id", "start_earliest", "start_latest")
    # Most people have one term in a body: participations within it need no closer look.
    lone = terms.group_by(key).agg(nw.col("term_from").min(), nw.col("term_to").max(), terms=nw.len())
    took_part = participants.join(dates, on="meeting_id").join(lone, on=key, how="left")
    doubtful = took_part.filter(~((nw.col("terms") == 1) & covers).fill_null(False))
    close = doubtful.drop("term_from", "term_to", "terms")
    outside = close.join(close.join(terms, on=key).filter(covers), on=RECORD, how="anti")
    # A term of which only the key can be read may be anybody's: then no row can be decided.
    nothing = nw.all_horizontal(*(is_null(name) for name in _OF_A_TERM), ignore_nulls=False)
    unread = frames["memberships"].filter(nothing).select(unread=nw.len())
    return outside.join(unread, how="cross").filter(nw.col("unread") == 0)


def _overlapping_terms(frames: Frames, today: date) -> Lazy:
    office, order = ["organization_id", "role"], ("start_latest", "membership_id")
    terms = frames["memberships"].filter(given("start_latest"))
    several = terms.group_by(office).agg(terms=nw.len()).filter(nw.col("terms") > 1)
    begun = terms.join(several, on=office, how="semi")
    # Each term is compared with the latest end of all terms before it, not with each of them.
    end = nw.col("end_earliest").fill_null(date.max)
    ends = begun.with_columns(last_end=end.cum_max().over(*office, order_by=order))
    before = ends.with_columns(end_before=nw.col("last_end").shift(1).over(*office, order_by=order))
    return before.filter(nw.col("end_before") > nw.col("start_latest"))


def _foreign_office(frames: Frames, today: date) -> Lazy:
    # A national body without a country is itself in error: its country is unknown.
    known = given("country_code") | ~nw.col("classification").is_in(NATIONAL_BODIES)
    bodies = frames["organizations"].filter(known).select("organization_id", body_country="country_code")
    joined = frames["memberships"].join(bodies, on="organization_id")
    return joined.filter(nw.col("country_code").fill_null("-") != nw.col("body_country").fill_null("-"))


def _follow_up(frames: Frames, today: date) -> Lazy:
    next_meetings = frames["meetings"].select(
        followed_by="meeting_id", next_latest="start_latest", next_status="status"
    )
    followed = frames["meetings"].filter(given("followed_by"))
    joined = followed.join(next_meetings, on="followed_by")
    early = nw.col("next_latest") < nw.col("start_earliest")
    return joined.filter((nw.col("next_status") != "held") | early)


_CHAIR = {"meeting_id": "ssc-2024-12-06", "person_id": "a", "role": "chair"}
_TERM = {"membership_id": "a", "person_id": "a", "organization_id": "president-ru", "role": "President"}
_MEMBER = {**_CHAIR, "on_behalf_of_id": "president-ru"}

MEETING_RULES: tuple[CrossRule, ...] = (
    CrossRule(
        code="chair-count",
        statement="A meeting that was held has exactly one chair.",
        remedy="Record who presided as chair, and everybody else as member or invited.",
        rejects={"meetings": [MEETING], "participants": []},
        accepts={"meetings": [MEETING], "participants": [_CHAIR]},
        table="meetings",
        column="meeting_id",
        needs=("meetings", "participants"),
        broken=_chairs,
        alone={"participants": "meeting_id"},
    ),
    CrossRule(
        code="attendance-of-unheld",
        statement="Only held meetings have people who attended or were absent; only other meetings have planned participants.",
        remedy="Correct the participation, or the status of the meeting.",
        rejects={"meetings": [MEETING], "participants": [{**_CHAIR, "participation_status": "planned"}]},
        accepts={"meetings": [MEETING], "participants": [{**_CHAIR, "participation_status": "attended"}]},
        table="participants",
        column="participation_status",
        needs=("meetings", "participants"),
        broken=_unheld_attendance,
        alone={"meetings": "meeting_id"},
    ),
    CrossRule(
        code="follow-up-order",
        statement="A meeting that took the place of another was held, and not before the date planned for that one.",
        remedy="Name the next meeting that was held.",
        rejects={
            "meetings": [
                {**MEETING, "status": "postponed", "followed_by": "b"},
                {**MEETING, "meeting_id": "b", "start_latest": "2024-12-05"},
            ]
        },
        accepts={
            "meetings": [
                {**MEETING, "status": "postponed", "followed_by": "b"},
                {**MEETING, "meeting_id": "b"},
            ]
        },
        table="meetings",
        column="followed_by",
        needs=("meetings",),
        broken=_follow_up,
    ),
    CrossRule(
        code="outside-term",
        statement="Whoever takes part on behalf of a body held an office of that body at the date of the meeting.",
        remedy="Correct the capacity or the person, or record the missing term of office in memberships.",
        rejects={
            "meetings": [MEETING],
            "participants": [_MEMBER],
            "memberships": [{**_TERM, "start_earliest": "2000-05-07", "end_latest": "2008-05-07"}],
        },
        accepts={
            "meetings": [MEETING],
            "participants": [_MEMBER],
            "memberships": [{**_TERM, "start_earliest": "2012-05-07"}],
        },
        table="participants",
        column="on_behalf_of_id",
        needs=("meetings", "participants", "memberships"),
        broken=_outside_term,
        alone={"meetings": "meeting_id", "memberships": "person_id"},
    ),
    CrossRule(
        code="overlapping-terms",
        statement="An office is held by one person at a time.",
        remedy="Correct the dates of one of the two terms, or name a different office.",
        rejects={
            "memberships": [
                {**_TERM, "start_latest": "2008-05-07", "end_earliest": "2012-05-07"},
                {**_TERM, "membership_id": "b", "start_latest": "2012-05-01"},
            ]
        },
        accepts={
            "memberships": [
                {**_TERM, "start_latest": "2008-05-07", "end_earliest": "2012-05-07"},
                {**_TERM, "membership_id": "b", "start_latest": "2012-05-07"},
            ]
        },
        table="memberships",
        column="start_edtf",
        needs=("memberships",),
        broken=_overlapping_terms,
    ),
    CrossRule(
        code="country-of-office",
        statement="The country of a term of office is that of its body.",
        remedy="Give the country of the body, or none where the body has none.",
        rejects={
            "memberships": [{**_TERM, "country_code": "BY"}],
            "organizations": [{"organization_id": "president-ru", "country_code": "RU"}],
        },
        accepts={
            "memberships": [{**_TERM, "country_code": "RU"}],
            "organizations": [{"organization_id": "president-ru", "country_code": "RU"}],
        },
        table="memberships",
        column="country_code",
        needs=("memberships", "organizations"),
        broken=_foreign_office,
        alone={"organizations": "organization_id"},
    ),
)
