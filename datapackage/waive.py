"""Waivers: known exceptions, each with a reason, an owner and an end. A waiver that does nothing is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from communique.schemas import Rule, Schemas

from .codes import RULES
from .dataset import DESCRIPTION, Dataset, Waiver
from .finding import Finding, Origin

Waived = tuple[list[Finding], list[Finding]]


def waive(findings: Iterable[Finding], dataset: Dataset, schemas: Schemas, today: date) -> Waived:
    """Return the findings that stand, and those that are waived; waivers that are of no use stand as findings.

    Only rules of the schemas can be waived. Structure, types, keys and references cannot: a release promises them.
    """
    usable = {_target(waiver): waiver for waiver in dataset.waivers if not _fault(waiver, schemas, today)}
    standing: list[Finding] = []
    waived: list[Finding] = []
    for finding in findings:
        known = (finding.code, finding.table, finding.key) in usable
        (waived if known else standing).append(finding)
    used = {(finding.code, finding.table, finding.key) for finding in waived}
    standing += _useless(dataset, schemas, today, used)
    return standing, waived


def _target(waiver: Waiver) -> tuple[str, str, str]:
    return (waiver.rule, waiver.table, waiver.key)


def _fault(waiver: Waiver, schemas: Schemas, today: date) -> tuple[Rule, str] | None:
    """Return the rule that the waiver itself breaks, with what was expected; None if it can be used."""
    tables = [table.name for table in schemas.tables]
    if waiver.table not in tables:
        return RULES["unknown-waiver"], f"a table, which {waiver.table} is not"
    rules = {rule.code for rule in schemas.rules_of(schemas.table(waiver.table))}
    if waiver.rule not in rules:
        return RULES[
            "unknown-waiver"
        ], f"a rule of {waiver.table} that can be waived, which {waiver.rule} is not"
    if waiver.expires < today:
        return RULES["expired-waiver"], f"a waiver that holds on {today}; this one ended on {waiver.expires}"
    return None


def _useless(
    dataset: Dataset, schemas: Schemas, today: date, used: set[tuple[str, str, str | None]]
) -> Iterator[Finding]:
    origin = Origin("", DESCRIPTION)
    for number, waiver in enumerate(dataset.waivers):
        fault = _fault(waiver, schemas, today)
        if not fault and _target(waiver) not in used:
            fault = (
                RULES["unused-waiver"],
                f"a finding of {waiver.rule} in {waiver.table}, at the row {waiver.key}",
            )
        if fault:
            rule, expected = fault
            found = origin.finding(rule, expected=expected)
            yield replace(found, line=dataset.lines.get(("waivers", number)), key=waiver.key)


def tolerated(waived: Iterable[Finding]) -> Mapping[str, set[tuple[str, str | None]]]:
    """Return, by table, the rules and rows that the last word of Pandera may pass over."""
    rows: dict[str, set[tuple[str, str | None]]] = {}
    for finding in waived:
        rows.setdefault(finding.table, set()).add((finding.code, finding.key))
    return rows
