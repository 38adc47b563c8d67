"""Rules between initiatives, their steps, and the meetings at which the steps were taken."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from .examples import EVENT, MEETING
from .presence import is_null
from .rules import CrossRule, Frames, Lazy

_BINDING = ["signed", "approved", "ratified"]


def _meeting_dates(frames: Frames, column: str) -> Lazy:
    meetings = frames["meetings"]
    return meetings.select("start_earliest", "start_latest", "status", **{column: nw.col("meeting_id")})


def _event_off_meeting(frames: Frames, today: date) -> Lazy:
    joined = frames["initiative_events"].join(_meeting_dates(frames, "meeting_id"), on="meeting_id")
    too_early = nw.col("event_latest") < nw.col("start_earliest")
    too_late = nw.col("event_earliest") > nw.col("start_latest")
    return joined.filter(too_early | too_late)


def _event_at_unheld(frames: Frames, today: date) -> Lazy:
    joined = frames["initiative_events"].join(_meeting_dates(frames, "meeting_id"), on="meeting_id")
    return joined.filter(nw.col("status") != "held")


def _planned_too_late(frames: Frames, today: date) -> Lazy:
    joined = frames["initiative_events"].join(_meeting_dates(frames, "planned_for"), on="planned_for")
    return joined.filter(nw.col("event_earliest") > nw.col("start_latest"))


def _without_earlier(events: Lazy, action: str, earlier: list[str]) -> Lazy:
    steps = events.filter(nw.col("action") == action)
    # A step or a date that is unknown may be the earlier one: then the rule cannot be decided.
    before = events.filter(nw.col("action").is_in(earlier) | is_null("action"))
    first = before.group_by("initiative_id").agg(first=nw.col("event_earliest").fill_null(date.min).min())
    joined = steps.join(first, on="initiative_id", how="left")
    return joined.filter(is_null("first") | (nw.col("first") > nw.col("event_latest")))


def _ratified_unsigned(frames: Frames, today: date) -> Lazy:
    return _without_earlier(frames["initiative_events"], "ratified", ["signed"])


def _in_force_undecided(frames: Frames, today: date) -> Lazy:
    return _without_earlier(frames["initiative_events"], "in-force", _BINDING)


def _eventless(frames: Frames, today: date) -> Lazy:
    events = frames["initiative_events"].select("initiative_id")
    return frames["initiatives"].join(events, on="initiative_id", how="anti")


_EVENT_AT = {**EVENT, "meeting_id": "ssc-2024-12-06"}

EVENT_RULES: tuple[CrossRule, ...] = (
    CrossRule(
        code="event-off-meeting",
        statement="A step taken at a meeting has a date of that meeting.",
        remedy="Correct the date; where the step was only planned for the meeting, name it in planned_for instead.",
        rejects={
            "initiative_events": [
                {**_EVENT_AT, "event_earliest": "2024-12-05", "event_latest": "2024-12-05"}
            ],
            "meetings": [MEETING],
        },
        accepts={"initiative_events": [_EVENT_AT], "meetings": [MEETING]},
        table="initiative_events",
        column="event_edtf",
        needs=("initiative_events", "meetings"),
        broken=_event_off_meeting,
        alone={"meetings": "meeting_id"},
    ),
    CrossRule(
        code="event-at-unheld",
        statement="A step is taken only at a meeting that was held.",
        remedy="Correct the meeting, or the status of the meeting.",
        rejects={"initiative_events": [_EVENT_AT], "meetings": [{**MEETING, "status": "cancelled"}]},
        accepts={"initiative_events": [_EVENT_AT], "meetings": [MEETING]},
        table="initiative_events",
        column="meeting_id",
        needs=("initiative_events", "meetings"),
        broken=_event_at_unheld,
        alone={"meetings": "meeting_id"},
    ),
    CrossRule(
        code="planned-too-late",
        statement="A step that is planned for a meeting is not dated after that meeting.",
        remedy="Correct the date of the announcement or the meeting.",
        rejects={
            "initiative_events": [{**EVENT, "planned_for": "ssc-2024-12-06", "event_earliest": "2024-12-07"}],
            "meetings": [MEETING],
        },
        accepts={"initiative_events": [{**EVENT, "planned_for": "ssc-2024-12-06"}], "meetings": [MEETING]},
        table="initiative_events",
        column="planned_for",
        needs=("initiative_events", "meetings"),
        broken=_planned_too_late,
        alone={},
    ),
    CrossRule(
        code="ratified-unsigned",
        statement="What is ratified was signed before.",
        remedy="Record the signing, or correct one of the two dates.",
        rejects={"initiative_events": [{**EVENT, "action": "ratified"}]},
        accepts={"initiative_events": [{**EVENT, "action": "ratified"}, {**EVENT, "action": "signed"}]},
        table="initiative_events",
        column="action",
        needs=("initiative_events",),
        broken=_ratified_unsigned,
    ),
    CrossRule(
        code="in-force-undecided",
        statement="What is in force was approved, signed or ratified before.",
        remedy="Record the decision, or correct one of the two dates.",
        rejects={"initiative_events": [{**EVENT, "action": "in-force"}]},
        accepts={"initiative_events": [{**EVENT, "action": "in-force"}, {**EVENT, "action": "approved"}]},
        table="initiative_events",
        column="action",
        needs=("initiative_events",),
        broken=_in_force_undecided,
    ),
    CrossRule(
        code="initiative-without-events",
        statement="An initiative has at least one step.",
        remedy="Record the step by which it is known.",
        rejects={"initiatives": [{"initiative_id": "a"}], "initiative_events": []},
        accepts={"initiatives": [{"initiative_id": "a"}], "initiative_events": [EVENT]},
        table="initiatives",
        column="initiative_id",
        needs=("initiatives", "initiative_events"),
        broken=_eventless,
        alone={"initiative_events": "initiative_id"},
    ),
)
