"""organizations: the bodies that meet, decide and act."""

from __future__ import annotations

import narwhals as nw
import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .presence import given
from .provenance import CITES, UNSOURCED_ROW
from .rules import RowRule
from .table import ForeignKey, Table


class Organization(pa.DataFrameModel):
    """A body."""

    organization_id: pl.String = columns.identifier("Body", "Identifies the body.", term="popolo:id")
    name: pl.String = columns.name("Name", "The name in English.", term="schema:name")
    name_ru: pl.String = columns.name_ru("The name in Russian, as a source gives it.")
    classification: pl.String = columns.code(
        codelists.ORGANIZATION_CLASSES, "Kind", "The kind of body.", term="popolo:classification"
    )
    parent_id: pl.String = columns.identifier(
        "Parent body", "The body of which this one is a part.", term="org:subOrganizationOf", nullable=True
    )
    country_code: pl.String = columns.code(
        codelists.COUNTRIES,
        "Country",
        "The state whose body it is; empty for a body of the Union State.",
        nullable=True,
    )
    source_ids: pl.String = columns.ids("Sources", "The sources that support the row.")


ORGANIZATIONS = Table(
    name="organizations",
    title="Bodies",
    row="a body",
    description="The bodies of the Union State and the bodies of the two states whose heads are members of the Supreme State Council.",
    model=Organization,
    primary_key=("organization_id",),
    unique_keys=(("name",),),
    foreign_keys=(ForeignKey(("parent_id",), "organizations", ("organization_id",)), CITES),
    rules=(
        UNSOURCED_ROW,
        RowRule(
            code="own-parent",
            statement="A body is not a part of itself.",
            remedy="Name the body above it as the parent, or leave the parent empty.",
            rejects={"organization_id": "ssc", "parent_id": "ssc"},
            accepts={"organization_id": "ssc", "parent_id": "union-state"},
            column="parent_id",
            holds=lambda today: nw.col("parent_id") != nw.col("organization_id"),
        ),
        RowRule(
            code="national-body-country",
            statement="A head of state, a government or a chamber of parliament belongs to a country.",
            remedy="Give the country of the body, or correct its kind.",
            rejects={"classification": "government", "country_code": None},
            accepts={"classification": "government", "country_code": "BY"},
            column="country_code",
            holds=lambda today: (
                ~nw.col("classification").is_in(codelists.NATIONAL_BODIES) | given("country_code")
            ),
        ),
    ),
)
