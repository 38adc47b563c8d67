"""Oddities: texts that are not what they seem (white space at an end, invisible characters, formulas …).

They are told of any text, whatever its schema says. The rules are run over the few cells that can break one: in a
block of printable ASCII a look at the first and the last byte of each cell finds those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from ..arrow import bytes_of, series
from ..found import Group
from ..scan import Ints
from .codes import FOREIGN, TEXT_RULES
from .field import Field

_SPACE, _AT, _TILDE = np.frombuffer(b" @~", np.uint8)
"""All that is printable in ASCII lies between the first and the last; what begins a formula, up to the second."""


NONE: Ints = np.empty(0, np.int64)


def odd_places(raw: Iterable[pa.Array], plain: bool) -> Ints:
    """Return where in a column, as Arrow has it, there are texts that may be odd.

    plain: whether all of it is known to be printable ASCII.
    """
    return np.flatnonzero(np.concatenate([np.zeros(0, np.bool_), *(_odd(chunk, plain) for chunk in raw)]))


def oddities(places: Ints, cells: pl.Series, declared: Field, records: Ints, plain: bool) -> Iterator[Group]:
    """Yield what is odd about those texts of a column.

    cells: the column, without the texts that stand for no value.
    """
    if not len(places):
        return
    few, those = cells.gather(series(places)).alias("cell"), records[places]
    kept = few.to_frame().select(
        rule.holds(pl.col("cell")).fill_null(True).alias(rule.code) for rule in TEXT_RULES
    )
    for rule in TEXT_RULES:
        if not kept[rule.code].all():
            yield Group(FOREIGN[rule.code], declared.name, those[~kept[rule.code].to_numpy()])
    if not plain:
        changed = (few != few.str.normalize("NFC")).fill_null(False)
        yield Group(FOREIGN["not-nfc"], declared.name, those[changed.to_numpy()])


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
        odd[np.searchsorted(ends, unusual, side="right")] = True
    return odd


def _is_plain(content: npt.NDArray[np.uint8]) -> bool:
    return bool(content.min() >= _SPACE and content.max() <= _TILDE)
