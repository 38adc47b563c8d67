"""Reading: the size of the blocks that are tokenized does not affect the cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.reading.read import cells_as_text

_LABELS = ("a", "b")
_PLAIN = st.text("xyzé ", max_size=9)
_QUOTED = st.text('x,"\né', max_size=12).map(lambda text: '"' + text.replace('"', '""') + '"')
_ROW = st.lists(_PLAIN | _QUOTED, min_size=2, max_size=2).map(",".join)
_ROWS = st.lists(_ROW, min_size=1, max_size=12)


@given(_ROWS, st.sampled_from(["", "\ufeff"]), st.integers(1, 60))
def test_pieces_of_any_size_give_the_same_cells(rows: list[str], mark: str, piece: int) -> None:
    if rows[0].startswith('"'):
        mark = ""  # before a quote it would be text outside of quotes
    data = (mark + "".join(row + "\n" for row in rows)).encode()
    for empty in (True, False):
        whole = cells_as_text(data, _LABELS, empty)
        pieces = cells_as_text(data, _LABELS, empty, piece)
        assert whole is not None
        assert pieces is not None
        assert pieces.to_pylist() == whole.to_pylist()
        assert len(pieces) == len(rows)


@given(_ROWS, _PLAIN, st.integers(0, 12), st.integers(1, 60))
def test_a_ragged_row_is_seen_in_any_piece(rows: list[str], cell: str, place: int, piece: int) -> None:
    lines = [*rows[:place], f"{cell},{cell},{cell}", *rows[place:]]
    assert cells_as_text("".join(line + "\n" for line in lines).encode(), _LABELS, piece=piece) is None
