"""Records: those of a text in any dialect. Python's csv module splits cells; a record with quotes is first matched
against the grammar of its dialect, for that module accepts quotes anywhere.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..descriptor.dialect import Dialect

_NONCHARACTERS = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4"
"""From these come the characters that stand for others in texts for Python's csv module."""
_LINE_END_WITHIN = re.compile(r"(?!\A)\n(?!\Z)|\r(?!\n|\Z)")


def physical_lines(line: str) -> int:
    """Return how many physical lines a record, or a line of the dialect, has."""
    return 1 + len(_LINE_END_WITHIN.findall(line))


class Record(NamedTuple):
    """A record: its line, its text, and its cells.

    rest: its text from the broken cell on; None where it is well formed. The cells are those before it then, and left
        out where they need not be rewritten.
    """

    line: int
    raw: str
    cells: list[str]
    rest: str | None = None


def records(lines: Iterator[str], dialect: Dialect) -> Iterator[Record]:
    """Yield each record; a broken one ends with the line in which its broken cell begins."""
    grammar, options = _Grammar(dialect), _options(dialect)
    source = _Rewinding(lines, grammar, dialect)
    reader = csv.reader(source, strict=True, **options)
    while True:
        begin = source.number + 1
        source.begin()
        if dialect.comment and source.comes(dialect.comment):  # a quote in a comment opens nothing
            yield Record(begin, source.take(), [])
            continue
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except (csv.Error, _IllFormedError):
            cells = None
        raw = "".join(source.taken)
        if cells is not None and grammar.has(raw):
            yield Record(begin, raw, source.with_marks(cells))
            continue
        place, sound = grammar.broken_from(raw), list[str]()
        if not dialect.has_strict_rows:
            try:
                sound = next(csv.reader([source.for_csv(raw[:place])], **options))[:-1]
            except csv.Error:  # a cell is too long
                place = 0
        source.rewind(place)
        raw = "".join(source.taken)
        yield Record(begin, raw, source.with_marks(sound), raw[place:])


class _IllFormedError(ValueError):
    """A record is broken at the line that was taken last."""


class _Grammar:
    """The grammar of a well-formed record: a cell is quoted as a whole or not at all."""

    def __init__(self, dialect: Dialect) -> None:
        self._quote = dialect.quote
        # A carriage return that ends no line: the csv module drops it.
        self._torn = ("\r\r\n",) if dialect.terminator == "\r" else ("\r\r\n", "\r")
        mark, quote, escape = (re.escape(text) for text in (dialect.delimiter, dialect.quote, dialect.escape))
        inner = f"[^{quote}{escape}]++" + (f"|{quote}{quote}" if dialect.double_quote else "")
        outer = f"[^{quote}{escape}{mark}\r\n]"
        if len(dialect.delimiter) > 1:
            outer = f"(?:(?!{mark})[^{quote}{escape}\r\n])"
        if dialect.escape:
            inner, outer = f"{inner}|{escape}(?s:.)", f"(?:{outer}|{escape}(?s:.))"
        space, inner = (" *+" if dialect.skip_space else ""), f"(?:{inner})*+"
        cell = f"{space}(?:{quote}{inner}{quote}|{outer}*+)"
        cells, end = f"(?:{cell}{mark})*+{cell}", "(?:\r\n|\r|\n)?"
        opened = f"(?:{cell}{mark})*+{space}{quote}{inner}"
        self._whole, self._sound, self._opened, self._inside, self._closed = (
            re.compile(pattern if self._quote else "")
            for pattern in (
                f"{cells}{end}",
                f"(?:{cell}{mark})*+",
                opened,
                f"{inner}(?:{quote}{mark}{opened})?",
                f"{inner}{quote}(?:{mark}{cells})?{end}",
            )
        )

    def has(self, record: str) -> bool:
        """Say whether a record is well formed."""
        if record.endswith(self._torn):
            return False
        return not self._quote or self._quote not in record or bool(self._whole.fullmatch(record))

    def broken_from(self, record: str) -> int:
        """Return where the broken cell of a record begins; the record ends with the line that has it."""
        sound = self._sound.match(record)
        return sound.end() if sound else 0

    def open_after(self, line: str, is_open: bool) -> bool:
        """Say whether a quote is open after a line. is_open: whether one was open before it.

        Raises _IllFormedError where no record can have such a line there. So a broken record ends with the line that
        breaks it; otherwise each line with quotes would be read again and again, to the end of the file.
        """
        if not self._quote or self._quote not in line:
            return is_open
        if (self._inside if is_open else self._opened).fullmatch(line):
            return True
        if (self._closed if is_open else self._whole).fullmatch(line):
            return False
        raise _IllFormedError(line)


