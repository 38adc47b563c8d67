"""initiatives: documents, policies and decisions."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from . import codelists, columns
from .provenance import CITES, UNSOURCED_ROW
from .table import Table


class Initiative(pa.DataFrameModel):
    """A document, policy or decision."""

    initiative_id: pl.String = columns.identifier("Initiative", "Identifies the initiative.")
    name: pl.String = columns.name(
        "Name", "The name in English, translated where no English source gives one.", term="schema:name"
    )
    name_ru: pl.String = columns.name_ru("The name in Russian, as a source gives it.")
    classification: pl.String = columns.code(
        codelists.INITIATIVE_CLASSES,
        "Kind",
        "The kind of document or undertaking.",
        term="popolo:classification",
    )
    policy_area: pl.String = columns.code(
        codelists.POLICY_AREAS, "Policy area", "What it is mainly about.", term="schema:about"
    )
    description: pl.String = columns.text(
        "Description", "What it is and how far it came.", term="schema:description"
    )
    lead_country_code: pl.String = columns.code(
        codelists.COUNTRIES,
        "Lead country",
        "The one state that leads it; empty where both do.",
        nullable=True,
    )
    confidence: pl.String = columns.code(
        codelists.CONFIDENCES, "Confidence", "How well the row is supported."
    )
    source_ids: pl.String = columns.ids("Sources", "The sources that support the row.")


INITIATIVES = Table(
    name="initiatives",
    title="Initiatives",
    row="a document, policy or decision",
    description="What the Supreme State Council decided, reviewed or was expected to decide, and what belongs to it.",
    usage="How far an initiative came is told by its events, not by its row. The list need not be complete: where a "
    "meeting has no initiative, it may still have decided something.",
    model=Initiative,
    primary_key=("initiative_id",),
    unique_keys=(("name",),),
    foreign_keys=(CITES,),
    rules=(UNSOURCED_ROW,),
)
