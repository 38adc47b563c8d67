"""Arrays: conversions between NumPy, Arrow and Polars that avoid the slow imports of the libraries' own conversions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Ints = npt.NDArray[np.int64]
"""Numbers of records, rows or bytes."""
Integer = TypeVar("Integer", bound=np.integer[Any])


def integers(numbers: npt.NDArray[Integer]) -> pa.Array:
    """Return the numbers as an Arrow array. PyArrow's own conversion imports pandas if it is installed."""
    kind = pa.from_numpy_dtype(numbers.dtype)
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(numbers)])


def ascending(numbers: npt.NDArray[Integer]) -> npt.NDArray[Integer]:
    """Return the numbers sorted. NumPy's own sort takes four times as long with the AVX-512 of some processors."""
    return series(numbers).sort(multithreaded=False).to_numpy()


def sorted_once(numbers: Ints) -> Ints:
    """Return the distinct numbers, sorted. NumPy's own `unique` imports its masked arrays."""
    numbers = ascending(numbers)
    return numbers[np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1))]


def series(numbers: npt.NDArray[Integer]) -> pl.Series:
    """Return the numbers as a Polars series. Polars' own conversion imports the masked arrays of NumPy."""
    return polars(integers(numbers))


def polars(column: pa.Array | pa.ChunkedArray) -> pl.Series:
    """Return a column as a Polars series. Converting a lone array, Polars would import `pyarrow.compute`."""
    return all_polars([column])[0]


def all_polars(columns: Sequence[pa.Array | pa.ChunkedArray]) -> list[pl.Series]:
    """Return columns as Polars series, with their chunks unchanged; converting all at once is faster than one by one."""
    table = pa.table(list(columns), names=list(map(str, range(len(columns)))))
    frame = pl.from_arrow(table, rechunk=False)
    assert isinstance(frame, pl.DataFrame)
    return frame.get_columns()


def arrow(column: pl.Series) -> pa.Array:
    """Return a Polars series as an Arrow array, with types that every reader knows."""
    return column.to_arrow(compat_level=pl.CompatLevel.oldest())


def text(array: pa.Array) -> pa.Array:
    """Return texts of less than 2 GiB with 32-bit offsets. A cast would import `pyarrow.compute`."""
    if not len(array):
        return pa.nulls(0, pa.string())
    kept, places, content = array.buffers()
    offsets = np.frombuffer(places, np.int64)[: array.offset + len(array) + 1]
    buffers = [kept, pa.py_buffer(offsets.astype(np.int32)), content]
    return pa.Array.from_buffers(pa.string(), len(array), buffers, array.null_count, array.offset)


def bytes_of(chunk: pa.Array) -> tuple[npt.NDArray[np.signedinteger[Any]], npt.NDArray[np.uint8]]:
    """Return where each text begins and the last one ends, and the bytes of all texts."""
    _, places, data = chunk.buffers()
    if data is None or not len(chunk):
        return np.zeros(len(chunk) + 1, np.int64), np.zeros(0, np.uint8)
    width: Any = np.int64 if pa.types.is_large_string(chunk.type) else np.int32
    offsets: Any = np.frombuffer(places, width)[chunk.offset : chunk.offset + len(chunk) + 1]
    begin, end = int(offsets[0]), int(offsets[-1])
    return offsets - begin if begin else offsets, np.frombuffer(data, np.uint8)[begin:end]


def is_utf8(data: bytes) -> bool:
    """Say whether bytes are UTF-8. Python's own decoding takes three times as long, and blocks other threads."""
    places = pa.py_buffer(np.array([0, len(data)], np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, places, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
