"""Cascading rejects: of several rows that would cause a rejection, the same one is always named."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from communique.datapackage import check_with_quarantine, open_dataset
from communique.datapackage.checking import cascade
from communique.datapackage.checking.cascade import Reject, Rejects, orphans
from communique.schemas import SCHEMAS, ForeignKey
from communique.schemas.provenance import CITES
from communique.schemas.rules import RECORD

from .test_quarantine import quarantined

ROWS = 20_000


def test_of_several_rejected_rows_that_a_row_refers_to_the_first_is_named() -> None:
    ids = [f"s{number}" for number in range(ROWS)]
    sources = pl.LazyFrame({"source_id": ids, RECORD: range(ROWS)})
    lists = [";".join(ids[(number * step) % ROWS] for step in (7, 3, 11)) for number in range(ROWS)]
    children = pl.LazyFrame({"source_ids": lists, RECORD: range(ROWS)})
    found = {"sources": dict.fromkeys(range(ROWS), Reject((), ()))}
    parents = dict(orphans(CITES, children, sources.head(0), sources, found))
    assert parents == {number: min((number * step) % ROWS for step in (7, 3, 11)) for number in range(ROWS)}


def test_in_a_chain_only_tables_of_which_rows_just_went_are_asked_for(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (base / "organizations.csv").open("a", encoding="utf-8") as file:
        file.write("o0,O,,union,nowhere,,gazette\n")
        file.writelines(f"o{number},O {number},,union,o{number - 1},,gazette\n" for number in range(1, 6))
    asked: list[str] = []

    def told(
        key: ForeignKey, children: pl.LazyFrame, parents: pl.LazyFrame, everyone: pl.LazyFrame, found: Rejects
    ) -> Iterator[tuple[int, int]]:
        asked.append(key.table)
        return orphans(key, children, parents, everyone, found)

    monkeypatch.setattr(cascade, "orphans", told)
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    rows = quarantined(tmp_path / "q")["organizations.csv"]
    assert [row["raw"].split(",")[0] for row in rows] == [f"o{number}" for number in range(6)]
    assert len({row["root"] for row in rows}) == 1
    assert set(asked) == {"organizations"}


def test_errors_that_the_report_lists_are_not_read_again_and_others_come_to_the_same(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write('x,"X\n=Y",,ru,daily\nX-y,=X,,RU,daily\ny,Y,,XX,nowhere\n')
    with monkeypatch.context() as patch:
        patch.setattr(cascade, "by_row", None)
        listed = check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "listed")
    assert not listed.omitted
    monkeypatch.setattr(sys.modules["communique.datapackage.check"], "KEPT", 1)
    assert check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "rest").omitted
    files = [(tmp_path / name / "persons.csv").read_bytes() for name in ("listed", "rest")]
    assert files[0] == files[1]
    assert len(quarantined(tmp_path / "listed")["persons.csv"]) == 3