class _LongMarks:
    """A delimiter of several characters, for which the csv module sees one. Where a text has that one, two others are seen."""

    def __init__(self, dialect: Dialect) -> None:
        one, sign, *others = _stand_ins(dialect)
        escaped = f"{re.escape(dialect.escape)}(?s:.)|" if dialect.escape else ""
        self._sought = re.compile(f"{escaped}{re.escape(dialect.delimiter)}|[{one}{sign}]")
        self._seen = {one: sign + others[0], sign: sign + others[1]}
        self._restored = {one: dialect.delimiter} | {seen: meant for meant, seen in self._seen.items()}
        self._delimiter, self._one = dialect.delimiter, one
        self._written = re.compile("|".join(self._restored))

    def replaced(self, text: str) -> str:
        """Return a text in which the delimiter has one character."""
        return self._sought.sub(self._stand_in, text)

    def _stand_in(self, match: re.Match[str]) -> str:
        escape, last = match[0][:-1], match[0][-1]
        return self._one if match[0] == self._delimiter else escape + self._seen.get(last, last)

    def restored(self, cell: str) -> str:
        """Return a cell as it was."""
        return self._written.sub(lambda match: self._restored[match[0]], cell)


class _Rewinding:
    """Lines, of which those after the first of a record can be read again."""

    def __init__(self, lines: Iterator[str], grammar: _Grammar, dialect: Dialect) -> None:
        self._lines, self._again, self._grammar = lines, list[str](), grammar
        self.taken, self.number, self._is_open = list[str](), 0, False
        self._marks = _LongMarks(dialect) if len(dialect.delimiter) > 1 else None

    def __iter__(self) -> _Rewinding:
        return self

    def take(self) -> str:
        """Take a line as it is."""
        line = self._again.pop() if self._again else next(self._lines)
        self.number += physical_lines(line)
        self.taken.append(line)
        return line

    def __next__(self) -> str:
        line = self.take()
        self._is_open = self._grammar.open_after(line, self._is_open)
        return self.for_csv(line)

    def for_csv(self, text: str) -> str:
        """Return a text as the csv module reads it."""
        return self._marks.replaced(text) if self._marks else text

    def with_marks(self, cells: list[str]) -> list[str]:
        """Return the cells of such a text as they are."""
        return [self._marks.restored(cell) for cell in cells] if self._marks else cells

    def begin(self) -> None:
        """Begin a record."""
        self.taken.clear()
        self._is_open = False

    def comes(self, mark: str) -> bool:
        """Say whether the next line begins with a mark."""
        if not self._again:
            self._again += [line for line in [next(self._lines, "")] if line]
        return bool(self._again) and self._again[-1].startswith(mark)

    def rewind(self, place: int) -> None:
        """Leave the lines of the record after the one that has a character to be read again."""
        size = sum(map(len, self.taken))
        while (size := size - len(self.taken[-1])) > place:
            line = self.taken.pop()
            self.number -= physical_lines(line)
            self._again.append(line)


def _options(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter if len(dialect.delimiter) == 1 else _stand_ins(dialect)[0],
        "quotechar": dialect.quote or None,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "doublequote": dialect.double_quote,
        "escapechar": dialect.escape or None,
        "skipinitialspace": dialect.skip_space,
    }


def _stand_ins(dialect: Dialect) -> list[str]:
    """Return four characters, or more, that mean nothing in a dialect with a delimiter of several characters."""
    return [each for each in _NONCHARACTERS if each not in dialect.quote + dialect.escape]
