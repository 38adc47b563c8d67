"""Which rows go with others: of several for which a row would go, always the same one is named."""

from __future__ import annotations

import polars as pl

from communique.datapackage.cascade import Reject, orphans
from communique.schemas.provenance import CITES
from communique.schemas.rules import RECORD

ROWS = 20_000


def test_of_several_rejected_rows_that_a_row_refers_to_the_first_is_named() -> None:
    ids = [f"s{number}" for number in range(ROWS)]
    sources = pl.LazyFrame({"source_id": ids, RECORD: range(ROWS)})
    lists = [";".join(ids[(number * step) % ROWS] for step in (7, 3, 11)) for number in range(ROWS)]
    children = pl.LazyFrame({"source_ids": lists, RECORD: range(ROWS)})
    found = {"sources": dict.fromkeys(range(ROWS), Reject((), ()))}
    parents = dict(orphans(CITES, children, sources.head(0), sources, found))
    assert parents == {number: min((number * step) % ROWS for step in (7, 3, 11)) for number in range(ROWS)}
