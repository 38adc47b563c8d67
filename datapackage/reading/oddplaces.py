"""Odd places: where texts are that are not plain, found by their bytes; the rules over texts are run over these alone.

A text is plain if it is printable ASCII, with line feeds between, and neither begins like a formula nor begins or ends
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
"""All that is printable in ASCII lies between the first and the last; what begins a formula, up to the second."""


def odd_of(columns: Iterable[Column], text: pa.Table, plain: bool) -> dict[str, Ints]:
    """Return, of each of the columns that are texts, where there are some that are not plain."""
    return {
        column.name: odd_places(text[column.name].chunks, plain)
        for column in columns
        if column.type == "string"
    }


def odd_places(raw: Iterable[pa.Array], plain: bool) -> Ints:
    """Return where in a column, as Arrow has it, there are texts that are not plain.

    plain: whether all of it is known to be printable ASCII and line feeds.
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
    if first.min() <= _AT or last.min() <= _SPACE:  # a column of words is through
        odd = (_FIRST.take(first) | _LAST.take(last)) & (ends > starts)
    if not plain and not _is_plain(content):
        unusual = np.flatnonzero(content - _SPACE > _TILDE - _SPACE)  # what is below a space wraps round
        if len(unusual) < len(ends):
            odd[np.searchsorted(ends, unusual, side="right")] = True
        else:
            before = np.searchsorted(unusual, offsets)
            odd |= before[1:] > before[:-1]
    return odd


def _is_plain(content: npt.NDArray[np.uint8]) -> bool:
    return bool(content.min() >= _SPACE and content.max() <= _TILDE)
