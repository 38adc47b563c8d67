"""Odd places: the positions of texts that are not plain, found by their bytes; most rules need to run over these alone.

A text is plain if it consists of printable ASCII and line feeds, and neither begins like a formula nor begins or ends
with white space.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from communique.schemas import Column

from ..arrays import Ints, bytes_of

_SPACE, _AT, _TILDE = np.frombuffer(b" @~", np.uint8)
"""Printable ASCII lies between the first and the last of these; the signs that begin a formula are not above the second."""


def odd_of(columns: Iterable[Column], text: pa.Table, plain: bool) -> dict[str, Ints]:
    """Return, for each text column, the positions of the texts that are not plain."""
    return {
        column.name: odd_places(text[column.name].chunks, plain)
        for column in columns
        if column.type == "string"
    }


def odd_places(raw: Iterable[pa.Array], plain: bool) -> Ints:
    """Return the positions of the texts of a column that are not plain.

    plain: whether the whole column is known to be printable ASCII and line feeds.
    """
    return np.flatnonzero(np.concatenate([np.zeros(0, np.bool_), *(_odd(chunk, plain) for chunk in raw)]))


def _table(bytes_: bytes) -> npt.NDArray[np.bool_]:
    return np.isin(np.arange(256), np.frombuffer(bytes_, np.uint8))


_FIRST, _LAST = _table(b" =+-@\t\r\n\x0b\x0c"), _table(b" \t\r\n\x0b\x0c")


def _odd(chunk: pa.Array, plain: bool) -> npt.NDArray[np.bool_]:
    """Say which cells begin like a formula, begin or end with white space, or have more than printable ASCII."""
    offsets, content = bytes_of(chunk)
    if not len(content):
        return np.zeros(len(chunk), np.bool_)
    starts, ends = offsets[:-1], offsets[1:]
    first, last = content.take(starts, mode="clip"), content.take(ends - 1, mode="clip")
    odd = np.zeros(len(chunk), np.bool_)
    if first.min() <= _AT or last.min() <= _SPACE:  # a column of plain words needs no closer look
        odd = (_FIRST.take(first) | _LAST.take(last)) & (ends > starts)
    if not plain and not _is_plain(content):
        unusual = np.flatnonzero(
            content - _SPACE > _TILDE - _SPACE
        )  # below the space the difference wraps round
        if len(unusual) < len(ends):
            odd[np.searchsorted(ends, unusual, side="right")] = True
        else:
            before = np.searchsorted(unusual, offsets)
            odd |= before[1:] > before[:-1]
    return odd


def _is_plain(content: npt.NDArray[np.uint8]) -> bool:
    return bool(content.min() >= _SPACE and content.max() <= _TILDE)
