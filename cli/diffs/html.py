"""A diff as one self-contained page. Nothing is fetched, and every text from data is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import islice
from string import Template

from communique.datapackage import KINDS, Diff, RowChange, TableDiff

from ..wording import inert
from .text import KEYLESS, MARKS, headline, row, value

_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>$title</title>
<style>
:root { color-scheme: light dark; --line: #8886; --page: #fff; --ink: #111; --old: #c62828; --new: #1b6b2f }
@media screen and (prefers-color-scheme: dark) { :root { --page: #121212; --ink: #eee; --old: #ff8a80; --new: #81c995 } }
body { background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; overflow-wrap: break-word }
h1 { font-size: 1.6rem; line-height: 1.3 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line) }
td { overflow-wrap: anywhere } del { color: var(--old) } ins { color: var(--new) }
.rows td:first-child { min-width: 14rem } .rows td:nth-child(2) { white-space: nowrap }
@media (max-width: 44rem) {
 .stack, .stack :is(tbody, tr, th, td) { display: block } .stack :is(th, td) { border: 0; padding: .1rem 0 }
 .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
 .stack tr { border-bottom: 1px solid var(--line); padding: .6rem 0 }
}
</style>
</head>
<body>
<main>
<h1>$title</h1>
$schema
$tables
</main>
</body>
</html>
"""
)


def render(diff: Diff, limit: int, colour: bool, width: int | None = None) -> str:
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
