"""A diff for the terminal: the changes of the descriptor, then table by table the rows that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from communique.datapackage import KINDS, Diff, RowChange, TableDiff
from communique.datapackage.storing.digest import text_of

from ..formats.lines import Lines, Plain, Styled
from ..wording import counted, inert

MARKS = {
    "added": ("+", "green"),
    "removed": ("-", "red"),
    "changed": ("~", "yellow"),
    "renamed": ("»", "cyan"),
}

KEYLESS = " (no key: rows are compared as a whole)"


def render(diff: Diff, limit: int, colour: bool, width: int | None) -> str:
    """Return the diff as text, with at most `limit` rows of each table.

    width: the columns of the terminal; without it no line is wrapped.
    """
    lines: Lines = Styled(colour, width) if colour or width else Plain()
    lines.say(headline(diff))
    lines.say()
    _schema(lines, diff)
    for table in diff.tables:
        if table.counts:
            _table(lines, table, limit)
            lines.say()
    return lines.text().rstrip() + "\n"


def headline(diff: Diff) -> str:
    """Return what was compared, and the verdict with its reasons."""
    editions = [inert(package.edition) for package in (diff.old, diff.new)]
    if diff.bump == "none":
        return f"{' → '.join(editions)}: no difference"
    reasons = (f"{count:,} {code}" for code, count in diff.kinds.items() if KINDS[code].bump == diff.bump)
    return f"{' → '.join(editions)}: {diff.bump}, because of {', '.join(reasons)}"


def _schema(lines: Lines, diff: Diff) -> None:
    for change in diff.changes:
        place = ".".join(filter(None, (change.table, change.name))) or diff.new.name
        sides = [inert(side) for side in (change.old, change.new) if side is not None]
        values = f" {' → '.join(sides)}" if sides else ""
        lines.say(f"{inert(place)}: {KINDS[change.kind].statement}{values}", indent=2)
    if diff.changes:
        lines.say()


def _table(lines: Lines, table: TableDiff, limit: int) -> None:
    counts = ", ".join(f"{count:,} {kind}" for kind, count in table.counts.items() if count)
    lines.say((f"{table.table}: {counts}{'' if table.key else KEYLESS}", "bold"))
    for change in islice(table.changes(), limit):
        mark, colour = MARKS[change.kind]
        lines.say((f"{mark} {row(change, table.columns)}", colour), indent=2)
        for name, (old, new) in change.cells.items():
            kind = table.columns[name]
            lines.say(f"{inert(name)}: {value(old, kind)} → {value(new, kind)}", indent=6)
    hidden = sum(table.counts.values()) - limit
    if hidden > 0:
        lines.say(f"… and {counted(hidden, 'more row')}; --max-rows shows more, JSON has all", indent=2)


def row(change: RowChange, kinds: Mapping[str, str]) -> str:
    """Return the key of a row, and its former key if it has one; in a table without a key, the whole row.

    kinds: the types of its columns.
    """
    if not change.key:
        return ", ".join(_values(change.new or change.old or {}, kinds))
    now = "/".join(_values(change.key, kinds))
    return f"{now}, formerly {'/'.join(_values(change.formerly, kinds))}" if change.formerly else now


def _values(row: Mapping[str, object], kinds: Mapping[str, str]) -> Iterator[str]:
    return (value(cell, kinds[name]) for name, cell in row.items())


def value(cell: object, kind: str) -> str:
    """Return a value for people, spelt as in the CSV. kind: the type of its column."""
    return "(empty)" if cell is None else inert(text_of(cell, kind))
