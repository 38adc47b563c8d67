"""Dictionary: four small tables that accompany exported data and say what it is, and what each column means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from communique.schemas import Column, ForeignKey, Table

from ..describing.allowed import codes
from ..describing.citation import in_words
from ..describing.demands import demands
from ..describing.describe import json_field
from ..describing.descriptor import Package
from ..storing.digest import text_of
from .source import Source

Cell = str | int | None


@dataclass(frozen=True)
class Note:
    """A small table about the data; all cells except counts are text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def notes(source: Source) -> tuple[Note, ...]:
    """Return the tables about the package, its tables, their columns, and the codes in them.

    Each name begins with an underscore, or with several where a table of the package has the same name.
    """
    taken = {table.name for table in source.tables}
    return (
        Note(_free("_about", taken), ("property", "value"), tuple(_about(source.package))),
        Note(
            _free("_tables", taken),
            ("table_name", "title", "description", "row_count"),
            tuple((t.name, t.table.title, t.table.description, t.resource.rows) for t in source.tables),
        ),
        Note(_free("_columns", taken), _COLUMNS, tuple(_each(source, _columns))),
        Note(
            _free("_codes", taken),
            ("table_name", "column_name", "code", "label"),
            tuple(_each(source, _codes)),
        ),
    )


_COLUMNS = (
    "table_name",
    "column_name",
    "title",
    "description",
    "type",
    "required",
    "primary_key",
    "refers_to",
    "values",
    "maps_to",
)


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name = f"_{name}"
    return name


def _about(package: Package) -> Iterator[tuple[str, str]]:
    licence, released = package.license, str(package.released or "")
    yield from (
        ("name", package.name),
        ("title", package.title),
        ("description", package.description),
        ("version", package.version),
        ("released", released),
        (
            "licence",
            f"{licence.title} ({licence.name})" if licence.title and licence.name else licence.called,
        ),
        ("licence_url", licence.path or ""),
        ("cite_as", in_words(package.contributors, released, package.title, package.version)),
        ("languages", ", ".join(package.languages)),
        ("digest", package.digest),
    )


def _each(
    source: Source, rows: Callable[[Table, Column], Iterator[tuple[Cell, ...]]]
) -> Iterator[tuple[Cell, ...]]:
    for table in source.tables:
        for column in table.table.columns:
            yield from rows(table.table, column)


def far_side(key: ForeignKey) -> str:
    """Return what a key refers to: table.column, or table(column, column) for a composite key."""
    if len(key.references) == 1:
        return f"{key.table}.{key.references[0]}"
    return f"{key.table}({', '.join(key.references)})"


def called(entry: Table | Column) -> str:
    """Return the title and the description of a table or column as one text; an empty one where it has neither."""
    return ": ".join(filter(None, (entry.title, entry.description)))


def _columns(table: Table, column: Column) -> Iterator[tuple[Cell, ...]]:
    far = [far_side(key) for key in table.foreign_keys if column.name in key.columns]
    yield (
        table.name,
        column.name,
        column.title,
        column.description,
        column.type,
        "no" if table.may_be_empty(column) else "yes",
        "yes" if column.name in table.primary_key else "no",
        ", ".join(far) or None,
        ", ".join(" ".join(filter(None, told)) for told in demands(table, column)) or None,
        column.term,
    )


def _codes(table: Table, column: Column) -> Iterator[tuple[Cell, ...]]:
    for code, label in codes(json_field(column)):
        told = text_of(code, column.type)
        yield (table.name, column.name, told, label or told)
