"""Waivers: known exceptions, each with a reason, an owner and a last day. A waiver without effect is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from communique.schemas import CellRule, Rule, Schemas

from ..arrays import sorted_once
from ..codes import RULES
from ..dataset import Dataset, Waiver
from ..filenames import DESCRIPTION
from ..finding import KEPT, Finding, Origin
from ..found import Group
from ..reading.locate import key_of, rows
from ..reading.suggest import nearest
from .checked import CheckedTable
from .listing import listing


def waive(checked: CheckedTable, dataset: Dataset, schemas: Schemas, today: date) -> list[Finding]:
    """Remove the findings of a table for which the dataset has a waiver, and return them.

    Only rules of the schemas can be waived. Structure, types, keys, references and the format of a cell cannot: a release
    promises them. Nor can faults in a key, which other rows repeat.
    """
    keys: dict[str, set[str]] = {}
    for waiver in dataset.waivers:
        if waiver.table == checked.table.name and not _fault(waiver, schemas, today):
            keys.setdefault(waiver.rule, set()).add(waiver.key)
    groups = [group for group in checked.found if group.rule.code in keys and not _is_of_key(group, checked)]
    named = _named(checked, groups, keys)
    waived = [group.where(np.isin(group.records, list(named[group.rule.code]))) for group in groups]
    rest = [group.where(~np.isin(group.records, list(named[group.rule.code]))) for group in groups]
    if any(len(group.records) for group in waived):
        checked.found.replace([*(group for group in checked.found if group not in groups), *rest])
    return listing(checked, waived, KEPT).findings


def _is_of_key(group: Group, checked: CheckedTable) -> bool:
    """Say whether the findings are about cells that are part of the key of their rows."""
    return isinstance(group.rule, CellRule) and group.column in checked.table.primary_key


def _named(
    checked: CheckedTable, groups: list[Group], keys: Mapping[str, set[str]]
) -> Mapping[str, set[int]]:
    """Return, by rule, the rows of the groups whose keys are among those of the waivers."""
    named: dict[str, set[int]] = {code: set() for code in keys}
    wanted = sorted_once(np.concatenate([np.empty(0, np.int64), *(group.records for group in groups)]))
    for number, row in rows(checked.path, checked.spans, checked.labels, wanted):
        for code, known in keys.items():
            if key_of(row, checked.table) in known:
                named[code].add(number)
    return named


def in_force(dataset: Dataset, today: date) -> Mapping[tuple[str, str, str | None], Waiver]:
    """Return the waivers that have not expired, by rule, table and key of the row; of several, the first."""
    return {waiver.place: waiver for waiver in reversed(dataset.waivers) if waiver.expires >= today}


def useless(dataset: Dataset, schemas: Schemas, today: date, waived: Iterable[Finding]) -> Iterator[Finding]:
    """Yield a finding for each waiver that is unknown, has expired, or waives nothing beyond what an earlier one does."""
    used = {(finding.code, finding.table, finding.key) for finding in waived}
    held: set[tuple[str, str, str | None]] = set()
    origin = Origin("", DESCRIPTION)
    for number, waiver in enumerate(dataset.waivers):
        fault = _fault(waiver, schemas, today)
        if not fault and (waiver.place not in used or waiver.place in held):
            earlier = ", that no waiver before this one excuses" if waiver.place in held else ""
            expected = f"a finding of {waiver.rule} in {waiver.table}, at the row {waiver.key}{earlier}"
            fault = _Fault(RULES["unused-waiver"], expected)
        if not fault:
            held.add(waiver.place)
        else:
            found = origin.finding(fault.rule, expected=fault.expected)
            line = dataset.lines.get(("waivers", number))
            yield replace(found, line=line, key=waiver.key, hint=fault.hint)


class _Fault(NamedTuple):
    """The rule that a waiver itself breaks, what was expected, and what was probably meant."""

    rule: Rule
    expected: str
    hint: str | None = None


def _fault(waiver: Waiver, schemas: Schemas, today: date) -> _Fault | None:
    """Return what is wrong with the waiver itself; None if it can be used."""
    unknown, tables = RULES["unknown-waiver"], tuple(table.name for table in schemas.tables)
    if waiver.table not in tables:
        return _Fault(unknown, f"the name of a table, found {waiver.table}", nearest(waiver.table, tables))
    rules = tuple(
        sorted(
            {rule.code for rule in schemas.rules_of(schemas.table(waiver.table)) if not _is_promised(rule)}
        )
    )
    if waiver.rule not in rules:
        expected = f"a rule of {waiver.table} that can be waived, found {waiver.rule}"
        return _Fault(
            unknown, expected, None if waiver.rule in schemas.rules else nearest(waiver.rule, rules)
        )
    if waiver.expires < today:
        ended = f"a waiver that is valid on {today}; this one expired on {waiver.expires}"
        return _Fault(RULES["expired-waiver"], ended)
    return None


def _is_promised(rule: Rule) -> bool:
    """Say whether a rule is the format of a whole cell: the descriptor promises it, or derived rows depend on it."""
    return isinstance(rule, CellRule) and rule.matches is not None


def tolerated(waived: Iterable[Finding]) -> Mapping[str, set[tuple[str, str | None]]]:
    """Return, by table, the rules and rows that Pandera may refuse when rows are written."""
    rows: dict[str, set[tuple[str, str | None]]] = {}
    for finding in waived:
        rows.setdefault(finding.table, set()).add((finding.code, finding.key))
    return rows
