"""Oddities: texts that are not what they seem (white space at an end, invisible characters, formulas …).

They are told of any text, whatever its schema says. The rules are run over the few cells that can break one: in a
block of printable ASCII a look at the first and the last byte of each cell finds those.
"""

from __future__ import annotations

from collections.abc import Iterator

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from ..found import Group
from ..scan import Ints
from .codes import FOREIGN, TEXT_RULES
from .field import Field

_UNUSUAL = "[^ -~]"
_DEL = 127


def oddities(
    raw: pa.ChunkedArray, cells: pl.Series, declared: Field, records: Ints, plain: bool
) -> Iterator[Group]:
    """Yield what is odd about the texts of a column.

    raw: the column as it was read; cells: the same, without the texts that stand for no value.
    plain: whether all of it is printable ASCII.
    """
    odd = _odd_ends(raw)
    if not plain:
        odd |= cells.str.contains(_UNUSUAL).fill_null(False).to_numpy()
    if not odd.any():
        return
    few, those = cells.filter(pl.Series(odd)).alias("cell"), records[odd]
    frame = nw.from_native(few.to_frame())
    for rule in TEXT_RULES:
        holds = frame.select(rule.holds(nw.col("cell")).alias("holds"))["holds"].fill_null(True).to_numpy()
        if not holds.all():
            yield Group(FOREIGN[rule.code], declared.name, those[~holds.astype(np.bool_)])
    if not plain:
        changed = (few != few.str.normalize("NFC")).fill_null(False)
        yield Group(FOREIGN["not-nfc"], declared.name, those[changed.to_numpy()])


def plain_and_longest(text: pa.Table) -> tuple[bool, int]:
    """Say of columns of text whether all of it is printable ASCII, and how many bytes the longest cell has."""
    plain, longest = True, 0
    for chunk in (chunk for column in text.columns for chunk in column.chunks):
        _, places, data = chunk.buffers()
        if data is not None and data.size and len(chunk):
            content = np.frombuffer(data, np.int8)  # what is not ASCII is negative here
            plain = plain and bool(content.min() >= ord(" ") and content.max() < _DEL)
            offsets = np.frombuffer(places, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
            longest = max(longest, int(np.diff(offsets).max()))
    return plain, longest


def _table(bytes_: bytes) -> npt.NDArray[np.bool_]:
    return np.isin(np.arange(256), np.frombuffer(bytes_, np.uint8))


_FIRST, _LAST = _table(b" =+-@\t\r\n\x0b\x0c"), _table(b" \t\r\n\x0b\x0c")


def _odd_ends(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Say which cells begin like a formula, or begin or end with white space."""
    parts = [np.zeros(0, np.bool_), *map(_odd_ends_of, column.chunks)]
    return np.concatenate(parts)


def _odd_ends_of(chunk: pa.StringArray) -> npt.NDArray[np.bool_]:
    _, places, data = chunk.buffers()
    if data is None or not data.size:
        return np.zeros(len(chunk), np.bool_)
    offsets = np.frombuffer(places, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    content = np.frombuffer(data, np.uint8)
    starts, ends = offsets[:-1], offsets[1:]
    last = len(content) - 1
    odd: npt.NDArray[np.bool_] = _FIRST[content[np.minimum(starts, last)]] | _LAST[content[ends - 1]]
    return odd & (ends > starts)
