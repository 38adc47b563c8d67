"""Texts that are not plain are located by their bytes, however they are chunked."""

from __future__ import annotations

import re

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.reading.oddplaces import odd_places

from ...frames import PLAIN

_CELLS = st.lists(st.one_of(st.none(), st.text(), st.from_regex(PLAIN, fullmatch=True)))
_ASCII = st.lists(st.one_of(st.none(), st.text(st.sampled_from(" \n!-=+@aZ09~\"',"))))


def expected(texts: list[str | None], lines: bool) -> list[int]:
    """Return the places of texts that are not plain; texts with line feeds between are, if `lines` says so."""
    whole = re.compile(PLAIN)
    plain = [not text or (bool(whole.fullmatch(text)) and (lines or "\n" not in text)) for text in texts]
    return [place for place, is_plain in enumerate(plain) if not is_plain]


def found(texts: list[str | None], cut: int, kind: pa.DataType, plain: bool) -> list[int]:
    whole = pa.array(["=", *texts], kind)[1:]  # it begins within its buffers
    cut = min(cut, len(texts))
    return list(map(int, odd_places([whole[:cut], whole[cut:]], plain)))


@given(_CELLS, st.integers(0, 5), st.sampled_from([pa.string(), pa.large_string()]))
def test_any_text_that_is_not_plain_is_found(texts: list[str | None], cut: int, kind: pa.DataType) -> None:
    assert found(texts, cut, kind, plain=False) == expected(texts, lines=False)


@given(_ASCII, st.integers(0, 5))
def test_in_printable_ascii_the_ends_of_texts_are_looked_at(texts: list[str | None], cut: int) -> None:
    assert found(texts, cut, pa.string(), plain=True) == expected(texts, lines=True)
