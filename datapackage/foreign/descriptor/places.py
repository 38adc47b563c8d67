"""Places: where the keys and items that findings are about begin in the text of a descriptor.

The text was parsed before: this is a second pass over it, made only where there are findings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ...untrusted.document import text_of

Place = tuple[str | int, ...]
"""The keys and numbers of items on the way to a value; the document as a whole has none."""

_WAY = re.compile(r"(?:\.?[A-Za-z]+|\[[0-9]+\])*+")
_STEP = re.compile(r"[A-Za-z]+|[0-9]+")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},:]|[^\s\[\]{},:"]++')
_LINE_END = re.compile("\r\n|\r|\n")


def place_of(where: str, key: str = "") -> Place:
    """Return the place that a text such as `resources[1].schema.fields[2] (id)` means. key: one more step."""
    way = _WAY.match(where)
    steps = _STEP.findall(way.group() if way else "")
    return (*(int(step) if step.isdecimal() else step for step in steps), *([key] if key else []))


def located(data: bytes, is_yaml: bool, places: Sequence[Place]) -> list[tuple[int, int]]:
    """Return for each place its line and its offset there, both from 1.

    Where a place does not exist, they are those of the innermost key or item on the way to it.
    data: a document that can be read.
    """
    text = text_of(data)
    wanted = {place[:length] for place in places for length in range(len(place) + 1)}
    starts = _in_yaml(text, wanted) if is_yaml else _in_json(text, wanted)
    found = {(): (1, 1), **dict(_lines(text, islice(starts, len(wanted))))}  # no place is there twice
    return [_innermost(place, found) for place in places]


def _innermost(place: Place, found: dict[Place, tuple[int, int]]) -> tuple[int, int]:
    while place not in found:
        place = place[:-1]
    return found[place]


def _lines(text: str, starts: Iterable[tuple[Place, int]]) -> Iterator[tuple[Place, tuple[int, int]]]:
    """Yield the places, with the line and the offset of each position in the text."""
    line, begin, before = 1, 0, 0
    for place, start in sorted(starts, key=lambda found: found[1]):
        for end in _LINE_END.finditer(text, before, start):
            line, begin = line + 1, end.end()
        before = start
        yield place, (line, start - begin + 1)


@dataclass
class _Open:
    """An object or a list that is open.

    place: None where nothing in it is wanted.
    step: to the part that comes next; None before a key.
    """

    place: Place | None
    step: str | int | None

    def follow(self) -> None:
        """Go on after a comma."""
        self.step = self.step + 1 if isinstance(self.step, int) else None

    def part(self, wanted: Collection[Place]) -> Place | None:
        """Return the place of the part that comes next; None where it is not wanted."""
        if self.place is None or self.step is None:
            return None
        part = (*self.place, self.step)
        return part if part in wanted else None


def _in_json(text: str, wanted: Collection[Place]) -> Iterator[tuple[Place, int]]:
    """Yield those of the wanted places that exist, with the position at which they begin."""
    opened = list[_Open]()
    for token in _TOKEN.finditer(text):
        mark, last = token.group(), opened[-1] if opened else None
        if mark in ("]", "}"):
            opened.pop()
        elif mark == ",":
            opened[-1].follow()
        elif last and last.step is None:
            last.step = mark[1:-1] if "\\" not in mark else str(json.loads(mark))
            place = last.part(wanted)
            if place:
                yield place, token.start()
        elif mark != ":":
            place = last.part(wanted) if last else ()
            if place is not None and not (last and isinstance(last.step, str)):  # that of a key is told
                yield place, token.start()
            if mark in ("[", "{"):
                opened.append(_Open(place, 0 if mark == "[" else None))


def _in_yaml(text: str, wanted: Collection[Place]) -> Iterator[tuple[Place, int]]:
    from ...untrusted.yamldocument import starts  # few descriptors are YAML, and its library takes a while

    return starts(text, wanted)
