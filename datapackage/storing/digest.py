"""Digests of data: of the rows of a table, independent of their order, their format and the library that wrote them.

The digest of a table is the SHA-256 of its canonical CSV: UTF-8, LF, a header, the rows in the order of their
key, each value in its canonical spelling, quotes only where RFC 4180 needs them. The CSV files of a release are
written in exactly that form. docs/digests.md specifies it for those who compute it with other tools.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from io import BytesIO

import polars as pl

PREFIX = "sha256:"
_SPELT = (pl.Float64(), pl.Datetime("us"), pl.Time(), pl.Int32())
_EMPTY = '""'
_EXACT = float(2**53)
"""Whole numbers below it are exact in 64-bit floats, and are written without a fraction."""
_LEAST, _MOST = 1e-4, 1e15
"""Between these, Python writes a number without an exponent, with the same digits as Polars."""
INFINITE = {"inf": "INF", "-inf": "-INF"}
"""How infinite numbers are spelt, by how Polars spells them."""


def header(columns: Sequence[str]) -> bytes:
    """Return the first line of the canonical CSV."""
    return f"{','.join(map(_cell, columns))}\n".encode()


def canonical(rows: pl.DataFrame) -> bytes:
    """Return rows as canonical CSV, without a header."""
    if rows.width == 1 and rows.to_series().null_count():
        return _by_hand(rows)  # an empty line would not be a row
    buffer = BytesIO()
    _spelt(rows).write_csv(buffer, include_header=False, line_terminator="\n", quote_style="necessary")
    text = buffer.getvalue()
    return text if b"\r" not in text else _by_hand(rows)


def _by_hand(rows: pl.DataFrame) -> bytes:
    """Return the same for rows that Polars writes differently: it does not quote a carriage return."""
    lines = (",".join(map(_cell, row)) for row in _spelt(rows).iter_rows())
    return "".join(f"{line or _EMPTY}\n" for line in lines).encode()


def _cell(value: object) -> str:
    text = text_of(value)
    if value == "" or any(letter in text for letter in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _spelt(rows: pl.DataFrame) -> pl.DataFrame:
    odd = any(kind in _SPELT for kind in rows.dtypes)
    return pl.DataFrame([spelled(column) for column in rows]) if odd else rows


def spelled(column: pl.Series) -> pl.Series:
    """Return a column whose type has more than one spelling as text in the canonical one; any other column unchanged."""
    kind = column.dtype
    if kind == pl.Float64:
        whole = ((column == column.floor()) & (column.abs() < _EXACT)).fill_null(False)
        texts = column.cast(pl.String).replace(INFINITE)
        return column.cast(pl.Int64, strict=False).cast(pl.String).zip_with(whole, texts)
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    if kind == pl.Time:
        return column.dt.to_string("%H:%M:%S%.f")
    if kind == pl.Int32:  # a year
        sign = (column < 0).replace_strict({True: "-", False: ""}, default=None, return_dtype=pl.String)
        return sign + column.abs().cast(pl.String).str.zfill(4)
    return column


class Digest:
    """The digest of a table whose rows are added in the order of their key, frame by frame."""

    def __init__(self, columns: Sequence[str]) -> None:
        """Begin with no rows, of these columns."""
        self.columns = list(columns)
        self._state = hashlib.sha256(header(columns))

    def add(self, rows: pl.DataFrame) -> None:
        """Add rows."""
        self.add_text(canonical(rows.select(self.columns)))

    def add_text(self, text: bytes) -> None:
        """Add rows that are canonical CSV already."""
        self._state.update(text)

    @property
    def text(self) -> str:
        """The digest of the rows so far."""
        return PREFIX + self._state.hexdigest()


def table_digest(frames: Iterable[pl.DataFrame], columns: Sequence[str]) -> str:
    """Return the digest of a table whose rows come in the order of their key."""
    digest = Digest(columns)
    for rows in frames:
        digest.add(rows)
    return digest.text


def package_digest(tables: Mapping[str, str]) -> str:
    """Return the digest of a package: the digest of a table with the columns `table` and `digest`, a row for each table."""
    names = sorted(tables)
    listed = pl.DataFrame({"table": names, "digest": [tables[name] for name in names]})
    return table_digest([listed], listed.columns)


def text_of(value: object, kind: str = "") -> str:
    """Return a value in its canonical spelling, as `spelled` does for a column.

    kind: the type of its column, which distinguishes years, which have four digits, from whole numbers.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and kind == "year":
        return f"{'-' if value < 0 else ''}{abs(value):04}"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (datetime, time)) and value.tzinfo is None:
        return value.isoformat(timespec=_precision(value.microsecond))
    if isinstance(value, datetime):
        return str(spelled(pl.Series([value]))[0])
    return str(value)


def _precision(microsecond: int) -> str:
    """Return how many digits of a second are written, as Polars chooses it: none, three or six."""
    if not microsecond:
        return "seconds"
    return "microseconds" if microsecond % 1000 else "milliseconds"


def _number(value: float) -> str:
    """Return a number as `spelled` does, at less cost for a single one."""
    if abs(value) < _EXACT and value.is_integer():
        return str(int(value))
    if _LEAST <= abs(value) < _MOST:
        return repr(value)
    text = str(pl.Series([value]).cast(pl.String)[0])
    return INFINITE.get(text, text)
