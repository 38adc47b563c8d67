"""persons: people who held an office, are recorded at a meeting, or whom a claim concerns."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .provenance import CITES, UNSOURCED_ROW
from .table import Table


class Person(pa.DataFrameModel):
    """A person."""

    person_id: pl.String = columns.identifier("Person", "Identifies the person.", term="popolo:id")
    name: pl.String = columns.name(
        "Name", "The name in English, in a spelling common in the press.", term="schema:name"
    )
    name_ru: pl.String = columns.name_ru(
        "The name in Russian, as a source gives it; empty where none seen does."
    )
    country_code: pl.String = columns.code(
        codelists.COUNTRIES,
        "Country",
        "The state that the person acts for or comes from.",
        term="schema:nationality",
    )
    source_ids: pl.String = columns.ids("Sources", "The sources that support the row.")


PERSONS = Table(
    name="persons",
    title="People",
    row="a person",
    description="People who held one of the offices recorded, who are recorded at a meeting, or whom a claim concerns.",
    usage="Offices change: use memberships, or the capacity in participants, to know what a person was at a time.",
    model=Person,
    primary_key=("person_id",),
    foreign_keys=(CITES,),
    rules=(UNSOURCED_ROW,),
)
