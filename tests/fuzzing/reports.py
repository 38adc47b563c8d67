"""Reports made from choices, with hostile text wherever text from outside can appear."""

from __future__ import annotations

from datetime import date

from communique.datapackage import Finding, Report, TableCount
from communique.datapackage.foreign.codes import FOREIGN
from communique.schemas import Severity

from .choices import Choices

_CODES = tuple(FOREIGN)


def report(choices: Choices) -> Report:
    """Return a report."""
    tables = tuple(dict.fromkeys(choices.text() for _ in range(choices.count(2))))
    findings = tuple(_finding(choices, tables) for _ in range(choices.count(4)))
    omitted: dict[tuple[str, str, Severity], int] = {}
    if choices.chance(4):
        omitted[choices.text(), choices.pick(_CODES), "error"] = choices.byte() + 1
    samples = {
        (finding.file, finding.record or 0): {choices.text(): choices.text() for _ in range(choices.count(3))}
        for finding in findings
    }
    return Report(
        dataset=choices.text(),
        version=choices.text(),
        root=choices.pick((".", "/tmp", "a b", "\u202e", "-", "a%b")),
        today=date(2024, 12, 6),
        findings=findings,
        tables=tuple(_count(choices, name) for name in tables),
        rules=FOREIGN,
        unchecked=tuple(choices.pick(_CODES) for _ in range(choices.count(1))),
        waived=tuple(_finding(choices, tables) for _ in range(choices.count(1))),
        older=choices.count(1),
        samples=samples,
        omitted=omitted,
    )


def _finding(choices: Choices, tables: tuple[str, ...]) -> Finding:
    def text() -> str | None:
        return choices.text() if choices.chance(2) else None

    def number() -> int | None:
        return choices.byte() if choices.chance(2) else None

    code = choices.pick(_CODES)
    return Finding(
        code=code,
        file=choices.text(),
        table=choices.pick((*tables, "", "t")),
        severity=FOREIGN[code].severity,
        record=number(),
        line=number() or None,
        offset=number() or None,
        column=text(),
        key=text(),
        value=text(),
        expected=text(),
        hint=text(),
        row=number() or None,
        field=number() or None,
    )


def _count(choices: Choices, name: str) -> TableCount:
    read = choices.byte()
    return TableCount(
        table=name,
        file=choices.text(),
        read=read,
        rejected=min(choices.byte(), read),
        rules=tuple(choices.pick(_CODES) for _ in range(choices.count(2))),
        readable=not choices.chance(4),
        labels=tuple(choices.text() for _ in range(choices.count(3))),
    )
