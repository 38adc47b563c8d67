"""Our own array functions give the same results as NumPy and Python."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.arrays import ascending, is_utf8, sorted_once

EDGES = bytes.fromhex("00 41 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff")
"""The first and the last byte of each kind that UTF-8 has: RFC 3629, section 4."""


def decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_hashes_are_sorted(numbers: list[int]) -> None:
    assert ascending(np.array(numbers, np.uint64)).tolist() == sorted(numbers)


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**63) + 1, 2**63 - 1)))
def test_numbers_are_sorted_without_duplicates(numbers: list[int]) -> None:
    assert ascending(np.array(numbers, np.int64)).tolist() == sorted(numbers)
    assert sorted_once(np.array(numbers, np.int64)).tolist() == sorted(set(numbers))


def test_bytes_are_utf8_where_python_decodes_them() -> None:
    for length in range(4):
        for data in map(bytes, product(EDGES, repeat=length)):
            assert is_utf8(data) == decodes(data), data.hex()


@given(st.text().map(str.encode) | st.binary(), st.text("aя王😀"), st.binary(max_size=4))
def test_bytes_of_any_length_are_utf8_where_python_decodes_them(data: bytes, text: str, more: bytes) -> None:
    whole = data + text.encode() + more
    assert is_utf8(whole) == decodes(whole)
