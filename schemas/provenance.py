"""Provenance: every row says which sources support it."""

from __future__ import annotations

from .presence import given
from .rules import RowRule
from .table import ForeignKey

CITES = ForeignKey(("source_ids",), "sources", ("source_id",), many=True)
"""The list of sources of a row: each id refers to a source."""

UNSOURCED_ROW = RowRule(
    code="unsourced-row",
    statement="A row cites at least one source.",
    remedy="Put the ids of the sources that support the row into source_ids, or remove the row.",
    rejects={"source_ids": None},
    accepts={"source_ids": "kremlin-70883"},
    column="source_ids",
    holds=lambda today: given("source_ids"),
)
