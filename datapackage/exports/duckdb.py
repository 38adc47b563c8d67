"""DuckDB: a release as one database file, with keys, references, comments and views.

DuckDB checks each row against the rows that are there already, so a reference to the table itself, or one that closes a
cycle of tables, cannot be declared: it is checked once, when all rows are there, and mentioned in the comment of its
column. The bytes of a DuckDB file differ from one export to the next; its tables do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from communique.schemas import ForeignKey, Table, View

from ..describing.literals import sql_identifier, sql_text
from ..errors import ExportError
from ..storing.arrow import POLARS
from .ddl import create_note, create_table, insert, parents_first, possible, to_keys
from .dictionary import called, far_side, notes
from .engine import Engine
from .source import Source, SourceTable

if TYPE_CHECKING:
    import duckdb

ENGINE = Engine(
    name="DuckDB",
    types={
        **dict.fromkeys(POLARS, "VARCHAR"),
        "date": "DATE",
        "boolean": "BOOLEAN",
        "integer": "BIGINT",
        "number": "DOUBLE",
        "datetime": "TIMESTAMP",
        "time": "TIME",
        "year": "INTEGER",
    },
    moment="CAST({0} AS {1})",
)
_BATCH = "the rows at hand"
"""A name that no table can have: names of tables have no spaces."""


def write_duckdb(source: Source, path: Path, views: Sequence[View]) -> None:
    """Write the tables of a release into a new DuckDB file.

    Raises ExportError where DuckDB is not installed, or does not take the tables or their rows, and OSError where the file
    cannot be written.
    """
    ENGINE.insist_on_names([table.table for table in source.tables])
    try:
        import duckdb
    except ImportError as error:
        raise ExportError("An export to DuckDB needs the package duckdb: pip install duckdb") from error
    try:
        with duckdb.connect(path, config={**_CLOSED, "default_block_size": _block_size(source)}) as database:
            _write(database, source, views)
    except duckdb.OperationalError as error:  # of the system, such as a full disk
        raise OSError(str(error).splitlines()[0]) from error
    except duckdb.Error as error:
        raise ExportError(f"DuckDB refuses the release: {str(error).splitlines()[0]}") from error


_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
}
"""Nothing in a release can make DuckDB fetch or open anything."""
_LARGE = 20_000_000
"""The bytes of CSV from which blocks have the size that DuckDB gives them by default."""


def _block_size(source: Source) -> str:
    """Return the bytes of a block: with small ones, small tables take little space, but large ones much time."""
    size = sum(resource.bytes for resource in source.package.of("csv").values())
    return "262144" if size >= _LARGE else "16384"


def _write(database: duckdb.DuckDBPyConnection, source: Source, views: Sequence[View]) -> None:
    tables = {table.name: table for table in source.tables}
    ordered = parents_first([table.table for table in source.tables])
    by_name, done = {table.name: table for table in ordered}, set[str]()
    for table in ordered:
        declared = [key for key in to_keys(table, by_name) if key.table in done]
        parts = ", ".join(create_table(table, ENGINE, declared))
        database.execute(f"CREATE TABLE {sql_identifier(table.name)} ({parts})")
        _fill(database, tables[table.name])
        done.add(table.name)
        for statement in _comments(table, declared):
            database.execute(statement)
    for table in ordered:
        for key in table.foreign_keys:
            _insist_on(database, table, key)
    for note in notes(source):
        database.execute(create_note(note))
        if note.rows:
            database.executemany(insert(note.name, len(note.columns)), note.rows)
    for view in possible(views, ordered):
        database.execute(f"CREATE VIEW {sql_identifier(view.name)} AS {view.sql}")
        database.execute(f"COMMENT ON VIEW {sql_identifier(view.name)} IS {sql_text(view.description)}")
    database.execute("CHECKPOINT")


def _fill(database: duckdb.DuckDBPyConnection, table: SourceTable) -> None:
    for rows in table.batches():
        database.register(_BATCH, rows.to_arrow())
        database.execute(f"INSERT INTO {sql_identifier(table.name)} SELECT * FROM {sql_identifier(_BATCH)}")
        database.unregister(_BATCH)


def _comments(table: Table, declared: Sequence[ForeignKey]) -> Iterator[str]:
    """Yield the comments of a table and its columns, with the references that are not declared."""
    name = sql_identifier(table.name)
    if called(table):
        yield f"COMMENT ON TABLE {name} IS {sql_text(called(table))}"
    for column in table.columns:
        told = [
            _refers(key) for key in table.foreign_keys if key not in declared and column.name in key.columns
        ]
        text = " ".join(filter(None, (called(column), *told)))
        if text:
            yield f"COMMENT ON COLUMN {name}.{sql_identifier(column.name)} IS {sql_text(text)}"


def _refers(key: ForeignKey) -> str:
    own = f"With {', '.join(key.columns)} refers" if len(key.columns) > 1 else "Refers"
    return f"{own} to {far_side(key)}."


def _insist_on(database: duckdb.DuckDBPyConnection, table: Table, key: ForeignKey) -> None:
    """Check that each row refers by a key to an existing row, whether or not the key is declared."""
    pairs = zip(map(sql_identifier, key.columns), map(sql_identifier, key.references), strict=True)
    lost = database.execute(
        f"SELECT 1 FROM {sql_identifier(table.name)} AS near"
        f" WHERE NOT EXISTS (SELECT 1 FROM {sql_identifier(key.table)} AS far"
        f" WHERE {' AND '.join(f'near.{a} = far.{b}' for a, b in pairs)})"
        f" AND {' AND '.join(f'near.{sql_identifier(name)} IS NOT NULL' for name in key.columns)} LIMIT 1"
    ).fetchone()
    if lost:
        raise ExportError(
            f"{table.name}: a row refers by {', '.join(key.columns)} to no row of {key.table}."
            " See communique verify."
        )
