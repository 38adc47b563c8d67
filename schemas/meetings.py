"""meetings: meetings of a body, held or not."""

from __future__ import annotations

from functools import reduce

import narwhals as nw
import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .edtf import plain
from .presence import given, is_null
from .provenance import CITES, UNSOURCED_ROW
from .rules import TODAY_IS, RowRule
from .table import ForeignKey, Table


class Meeting(pa.DataFrameModel):
    """A meeting, held or not."""

    meeting_id: pl.String = columns.identifier(
        "Meeting", "Identifies the meeting; it ends with the date, as far as that is known.", term="popolo:id"
    )
    organization_id: pl.String = columns.identifier("Body", "The body that meets.", term="schema:organizer")
    name: pl.String = columns.name("Name", "The name in English.", term="schema:name")
    status: pl.String = columns.code(
        codelists.MEETING_STATUSES, "Status", "What became of the meeting.", term="schema:eventStatus"
    )
    start_edtf: pl.String = columns.partial_date(
        "Date", "The day it was held, or the date for which it was planned.", term="schema:startDate"
    )
    start_date: pl.Date = columns.day_of("start_edtf", "Date")
    start_earliest: pl.Date = columns.earliest_of("start_edtf", "Date")
    start_latest: pl.Date = columns.latest_of("start_edtf", "Date")
    start_precision: pl.String = columns.precision_of("start_edtf", "Date")
    date_note: pl.String = columns.text(
        "Note on the date", "How the date is known, and where sources differ.", nullable=True
    )
    followed_by: pl.String = columns.identifier(
        "Followed by", "For a meeting that was not held, the next meeting that was.", nullable=True
    )
    attendance_mode: pl.String = columns.code(
        codelists.ATTENDANCE_MODES,
        "Attendance mode",
        "Whether people met in one place or by link.",
        term="schema:eventAttendanceMode",
        nullable=True,
    )
    city: pl.String = columns.name(
        "City", "The city; for an online meeting the seat of the chair.", nullable=True
    )
    country_code: pl.String = columns.code(
        codelists.COUNTRIES,
        "Country",
        "The country of the city.",
        term="schema:addressCountry",
        nullable=True,
    )
    venue: pl.String = columns.name("Venue", "The building or hall.", term="schema:location", nullable=True)
    description: pl.String = columns.text(
        "Description", "What sources report of it.", term="schema:description", nullable=True
    )
    confidence: pl.String = columns.code(
        codelists.CONFIDENCES, "Confidence", "How well the row is supported."
    )
    source_ids: pl.String = columns.ids("Sources", "The sources that support the row.")


def _country_agrees(city: str, country: str) -> nw.Expr:
    return (nw.col("city") != city) | is_null("country_code") | (nw.col("country_code") == country)


def _ends_with_date(identifier: str, edtf: str) -> nw.Expr:
    """Whether an identifier is a date, or ends with one after a hyphen; a date has 4, 7 or 10 characters.

    Narwhals has no `ends_with` that compares two columns.
    """
    day = plain(edtf)
    ending = nw.concat_str([nw.lit("-"), day])
    endings = [nw.col(identifier).str.tail(length + 1) == ending for length in (4, 7, 10)]
    return reduce(nw.Expr.__or__, endings, nw.col(identifier) == day)


MEETINGS = Table(
    name="meetings",
    title="Meetings",
    row="a meeting, held or not",
    description="Meetings of the Supreme State Council, those held and those that were planned and not held.",
    usage="Count meetings with status held. Sources number the sessions differently, so no number is given.",
    model=Meeting,
    primary_key=("meeting_id",),
    foreign_keys=(
        ForeignKey(("organization_id",), "organizations", ("organization_id",)),
        ForeignKey(("followed_by",), "meetings", ("meeting_id",)),
        CITES,
    ),
    rules=(
        UNSOURCED_ROW,
        RowRule(
            code="future-meeting",
            statement="A meeting that was held is not in the future.",
            remedy=f"Correct the date, or give the status scheduled. {TODAY_IS}",
            rejects={"status": "held", "start_earliest": "2027-01-01"},
            accepts={"status": "held", "start_earliest": "2024-12-06"},
            column="start_edtf",
            holds=lambda today: (nw.col("status") != "held") | (nw.col("start_earliest") <= nw.lit(today)),
        ),
        RowRule(
            code="overdue-meeting",
            statement="A scheduled meeting is not in the past.",
            remedy=f"Say what became of it: held, postponed, cancelled or unreported. {TODAY_IS}",
            rejects={"status": "scheduled", "start_latest": "2024-12-06"},
            accepts={"status": "scheduled", "start_latest": "2027-12-31"},
            column="status",
            holds=lambda today: (nw.col("status") != "scheduled") | (nw.col("start_latest") >= nw.lit(today)),
        ),
        RowRule(
            code="identifier-date",
            statement="The date at the end of a meeting's identifier is the date of the meeting.",
            remedy="Correct the date, or give the meeting the identifier that goes with it.",
            rejects={"meeting_id": "ssc-2024-12-05", "start_edtf": "2024-12-06"},
            accepts={"meeting_id": "ssc-2024-12-06", "start_edtf": "2024-12-06"},
            column="meeting_id",
            holds=lambda today: _ends_with_date("meeting_id", "start_edtf"),
        ),
        RowRule(
            code="held-without-mode",
            statement="A meeting that was held has an attendance mode.",
            remedy="Give the attendance mode: in_person, online or hybrid.",
            rejects={"status": "held", "attendance_mode": None},
            accepts={"status": "held", "attendance_mode": "online"},
            column="attendance_mode",
            holds=lambda today: (nw.col("status") != "held") | given("attendance_mode"),
        ),
        RowRule(
            code="held-and-followed",
            statement="Only a meeting that was not held names the meeting that took its place.",
            remedy="Empty followed_by, or correct the status.",
            rejects={"status": "held", "followed_by": "ssc-2026-02-26"},
            accepts={"status": "postponed", "followed_by": "ssc-2026-02-26"},
            column="followed_by",
            holds=lambda today: (nw.col("status") != "held") | is_null("followed_by"),
        ),
        RowRule(
            code="city-without-country",
            statement="A place has a country, and a venue has a city.",
            remedy="Give the country of the city, and the city of the venue.",
            rejects={"city": "Minsk", "country_code": None, "venue": None},
            accepts={"city": "Minsk", "country_code": "BY", "venue": "Palace of Independence"},
            column="country_code",
            holds=lambda today: (
                (is_null("city") | given("country_code")) & (is_null("venue") | given("city"))
            ),
        ),
        RowRule(
            code="place-country",
            statement="The country is that of the city.",
            remedy="Correct the country or the city.",
            rejects={"city": "Minsk", "country_code": "RU"},
            accepts={"city": "Minsk", "country_code": "BY"},
            column="country_code",
            holds=lambda today: reduce(
                nw.Expr.__and__,
                [_country_agrees(city, country) for city, country in codelists.CITY_COUNTRIES.items()],
            ),
        ),
    ),
)
