"""RFC 4180, section 2: what a cell and a record are, with LF or CRLF, and with any delimiter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

DELIMITER = ","
"""What separates cells by default."""
QUOTED = '(?:[^"]++|"")*+'
"""The pattern of what a quoted cell has between its quotes."""


def cell_pattern(delimiter: str) -> str:
    """Return the pattern of a whole cell."""
    return rf'(?:"{QUOTED}"|[^"{re.escape(delimiter)}\r\n]*+)'


@dataclass(frozen=True)
class Grammar:
    """The patterns of cells and records, and which bytes may precede an opening quote and follow a closing one.

    mark: the delimiter.
    """

    mark: bytes
    cell: re.Pattern[bytes]
    record: re.Pattern[bytes]
    opens: npt.NDArray[np.bool_]
    closes: npt.NDArray[np.bool_]


@lru_cache
def grammar_of(delimiter: str) -> Grammar:
    """Return the grammar of files with a delimiter, an ASCII character."""
    cell, mark = cell_pattern(delimiter), re.escape(delimiter)
    return Grammar(
        delimiter.encode(),
        re.compile(cell.encode()),
        re.compile(rf"(?:{cell}{mark})*+{cell}\r?\n".encode()),
        _those(f'{delimiter}\n"'),
        _those(f'{delimiter}\n\r"'),
    )


def _those(bytes_: str) -> npt.NDArray[np.bool_]:
    return np.isin(np.arange(256), np.frombuffer(bytes_.encode(), np.uint8))
