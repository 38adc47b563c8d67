"""Probe: read untrusted Parquet files in a separate process, which may crash or hang instead of the caller.

Run as a script, with a list of files as JSON on stdin, it answers each with a line of JSON: null, or what is wrong. It
imports nothing of this package, so that it starts fast.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

import polars as pl
import pyarrow.parquet as pq

_BATCH = 65_536
_LEAST_MEMORY = 4 << 30
_TEXTS = ("large_string", "string_view")


def fault(path: str, columns: list[list[str]], rows: int) -> str | None:
    """Return what is wrong with a file; None where PyArrow and Polars both read all of it.

    columns: the name and the Arrow type of each column, in order.
    rows: how many there must be.
    """
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        found = [[field.name, _plain(str(field.type))] for field in file.schema_arrow]
        if found != columns:
            return f"expected the columns {_told(columns)}, found {_told(found)}"
        if file.metadata.num_rows != rows:
            return f"expected {rows} rows, found {file.metadata.num_rows}"
        count = 0
        for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
            batch.validate(full=True)
            count += batch.num_rows
        if count != rows:
            return f"expected {rows} rows, could read {count}"
    frame = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    count = sum(len(part) for part in frame.collect_batches(chunk_size=_BATCH))
    return None if count == rows else f"expected {rows} rows, Polars reads {count}"


def _plain(kind: str) -> str:
    return "string" if kind in _TEXTS else kind


def _told(columns: list[list[str]]) -> str:
    text = ", ".join(f"{name} ({kind})" for name, kind in columns)
    return text if len(text) <= 200 else f"{text[:200]}…"


def main() -> None:
    """Answer for each file on stdin."""
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    memory = max(half, _LEAST_MEMORY)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked: list[dict[str, Any]] = json.load(sys.stdin)
    for file in asked:
        try:
            answer = fault(**file)
        except BaseException as error:  # noqa: BLE001  a panic of Polars is no Exception
            answer = (str(error).splitlines() or [""])[0][:500] or type(error).__name__
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
