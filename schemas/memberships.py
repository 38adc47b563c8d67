"""memberships: who held which office when."""

from __future__ import annotations

import narwhals as nw
import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .presence import is_null
from .provenance import CITES, UNSOURCED_ROW
from .rules import TODAY_IS, RowRule
from .table import ForeignKey, Table


class Membership(pa.DataFrameModel):
    """One person's term in one office."""

    membership_id: pl.String = columns.identifier("Term", "Identifies the term of office.", term="popolo:id")
    person_id: pl.String = columns.identifier("Person", "Who held the office.", term="org:member")
    organization_id: pl.String = columns.identifier(
        "Body", "The body of which it is an office.", term="org:organization"
    )
    role: pl.String = columns.name("Office", "The office, in English.", term="org:role")
    country_code: pl.String = columns.code(
        codelists.COUNTRIES,
        "Country",
        "The state whose office it is; empty for one of the Union State.",
        nullable=True,
    )
    start_edtf: pl.String = columns.partial_date(
        "Start", "When the term began.", term="popolo:start_date", nullable=True
    )
    start_date: pl.Date = columns.day_of("start_edtf", "Start date")
    start_earliest: pl.Date = columns.earliest_of("start_edtf", "Start")
    start_latest: pl.Date = columns.latest_of("start_edtf", "Start")
    start_precision: pl.String = columns.precision_of("start_edtf", "Start")
    end_edtf: pl.String = columns.partial_date(
        "End",
        "When the term ended; empty where no source seen reports an end.",
        term="popolo:end_date",
        nullable=True,
    )
    end_date: pl.Date = columns.day_of("end_edtf", "End date")
    end_earliest: pl.Date = columns.earliest_of("end_edtf", "End")
    end_latest: pl.Date = columns.latest_of("end_edtf", "End")
    end_precision: pl.String = columns.precision_of("end_edtf", "End")
    confidence: pl.String = columns.code(
        codelists.CONFIDENCES, "Confidence", "How well the row is supported."
    )
    note: pl.String = columns.text("Note", "What sources say beside, and where they differ.", nullable=True)
    source_ids: pl.String = columns.ids("Sources", "The sources that support the row.")


MEMBERSHIPS = Table(
    name="memberships",
    title="Terms of office",
    row="one person's term in one office",
    description="Terms in the offices that make a person a member of the Supreme State Council, of its chairman, and of the "
    "State Secretary of the Union State. Who chaired the Council of Ministers is not recorded.",
    usage="A term that ends and the next that begins may share a day; an empty end means that none was reported.",
    model=Membership,
    primary_key=("membership_id",),
    unique_keys=(("person_id", "organization_id", "role", "start_edtf"),),
    foreign_keys=(
        ForeignKey(("person_id",), "persons", ("person_id",)),
        ForeignKey(("organization_id",), "organizations", ("organization_id",)),
        CITES,
    ),
    rules=(
        UNSOURCED_ROW,
        RowRule(
            code="temporal-order",
            statement="A term does not end before it begins.",
            remedy="Correct the start or the end; where sources differ, give a less precise date and a note.",
            rejects={
                "start_edtf": "2012",
                "end_edtf": "2011",
                "start_earliest": "2012-01-01",
                "end_latest": "2011-12-31",
            },
            accepts={
                "start_edtf": "2011",
                "end_edtf": "2011",
                "start_earliest": "2011-01-01",
                "end_latest": "2011-12-31",
            },
            column="end_edtf",
            holds=lambda today: nw.col("start_earliest") <= nw.col("end_latest"),
        ),
        RowRule(
            code="future-term",
            statement="A recorded term does not begin or end in the future.",
            remedy=f"Leave out a term or an end that has only been announced. {TODAY_IS}",
            rejects={"start_earliest": "2027-01-01", "end_earliest": None},
            accepts={"start_earliest": "2012-05-07", "end_earliest": None},
            column="start_edtf",
            holds=lambda today: (
                (is_null("start_earliest") | (nw.col("start_earliest") <= nw.lit(today)))
                & (is_null("end_earliest") | (nw.col("end_earliest") <= nw.lit(today)))
            ),
        ),
    ),
)
