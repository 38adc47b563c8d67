"""SQLite: a release as one database file, with keys, references, comments and views; the same release, the same bytes.

SQLite has no comments on tables: they are part of the text of CREATE TABLE, which the file keeps. Dates are text in
ISO 8601, booleans 0 and 1; both are declared as such (DATE, BOOLEAN) and enforced by CHECK. SQLite checks references only
on a connection with PRAGMA foreign_keys = ON.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path

import polars as pl

from communique.schemas import ForeignKey, Table, View

from ..describing.literals import one_line, sql_identifier
from ..errors import ExportError
from ..storing.arrow import POLARS
from ..storing.digest import spelled
from .ddl import create_note, create_table, insert, names, possible, to_keys
from .dictionary import called, notes
from .engine import Engine
from .numbers import with_nan_as_null
from .source import Source, SourceTable


def _is_exact(literal: str, value: float) -> bool:
    """Say whether SQLite reads a literal exactly: some with many digits it rounds to a neighbouring number."""
    with closing(sqlite3.connect(":memory:")) as database:
        return bool(database.execute(f"SELECT {literal}").fetchone()[0] == value)


ENGINE = Engine(
    name="SQLite",
    types={
        **dict.fromkeys(POLARS, "TEXT"),
        "date": "DATE",
        "boolean": "BOOLEAN",
        "integer": "INTEGER",
        "number": "REAL",
        "datetime": "DATETIME",
        "time": "TIME",
        "year": "INTEGER",
    },
    checks={
        "date": "{0} IS NULL OR date({0}, '+0 days') IS {0}",  # date() alone accepts 30 February
        "boolean": "{0} IN (0, 1)",
        **dict.fromkeys(("integer", "year"), "typeof({0}) IN ('integer', 'null')"),
    },
    # length() stops at a NUL.
    lengths=("length({0}) >= {1} OR instr({0}, char(0)) > 0", "length({0}) <= {1}"),
    is_exact=_is_exact,
    reserved="sqlite_",
)
_QUICK = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE")
"""Nobody else uses the file before it is complete, and it is synced to disk afterwards."""
_AT_ONCE, _MOST_VALUES = 20, 999
"""How many rows, and at most how many values, a statement inserts: it prepares the lists of its CHECKs only once."""
_OF_THE_SYSTEM = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
"""Errors of the disk or the folder, as primary result codes (https://sqlite.org/rescode.html)."""


def write_sqlite(source: Source, path: Path, views: Sequence[View]) -> None:
    """Write the tables of a release into a new SQLite file.

    Raises ExportError where SQLite does not take the tables or their rows, and OSError where the file cannot be written.
    """
    ENGINE.insist_on_names([table.table for table in source.tables])
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            for pragma in _QUICK:
                database.execute(pragma)
            database.execute("BEGIN")
            _write(database, source, views)
            database.execute("COMMIT")
    except (sqlite3.Error, OverflowError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_SYSTEM:
            raise OSError(str(error)) from error
        raise ExportError(f"SQLite refuses the release: {error}") from error


def _write(database: sqlite3.Connection, source: Source, views: Sequence[View]) -> None:
    by_name = {table.name: table.table for table in source.tables}
    for table in source.tables:
        database.execute(_create(table.table, to_keys(table.table, by_name)))
        _fill(database, table)
    for table in source.tables:
        for statement in _indexes(table.table):
            database.execute(statement)
    lost = database.execute("PRAGMA foreign_key_check").fetchone()
    if lost:
        raise ExportError(f"{lost[0]}: a row refers to no row of {lost[2]}. See communique verify.")
    for note in notes(source):
        database.execute(create_note(note))
        database.executemany(insert(note.name, len(note.columns)), note.rows)
    for view in possible(views, [table.table for table in source.tables]):
        about = one_line(f"{view.title}: {view.description}")
        database.execute(f"CREATE VIEW {sql_identifier(view.name)} AS -- {about}\n{view.sql}")


def _create(table: Table, keys: Sequence[ForeignKey]) -> str:
    parts = create_table(table, ENGINE, keys)
    texts = [one_line(called(column)) for column in table.columns]
    texts += [""] * (len(parts) - len(texts))
    lines = (
        f"  {part}{',' if number < len(parts) else ''}{f' -- {text}' if text else ''}"
        for number, (part, text) in enumerate(zip(parts, texts, strict=True), 1)
    )
    about = one_line(called(table))
    head = f"CREATE TABLE {sql_identifier(table.name)} ({f' -- {about}' if about else ''}"
    return "\n".join((head, *lines, ")"))


def _fill(database: sqlite3.Connection, table: SourceTable) -> None:
    width = len(table.table.columns)
    days = pl.selectors.date().dt.to_string("%Y-%m-%d")
    moments = pl.selectors.datetime() | pl.selectors.time()
    for rows in with_nan_as_null(table, "SQLite", infinite=True):
        texts = [spelled(column) for column in rows.select(moments)]
        values = chain.from_iterable(rows.with_columns(days, *texts).iter_rows())
        many = max(1, min(_AT_ONCE, _MOST_VALUES // width))
        for count, times in ((many, len(rows) // many), (1, len(rows) % many)):
            given = (tuple(islice(values, count * width)) for _ in range(times))
            database.executemany(insert(table.name, width, count), given)


def _indexes(table: Table) -> Iterator[str]:
    """Yield an index for each reference, which speeds up joins and PRAGMA foreign_key_check.

    SQLite has one namespace for tables and indexes; names of tables have no spaces, so these do not collide.
    """
    for number, key in enumerate(table.foreign_keys, 1):
        index = sql_identifier(f"{table.name} reference {number}")
        yield f"CREATE INDEX {index} ON {sql_identifier(table.name)} ({names(key.columns)})"
