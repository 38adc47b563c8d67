"""Chunks: the well-formed rows of a block of CSV, or those of a batch of Parquet, as cells of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

from ...arrays import Ints, all_polars, bytes_of, integers, polars
from ...finding import KEPT
from ...found import Group
from ...reading.locate import cells_of
from ...reading.read import Mask, blank_records, fault_groups, malformed, ragged, sift
from ...reading.scan import Block, Span
from ...untrusted.limits import CELL
from ..codes import FOREIGN
from ..fields.field import Field
from ..fields.grammar import WRONG
from .readplan import ReadPlan

if TYPE_CHECKING:  # few packages have Parquet
    from .fromparquet import Batch

EXTRA = 100
"""How many extra or missing cells of a row are findings of their own."""
_PIECE = 1 << 20
"""How many bytes of a block are split into cells at a time: they, and their cells, stay in a processor's cache."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of a table.

    table: the cells of the well-formed rows. records: their numbers.
    read: how many rows there were, malformed ones included.
    groups: what is wrong with the malformed rows. malformed: their keys, as far as they can be read.
    empty: whether empty cells are null already.
    plain: whether all text is known to be printable ASCII. long: whether a cell may be too long.
    """

    table: pa.Table
    records: Ints
    span: Span
    read: int
    malformed: pl.DataFrame
    empty: bool
    plain: bool
    long: bool
    groups: tuple[Group, ...] = ()

    def texts(self, plan: ReadPlan, fields: Sequence[tuple[Field, int]]) -> list[pl.Series]:
        """Return the cells of fields, given with their places, with null where a text stands for no value."""
        columns = all_polars([self.table.column(place) for _, place in fields])
        cells = [
            field.present(column, self.empty) for (field, _), column in zip(fields, columns, strict=True)
        ]
        if plan.null_text is not None:
            cells = [each.set((each == plan.null_text).fill_null(False), None) for each in cells]
        for number, (field, _) in enumerate(fields):
            for marked, text in ((plan.wrong, WRONG), (plan.none, None)):
                if field.name in marked:
                    some = pl.Series(np.isin(self.records, marked[field.name]))
                    cells[number] = cells[number].set(some, text)
        return cells

    def raw(self, place: int) -> list[pa.Array]:
        """Return a column as Arrow has it."""
        return list(self.table.column(place).chunks)


def chunk_of(plan: ReadPlan, rows: Block | Batch) -> Chunk:
    """Return the rows of a block, or of a batch of Parquet. Raises PathError where the latter is damaged."""
    return _of_block(plan, rows) if isinstance(rows, Block) else _of_batch(plan, rows)


def _of_batch(plan: ReadPlan, batch: Batch) -> Chunk:
    texts = batch.texts()
    records = np.arange(batch.first, batch.first + texts.num_rows, dtype=np.int64)
    return Chunk(
        texts,
        records,
        Span(0, batch.size, batch.first, 1),
        texts.num_rows,
        pl.DataFrame(schema=dict.fromkeys(plan.referred, pl.String())),
        empty=False,
        plain=False,
        long=any(_has_long(chunk) for column in texts.columns for chunk in column.chunks),
        groups=tuple(_with_nul(texts, records, plan.columns.labels)),
    )


def _has_long(texts: pa.Array) -> bool:
    ends, _ = bytes_of(texts)
    return bool(np.diff(ends).max(initial=0) > CELL.most)


def _with_nul(texts: pa.Table, records: Ints, labels: Sequence[str]) -> Iterator[Group]:
    """Yield the texts with NUL, which the byte pass finds in CSV."""
    for label, column in zip(labels, texts.columns, strict=True):
        if all(bytes_of(chunk)[1].min(initial=1) for chunk in column.chunks):
            continue
        has = polars(column).str.contains("\0", literal=True).fill_null(False)
        if has.any():
            yield Group(FOREIGN["nul-byte"], label, records[has.to_numpy()])


def _of_block(plan: ReadPlan, block: Block) -> Chunk:
    width, empty = plan.columns.width, plan.empty
    piece = None if block.returns else _PIECE
    text, good = sift(block, tuple(map(str, range(width))), empty, piece)
    bad = malformed(block, good)
    records, groups = good, list(_broken(block, bad, plan))
    if plan.blanks:
        of_nothing = None if empty or width > 1 else blank_records(block)[good - block.first]
        text, records, blank = _without_blanks(text, records, empty, of_nothing)
        groups += [Group(FOREIGN["blank-row"], None, blank), *_keyless(plan, blank)]
    return Chunk(
        text,
        records,
        block.span,
        len(block.rows),
        _keys(block, bad, plan),
        empty,
        plain=block.plain,
        long=_longest(block) > CELL.most,
        groups=tuple(groups),
    )


def _longest(block: Block) -> int:
    return int((block.ends - block.starts).max()) if len(block) else 0


def _keyless(plan: ReadPlan, blank: Ints) -> Iterator[Group]:
    """A blank row has no key either, which is said as frictionless says it."""
    for key in plan.compared.own:
        if key.code == "primary-key":
            yield Group(FOREIGN["primary-key"], key.names[0], blank, "a value in each part of the key")


def _without_blanks(
    text: pa.Table, records: Ints, empty: bool, of_nothing: Mask | None
) -> tuple[pa.Table, Ints, Ints]:
    """Return the rows that have a value, their numbers, and the numbers of the others.

    of_nothing: which records are a line end and nothing else, where these alone are blank: a quoted empty cell by
        itself may be a value.
    """
    blank = of_nothing
    if blank is None and (all(column.null_count for column in text.columns) if empty else text.num_rows):
        none = pl.all().is_null() if empty else pl.all() == ""
        blank = pl.DataFrame(text).select(pl.all_horizontal(none)).to_series().to_numpy()
    if blank is None or not blank.any():
        return text, records, records[:0]
    return text.take(integers(np.flatnonzero(~blank))), records[~blank], records[blank]


def _broken(block: Block, rows: Ints, plan: ReadPlan) -> Iterator[Group]:
    """Yield what is wrong with the rows that are not well formed: each cell too few or too many counts."""
    width, labels = plan.columns.width, plan.columns.labels
    yield from fault_groups(plan.origins.faults(block.faults), labels)
    for found, records in ragged(block, rows):
        expected = f"{width} cells, found {found}"
        code = "missing-cell" if found < width else "extra-cell"
        shorter, longer = sorted((found, width))
        for place in range(shorter, min(longer, shorter + EXTRA)):
            label = labels[place] if place < width else f"column {place + 1}"
            yield Group(FOREIGN[code], label, records, expected)


def _keys(block: Block, rows: Ints, plan: ReadPlan) -> pl.DataFrame:
    """Return the first cells of rows that are not well formed, if references may ask for them, by name of field."""
    names = plan.referred
    schema = dict.fromkeys(names, pl.String())
    if not names or not len(rows):
        return pl.DataFrame(schema=schema)
    places = [plan.columns.places[name] for name in names]
    found: list[list[str | None]] = []
    for number in rows[:KEPT].tolist():
        cells = cells_of(block, number, max(places) + 1)
        found.append([(cells[place].text or None) if place < len(cells) else None for place in places])
    return pl.DataFrame(found, schema=schema, orient="row")
