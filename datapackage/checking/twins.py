"""Twins: the Parquet file of a table beside its CSV. Both hold the same rows, in the order of the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from communique.schemas import Column, Table
from communique.schemas.rules import RECORD
from communique.schemas.table import KEY_SEPARATOR

from ..codes import RULES
from ..describing.descriptor import Package, Resource
from ..errors import ParquetError
from ..finding import Finding, Origin
from ..progress import Step, tell
from ..storing.arrow import TYPES
from ..storing.compare import NEW, OLD, Pair, aligned, changes, same
from ..storing.digest import table_digest, text_of
from ..storing.ordered import UnorderedError, as_they_come, in_order, insisting, is_ordered
from ..storing.parquet import (
    ROW_GROUP,
    false_statistics,
    is_in_order,
    open_parquet,
    parquet_rows,
    rows_by_key,
)
from ..storing.spool import Spool
from ..threads import each_in_turn
from .checked import CheckedTable
from .judge import Broken
from .lastword import last_word

SHOWN = 1_000
"""How many differences of each table are reported; if there are more, the report says so."""


def twins(
    checked: CheckedTable, csv: Resource, parquet: Resource, package: Package, folder: Path, work: Path
) -> Iterator[Finding]:
    """Yield where the Parquet file of a table does not keep its promises, or differs from the CSV.

    checked: the rows of the CSV.
    work: an existing folder for rows that must be sorted.
    """
    table, path = checked.table, folder / parquet.path
    origin = Origin(table.name, parquet.path)
    try:
        file = open_parquet(path)
        with file:
            yield from _schema_findings(file, table, parquet, package, origin)
            if file.metadata.num_rows != parquet.rows:
                expected = f"{parquet.rows} rows, found {file.metadata.num_rows}"
                yield origin.finding(RULES["row-count"], expected=expected)
            if _columns(file) != _promised(table) or checked.spool is None:
                return
        for name, number in islice(false_statistics(path), SHOWN):
            said = f"statistics in the footer that match the rows of row group {number}"
            yield origin.finding(RULES["parquet-error"], None, name, said)
        yield from _row_findings(checked, csv, parquet, path, origin, work)
    except ParquetError as error:
        yield origin.finding(RULES["parquet-error"], expected=str(error).removeprefix(f"{path}: "))


def _columns(file: pq.ParquetFile) -> list[tuple[str, str, bool]]:
    return [(field.name, str(field.type), field.nullable) for field in file.schema_arrow]


def _promised(table: Table) -> list[tuple[str, str, bool]]:
    return [(column.name, str(TYPES[column.type]), not column.required) for column in table.columns]


def _schema_findings(
    file: pq.ParquetFile, table: Table, parquet: Resource, package: Package, origin: Origin
) -> Iterator[Finding]:
    for found, promised in zip(_columns(file), _promised(table), strict=False):
        if found != promised:
            yield origin.finding(RULES["parquet-schema"], None, promised[0], f"{promised}, found {found}")
    if len(_columns(file)) != len(_promised(table)):
        expected = f"{len(_promised(table))} columns, found {len(_columns(file))}"
        yield origin.finding(RULES["parquet-schema"], expected=expected)
    identity = {
        "package": package.name,
        "version": package.version,
        "table": table.name,
        "digest": parquet.digest,
        "package-digest": package.digest,
    }
    found_identity = identity_of(file)
    for name, value in identity.items():
        if found_identity.get(name) != value:
            expected = f"{name} {value} in the footer, found {found_identity.get(name)}"
            yield origin.finding(RULES["parquet-schema"], expected=expected)


def identity_of(file: pq.ParquetFile) -> dict[str, str]:
    """Return what the footer of a file says of its package, version, table and digests."""
    prefix = "communique:"
    stored = {**(file.schema_arrow.metadata or {}), **(file.metadata.metadata or {})}
    named = {key.decode(errors="replace"): value.decode(errors="replace") for key, value in stored.items()}
    return {key.removeprefix(prefix): value for key, value in named.items() if key.startswith(prefix)}


def _row_findings(
    checked: CheckedTable, csv: Resource, parquet: Resource, path: Path, origin: Origin, work: Path
) -> Iterator[Finding]:
    key, differ = checked.table.primary_key, False
    for finding in _compared_by_key(checked, csv, path, origin, work):
        differ = differ or finding.code == "format-mismatch"
        yield finding
    if not differ:
        return
    actual = table_digest(rows_by_key(path, key, work), _names(checked.table))
    if actual != parquet.digest:
        yield origin.finding(RULES["content-digest"], expected=f"{parquet.digest}, found {actual}")


def _compared_by_key(
    checked: CheckedTable, csv: Resource, path: Path, origin: Origin, work: Path
) -> Iterator[Finding]:
    assert checked.spool
    table, key, names = checked.table, checked.table.primary_key, _names(checked.table)
    if not key:
        pairs = aligned(checked.spool.batches(names), _numbered(parquet_rows(path)), (RECORD,))
        yield from _compared(pairs, checked, origin)
        return
    rows = _WithoutNulls(checked.spool, names, key)
    try:  # nearly always both are in order: then each is read once
        left, right = as_they_come(rows, key, ROW_GROUP), insisting(parquet_rows(path), key)
        yield from list(_compared(aligned(left, right, key), checked, origin))
    except UnorderedError:
        if not is_ordered(rows, key):
            yield Origin(table.name, csv.path).finding(RULES["row-order"])
        if not is_in_order(path, key):
            yield origin.finding(RULES["row-order"])
        left, right = in_order(rows, key, ROW_GROUP, work), rows_by_key(path, key, work)
        yield from _compared(aligned(left, right, key), checked, origin)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _numbered(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield rows with their numbers: in a table without a key, a row is identified by its position."""
    first = 1
    for rows in frames:
        yield rows.with_columns(pl.int_range(first, first + len(rows), dtype=pl.Int64).alias(RECORD))
        first += len(rows)


