"""Marks equal those of a byte-by-byte search, however many there are and wherever blocks end."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from communique.datapackage.reading import marks
from communique.datapackage.reading.marks import marks_of


@example(data=b"", piece=1)
@example(data=b'"\n' * 40, piece=7)
@example(data=bytes(range(256)), piece=256)
@given(
    data=st.lists(
        st.sampled_from([b"a", b"b" * 9, b" ", b"!", b"#", b'"', b"\n", b"\r", b"\t", b"\x7f", b"\xff"])
    ).map(b"".join),
    piece=st.integers(1, 30),
)
def test_marks_are_found_as_byte_by_byte(data: bytes, piece: int) -> None:
    with patch.object(marks, "_PIECE", piece):
        found = marks_of(data)
    places = {byte: [place for place, other in enumerate(data) if other == byte] for byte in b'\n"\r'}
    assert found.feeds.tolist() == places[ord("\n")]
    assert found.quotes.tolist() == places[ord('"')]
    assert found.outer.tolist() == [place for place in places[ord("\n")] if data[:place].count(b'"') % 2 == 0]
    assert found.returns == len(places[ord("\r")])
    assert found.controls == sum(byte < 32 for byte in data)
