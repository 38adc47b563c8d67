"""Choices: a fuzzer's bytes as decisions, so that mutating a byte changes a type, word or length, not the syntax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")

WORDS = (
    *("", "a", "b", "id", "name", "12", "-1", "0.5", "1e400", "NaN", "-INF", "true", "FALSE", "null", "é", "e\u0301"),
    *("2024-12-06", "2024-02-30", "15:00:00", "24:00:00", "2024-12-06T15:00:00Z", "2024-12-06T23:59:60+14:00"),
    *("P1Y2M", "PT0.5S", "0001-01", "9999-12-31", "-0001", "99999999999999999999", "9223372036854775808", "1_000", "١٢"),
    *("default", "any", "email", "uri", "uuid", "binary", "array", "object", "topojson", "%Y-%m-%d", "%d/%m/%y %H:%M"),
    *("%j", "%Y%%", "fmt:%s", "%H:%M:%S.%f", "[1, 2]", '{"lon": 1, "lat": 2}', "1,2", "181, 0", '{"type": "Point"}'),
    *("[a-z]+", "(a+)+$", "(?=a)", "a{1000}{1000}", "^$|x", "\\", "(", "[[:alpha:]]", "\\p{Greek}", "(?i)a", "(?x) a #"),
    *("\ud800", "\x00", "\x1b[31m", "\u202e", "\u200b", "\ufeff", "\r\n", "\n", "\t", '"', '""', "'", ",", ";", "]]>"),
    *("<script>alert(1)</script>", "&amp;", "</style>", "=1+1", "@x", "+1", "::error::x", "%0A", "%25", "|`*_", "../x"),
    *("\U0001f600", "\ue000", "\uffff", "[bold]x[/]", "[link=x]", "$x", "*", "^a$", "x" * 300, "\u2028", "ß", "İ"),
)  # fmt: skip
"""Texts known to cause trouble. Append new ones: the corpus refers to them by index."""


class Choices:
    """The bytes of an input, taken one after the other; where there are no more, all are 0."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def byte(self) -> int:
        """Return the next byte."""
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def rest(self) -> bytes:
        """Return all that is left."""
        left, self._at = self._data[self._at :], len(self._data)
        return left

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.byte() % len(options)]

    def chance(self, one_in: int) -> bool:
        """Say yes, once in so many times."""
        return self.byte() % one_in == 1

    def count(self, most: int) -> int:
        """Return a number from 0."""
        return self.byte() % (most + 1)

    def number(self) -> int:
        """Return a whole number, small or near a border of 32, 53 or 64 bits."""
        border = self.pick((0, 0, 0, 1, -1, 2**31, 2**53, 2**63, -(2**63), 2**64, 10**30))
        return border + self.byte() - 128

    def text(self) -> str:
        """Return a text: a word, several, or letters from anywhere in Unicode."""
        kind = self.byte()
        if kind < 160:
            return WORDS[kind % len(WORDS)]
        if kind < 220:
            return "".join(self.pick(WORDS) for _ in range(kind % 4))
        return "".join(chr(self.byte() << self.count(12)) for _ in range(kind % 8))

    def value(self, depth: int = 2) -> Any:
        """Return a value of JSON."""
        kind = self.byte() % 10
        if kind < 4 or depth == 0:
            return self.text()
        if kind == 4:
            return self.number()
        if kind == 5:
            return self.pick((0.5, -0.0, 1e308, 12.0, 1e18, True, False, None))
        if kind < 8:
            return [self.value(depth - 1) for _ in range(self.count(4))]
        return {self.text(): self.value(depth - 1) for _ in range(self.count(3))}