@dataclass(frozen=True)
class _WithoutNulls:
    """The rows of a spool that have a complete key, without null or NaN."""

    spool: Spool
    columns: list[str]
    key: tuple[str, ...]

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows as they come."""
        wanted = list(self.columns if columns is None else columns)
        return (_with_key(rows.select(wanted), self.key) for rows in self.spool.batches(wanted))


def _with_key(rows: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    floats = [name for name in key if rows.schema[name].is_float()]
    rows = rows.drop_nulls(key)
    return rows.drop_nans(floats) if floats else rows


def _compared(pairs: Iterator[Pair], checked: CheckedTable, origin: Origin) -> Iterator[Finding]:
    """Yield where both sides differ, up to a limit, and where Pandera refuses a row of the CSV that the check let pass."""
    table, names, told = checked.table, _names(checked.table), 0
    judges = not any(column.declared for column in table.columns) and not any(
        group.is_error for group in checked.found
    )

    def work(pair: Pair) -> tuple[list[Broken], pl.DataFrame | None]:
        left, right = pair
        tell(Step("compare", 0 if left is None else len(left)))
        broken = last_word(left.select(names), table, date.min) if judges and left is not None else []
        return broken, changes(left, right, table.primary_key or (RECORD,)) if told <= SHOWN else None

    for broken, differing in each_in_turn(work, pairs):
        yield from (Origin(table.name, f"data/{table.name}.csv").finding(item.rule) for item in broken)
        for finding in islice(_differences(differing, table, origin), SHOWN + 1 - told):
            told += 1
            if told <= SHOWN:
                yield finding
    if told > SHOWN:
        yield origin.finding(
            RULES["format-mismatch"], expected=f"no more differences than the {SHOWN} listed"
        )


def _differences(differing: pl.DataFrame | None, table: Table, origin: Origin) -> Iterator[Finding]:
    if differing is not None:
        for row in differing.iter_rows(named=True):
            yield from _row_differences(row[OLD], row[NEW], table, origin)


def _row_differences(
    csv: dict[str, object] | None, parquet: dict[str, object] | None, table: Table, origin: Origin
) -> Iterator[Finding]:
    present = csv or parquet or {}
    key = KEY_SEPARATOR.join(text_of(present[part]) for part in table.primary_key or (RECORD,))
    if csv is None or parquet is None:
        expected = "a row that is in both files; it is only in the " + ("Parquet" if csv is None else "CSV")
        yield _at(origin, table.columns[0], key, None, expected)
        return
    for column in table.columns:
        if not same(csv[column.name], parquet[column.name]):
            expected = f"{text_of(csv[column.name])!r}, as in the CSV"
            yield _at(origin, column, key, text_of(parquet[column.name]), expected)


def _at(origin: Origin, column: Column, key: str, value: str | None, expected: str) -> Finding:
    rule = RULES["format-mismatch"]
    return Finding(
        rule.code,
        origin.file,
        origin.table,
        rule.severity,
        column=column.name,
        key=key,
        value=value,
        expected=expected,
    )
