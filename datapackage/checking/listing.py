"""Listing: expand the first findings in full, with their lines, and count the others.

A million findings are no more useful than the first hundred thousand, and would not fit into memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import Ints, sorted_once
from ..finding import Finding
from ..found import GAP, Group
from ..reading.locate import Row, placed, rows
from ..reading.suggest import suggest
from .checked import CheckedTable

_SAMPLES, _SAMPLE_LENGTH = 3, 500
"""How many sample rows a report has for each rule, and how many characters of each cell."""


@dataclass(frozen=True)
class Listing:
    """The first findings of a table in the order of its lines.

    omitted: how many there are beyond those, by code.
    samples: the cells of the rows of the first few findings of each rule, by row number.
    """

    findings: list[Finding]
    omitted: Counter[str]
    samples: dict[int, dict[str, str]]


def listing(checked: CheckedTable, groups: Iterable[Group], limit: int) -> Listing:
    """Return the first findings about rows of a table, at most `limit`."""
    groups = [group for group in groups if len(group.records)]
    if not groups:
        return Listing([], Counter(), {})
    total = Counter[str]()
    for group in groups:
        total[group.rule.code] += len(group.records)
    last = _last(groups, limit)
    findings: list[Finding] = []
    seen, samples = Counter[str](), dict[int, dict[str, str]]()
    for number, row, found in by_row(checked, groups, last):
        findings += found
        seen.update(finding.code for finding in found)
        if any(seen[finding.code] <= _SAMPLES for finding in found):
            samples[number] = {label: cell.text[:_SAMPLE_LENGTH] for label, cell in row.cells.items()}
    kept = sorted(findings, key=order)[:limit]
    return Listing(kept, total - Counter(finding.code for finding in kept), samples)


def order(finding: Finding) -> tuple[tuple[str, int, int, str, str], str]:
    """Return what findings are sorted by: as one reads the file."""
    return finding.place, finding.expected or ""


def _last(groups: list[Group], limit: int) -> int:
    """Return the row with which the number of findings reaches `limit`, or the last row."""
    low, high = 0, max((int(group.records[-1]) for group in groups), default=0)
    while low < high:
        middle = (low + high) // 2
        if sum(len(group.head(middle).records) for group in groups) < limit:
            low = middle + 1
        else:
            high = middle
    return low


def by_row(
    checked: CheckedTable, groups: Iterable[Group], last: int | None = None
) -> Iterator[tuple[int, Row, list[Finding]]]:
    """Yield the rows that have findings, up to the row `last`, with their numbers and findings."""
    last = checked.read if last is None else last
    groups = [group.head(last) for group in groups]
    earlier = _unique(group.earlier for group in groups if group.earlier is not None)
    lines: dict[int, int] = {}
    ends = [*(span.first for span in checked.spans), last + 1][1:]
    for span, after in zip(checked.spans, ends, strict=False):
        entries = _entries(groups, span.first, after)
        repeated = earlier[np.searchsorted(earlier, span.first) : np.searchsorted(earlier, after)]
        wanted = _unique([np.array(list(entries), np.int64), repeated])
        for number, read in rows(checked.path, [span], checked.labels, wanted):
            row = checked.in_source(number, read)
            if number in repeated:
                lines[number] = row.line
            found = [_finding(checked, group, index, row, lines) for group, index in entries.get(number, ())]
            yield number, row, sorted(found, key=order)


def _unique(parts: Iterable[Ints | None]) -> Ints:
    return sorted_once(np.concatenate([np.empty(0, np.int64), *(part for part in parts if part is not None)]))


def _entries(groups: list[Group], begin: int, end: int) -> dict[int, list[tuple[Group, int]]]:
    """Return, for each row from `begin` up to `end`, the groups that it is in, and its index there."""
    entries: dict[int, list[tuple[Group, int]]] = {}
    for group in groups:
        low, high = np.searchsorted(group.records, (begin, end)).tolist()
        for index, record in enumerate(group.records[low:high].tolist(), low):
            entries.setdefault(record, []).append((group, index))
    return entries


def _finding(checked: CheckedTable, group: Group, index: int, row: Row, lines: dict[int, int]) -> Finding:
    expected, record = group.expected, int(group.records[index])
    if expected and group.earlier is not None:
        earlier = int(group.earlier[index])
        expected = expected.replace(GAP, checked.place_of(earlier, lines[earlier]))
    elif expected and group.details:
        expected = expected.replace(GAP, group.details[index] if index < len(group.details) else "one given")
    finding = checked.origin.finding(group.rule, record, group.column, expected)
    return suggest(placed(finding, row, checked.table), checked.table)
