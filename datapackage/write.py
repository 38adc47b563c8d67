"""Write: typed rows, in the order of their key, into a CSV and a Parquet file at once.

Both files take the same slices of rows, so that their bytes depend neither on the batches in which the rows
were read nor on the number of threads. Each slice is given to Pandera a last time before it is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandera.polars as pandera
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from communique.schemas import Table
from communique.schemas.table import KEY_SEPARATOR

from .arrow import arrow_schema
from .errors import CommuniqueError
from .judge import Broken, judge

ROW_GROUP = 122_880
_PARQUET: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "use_dictionary": True,
    "write_statistics": True,
    "write_page_index": True,
    "write_page_checksum": True,
}


@dataclass(frozen=True)
class Written:
    """A file of a release: its path in the release, its size in bytes, its SHA-256, and its rows."""

    path: str
    bytes: int
    sha256: str
    rows: int


def write(
    frame: pl.LazyFrame,
    table: Table,
    schema: pandera.DataFrameSchema,
    folder: Path,
    identity: Mapping[str, str],
    tolerated: AbstractSet[tuple[str, str | None]] = frozenset(),
) -> tuple[Written, Written]:
    """Write `data/<table>.csv` and `data/<table>.parquet` below `folder`; return what was written.

    tolerated: the rules and keys of rows for which the dataset has a waiver.
    Raises CommuniqueError where Pandera does not accept the very rows that are about to be written.
    """
    arrow = arrow_schema(table, identity)
    order = [(name, "ascending") for name in table.primary_key]
    sorting = pq.SortingColumn.from_ordering(arrow, order)
    csv_path, parquet_path = (folder / "data" / f"{table.name}{suffix}" for suffix in (".csv", ".parquet"))
    rows = 0
    with (
        csv_path.open("wb") as csv,
        pq.ParquetWriter(parquet_path, arrow, sorting_columns=sorting, **_PARQUET) as parquet,
    ):
        csv.write((",".join(arrow.names) + "\n").encode())
        for accepted in _slices(frame.sort(table.primary_key), table, schema, tolerated):
            published = accepted.select(arrow.names)
            published.write_csv(csv, include_header=False, line_terminator="\n", quote_style="necessary")
            parquet.write_table(_to_arrow(published, arrow), row_group_size=ROW_GROUP)
            rows += len(published)
    return _written(csv_path, folder, rows), _written(parquet_path, folder, rows)


def _slices(
    frame: pl.LazyFrame,
    table: Table,
    schema: pandera.DataFrameSchema,
    tolerated: AbstractSet[tuple[str, str | None]],
) -> Iterator[pl.DataFrame]:
    whole = frame.select(column.name for column in table.columns).collect()
    for rows in whole.iter_slices(ROW_GROUP):
        broken = [item for item in judge(schema, rows, table) if not _known(item, rows, table, tolerated)]
        if broken:
            codes = ", ".join(sorted({item.rule.code for item in broken}))
            raise CommuniqueError(
                f"{table.name}: rows that are about to be written break {codes}; nothing is written."
            )
        yield rows


def _known(
    item: Broken, rows: pl.DataFrame, table: Table, tolerated: AbstractSet[tuple[str, str | None]]
) -> bool:
    """Say whether each row that Pandera refuses has a waiver for the rule that it breaks."""
    keys = rows[list(item.rows)].select(pl.concat_str(table.primary_key, separator=KEY_SEPARATOR)).to_series()
    return bool(item.rows) and all((item.rule.code, key) in tolerated for key in keys)


def _to_arrow(rows: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    return pa.table(
        [column.cast(field.type) for column, field in zip(table.columns, schema, strict=True)], schema=schema
    )


def _written(path: Path, folder: Path, rows: int) -> Written:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(path.relative_to(folder).as_posix(), path.stat().st_size, digest, rows)
