"""A diff as one self-contained page. Nothing is fetched, and every text from data is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import islice

from communique.datapackage import KINDS, Diff, RowChange, TableDiff

from ..page import STACK, page_of
from ..wording import inert
from .text import KEYLESS, MARKS, headline, row, value

_PAGE = page_of(
    "$title",
    """:root { --old: #c62828; --new: #1b6b2f }
@media screen and (prefers-color-scheme: dark) { :root { --old: #ff8a80; --new: #81c995 } }
h1 { font-size: 1.6rem; line-height: 1.3 }
td { overflow-wrap: anywhere } del { color: var(--old) } ins { color: var(--new) }
.rows td:first-child { min-width: 14rem } .rows td:nth-child(2) { white-space: nowrap }
"""
    + STACK,
    """<main>
<h1>$title</h1>
$schema
$tables
</main>
""",
)


def render(diff: Diff, limit: int) -> str:
    """Return the diff as a page, with at most `limit` rows of each table."""
    tables = "\n".join(part for table in diff.tables if table.counts for part in _table(table, limit))
    return _PAGE.substitute(title=escape(headline(diff)), schema="\n".join(_schema(diff)), tables=tables)


def _schema(diff: Diff) -> Iterator[str]:
    if not diff.changes:
        return
    yield '<h2>Schema and metadata</h2>\n<table class="stack"><thead><tr><th scope="col">where</th><th scope="col">what</th>'
    yield '<th scope="col">before and after</th></tr></thead><tbody>'
    for change in diff.changes:
        place = escape(inert(".".join(filter(None, (change.table, change.name)))))
        yield f"<tr><td>{place}</td><td>{escape(KINDS[change.kind].statement)}</td><td>{_sides(change.old, change.new)}</td></tr>"
    yield "</tbody></table>"


def _table(table: TableDiff, limit: int) -> Iterator[str]:
    counts = ", ".join(f"{count:,} {kind}" for kind, count in table.counts.items() if count)
    yield f"<h2>{escape(table.table)}</h2>\n<p>{counts}{'' if table.key else KEYLESS}</p>"
    yield '<table class="stack rows"><thead><tr><th scope="col">row</th><th scope="col">change</th><th scope="col">cells</th></tr></thead><tbody>'
    yield from (_row(change, table.columns) for change in islice(table.changes(), limit))
    hidden = sum(table.counts.values()) - limit
    yield f"</tbody></table>{f'<p>… and {hidden:,} more.</p>' if hidden > 0 else ''}"


def _row(change: RowChange, kinds: Mapping[str, str]) -> str:
    cells = "<br>".join(
        f"{escape(inert(name))}: {_sides(old, new, kinds[name])}" for name, (old, new) in change.cells.items()
    )
    return f"<tr><td>{escape(row(change, kinds))}</td><td>{MARKS[change.kind][0]} {change.kind}</td><td>{cells}</td></tr>"


def _sides(old: object, new: object, kind: str = "") -> str:
    return f"<del>{escape(value(old, kind))}</del> → <ins>{escape(value(new, kind))}</ins>"
