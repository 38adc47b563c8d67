"""Shape: what a release has, and what of a story fits it. What does not fit is left out: a release may be anybody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from communique.schemas.story import Evidence, Page, Part, Story

from ..describing.descriptor import Package, Resource, TableField, read_descriptor
from ..errors import ReleaseError
from ..storing.parquet import parquet_rows

SLICE = 10_000
"""How many rows of a table are read, or joined, at a time."""


@dataclass(frozen=True)
class Reference:
    """A foreign key: columns that refer to another table. to_key: whether that is to its primary key."""

    columns: tuple[str, ...]
    table: str
    to_key: bool = True


@dataclass(frozen=True)
class TableShape:
    """A table: its two files, its fields by name, its keys."""

    name: str
    csv: Resource | None
    parquet: Resource
    fields: dict[str, TableField]
    key: tuple[str, ...]
    references: tuple[Reference, ...]

    @cached_property
    def links(self) -> dict[str, str]:
        """The tables that single columns refer to."""
        return {key.columns[0]: key.table for key in self.references if len(key.columns) == 1 and key.to_key}


@dataclass(frozen=True)
class Shape:
    """A release as a site sees it.

    folder: where its files lie.
    raw: the descriptor as it is written.
    pages: the pages of the story that fit, by table.
    """

    folder: Path
    package: Package
    raw: dict[str, Any]
    tables: dict[str, TableShape]
    pages: dict[str, Page]
    evidence: Evidence | None
    story: Story

    def rows(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows of a table, some columns or all, few at a time."""
        return parquet_rows(self.folder / self.tables[table].parquet.path, columns, SLICE)


def shape_of(folder: Path, story: Story) -> Shape:
    """Return the shape of the release in `folder`.

    Raises ReleaseError where it has a table without Parquet, or none at all.
    """
    package = read_descriptor(folder)
    csv, parquet = package.of("csv"), package.of("parquet")
    missing = sorted(csv.keys() - parquet.keys())
    if missing or not parquet:
        raise ReleaseError(
            f"{folder}: {missing[0] if missing else 'it'} has no Parquet file, from which pages are made."
        )
    names = {resource.name: resource.table for resource in parquet.values()}
    keys = {name: resource.table_schema.primary_key for name, resource in parquet.items()}
    tables = {name: _table(csv.get(name), resource, names, keys) for name, resource in parquet.items()}
    raw = package.model_dump(mode="json", by_alias=True, exclude_none=True)
    pages = {page.table: _fitting(page, tables) for page in story.pages if _page_fits(page, tables)}
    evidence = story.evidence if story.evidence and _evidence_fits(story.evidence, tables) else None
    return Shape(folder, package, raw, tables, pages, evidence, story)


def _table(
    csv: Resource | None, parquet: Resource, names: dict[str, str], keys: dict[str, list[str]]
) -> TableShape:
    schema = parquet.table_schema
    references = (
        Reference(tuple(key.fields), far, key.reference.fields == keys[far])
        for key in schema.foreign_keys
        for far in [names[key.reference.resource] if key.reference.resource else parquet.table]
    )
    fields = {field.name: field for field in schema.fields}
    return TableShape(parquet.table, csv, parquet, fields, tuple(schema.primary_key), tuple(references))


def _has(table: TableShape | None, *columns: str | None) -> bool:
    return table is not None and {column for column in columns if column} <= table.fields.keys()


def _page_fits(page: Page, tables: dict[str, TableShape]) -> bool:
    table = tables.get(page.table)
    texts = (page.title, page.native, page.when, page.group, page.summary)
    if table is None or not _has(table, *texts) or len(table.key) != 1:
        return False
    return all(table.fields[column].type == "string" for column in (*table.key, *texts) if column)


def _fitting(page: Page, tables: dict[str, TableShape]) -> Page:
    return replace(page, parts=tuple(part for part in page.parts if _part_fits(part, page, tables)))


def _part_fits(part: Part, page: Page, tables: dict[str, TableShape]) -> bool:
    table = tables.get(part.table)
    columns = (part.via, part.when, part.stage, *part.columns, *part.order)
    return table is not None and _has(table, *columns) and table.links.get(part.via) == page.table


def _evidence_fits(evidence: Evidence, tables: dict[str, TableShape]) -> bool:
    cites, sources = tables.get(evidence.table), tables.get(evidence.sources)
    shown = (evidence.title, evidence.url, evidence.language, *evidence.details)
    named = (evidence.row_table, evidence.row_key, evidence.source)
    if cites is None or sources is None or not (_has(cites, *named) and _has(sources, *shown)):
        return False
    return len(sources.key) == 1 and cites.links.get(evidence.source) == evidence.sources
