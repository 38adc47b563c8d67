"""Bare conversion: every CSV file of a folder becomes Parquet and CSV, with the SHA-256 of both. Nothing is checked.

Each function imports only its own library, so that no rival is slowed down by another's imports.
"""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path


def polars(folder: Path, work: Path) -> str:
    """Convert with Polars, at its own settings."""
    import polars as pl

    for source in _sources(folder):
        frame = pl.read_csv(source)
        frame.write_parquet(work / f"{source.stem}.parquet", compression="zstd")
        frame.write_csv(work / source.name)
    return _digests(work)


def pyarrow(folder: Path, work: Path) -> str:
    """Convert with PyArrow, at its own settings."""
    import pyarrow.parquet as pq
    from pyarrow import csv

    for source in _sources(folder):
        table = csv.read_csv(source)
        pq.write_table(table, work / f"{source.stem}.parquet", compression="zstd")
        csv.write_csv(table, work / source.name)
    return _digests(work)


def duckdb_copy(folder: Path, work: Path) -> str:
    """Convert with DuckDB, at its own settings, but in the order of the rows."""
    import duckdb

    with duckdb.connect() as connection:
        for source in _sources(folder):
            connection.execute(f"CREATE TABLE data AS FROM read_csv('{source}')")
            connection.execute(f"COPY data TO '{work / source.stem}.parquet' (COMPRESSION zstd)")
            connection.execute(f"COPY data TO '{work / source.name}'")
            connection.execute("DROP TABLE data")
    return _digests(work)


def _sources(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.csv"))


def _digests(work: Path) -> str:
    lines: list[str] = []
    for path in sorted(work.iterdir()):
        with path.open("rb") as file:
            lines.append(f"{file_digest(file, 'sha256').hexdigest()}  {path.name}")
    return "\n".join(lines)
