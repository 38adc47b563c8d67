"""Locating cells: their text, line and position."""

from __future__ import annotations

from io import BytesIO

import pytest

from communique.datapackage.reading import locate
from communique.datapackage.reading.locate import Cell, cells_of
from communique.datapackage.reading.scan import blocks


def located(record: bytes, most: int = 9) -> list[Cell]:
    """Return the cells of a record on line 2."""
    (block,) = blocks(BytesIO(b"a,b\n" + record))
    return cells_of(block, 1, most)


RECORDS = [
    ("é,,c\r\n".encode(), [("é", 1), ("", 3), ("c", 4)]),
    (b"a,b", [("a", 1), ("b", 3)]),
    (b"a,\r,c\n", [("a", 1), ("", 3)]),
    (b"\n", [("", 1)]),
]


@pytest.mark.parametrize(("record", "cells"), RECORDS)
def test_cells_without_quotes_are_found_without_a_pattern(
    record: bytes, cells: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate, "_cell", None)
    assert located(record) == [Cell(text, 2, offset) for text, offset in cells]
    assert located(record, 1) == located(record)[:1]


def test_cells_with_quotes_may_have_several_lines() -> None:
    assert located(b'"a\r\nb\nc",d,"e ""f"""\n') == [
        *(Cell("a\r\nb\nc", 2, 1), Cell("d", 4, 4), Cell('e "f"', 4, 6))
    ]
