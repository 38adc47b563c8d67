"""claims: checkable statements of a source document, and what later sources show of them."""

from __future__ import annotations

import narwhals as nw
import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .provenance import CITES, UNSOURCED_ROW
from .rules import RowRule
from .table import ForeignKey, Table


class Claim(pa.DataFrameModel):
    """A checkable statement of a source document."""

    claim_id: pl.String = columns.identifier("Claim", "Identifies the claim.")
    source_id: pl.String = columns.identifier(
        "Source", "The document that makes the claim.", term="schema:appearance"
    )
    paragraph: pl.Int64 = columns.count(
        "Paragraph", "The paragraph of the document, counted from 1.", minimum=1
    )
    claim: pl.String = columns.text(
        "Claim", "The claim, in this project's words.", term="schema:claimReviewed"
    )
    classification: pl.String = columns.code(codelists.CLAIM_KINDS, "Kind", "What the claim is about.")
    later_sources: pl.String = columns.text("Later sources", "What later sources report of it.")
    verdict: pl.String = columns.code(
        codelists.VERDICTS, "Verdict", "What they show of the claim.", term="schema:reviewRating"
    )
    related_table: pl.String = columns.text("Related table", "The table of the row that the claim concerns.")
    related_key: pl.String = columns.text(
        "Related row", "The key of that row; the parts of a key are joined by a slash."
    )
    source_ids: pl.String = columns.ids("Sources", "The claiming document and the later sources.")


CLAIMS = Table(
    name="claims",
    title="Claims",
    row="a checkable statement of a source document",
    description="What a document says, in its main checkable statements, and what later sources show of each.",
    usage="A verdict says what the sources seen report, not more.",
    model=Claim,
    primary_key=("claim_id",),
    foreign_keys=(ForeignKey(("source_id",), "sources", ("source_id",)), CITES),
    rules=(
        UNSOURCED_ROW,
        RowRule(
            code="verdict-without-evidence",
            statement="A verdict other than no-information rests on a source beside the claiming document.",
            remedy="Cite the later source, or give the verdict no-information.",
            rejects={"verdict": "confirmed", "source_id": "press-2024", "source_ids": "press-2024"},
            accepts={
                "verdict": "confirmed",
                "source_id": "press-2024",
                "source_ids": "press-2024;kremlin-73341",
            },
            column="verdict",
            holds=lambda today: (
                (nw.col("verdict") == "no-information") | (nw.col("source_ids") != nw.col("source_id"))
            ),
        ),
    ),
)
