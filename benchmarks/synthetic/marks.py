"""Marks: placeholder characters in a cell for bytes that no CSV writer would write."""

from __future__ import annotations

import polars as pl

BAD_BYTE = "\ue000"
"""A byte that is not UTF-8."""
BARE_QUOTE = "\ue001"
"""A quote in a cell that is not quoted."""
LINE_END = "\ue002"
"""The end of a line."""
COMMA = "\ue003"
"""A comma that is not quoted."""
NO_COMMA = "\ue004"
"""The comma after this mark is left out, so that two cells become one."""
BARE_RETURN = "\ue005"
"""A carriage return in a cell that is not quoted."""
_BYTES = {BAD_BYTE: b"\xff", BARE_QUOTE: b'"', LINE_END: b"\n", COMMA: b",", BARE_RETURN: b"\r"}


def to_bytes(frame: pl.DataFrame) -> bytes:
    """Return the rows as lines of CSV, with the bytes that marks stand for."""
    lines = frame.write_csv(include_header=False).encode()
    if b"\xee\x80" in lines:  # how all the marks begin in UTF-8
        lines = lines.replace(f"{NO_COMMA},".encode(), b"")
        for mark, meant in _BYTES.items():
            lines = lines.replace(mark.encode(), meant)
    return lines
