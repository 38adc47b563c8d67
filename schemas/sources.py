"""sources: the documents on which every other row rests."""

from __future__ import annotations

import narwhals as nw
import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .rules import TODAY_IS, RowRule
from .table import Table


class Source(pa.DataFrameModel):
    """A document."""

    source_id: pl.String = columns.identifier("Source", "Identifies the source.")
    title: pl.String = columns.text(
        "Title",
        "The title as published; in brackets a description where the title was not seen.",
        term="schema:headline",
    )
    publisher: pl.String = columns.text("Publisher", "Who published it.", term="schema:publisher")
    official: pl.Boolean = columns.boolean(
        "Official",
        "Whether an organ of one of the two states or of the Union State published it or is its author; media, "
        "those that a state owns included, are not organs.",
    )
    url: pl.String = columns.url(
        "Address", "The web address; empty where none is known.", term="schema:url", nullable=True
    )
    published_date: pl.Date = columns.date(
        "Published",
        "The day of publication; empty where it was not seen.",
        term="schema:datePublished",
        nullable=True,
    )
    language: pl.String = columns.code(
        codelists.LANGUAGES, "Language", "The language.", term="schema:inLanguage"
    )
    license: pl.String = columns.code(
        codelists.LICENSES,
        "Licence",
        "The licence under which it was published, where it names one.",
        term="schema:license",
        nullable=True,
    )


SOURCES = Table(
    name="sources",
    title="Sources",
    row="a document",
    description="The documents that support the rows of this dataset.",
    usage="Addresses and titles are those of the pages that were consulted; a source is cited, never copied.",
    model=Source,
    primary_key=("source_id",),
    unique_keys=(("url",),),
    rules=(
        RowRule(
            code="future-source",
            statement="A source has not been published in the future.",
            remedy=f"Correct the date of publication. {TODAY_IS}",
            rejects={"published_date": "2027-01-01"},
            accepts={"published_date": "2024-12-06"},
            column="published_date",
            holds=lambda today: nw.col("published_date") <= nw.lit(today),
        ),
    ),
)
