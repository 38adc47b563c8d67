"""Rows: the records of a table in the strict form, block by block: structure, types, constraints, hashes of keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

from ..arrow import integers
from ..checked import CheckedTable
from ..finding import KEPT, Finding, Origin
from ..found import Found, Group
from ..hashes import Hashes, HashFile
from ..locate import Row, cells_of, placed
from ..progress import Step, tell
from ..read import Mask, blank_records, cells_as_text, fault_groups, kept
from ..scan import Block, Ints, LongLineError, Span, blocks
from ..spool import Spool
from ..threads import each_in_turn
from .celltexts import Texts
from .codes import FOREIGN
from .columns import Columns, columns
from .field import Field
from .judge import Judge, inner
from .keys import Compared, KeySpool, without_key
from .limits import CELL, RECORD
from .oddities import oddities
from .origins import Origins
from .stored import stored
from .strict import Strict
from .tableschema import TableSchema

if TYPE_CHECKING:  # few packages have Parquet
    from .fromparquet import Batch, ParquetFiles

_EXTRA = 100
"""How many extra cells of a row are findings of their own."""


@dataclass
class ForeignTable(CheckedTable):
    """A table on its way.

    path: the table in the strict form; file: what its source is called.
    origins: where its records come from. columns: which of its columns are fields.
    rows: where the typed rows go, if they are wanted.
    """

    file: str = ""
    origins: Origins = field(default_factory=Origins)
    columns: Columns | None = None
    compared: Compared | None = None
    typed: ParquetFiles | None = None
    rows: Spool | None = None

    def lay_out(self) -> None:
        """See that the table is there in the strict form, if findings have to be placed in it."""
        if self.typed is None or not any(len(group.records) for group in self.found):
            return
        self.typed.write()
        with self.path.open("rb") as file:
            self.spans = [block.span for block in blocks(file)]

    @property
    def origin(self) -> Origin:
        """Where findings of this table come from."""
        return Origin(self.table.name, self.file)

    def hashes_of(self, names: tuple[str, ...]) -> HashFile | None:
        """Return the hashes of what references ask for; None where the file cannot say."""
        if self.compared is None or self.spool is None or names not in self.compared.sets:
            return None
        return self.hashes[self.compared.sets.index(names)]

    def place_of(self, record: int, line: int) -> str:
        """Return how the row on that line of the strict file is spoken of."""
        if not self.origins.lined:
            return f"row {self.origins.row(record)}"
        return f"line {self.origins.line(record, line)}"


@dataclass(frozen=True)
class Reading:
    """How the rows of a table are read.

    blanks: whether a row without any value is a fault; in Parquet it is none.
    """

    schema: TableSchema
    columns: Columns
    compared: Compared
    null_text: str | None
    blanks: bool
    rows: Spool | None = None

    @cached_property
    def fields(self) -> list[tuple[Field, int]]:
        """The fields that the file has, with the places of their columns."""
        return self.columns.fields(self.schema)

    @cached_property
    def empty(self) -> bool:
        """Whether an empty cell is no value in any field."""
        return all("" in field.missing for field, _ in self.fields)

    @cached_property
    def judge(self) -> Judge:
        """What judges the typed columns of these fields."""
        names = [inner(self.schema.index[field.name]) for field, _ in self.fields]
        return Judge([field for field, _ in self.fields], names)


@dataclass(frozen=True)
class Part:
    """What is known of the rows of a block."""

    span: Span
    read: int
    found: Found
    keys: pa.Table
    records: Ints
    malformed: pl.DataFrame
    hashes: list[Hashes]
    rows: pa.Table | None = None


def check_table(
    checked: ForeignTable, given: Strict, schema: TableSchema, compared: Compared, work: Path,
    null_text: str | None, heeds_case: bool, blanks: bool, threads: int,
) -> None:  # fmt: skip
    """Check the rows of a table, each by itself; what is compared later goes to files in the folder `work`."""
    if given.typed:
        checked.typed = given.typed
        found = columns(given.typed.labels, schema, checked.origin, heeds_case)
        _begin(checked, found, None)
        if found.labels:
            reading = Reading(
                schema, found, compared.restricted(found.places), null_text, blanks, checked.rows
            )
            _read(checked, reading, given.typed.batches(), work, threads)
        return
    try:
        with given.path.open("rb") as file:
            source = blocks(file, first=0 if given.has_header else 1)
            first = next(source, None)
            labels = _labels(first, checked) if given.has_header else None
            if checked.findings:
                return
            found = columns(labels, schema, checked.origin, heeds_case)
            _begin(checked, found, first)
            if not found.labels:
                return
            reading = Reading(
                schema, found, compared.restricted(found.places), null_text, blanks, checked.rows
            )
            _read(checked, reading, chain([first] if first else [], source), work, threads)
    except LongLineError:
        said = f"rows and lines of {RECORD}, found a longer one"
        checked.findings.append(checked.origin.finding(FOREIGN["source-error"], expected=said))


def _begin(checked: ForeignTable, found: Columns, first: Block | None) -> None:
    checked.columns, checked.labels = found, found.labels
    checked.findings += _header_findings(found, first)


def _labels(first: Block | None, checked: ForeignTable) -> list[str] | None:
    if first is None or not len(first):
        said = "the labels of the columns, found an empty file"
        checked.findings.append(checked.origin.finding(FOREIGN["source-error"], expected=said))
        return None
    for fault in first.faults:
        if fault.record == 0:
            finding = checked.origin.finding(FOREIGN[fault.code], 0)
            checked.findings.append(placed(finding, Row(1, {}), checked.table))
    return [cell.text for cell in cells_of(first, 0)]


def _header_findings(found: Columns, first: Block | None) -> Iterator[Finding]:
    cells = cells_of(first, 0) if first is not None and first.first == 0 else []
    for finding, number in found.findings:
        cell = cells[number - 1] if 0 < number <= len(cells) else None
        yield replace(
            finding,
            field=number or None,
            line=cell.line if cell else None if finding.record is None else 1,
            offset=cell.offset if cell else None,
        )


def _read(
    checked: ForeignTable, reading: Reading, source: Iterator[Block | Batch], work: Path, threads: int
) -> None:
    compared = checked.compared = reading.compared
    spool = KeySpool(compared.inner(compared.names), work / "keys.arrow")
    count = len(compared.sets) + len(compared.away)
    checked.hashes = [HashFile(work / f"{number}.keys") for number in range(count)]
    malformed: list[pl.DataFrame] = []
    room = KEPT
    for part in each_in_turn(partial(_check, reading), source, threads):
        checked.spans.append(part.span)
        checked.read += part.read
        checked.found.add_all(part.found)
        if compared.names:
            spool.add_keys(part.keys, part.records)
        for file, hashes in zip(checked.hashes, part.hashes, strict=True):
            file.add(hashes)
        if part.rows is not None and checked.rows:
            checked.rows.add(part.rows)
        if room and len(part.malformed):
            malformed.append(part.malformed.head(room))
            room -= len(malformed[-1])
        tell(Step("check", part.read, part.span.size, sum(len(group.records) for group in part.found)))
    spool.close()
    if checked.rows:
        checked.rows.close()
    checked.spool = spool
    checked.labels += tuple(
        f"column {place + 1}" for place in range(reading.columns.width, reading.columns.width + _EXTRA)
    )
    names = dict.fromkeys(name for names in compared.referred for name in names)
    checked.malformed = pl.concat([pl.DataFrame(schema=dict.fromkeys(names, pl.String())), *malformed])


def _check(reading: Reading, block: Block | Batch) -> Part:
    if not isinstance(block, Block):
        return _check_batch(reading, block)
    numbers = np.arange(block.first, block.first + len(block), dtype=np.int64)
    rows, found = numbers > 0, Found()
    width = reading.columns.width
    labels = tuple(map(str, range(width)))
    empty = reading.empty
    good, text = rows, None
    if not block.faults:
        text = cells_as_text(
            block.data[int(block.ends[0]) :] if block.first == 0 else block.data, labels, empty
        )
    if text is None:
        good, groups = _sifted(block, numbers, reading)
        found.add_all(groups)
        text = cells_as_text(kept(block, good), labels, empty)
        assert text is not None
    records = numbers[good]
    if reading.blanks:
        of_nothing = None if empty or width > 1 else blank_records(block)[good]
        text, records, blank = _without_blanks(text, records, empty, of_nothing)
        found.add_all([Group(FOREIGN["blank-row"], None, blank), *_keyless(reading, blank)])
    malformed = _malformed(block, rows & ~good, reading)
    texts = Texts(pl.DataFrame(text), text)
    keys, hashes, typed = _values(
        reading, texts, records, block.plain, _longest(block) > CELL.most, found, empty
    )
    return Part(block.span, int(rows.sum()), found, keys, records, malformed, hashes, typed)


def _check_batch(reading: Reading, batch: Batch) -> Part:
    texts, found = batch.texts(), Found()
    records = np.arange(batch.first, batch.first + len(batch.rows), dtype=np.int64)
    long = any((column.str.len_bytes() > CELL.most).any() for column in texts)
    keys, hashes, typed = _values(reading, Texts(texts), records, False, long, found, empty=False)
    span = Span(0, int(texts.estimated_size()), batch.first, 1)
    return Part(span, len(records), found, keys, records, _malformed_none(reading), hashes, typed)


def _malformed_none(reading: Reading) -> pl.DataFrame:
    names = dict.fromkeys(name for names in reading.compared.referred for name in names)
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String()))


def _longest(block: Block) -> int:
    return int((block.ends - block.starts).max()) if len(block) else 0


def _keyless(reading: Reading, blank: Ints) -> Iterator[Group]:
    """A blank row has no key either, which is said as frictionless says it."""
    for key in reading.compared.own:
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


def _sifted(block: Block, numbers: Ints, reading: Reading) -> tuple[Mask, list[Group]]:
    """Say which rows are well formed, and what is wrong with the others: each cell too few or too many counts."""
    rows, width, labels = numbers > 0, reading.columns.width, reading.columns.labels
    faulty = np.isin(numbers, [fault.record for fault in block.faults])
    blank = blank_records(block) & rows & ~faulty
    ragged = (block.widths != width) & ~blank & ~faulty & rows
    groups = list(fault_groups(block, labels))
    if not reading.blanks:
        blank = np.zeros_like(blank)
    for found in np.unique(block.widths[ragged]).tolist():
        records = numbers[ragged & (block.widths == found)]
        expected = f"{width} cells, found {found}"
        code = "missing-cell" if found < width else "extra-cell"
        for place in range(min(found, width), min(max(found, width), width + _EXTRA)):
            label = labels[place] if place < width else f"column {place + 1}"
            groups.append(Group(FOREIGN[code], label, records, expected))
    if blank.any():
        groups.append(Group(FOREIGN["blank-row"], None, numbers[blank]))
        groups += _keyless(reading, numbers[blank])
    return rows & ~faulty & ~blank & ~ragged, groups


def _malformed(block: Block, rows: Mask, reading: Reading) -> pl.DataFrame:
    """Return the first cells of rows that are not well formed, if references may ask for them, by name of field."""
    compared = reading.compared
    names = list(dict.fromkeys(name for names in compared.referred for name in names))
    schema = dict.fromkeys(names, pl.String())
    if not names or not rows.any():
        return pl.DataFrame(schema=schema)
    found: list[list[str | None]] = []
    for number in (np.flatnonzero(rows)[:KEPT] + block.first).tolist():
        cells = cells_of(block, number)
        places = [reading.columns.places[name] for name in names]
        found.append([(cells[place].text or None) if place < len(cells) else None for place in places])
    return pl.DataFrame(found, schema=schema, orient="row")


def _values(
    reading: Reading, text: Texts, records: Ints, plain: bool, long: bool, found: Found, empty: bool
) -> tuple[pa.Table, list[Hashes], pa.Table | None]:
    """Type the cells, find what does not fit; return what is compared of the rows, and what is kept of them."""
    compared, typed, absent = reading.compared, dict[str, pl.Series](), dict[str, pl.Series]()
    whole: list[pl.Series] = []
    groups: list[Group] = []
    for declared, place in reading.fields:
        name = inner(reading.schema.index[declared.name])
        cells = declared.present(text.cells.to_series(place).alias(name), empty)
        if reading.null_text is not None:
            cells = cells.set((cells == reading.null_text).fill_null(False), None)
        if long:
            cells = _short(cells, declared, records, groups)
        values = declared.grammar.parse(cells).alias(name)
        if values.null_count() != cells.null_count():
            bad = (cells.is_not_null() & values.is_null()).to_numpy()
            groups.append(Group(FOREIGN["type-error"], declared.name, records[bad], declared.grammar.wording))
        typed[name], absent[declared.name] = values, cells
        if reading.rows:
            whole.append(stored(declared, cells, values).alias(declared.name))
        if declared.free:
            groups += oddities(text.raw(place), cells, declared, records, plain)
    frame = pl.DataFrame(list(typed.values()))
    found.add(groups)
    found.add(reading.judge.broken(frame, records))
    for key in compared.own:
        if key.code == "primary-key" and any(absent[name].null_count() for name in key.names):
            found.add(without_key(key, [absent[name].is_null() for name in key.names], records))
    keys = compared.texts(frame)
    arrays = [column.to_arrow(compat_level=pl.CompatLevel.oldest()) for column in keys]
    rows = (
        reading.rows.rows(_completed(whole, reading, records), pa.table({}), records)
        if reading.rows
        else None
    )
    return pa.table(arrays, names=keys.columns), compared.hashes(keys), rows


def _completed(columns: list[pl.Series], reading: Reading, records: Ints) -> pl.DataFrame:
    """Return rows with all columns of the schema; one that the file does not have is null."""
    there = {column.name for column in columns}
    missing = [field.name for field in reading.schema.fields if field.name not in there]
    empty = [pl.Series(name, [None], pl.String).new_from_index(0, len(records)) for name in missing]
    return pl.DataFrame([*columns, *empty])


def _short(cells: pl.Series, declared: Field, records: Ints, groups: list[Group]) -> pl.Series:
    too_long = (cells.str.len_bytes() > CELL.most).fill_null(False)
    if not too_long.any():
        return cells
    groups.append(
        Group(FOREIGN["type-error"], declared.name, records[too_long.to_numpy()], f"a cell of {CELL}")
    )
    return cells.set(too_long, None)
