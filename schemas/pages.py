"""What meetings, people, initiatives and bodies are to readers: the pages of their rows."""

from __future__ import annotations

from .citations import CITATIONS
from .initiative_events import INITIATIVE_EVENTS
from .initiatives import INITIATIVES
from .meetings import MEETINGS
from .memberships import MEMBERSHIPS
from .organizations import ORGANIZATIONS
from .participants import PARTICIPANTS
from .persons import PERSONS
from .sources import SOURCES
from .story import Evidence, Page, Part, Spoken, Story

_STEP = ("action", "actor", "note")
_BOUNDS = ("start_date", "start_earliest", "start_latest", "start_precision")

STORY = Story(
    pages=(
        Page(
            table=MEETINGS.name,
            kind="event",
            noun="meeting",
            title="name",
            when="start_edtf",
            group="status",
            summary="description",
            hidden=_BOUNDS,
            parts=(
                Part(
                    heading="Who",
                    table=PARTICIPANTS.name,
                    via="meeting_id",
                    columns=("person_id", "role", "post_label", "participation_status", "note"),
                ),
                Part(
                    heading="What was decided or taken up",
                    table=INITIATIVE_EVENTS.name,
                    via="meeting_id",
                    columns=("initiative_id", *_STEP),
                ),
                Part(
                    heading="What was announced for it",
                    table=INITIATIVE_EVENTS.name,
                    via="planned_for",
                    columns=("initiative_id", "event_edtf", *_STEP),
                    order=("event_earliest",),
                ),
            ),
        ),
        Page(
            table=PERSONS.name,
            kind="agent",
            noun="person",
            title="name",
            native="name_ru",
            group="country_code",
            parts=(
                Part(
                    heading="Offices",
                    table=MEMBERSHIPS.name,
                    via="person_id",
                    columns=("role", "organization_id", "start_edtf", "end_edtf", "note"),
                    order=("start_earliest",),
                ),
                Part(
                    heading="Meetings",
                    table=PARTICIPANTS.name,
                    via="person_id",
                    columns=("meeting_id", "role", "post_label", "participation_status", "note"),
                ),
            ),
        ),
        Page(
            table=INITIATIVES.name,
            kind="work",
            noun="initiative",
            title="name",
            native="name_ru",
            group="policy_area",
            summary="description",
            parts=(
                Part(
                    heading="Its life",
                    table=INITIATIVE_EVENTS.name,
                    via="initiative_id",
                    columns=("actor", "meeting_id", "planned_for", "note"),
                    when="event_edtf",
                    stage="action",
                    order=("event_earliest",),
                ),
            ),
        ),
        Page(
            table=ORGANIZATIONS.name,
            kind="agent",
            noun="body",
            title="name",
            native="name_ru",
            group="classification",
            parts=(
                Part(
                    heading="Offices",
                    table=MEMBERSHIPS.name,
                    via="organization_id",
                    columns=("role", "person_id", "start_edtf", "end_edtf", "note"),
                    order=("start_earliest",),
                ),
                Part(
                    heading="Meetings",
                    table=MEETINGS.name,
                    via="organization_id",
                    columns=("meeting_id", "status", "city"),
                    order=("start_earliest",),
                ),
            ),
        ),
    ),
    evidence=Evidence(
        table=CITATIONS.name,
        row_table="table_name",
        row_key="row_key",
        source="source_id",
        sources=SOURCES.name,
        title="title",
        url="url",
        language="language",
        details=("publisher", "published_date"),
    ),
    spoken=(Spoken(column="name_ru", tag="ru"), Spoken(table=SOURCES.name, column="title", by="language")),
)
"""The pages of a site about meetings."""
