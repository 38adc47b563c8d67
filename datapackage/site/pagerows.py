"""The rows that pages show, with the titles of the rows that they refer to, and the sources that support them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from communique.schemas.story import Page, Part

from .cells import NATIVE, TITLE, WHEN, speaking, target_of
from .merge import Groups, arranged, joined
from .shape import Shape, TableShape

_REFERS, _PLACE, _OWNER = "\x1frefers", "\x1fplace", "\x1fowner"
"""Temporary columns, by which rows are joined and sorted."""


def rows_of_page(shape: Shape, page: Page, work: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows that have pages, in the order of their key, with the titles of the rows that they refer to."""
    table = shape.tables[page.table]
    columns = [column for column in table.links if column not in page.hidden]
    frames = _with_titles(shape, table, shape.rows(page.table), columns, work)
    return arranged(frames, table.key, work)


def rows_of_part(shape: Shape, part: Part, work: Path) -> Groups:
    """Return the rows of a part of a page, grouped by the row whose page they belong to."""
    table = shape.tables[part.table]
    shown = [name for name in (part.via, part.when, part.stage, *part.columns, *part.order) if name]
    read = shape.rows(part.table, _once(*shown, *speaking(shape, table.name, shown), *table.key))
    frames = (rows.filter(pl.col(part.via).is_not_null()) for rows in read)
    columns = [column for column in part.columns if column != part.via]
    places = [f"{_PLACE}{number}" for number, _ in enumerate(part.order)]
    ordering = [
        pl.col(column).cast(pl.String).fill_null("").alias(place)
        for column, place in zip(part.order, places, strict=True)
    ]
    titled = (rows.with_columns(ordering) for rows in _with_titles(shape, table, frames, columns, work))
    return Groups(arranged(titled, _once(part.via, *places, *table.key), work), part.via)


def _once(*columns: str) -> list[str]:
    return list(dict.fromkeys(columns))


def _with_titles(
    shape: Shape, table: TableShape, frames: Iterator[pl.DataFrame], columns: Sequence[str], work: Path
) -> Iterator[pl.DataFrame]:
    """Add the title, native name and date of the row that a column refers to, if that row has a page."""
    for column in columns:
        target = target_of(shape, table, column)
        if target:
            frames = _titled(shape, table, frames, column, target, work)
    return frames


def _titled(
    shape: Shape, table: TableShape, frames: Iterator[pl.DataFrame], column: str, target: str, work: Path
) -> Iterator[pl.DataFrame]:
    page, (key,) = shape.pages[target], shape.tables[target].key
    wanted = {page.title: TITLE, page.native: NATIVE, page.when: WHEN}
    names = {name: f"{column}{ending}" for name, ending in wanted.items() if name}
    keyed = (rows.with_columns(pl.col(column).fill_null("").alias(_REFERS)) for rows in frames)
    left = arranged(keyed, [_REFERS, *table.key], work)
    right = shape.rows(target, _once(key, *names))
    return (rows.drop(_REFERS) for rows in joined(left, _REFERS, right, key, names))


def sources_of_page(shape: Shape, page: Page, work: Path) -> Groups | None:
    """Return the sources that support each row of a page; None where the release does not say."""
    evidence = shape.evidence
    if evidence is None:
        return None
    named = (evidence.row_table, evidence.row_key, evidence.source)
    cites = (
        rows.filter(
            (pl.col(evidence.row_table) == page.table) & pl.all_horizontal(pl.col(named).is_not_null())
        )
        .select(pl.col(evidence.row_key).alias(_OWNER), pl.col(evidence.source).alias(_REFERS))
        .unique(maintain_order=True)
        for rows in shape.rows(evidence.table, named)
    )
    (key,) = shape.tables[evidence.sources].key
    shown = _once(evidence.title, evidence.url, evidence.language, *evidence.details)
    right = shape.rows(evidence.sources, _once(key, *shown))
    titled = joined(arranged(cites, [_REFERS, _OWNER], work), _REFERS, right, key, {n: n for n in shown})
    return Groups(arranged(titled, [_OWNER, _REFERS], work), _OWNER)
