"""Digests of data: of a table's rows whatever their order, format and the library that wrote them.

The digest of a table is the SHA-256 of its canonical CSV: UTF-8, LF, a header, the rows in the order of their
key, each value in its one spelling, quotes only where RFC 4180 needs them. The CSV files of a release are
written in just that form. docs/digests.md specifies it for whoever computes it with other tools.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO

import polars as pl

PREFIX = "sha256:"


def header(columns: Sequence[str]) -> bytes:
    """Return the first line of the canonical CSV."""
    return canonical(pl.DataFrame([[name] for name in columns], schema=[str(i) for i in range(len(columns))]))


def canonical(rows: pl.DataFrame) -> bytes:
    """Return rows as canonical CSV, without a header."""
    buffer = BytesIO()
    rows.write_csv(buffer, include_header=False, line_terminator="\n", quote_style="necessary")
    text = buffer.getvalue()
    return text if b"\r" not in text else _with_returns(rows)


def _with_returns(rows: pl.DataFrame) -> bytes:
    """Return the same for rows that have a carriage return, for which Polars puts no quotes."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([text_of(cell) for cell in row] for row in rows.iter_rows())
    return text.getvalue().encode()


class Digest:
    """The digest of a table whose rows come in the order of their key, one frame after the other."""

    def __init__(self, columns: Sequence[str]) -> None:
        """Begin with no rows, of these columns."""
        self.columns = list(columns)
        self._state = hashlib.sha256(header(columns))

    def add(self, rows: pl.DataFrame) -> None:
        """Take more rows."""
        self.add_text(canonical(rows.select(self.columns)))

    def add_text(self, text: bytes) -> None:
        """Take more rows, as canonical CSV."""
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
    """Return the digest of a package: that of the table of its tables' digests, with the columns table and digest."""
    names = sorted(tables)
    listed = pl.DataFrame({"table": names, "digest": [tables[name] for name in names]})
    return table_digest([listed], listed.columns)


def text_of(value: object) -> str:
    """Return a value in the spelling that it has in the canonical CSV."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
