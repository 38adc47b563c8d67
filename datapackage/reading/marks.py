"""Marks: where in some bytes there is what decides where records end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Ints

_PIECE = 1 << 20
LF, CR, SPACE, QUOTE, DEL = b'\n\r "\x7f'
NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Marks:
    """What of some bytes decides where records end.

    feeds: where there are line feeds; outer: which of these do not stand within quotes. quotes: where there are quotes.
    returns: how many carriage returns there are. controls: how many characters below the space.
    """

    feeds: Ints
    outer: Ints
    quotes: Ints
    returns: int
    controls: int


def marks_of(data: bytes) -> Marks:
    """Return the marks. They are found piece by piece: one stays in a processor's cache with what is worked out of it."""
    cells = np.frombuffer(data, np.uint8)
    size = min(_PIECE, len(data))
    turned, sought = np.empty(size, np.uint8), np.empty(size, np.bool_)
    number, found = 0, [NONE]
    for begin in range(0, len(data), _PIECE):
        piece = cells[begin : begin + _PIECE]
        count = len(piece)
        # With this bit turned the quote is the space, the space is above it, and what is below it stays there.
        np.bitwise_xor(piece, QUOTE ^ SPACE, out=turned[:count])
        np.less_equal(turned[:count], SPACE, out=sought[:count])
        found.append(np.flatnonzero(sought[:count]) + begin)
        number += len(found[-1])
        if number > len(data) // 8:  # so many places would be much to keep twice
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
    """Return the places that do not stand within quotes."""
    return places[np.searchsorted(quotes, places) % 2 == 0] if len(quotes) else places


def controls_in(data: bytes) -> int:
    """Return how many characters below the space there are."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) < SPACE))


def positions(data: bytes, byte: int) -> Ints:
    """Return where a byte is."""
    return np.flatnonzero(np.frombuffer(data, np.uint8) == byte) if byte in data else NONE
