"""DDL: the tables of a release as CREATE TABLE statements that SQLite and DuckDB understand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from communique.schemas import Column, ForeignKey, Table, View

from ..describing.literals import sql_identifier
from .dictionary import Note
from .engine import Engine


def create_table(table: Table, engine: Engine, keys: Sequence[ForeignKey]) -> list[str]:
    """Return the parts between the parentheses of a CREATE TABLE: the columns, then the keys.

    keys: the foreign keys that are declared.
    """
    columns = (" ".join(_column(column, table, engine)) for column in table.columns)
    primary = [f"PRIMARY KEY ({names(table.primary_key)})"] if table.primary_key else []
    unique = (f"UNIQUE ({names(key)})" for key in table.unique_keys)
    return [*columns, *primary, *unique, *map(_foreign_key, keys)]


def to_keys(table: Table, tables: Mapping[str, Table]) -> list[ForeignKey]:
    """Return the references that point to a key of the other table; a database can declare no others."""
    return [
        key
        for key in table.foreign_keys
        if key.references in (tables[key.table].primary_key, *tables[key.table].unique_keys)
    ]


def _column(column: Column, table: Table, engine: Engine) -> Iterator[str]:
    yield f"{sql_identifier(column.name)} {engine.types[column.type]}"
    if not table.may_be_empty(column):
        yield "NOT NULL"
    for condition in engine.conditions(column):
        yield f"CHECK ({condition})"


def _foreign_key(key: ForeignKey) -> str:
    return (
        f"FOREIGN KEY ({names(key.columns)}) REFERENCES {sql_identifier(key.table)} ({names(key.references)})"
    )


def names(columns: Sequence[str]) -> str:
    """Return columns as a list of identifiers."""
    return ", ".join(map(sql_identifier, columns))


def create_note(note: Note) -> str:
    """Return the statement that makes a small table about the data."""
    numbers = {"row_count"}
    columns = (f"{sql_identifier(name)} {'BIGINT' if name in numbers else 'TEXT'}" for name in note.columns)
    return f"CREATE TABLE {sql_identifier(note.name)} ({', '.join(columns)})"


def insert(table: str, count: int, rows: int = 1) -> str:
    """Return the statement that inserts so many rows of `count` values each."""
    row = f"({', '.join('?' * count)})"
    return f"INSERT INTO {sql_identifier(table)} VALUES {', '.join([row] * rows)}"


def possible(views: Sequence[View], tables: Sequence[Table]) -> list[View]:
    """Return the views whose tables and columns exist, and whose name is free."""
    there = {table.name: {column.name for column in table.columns} for table in tables}
    return [
        view
        for view in views
        if view.name not in there
        and all(set(columns) <= there.get(table, set()) for table, columns in view.needs.items())
    ]


def parents_first(tables: Sequence[Table]) -> list[Table]:
    """Return tables so that each comes after those that it refers to, except for one reference of each cycle."""
    by_name = {table.name: table for table in tables}
    parents = {
        table.name: dict.fromkeys(key.table for key in table.foreign_keys if key.table != table.name)
        for table in tables
    }
    while True:
        try:
            return [by_name[name] for name in TopologicalSorter(parents).static_order()]
        except CycleError as error:
            parent, child, *_ = error.args[1]
            del parents[child][parent]
