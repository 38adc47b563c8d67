"""Rows: read → parse → judge, block by block, several blocks at a time, with the results in order.

The threads share no state: each takes a block and returns what it found. Only as many blocks as there are threads wait
in the queue, so that memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from communique.schemas import RowRule, Table

from ..codes import RULES
from ..found import Found, Group
from ..progress import Step, tell
from ..reading.oddplaces import odd_of
from ..reading.parse import parse
from ..reading.read import batch, header, obstacle
from ..reading.scan import RECORD_LIMIT, Block, LongLineError, Span, blocks
from ..storing.spool import Spool
from ..threads import each_in_turn
from .checked import CheckedTable
from .hashes import Hashes, HashFile
from .judge import Broken, judge_suspects
from .relations import count_keys, key_hashes


@dataclass(frozen=True)
class Part:
    """What is known of the rows of a block.

    rows: the typed rows that are well formed, with their numbers; null where a column does not allow the value.
    malformed: the keys of the others, as far as they can be read.
    hashes: those of keys and references, as `relations.key_hashes` returns them.
    """

    span: Span
    read: int
    found: Found
    rows: pa.Table
    malformed: pl.DataFrame
    hashes: list[Hashes]


def check_rows(table: Table, folder: Path, work: Path, today: date) -> CheckedTable:
    """Check the rows of a table, each by itself, and spool the typed ones to the folder `work`."""
    return check_file(table, folder / f"{table.name}.csv", folder, work, today)


def check_file(table: Table, path: Path, folder: Path, work: Path, today: date) -> CheckedTable:
    """Check the rows of a table in any file, which must not be a link that leads out of `folder`."""
    checked = CheckedTable(table, path)
    hindrance = obstacle(checked.path, folder)
    if hindrance:
        return checked.refuse(checked.origin.finding(RULES["source-error"], expected=hindrance))
    try:
        with checked.path.open("rb") as file:
            _read(checked, blocks(file), work, today)
    except LongLineError:
        limit = f"a file with lines of at most {RECORD_LIMIT:,} bytes, found a longer one"
        return checked.refuse(checked.origin.finding(RULES["source-error"], expected=limit))
    return checked


def _read(checked: CheckedTable, source: Iterator[Block], work: Path, today: date) -> None:
    table, first = checked.table, next(source, None)
    head = header(first, table, checked.origin)
    checked.labels, checked.findings = head.labels, list(head.findings)
    if first is None or head.findings:
        return
    spool = Spool(table, work / f"{table.name}.arrow")
    checked.hashes = [HashFile(work / f"{table.name}.{number}.keys") for number in range(count_keys(table))]
    malformed: list[pl.DataFrame] = []
    for part in each_in_turn(partial(_check, head.labels, table, spool, today), chain([first], source)):
        checked.spans.append(part.span)
        checked.read += part.read
        checked.found.add_all(part.found)
        malformed.append(part.malformed)
        spool.add(part.rows)
        for file, hashes in zip(checked.hashes, part.hashes, strict=True):
            file.add(hashes)
        findings = sum(len(group.records) for group in part.found)
        tell(Step("check", part.read, part.span.size, findings))
    spool.close()
    checked.spool, checked.malformed = spool, pl.concat(malformed)


def _check(labels: tuple[str, ...], table: Table, spool: Spool, today: date, block: Block) -> Part:
    rows = batch(block, labels, table)
    odd = odd_of(table.source_columns, rows.text, rows.plain)
    typed, misfits = parse(rows.text, rows.records, table, odd)
    broken = judge_suspects(typed, table, today, odd)
    found = Found()
    found.add_all(rows.groups)
    found.add(misfits)
    for over_rows in (False, True):  # what is wrong with a cell by itself explains what is wrong with its row
        items = [item for item in broken if isinstance(item.rule, RowRule) is over_rows]
        found.add(
            Group(item.rule, item.column, rows.records[list(item.rows)], item.expected) for item in items
        )
    known = _known(typed, broken)
    spooled = spool.rows(known, rows.text, rows.records)
    return Part(block.span, rows.read, found, spooled, rows.keys, key_hashes(known, table))


def _known(typed: pl.DataFrame, broken: list[Broken]) -> pl.DataFrame:
    """Replace values that their column does not allow by null."""
    for item in broken:
        if item.rule.code == "constraint-error" and item.column:
            bad = pl.Series(np.isin(np.arange(len(typed)), item.rows))
            typed = typed.with_columns(pl.when(~bad).then(pl.col(item.column)).alias(item.column))
    return typed
