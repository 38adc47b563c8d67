"""initiative_events: the steps in the life of an initiative."""

from __future__ import annotations

import narwhals as nw
import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .presence import is_null
from .provenance import CITES, UNSOURCED_ROW
from .rules import TODAY_IS, RowRule
from .table import ForeignKey, Table


class InitiativeEvent(pa.DataFrameModel):
    """One step in an initiative's life."""

    initiative_id: pl.String = columns.identifier("Initiative", "The initiative.")
    event_edtf: pl.String = columns.partial_date("Date", "When the step was taken.", term="schema:startDate")
    action: pl.String = columns.code(codelists.EVENT_ACTIONS, "Step", "The step that was taken.")
    actor: pl.String = columns.code(
        codelists.ACTORS, "Actor", "Who took the step; for a planned step, who announced it."
    )
    event_date: pl.Date = columns.day_of("event_edtf", "Date")
    event_earliest: pl.Date = columns.earliest_of("event_edtf", "Date")
    event_latest: pl.Date = columns.latest_of("event_edtf", "Date")
    event_precision: pl.String = columns.precision_of("event_edtf", "Date")
    organization_id: pl.String = columns.identifier(
        "Body",
        "The body that the actor is or acts for, where it is one of the bodies recorded.",
        nullable=True,
    )
    meeting_id: pl.String = columns.identifier(
        "Meeting", "The meeting at which the step was taken.", nullable=True
    )
    planned_for: pl.String = columns.identifier(
        "Planned for", "The meeting for which a later step was announced.", nullable=True
    )
    at_meeting: pl.Boolean = columns.boolean(
        "At a meeting",
        "True where the step was taken at a meeting of a body or at talks; empty where no source seen tells.",
        nullable=True,
    )
    note: pl.String = columns.text(
        "Note", "What sources report, and where they differ.", term="schema:description"
    )
    confidence: pl.String = columns.code(
        codelists.CONFIDENCES, "Confidence", "How well the row is supported."
    )
    source_ids: pl.String = columns.ids("Sources", "The sources that support the row.")


INITIATIVE_EVENTS = Table(
    name="initiative_events",
    title="Steps of initiatives",
    row="one step in an initiative's life",
    description="When, by whom and at which meeting an initiative was planned, discussed, approved, signed and so on.",
    usage="The date of a planned step is the day on which it was announced, not the day for which it was planned. An "
    "implemented step may bear the day of a report that shows it as done; the note says so.",
    model=InitiativeEvent,
    primary_key=("initiative_id", "event_edtf", "action", "actor"),
    foreign_keys=(
        ForeignKey(("initiative_id",), "initiatives", ("initiative_id",)),
        ForeignKey(("organization_id",), "organizations", ("organization_id",)),
        ForeignKey(("meeting_id",), "meetings", ("meeting_id",)),
        ForeignKey(("planned_for",), "meetings", ("meeting_id",)),
        CITES,
    ),
    rules=(
        UNSOURCED_ROW,
        RowRule(
            code="future-event",
            statement="A step that is recorded has been taken.",
            remedy=f"Correct the date, or record the announcement of the step as planned, on the day of the announcement. {TODAY_IS}",
            rejects={"event_earliest": "2027-01-01"},
            accepts={"event_earliest": "2024-12-06"},
            column="event_edtf",
            holds=lambda today: nw.col("event_earliest") <= nw.lit(today),
        ),
        RowRule(
            code="meeting-not-marked",
            statement="A step that names the meeting at which it was taken is marked as taken at a meeting.",
            remedy="Put true into at_meeting, or empty meeting_id.",
            rejects={"meeting_id": "ssc-2024-12-06", "at_meeting": None},
            accepts={"meeting_id": "ssc-2024-12-06", "at_meeting": True},
            column="at_meeting",
            holds=lambda today: is_null("meeting_id") | nw.col("at_meeting").fill_null(False),
        ),
    ),
)
