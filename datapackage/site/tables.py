"""Tables: a page for each table, with its dictionary, its keys, and its first rows, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from ..describing.markdown import NO_KEY
from ..storing.ordered import resized
from .addresses import column_anchor, table_page
from .cells import Cell, raw_cell
from .dictionary import dictionary
from .lists import steps
from .render import Writer
from .shape import Shape, TableShape

LENGTH = 500
"""How many rows a page of a preview has."""
PAGES = 20
"""How many pages a preview has at most; the files have all rows."""
CELL = 400
"""How many characters of a cell a preview shows."""


def write_table(shape: Shape, table: TableShape, writer: Writer) -> None:
    """Write the page of a table, and the further pages of its preview."""
    rows = table.parquet.rows
    pages = min(PAGES, max(1, -(-rows // LENGTH)))
    previews = _previews(shape, table)
    entries = dictionary(table)
    for number in range(1, pages + 1):
        writer.page(
            table_page(table.name, number),
            "table.html",
            table=table,
            shape=shape,
            dictionary=entries,
            number=number,
            pages=pages,
            first=(number - 1) * LENGTH + 1,
            lines=next(previews, []),
            shown=min(rows, pages * LENGTH),
            referring=_referring(shape, table),
            page_steps=steps(number, pages),
            no_key=NO_KEY,
            path_of=partial(table_page, table.name),
            page_of=table_page,
            anchor_of=column_anchor,
        )


def _previews(shape: Shape, table: TableShape) -> Iterator[list[list[Cell]]]:
    frames = resized(shape.rows(table.name, list(table.fields)), LENGTH)
    for frame in islice(frames, PAGES):
        yield [
            [_cut(raw_cell(shape, table, name, row)) for name in table.fields]
            for row in frame.iter_rows(named=True)
        ]


def _cut(cell: Cell) -> Cell:
    if len(cell.text) <= CELL:
        return cell
    return Cell(f"{cell.text[:CELL]}…", cell.href, cell.web, cell.language)


def _referring(shape: Shape, table: TableShape) -> list[tuple[str, str]]:
    """Return the tables and columns that refer to a table."""
    return [
        (other.name, ", ".join(key.columns))
        for other in shape.tables.values()
        for key in other.references
        if key.table == table.name
    ]
