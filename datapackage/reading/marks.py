"""Marks: the positions of the bytes that decide where records end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Ints

_PIECE = 1 << 20
LF, CR, SPACE, QUOTE, DEL = b'\n\r "\x7f'
NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Marks:
    """The bytes that decide where records end.

    feeds: the positions of line feeds; outer: those of them that are not within quotes. quotes: the positions of quotes.
    returns: the number of carriage returns. controls: the number of characters below the space.
    """

    feeds: Ints
    outer: Ints
    quotes: Ints
    returns: int
    controls: int


def marks_of(data: bytes) -> Marks:
    """Return the marks. They are found piece by piece, so that a piece and its intermediate results fit into the cache."""
    cells = np.frombuffer(data, np.uint8)
    size = min(_PIECE, len(data))
    turned, sought = np.empty(size, np.uint8), np.empty(size, np.bool_)
    number, found = 0, [NONE]
    for begin in range(0, len(data), _PIECE):
        piece = cells[begin : begin + _PIECE]
        count = len(piece)
        # Flipping this bit swaps the quote and the space, so that one comparison finds quotes and control characters.
        np.bitwise_xor(piece, QUOTE ^ SPACE, out=turned[:count])
        np.less_equal(turned[:count], SPACE, out=sought[:count])
        found.append(np.flatnonzero(sought[:count]) + begin)
        number += len(found[-1])
        if number > len(data) // 8:  # so many positions would take too much memory twice
            return _many(data)
    places = np.concatenate(found)
    marks = cells.take(places)
    is_feed, is_quote = marks == LF, marks == QUOTE
    outer = is_feed & ~np.logical_xor.accumulate(is_quote)
    quotes = places[is_quote]
    returns = int(np.count_nonzero(marks == CR))
    return Marks(places[is_feed], places[outer], quotes, returns, len(places) - len(quotes))


def _many(data: bytes) -> Marks:
    feeds, quotes = positions(data, LF), positions(data, QUOTE)
    return Marks(feeds, outside(feeds, quotes), quotes, data.count(b"\r"), controls_in(data))


def outside(places: Ints, quotes: Ints) -> Ints:
    """Return the positions that are not within quotes."""
    return places[np.searchsorted(quotes, places) % 2 == 0] if len(quotes) else places


def controls_in(data: bytes) -> int:
    """Return the number of characters below the space."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) < SPACE))


def positions(data: bytes, byte: int) -> Ints:
    """Return the positions of a byte."""
    return np.flatnonzero(np.frombuffer(data, np.uint8) == byte) if byte in data else NONE
