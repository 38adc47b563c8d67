"""Chunks: in what pieces cells are split does not change them."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from communique.datapackage.foreign.rows import chunks

from .. import report

_SCHEMA = {"fields": [{"name": "a"}, {"name": "b", "constraints": {"pattern": "1\r?\n2"}}]}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("piece", [20, 30, 40])
def test_no_line_feed_is_lost_where_a_piece_ends(tmp_path: Path, end: str, piece: int) -> None:
    rows = [*(f'{"x" * width},"1{end}2"' for width in range(1, 12)), "y,12"]
    with patch.object(chunks, "_PIECE", piece):
        found = report(tmp_path, {"t.csv": "".join(row + end for row in ("a,b", *rows))}, schema=_SCHEMA)
    assert [finding.line for finding in found.findings if finding.code == "constraint-error"] == [24]
