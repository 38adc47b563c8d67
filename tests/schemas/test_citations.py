"""Citations are in the order of the citing rows, whether there are few rows and lists of sources or many."""

from __future__ import annotations

import narwhals as nw
import polars as pl
import pytest

from communique.schemas.citations import CITATIONS


@pytest.mark.parametrize("rows", [2, 30, 145])
def test_citations_are_always_in_the_order_of_the_rows(rows: int) -> None:
    derivation = next(each for each in CITATIONS.derive if each.table == "participants")
    citing = pl.DataFrame(
        {
            "meeting_id": ["m"] * rows,
            "person_id": [f"{number:04}" for number in range(rows)],
            "source_ids": [None if number == 1 else f"s{number % 7};a" for number in range(rows)],
        }
    )
    wanted = [
        ("participants", f"m/{number:04}", source)
        for number in range(rows)
        if number != 1
        for source in ("a", f"s{number % 7}")
    ]
    for _ in range(100):  # what a join gives is in order by chance now and then
        assert derivation.rows(nw.from_native(citing, eager_only=True)).rows() == wanted
