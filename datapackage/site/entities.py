"""Entities: a page for each row that the story gives one, and an entry for each in lists, search and charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import polars as pl

from communique.schemas.story import Page, Part

from .cells import Cell, is_edtf, label_of, language_of, native_language, reader_cell
from .dates import in_words, machine
from .merge import Groups, Row
from .names import list_page, row_page, table_page, web_address
from .render import Writer
from .shape import Shape, TableShape
from .titled import rows_of_page, rows_of_part, sources_of_page

_BATCH = 10_000
SUMMARY = 180
"""How many characters of a summary a list shows."""
ENTRY: dict[str, type[pl.DataType]] = dict.fromkeys(
    ("key", "title", "native", "when", "group", "stage", "summary", "place"), pl.String
)
"""What lists, search and charts know of a page; `place` is what a list is put in order by."""


@dataclass(frozen=True)
class _Part:
    """A part of a page, and its rows."""

    part: Part
    table: TableShape
    groups: Groups


def write_pages(shape: Shape, page: Page, writer: Writer, work: Path) -> Iterator[pl.DataFrame]:
    """Write the pages of a table, and yield an entry for each, in the order of their keys."""
    table = shape.tables[page.table]
    parts = [_Part(part, shape.tables[part.table], rows_of_part(shape, part, work)) for part in page.parts]
    sources = sources_of_page(shape, page, work)
    entries: list[Row] = []
    for frame in rows_of_page(shape, page, work):
        for row in frame.iter_rows(named=True):
            entries.append(_write(shape, page, table, row, parts, sources, writer))
            if len(entries) == _BATCH:
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
    entry["stage"] = next((part["steps"][-1]["stage"].text for part in shown if part["steps"]), None)
    writer.page(
        row_page(page.table, key),
        "row.html",
        page=page,
        entry=entry,
        when=Cell(in_words(entry["when"]), machine=machine(entry["when"])) if entry["when"] else None,
        native_language=native_language(shape, page.table),
        summary=row[page.summary] if page.summary else None,
        facts=_facts(shape, page, table, row),
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
        "summary": shorten(row[page.summary] or "", SUMMARY, placeholder="…") if page.summary else None,
        "place": when or "" if page.when else title.casefold(),
    }


def _facts(shape: Shape, page: Page, table: TableShape, row: Row) -> list[tuple[str, Cell]]:
    """Return the cells of a row that the head of its page does not show, each with its title."""
    headed = {*table.key, page.title, page.native, page.when, page.group, page.summary, *page.hidden}
    return [
        (field.title or name, reader_cell(shape, table, name, row))
        for name, field in table.fields.items()
        if name not in headed and row[name] is not None
    ]


def _shown(shape: Shape, shown: _Part, key: str) -> dict[str, Any]:
    """Return what a template needs of a part: its rows as a table, or as the steps of a life."""
    part, table = shown.part, shown.table
    rows, count = shown.groups.of(key)
    filled = [name for name in part.columns if any(row[name] is not None for row in rows)]
    lines = [[reader_cell(shape, table, name, row) for name in filled] for row in rows]
    steps: list[dict[str, Any]] = []
    if part.stage:
        steps = [
            {
                "stage": reader_cell(shape, table, part.stage, row),
                "when": reader_cell(shape, table, part.when, row) if part.when else Cell(),
                "cells": [
                    (table.fields[name].title or name, cell)
                    for name, cell in zip(filled, line, strict=True)
                    if cell.text
                ],
            }
            for row, line in zip(rows, lines, strict=True)
        ]
    return {
        "heading": part.heading,
        "titles": [table.fields[name].title or name for name in filled],
        "narrow": [is_narrow(table, name) for name in filled],
        "lines": lines,
        "steps": steps,
        "is_life": bool(part.stage),
        "count": count,
        "table": part.table,
        "table_path": table_page(part.table),
    }


def is_narrow(table: TableShape, column: str) -> bool:
    """Say whether the values of a column are short, so that they need not be broken into lines."""
    field = table.fields[column]
    return field.type != "string" or bool(field.categories) or is_edtf(field)


def _sources(shape: Shape, groups: Groups | None, key: str) -> tuple[list[Cell], int]:
    if groups is None or shape.evidence is None:
        return [], 0
    evidence = shape.evidence
    rows, count = groups.of(key)
    details = shape.tables[evidence.sources].fields
    cells = [
        Cell(
            row[evidence.title] or row[evidence.url] or "",
            web=web_address(row[evidence.url] or ""),
            language=language_of(shape, evidence.sources, evidence.title, row),
            when=", ".join(
                in_words(row[name]) if details[name].type == "date" else row[name]
                for name in evidence.details
                if row[name]
            ),
        )
        for row in rows
    ]
    return cells, count
