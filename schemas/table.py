"""A table: a Pandera model for its columns, and everything about it that Pandera cannot express.

Everything else (the Pandera schema that runs, the Table Schema, the Arrow schema, the data dictionary) is a projection
of this one value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from .column import METADATA, Column, ColumnType
from .rules import CrossRule, RowRule, Rule
from .views import View

if TYPE_CHECKING:  # importing Pandera takes longer than checking a small table, and is not always needed
    import narwhals as nw
    import pandera.polars as pa

_TYPES: dict[type[pl.DataType], ColumnType] = {
    pl.String: "string",
    pl.Date: "date",
    pl.Boolean: "boolean",
    pl.Int64: "integer",
}
KEY_SEPARATOR = "/"
"""Joins the parts of a composite key that is written as one text."""


class Model(Protocol):
    """Anything that gives the Pandera schema of a table: a Pandera model, or a stand-in for one."""

    def to_schema(self) -> pa.DataFrameSchema:
        """Return the schema, with a `Column` in the metadata of each column."""
        ...


@dataclass(frozen=True)
class ForeignKey:
    """A reference: the cells of `columns` are the key of a row of `table`, or empty.

    many: the one column holds a list of ids, each of which is a reference.
    """

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]
    many: bool = False


@dataclass(frozen=True)
class Derivation:
    """How the rows of a derived table follow from another table, each from a single row of it.

    columns: the columns of the other table that are needed.
    rows: returns the rows that follow from some rows of the other table, preferably in the order of the key.
    """

    table: str
    columns: tuple[str, ...]
    rows: Callable[[nw.DataFrame[Any]], nw.DataFrame[Any]]


@dataclass(frozen=True, eq=False)
class Table:
    """One table.

    name: the name in files and references; `title` is for people.
    row: what one row is.
    primary_key: the columns that identify a row.
    unique_keys: other keys whose values are unique.
    foreign_keys: the references to other tables.
    rules: the rules over the cells of one row.
    usage: what users of the table should know.
    derive: for a table that is not written by hand, how its rows follow from other tables, one after the other.
    """

    name: str
    title: str
    row: str
    description: str
    model: Model
    primary_key: tuple[str, ...]
    usage: str = ""
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    rules: tuple[RowRule, ...] = ()
    derive: tuple[Derivation, ...] = ()

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in the order of the model."""
        return tuple(_column(pandera) for pandera in self.model.to_schema().columns.values())

    @property
    def source_columns(self) -> tuple[Column, ...]:
        """The columns that curators write."""
        return tuple(column for column in self.columns if column.derived is None)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """All columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The names of the columns that curators write, by the same in small letters."""
        return {column.name.lower(): column.name for column in self.source_columns}

    @property
    def published_columns(self) -> tuple[Column, ...]:
        """The columns that are part of the package."""
        return tuple(column for column in self.columns if column.published)

    def may_be_empty(self, column: Column) -> bool:
        """Say whether cells of a column may be empty: those of the primary key never may, whatever the column says."""
        return not column.required and column.name not in self.primary_key


def _column(pandera: Any) -> Column:
    declared: Column = pandera.metadata[METADATA]
    kind = (
        declared.type if declared.type != "string" else _TYPES.get(pandera.dtype.type.base_type(), "string")
    )
    source = declared.source or pandera.name
    return replace(declared, name=pandera.name, type=kind, required=not pandera.nullable, source=source)


@dataclass(frozen=True, eq=False)
class Schemas:
    """The tables that belong together, in the order of publication, the rules across them, and views of them."""

    tables: tuple[Table, ...]
    cross_rules: tuple[CrossRule, ...]
    views: tuple[View, ...] = ()

    @cached_property
    def written(self) -> tuple[Table, ...]:
        """The tables that curators write, each in a file of the dataset; the others are derived from them."""
        return tuple(table for table in self.tables if not table.derive)

    def table(self, name: str) -> Table:
        """Return the table of that name; KeyError where there is none."""
        return {table.name: table for table in self.tables}[name]

    def rules_of(self, table: Table) -> tuple[Rule, ...]:
        """Return the rules of one table: over its cells, its rows, and across tables."""
        cells = (rule for column in table.columns for rule in column.rules)
        across = (rule for rule in self.cross_rules if rule.table == table.name)
        return tuple({rule.code: rule for rule in (*cells, *table.rules, *across)}.values())

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its code, over cells, rows and tables."""
        return {rule.code: rule for table in self.tables for rule in self.rules_of(table)}
