"""participants: people at meetings, and members who were missing."""

from __future__ import annotations

import narwhals as nw
import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .presence import given
from .provenance import CITES, UNSOURCED_ROW
from .rules import RowRule
from .table import ForeignKey, Table


class Participant(pa.DataFrameModel):
    """A person at a meeting."""

    meeting_id: pl.String = columns.identifier("Meeting", "The meeting.", term="schema:Event")
    person_id: pl.String = columns.identifier("Person", "The person.", term="schema:attendee")
    role: pl.String = columns.code(
        codelists.PARTICIPANT_ROLES, "Role", "The role at the meeting.", term="org:role"
    )
    post_label: pl.String = columns.name(
        "Capacity", "The office held at that time, in English.", term="popolo:post"
    )
    on_behalf_of_id: pl.String = columns.identifier(
        "On behalf of",
        "The body whose head the person was; empty for people invited in another capacity.",
        term="popolo:on_behalf_of_id",
        nullable=True,
    )
    participation_status: pl.String = columns.code(
        codelists.PARTICIPATION_STATUSES, "Participation", "Whether the person took part."
    )
    basis: pl.String = columns.code(
        codelists.BASES, "Basis", "Whether sources state it by name, or it is inferred."
    )
    note: pl.String = columns.text(
        "Note",
        "The reason of an absence, the ground of an inference, and where sources differ.",
        nullable=True,
    )
    confidence: pl.String = columns.code(
        codelists.CONFIDENCES, "Confidence", "How well the row is supported."
    )
    source_ids: pl.String = columns.ids("Sources", "The sources that support the row.")


PARTICIPANTS = Table(
    name="participants",
    title="Participants",
    row="a person at a meeting",
    description="Who took part in a meeting, in which role and capacity, and which members were reported absent.",
    usage="The list of a meeting is complete only where a source gives it in full; a missing row is not an absence.",
    model=Participant,
    primary_key=("meeting_id", "person_id"),
    foreign_keys=(
        ForeignKey(("meeting_id",), "meetings", ("meeting_id",)),
        ForeignKey(("person_id",), "persons", ("person_id",)),
        ForeignKey(("on_behalf_of_id",), "organizations", ("organization_id",)),
        CITES,
    ),
    rules=(
        UNSOURCED_ROW,
        RowRule(
            code="unexplained-absence",
            statement="An absence or a representation is explained in the note.",
            remedy="Say in the note which reason the sources give, or that they give none.",
            rejects={"participation_status": "absent", "note": None},
            accepts={"participation_status": "absent", "note": "Tested positive for covid."},
            column="note",
            holds=lambda today: (
                ~nw.col("participation_status").is_in(["absent", "represented"]) | given("note")
            ),
        ),
        RowRule(
            code="unexplained-inference",
            statement="An inferred participation says in the note how it was inferred.",
            remedy="Say in the note what the sources state and how the person follows from it.",
            rejects={"basis": "inferred", "note": None},
            accepts={"basis": "inferred", "note": "The report names the office only."},
            column="note",
            holds=lambda today: (nw.col("basis") != "inferred") | given("note"),
        ),
        RowRule(
            code="absent-chair",
            statement="Whoever chairs a meeting attends it.",
            remedy="Correct the participation, or give the chair to whoever presided.",
            rejects={"role": "chair", "participation_status": "absent"},
            accepts={"role": "chair", "participation_status": "attended"},
            column="participation_status",
            holds=lambda today: (
                (nw.col("role") != "chair") | nw.col("participation_status").is_in(["attended", "planned"])
            ),
        ),
        RowRule(
            code="member-without-body",
            statement="A member or chair takes part on behalf of a body.",
            remedy="Name the body whose head the person was, or give the role invited.",
            rejects={"role": "member", "on_behalf_of_id": None},
            accepts={"role": "invited", "on_behalf_of_id": None},
            column="on_behalf_of_id",
            holds=lambda today: ~nw.col("role").is_in(["chair", "member"]) | given("on_behalf_of_id"),
        ),
        RowRule(
            code="confident-inference",
            statement="An inferred participation does not have high confidence.",
            remedy="Give medium or low confidence, or cite a source that names the person.",
            rejects={"basis": "inferred", "confidence": "high"},
            accepts={"basis": "inferred", "confidence": "medium"},
            column="confidence",
            holds=lambda today: (nw.col("basis") != "inferred") | (nw.col("confidence") != "high"),
        ),
    ),
)
