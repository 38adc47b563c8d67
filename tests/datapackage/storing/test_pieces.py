"""A file is read in pieces that contain each of its bytes exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.datapackage.storing.pieces import pieces


@pytest.mark.parametrize("length", [0, 1, 6, 7, 8, 100])
def test_the_pieces_of_a_file_add_up_to_it(tmp_path: Path, length: int) -> None:
    data = bytes(range(length))
    (tmp_path / "file").write_bytes(data)
    found = [bytes(piece) for piece in pieces(tmp_path / "file", 7)]
    assert b"".join(found) == data
    assert all(0 < len(piece) <= 7 for piece in found)
