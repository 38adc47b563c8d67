"""Entities: a page for each row that the story gives one, and an entry for each in lists, search and charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from communique.schemas.story import Evidence, Page, Part

from .. import progress
from .addresses import list_page, row_page, table_page, web_address
from .cells import Cell, is_edtf, label_of, language_of, native_language, reader_cell
from .dates import in_words, machine
from .merge import Groups, Row
from .pagerows import rows_of_page, rows_of_part, sources_of_page
from .render import Writer
from .shape import Shape, TableShape
from .texts import brief

BATCH = 10_000
"""How many entries are put aside at a time."""
ENTRY: dict[str, type[pl.DataType]] = dict.fromkeys(
    ("key", "title", "native", "when", "group", "stage", "summary", "place", "facts"), pl.String
)
"""What lists, search and charts know of a page; `place` is what a list is put in order by.

facts: the other texts of the head of a page, by which search finds it, too.
"""


@dataclass(frozen=True)
class _Part:
    """A part of a page, and its rows."""

    part: Part
    table: TableShape
    groups: Groups


@dataclass(frozen=True)
class _Step:
    """A step of a life: its stage, its date, and what else is known of it, under titles."""

    stage: Cell
    when: Cell
    cells: list[tuple[str, Cell]]


@dataclass(frozen=True)
class _Shown:
    """What a page shows of a part: its rows as a table, or as the steps of a life.

    columns: the title of each column, and whether its values are short.
    lines: the cells row by row, each beside its column.
    count: how many rows there are; not all of them may be shown.
    """

    heading: str
    is_life: bool
    columns: list[tuple[str, bool]]
    lines: list[list[tuple[str, bool, Cell]]]
    steps: list[_Step]
    count: int
    table: str
    table_path: str


def write_pages(shape: Shape, page: Page, writer: Writer, work: Path) -> Iterator[pl.DataFrame]:
    """Write the pages of a table, and yield an entry for each, in the order of their keys."""
    table = shape.tables[page.table]
    parts = [_Part(part, shape.tables[part.table], rows_of_part(shape, part, work)) for part in page.parts]
    sources = sources_of_page(shape, page, work)
    entries: list[Row] = []
    for frame in rows_of_page(shape, page, work):
        for row in frame.iter_rows(named=True):
            entries.append(_write(shape, page, table, row, parts, sources, writer))
            progress.tell(progress.Step("write", 1))
            if len(entries) == BATCH:
                yield pl.DataFrame(entries, schema=ENTRY)
                entries = []
    yield pl.DataFrame(entries, schema=ENTRY)


def _write(
    shape: Shape,
    page: Page,
    table: TableShape,
    row: Row,
    parts: list[_Part],
    sources: Groups | None,
    writer: Writer,
) -> Row:
    key = row[table.key[0]]
    entry = _entry(page, table, row, key)
    shown = [_shown(shape, part, key) for part in parts]
    entry["stage"] = next((part.steps[-1].stage.text for part in shown if part.steps), None)
    facts = _facts(shape, page, table, row)
    entry["facts"] = _in_one(cell for _, cell in facts)
    writer.page(
        row_page(page.table, key),
        "row.html",
        page=page,
        entry=entry,
        when=Cell(in_words(entry["when"]), machine=machine(entry["when"])) if entry["when"] else None,
        native_language=native_language(shape, page.table),
        summary=row[page.summary] if page.summary else None,
        facts=facts,
        parts=shown,
        sources=_sources(shape, sources, key),
        table=table,
        list_path=list_page(page.table),
        table_path=table_page(page.table),
    )
    return entry


def _entry(page: Page, table: TableShape, row: Row, key: str) -> Row:
    when = row[page.when] if page.when else None
    title = row[page.title] or key
    return {
        "key": key,
        "title": title,
        "native": row[page.native] if page.native else None,
        "when": when,
        "group": label_of(table.fields[page.group], row[page.group] or "") if page.group else None,
        "stage": None,
        "summary": brief(row[page.summary] or "") if page.summary else None,
        "place": when or "" if page.when else title.casefold(),
        "facts": None,
    }


def _facts(shape: Shape, page: Page, table: TableShape, row: Row) -> list[tuple[str, Cell]]:
    """Return the cells of a row that the head of its page does not show, each with its title."""
    headed = {*table.key, page.title, page.native, page.when, page.group, page.summary, *page.hidden}
    return [
        (field.title or name, reader_cell(shape, table, name, row))
        for name, field in table.fields.items()
        if name not in headed and row[name] is not None
    ]


def _in_one(cells: Iterable[Cell]) -> str:
    """Return the texts of cells, each cut, the shortest first: names of places stand before notes."""
    texts = (" ".join(filter(None, (cell.text, cell.when))) for cell in cells)
    return " ".join(sorted(map(brief, texts), key=len))


def _shown(shape: Shape, shown: _Part, key: str) -> _Shown:
    part, table = shown.part, shown.table
    rows, count = shown.groups.of(key)
    filled = [name for name in part.columns if any(row[name] is not None for row in rows)]
    columns = [(table.fields[name].title or name, is_narrow(table, name)) for name in filled]
    lines = [
        [
            (title, narrow, reader_cell(shape, table, name, row))
            for name, (title, narrow) in zip(filled, columns, strict=True)
        ]
        for row in rows
    ]
    return _Shown(
        heading=part.heading,
        is_life=bool(part.stage),
        columns=columns,
        lines=lines,
        steps=list(_steps(shape, part, table, rows, lines)),
        count=count,
        table=part.table,
        table_path=table_page(part.table),
    )


def _steps(
    shape: Shape, part: Part, table: TableShape, rows: list[Row], lines: list[list[tuple[str, bool, Cell]]]
) -> Iterator[_Step]:
    if part.stage:
        for row, line in zip(rows, lines, strict=True):
            when = reader_cell(shape, table, part.when, row) if part.when else Cell()
            cells = [(title, cell) for title, _, cell in line if cell.text]
            yield _Step(reader_cell(shape, table, part.stage, row), when, cells)


def is_narrow(table: TableShape, column: str) -> bool:
    """Say whether the values of a column are short, so that they need not be broken into lines."""
    field = table.fields[column]
    return field.type != "string" or bool(field.categories) or is_edtf(field)


def _sources(shape: Shape, groups: Groups | None, key: str) -> tuple[list[Cell], int]:
    if groups is None or shape.evidence is None:
        return [], 0
    rows, count = groups.of(key)
    return [_source(shape, shape.evidence, row) for row in rows], count


def _source(shape: Shape, evidence: Evidence, row: Row) -> Cell:
    """Return a source, linked where its address may be a link; else the address stands beside it as text."""
    fields = shape.tables[evidence.sources].fields
    address = row[evidence.url] or ""
    details = [
        in_words(row[name]) if fields[name].type == "date" else row[name]
        for name in evidence.details
        if row[name]
    ]
    web = web_address(address)
    if address and row[evidence.title] and not web:
        details.append(address)
    return Cell(
        row[evidence.title] or address,
        web=web,
        language=language_of(shape, evidence.sources, evidence.title, row),
        when=", ".join(details),
    )
