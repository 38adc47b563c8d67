"""Lists: the rows that have pages, page by page; events by time, the latest first, others by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import polars as pl

from communique.schemas.story import Page

from .addresses import list_page, row_page
from .cells import native_language
from .dates import in_words, machine, year_of
from .merge import Row, arranged
from .render import Writer
from .shape import Shape

LENGTH = 200
"""How many rows a page of a list has."""
UNDATED = "No date"


@dataclass
class Listed:
    """What the first page of a site shows of a list.

    first: the first rows of it; count: how many there are.
    years: for events, where each year begins: its name, the page, and how many events it has.
    """

    page: Page
    count: int
    first: list[Row] = field(default_factory=list[Row])
    years: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])


def write_list(
    shape: Shape, page: Page, entries: Iterator[pl.DataFrame], count: int, writer: Writer, work: Path
) -> Listed:
    """Write the pages of the list of a table with pages."""
    listed = Listed(page, count)
    pages = max(1, -(-count // LENGTH))
    rows = _in_turn(page, entries, work)
    for number in range(1, pages + 1):
        items = [_item(shape, page, row) for row in islice(rows, LENGTH)]
        if number == 1:
            listed.first = items
        _count_years(listed, items, number)
        writer.page(
            list_page(page.table, number),
            "list.html",
            page=page,
            title=shape.tables[page.table].parquet.title,
            groups=by_year(items) if page.when else [(None, items)],
            count=count,
            number=number,
            pages=pages,
            steps=steps(number, pages),
            path_of=partial(list_page, page.table),
        )
    return listed


def _in_turn(page: Page, entries: Iterator[pl.DataFrame], work: Path) -> Iterator[Row]:
    """Yield entries in the order of the list; the latest comes first by turning the digits of dates round."""
    if page.when:
        digits = list("0123456789")
        turned = pl.col("place").str.replace_many(digits, digits[::-1])
        undated = pl.col("place") == ""
        last = pl.when(undated).then(pl.lit("~")).otherwise(turned).alias("place")
        entries = (frame.with_columns(last) for frame in entries)
    for frame in arranged(entries, ("place", "key"), work):
        yield from frame.iter_rows(named=True)


def _item(shape: Shape, page: Page, row: Row) -> Row:
    year = year_of(row["when"]) or UNDATED if page.when else None
    return {
        **row,
        "href": row_page(page.table, row["key"]),
        "year": year,
        "words": in_words(row["when"]) if row["when"] else None,
        "machine": machine(row["when"]) if row["when"] else None,
        "native_language": native_language(shape, page.table),
    }


def by_year(items: list[Row]) -> list[tuple[str | None, list[Row]]]:
    """Return the items of a list year by year."""
    years: dict[str | None, list[Row]] = {}
    for item in items:
        years.setdefault(item["year"], []).append(item)
    return list(years.items())


def _count_years(listed: Listed, items: list[Row], number: int) -> None:
    if not listed.page.when:
        return
    for year, of_year in by_year(items):
        if listed.years and listed.years[-1][0] == year:
            name, path, count = listed.years[-1]
            listed.years[-1] = (name, path, count + len(of_year))
        else:
            listed.years.append((str(year), list_page(listed.page.table, number), len(of_year)))


def steps(number: int, pages: int) -> list[int | None]:
    """Return the numbers of the pages that a page offers: the first, the last, and those around it; None is a gap."""
    near = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
    offered: list[int | None] = []
    for before, other in zip([0, *near], near, strict=False):
        offered += [other] if other - before == 1 else [None, other]
    return offered
