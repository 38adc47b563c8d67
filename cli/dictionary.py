"""A data dictionary as one self-contained page. Nothing is fetched, nothing runs, and every text is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from html import escape
from urllib.parse import quote

from communique.datapackage import NO_KEY, DataDictionary, demands
from communique.schemas import Column, Table

from .page import page_of
from .wording import inert

_LONG = 100_000
"""The most characters of a text that are shown."""
_SEEN = "".join(map(chr, range(ord("!"), ord("~") + 1)))
"""The characters of an address that are not percent-encoded."""

_PAGE = page_of(
    "$title: data dictionary",
    """:root { --soft: #555; --link: #0b57a4; --tint: #f3f4f6 }
@media screen and (prefers-color-scheme: dark) { :root { --soft: #b4b4b4; --link: #8ab8ff; --tint: #232629 } }
body { max-width: 72rem }
a { color: var(--link) } .skip { position: absolute; left: -99rem } .skip:focus { position: static }
caption { text-align: left; color: var(--soft); padding: .3rem .6rem }
nav tbody th, nav td:not(.n) { overflow-wrap: anywhere } nav tbody th { min-width: 7rem } nav td:not(.n) { min-width: 6.5rem }
main td { min-width: 6rem } td.wide { min-width: 16rem; overflow-wrap: anywhere }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
thead th { background: var(--tint) } code { font-family: ui-monospace, monospace; font-size: .92em }
.scroll { overflow-x: auto } .soft { color: var(--soft); display: block; font-weight: normal }
summary { cursor: pointer } dl.codes { margin: .3rem 0 } dl.codes dd { margin: 0 0 .3rem 1.2rem }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem }
@media print {
 .skip, nav { display: none } .scroll { overflow: visible } main td, td.wide { min-width: 0; overflow-wrap: anywhere }
 ::details-content { content-visibility: visible }
}
""",
    """<a class="skip" href="#Content">Skip to the tables</a>
<header>
<h1>$title</h1>
<p>$description</p>
<p>${version_and_day}Licence: $licence.</p>
<p>Cite as: $citation</p>
</header>
<nav aria-label="Tables">
<table><caption>Tables</caption>
<thead><tr><th scope="col">table</th><th scope="col">contents</th>$counts</tr></thead>
<tbody>
$overview
</tbody></table>
</nav>
<main id="Content">
$tables
</main>
""",
)
"""Ids of the page itself have a capital letter, so that they differ from names of tables, which have none."""


def page(data: DataDictionary, table: str | None = None) -> str:
    """Return the page. table: the one table to describe instead of all."""
    tables = (data.table(table),) if table else data.tables
    return _PAGE.substitute(
        title=_text(data.title),
        description=_text(data.description),
        version_and_day=_version_and_day(data),
        licence=_licence(data),
        citation=_text(data.citation),
        counts='<th scope="col" class="n">rows</th>' if data.rows else "",
        overview="\n".join(_entry(known, data) for known in tables),
        tables="\n".join("\n".join(_section(known, {other.name for other in tables})) for known in tables),
    )


def _version_and_day(data: DataDictionary) -> str:
    day = f'<time datetime="{data.released}">{data.released}</time>' if data.released else ""
    told = ", ".join(filter(None, (f"Version {_text(data.version)}" if data.version else "", day)))
    return f"{told}. " if told else ""


def _licence(data: DataDictionary) -> str:
    called, place = _text(data.license.called), data.license.path
    return f'<a href="{escape(quote(place, _SEEN))}">{called}</a>' if place else called


def _text(text: str) -> str:
    return escape(inert(text.replace("\n", " "), _LONG))


def _link(table: str, there: Collection[str]) -> str:
    name = f"<code>{escape(table)}</code>"
    return f'<a href="#{escape(table)}">{name}</a>' if table in there else name


def _entry(table: Table, data: DataDictionary) -> str:
    rows = f'<td class="n">{data.rows[table.name]:,}</td>' if data.rows else ""
    link = _link(table.name, (table.name,))
    return f'<tr><th scope="row">{link}</th><td>{_text(table.title)}</td>{rows}</tr>'


def _section(table: Table, there: Collection[str]) -> Iterator[str]:
    name = escape(table.name)
    row = f"One row is {table.row}. " if table.row else ""
    yield f'<section aria-labelledby="{name}">\n<h2 id="{name}">{_text(table.title or table.name)}'
    yield f'<span class="soft"><code>{name}</code></span></h2>'
    yield f"<p>{_text(row + table.description)}</p>"
    if table.usage:
        yield f"<p>{_text(table.usage)}</p>"
    yield f"<p>Key: {_names(table.primary_key) or NO_KEY}</p>"
    published = {column.name for column in table.published_columns}
    keys = [key for key in table.foreign_keys if set(key.columns) <= published]
    entries = [
        *(f"<li>{_names(key.columns)} refers to {_link(key.table, there)}</li>" for key in keys),
        *(f"<li>No two rows have the same {_names(names)}</li>" for names in table.unique_keys),
    ]
    if entries:
        yield f"<ul>{''.join(entries)}</ul>"
    yield f'<div class="scroll" role="region" aria-label="Columns of {name}" tabindex="0">'
    yield f"<table><caption>Columns of {name}</caption><thead><tr>"
    yield "".join(f'<th scope="col">{head}</th>' for head in ("column", "type", "meaning", "maps to"))
    yield "</tr></thead><tbody>"
    yield from (_column(column, table) for column in table.published_columns)
    yield "</tbody></table></div>\n</section>"


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"<code>{escape(column)}</code>" for column in columns)


def _column(column: Column, table: Table) -> str:
    kind = "partial date (EDTF)" if column.type == "edtf" else column.type
    need = '<span class="soft">may be empty</span>' if table.may_be_empty(column) else ""
    head = f'<code>{escape(column.name)}</code><span class="soft">{_text(column.title)}</span>'
    meaning = f"{_text(column.description)}{_demanded(column, table)}{_codes(column)}"
    return (
        f'<tr><th scope="row">{head}</th><td>{kind}{need}</td><td class="wide">{meaning}</td>'
        f"<td>{_text(column.term or '')}</td></tr>"
    )


def _demanded(column: Column, table: Table) -> str:
    told = [
        f"{words} <code>{_text(what)}</code>" if what else words for words, what in demands(table, column)
    ]
    return f'<span class="soft">Values: {", ".join(told)}</span>' if told else ""


def _codes(column: Column) -> str:
    if not column.codes:
        return ""
    entries = (
        f"<dt><code>{_text(code.code)}</code></dt><dd>{_text(code.definition or code.label)}</dd>"
        for code in column.codes.codes
    )
    return f'<details><summary>{len(column.codes.codes)} codes</summary><dl class="codes">{"".join(entries)}</dl></details>'
