"""The check of one table, chunk by chunk: structure, types, constraints, hashes of keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from ...arrays import Ints, arrow
from ...checking.checked import CheckedTable
from ...checking.hashes import Hashes, HashFile
from ...finding import KEPT, Finding, Origin
from ...found import Found, Group
from ...progress import Step, tell
from ...reading.locate import Row, cells_of, placed
from ...reading.oddplaces import odd_places
from ...reading.scan import Block, LongLineError, Span, blocks
from ...reading.suggest import suggest
from ...storing.spool import Spool
from ...threads import each_in_turn
from ...untrusted.limits import CELL, FIELDS, RECORD
from ..codes import FOREIGN
from ..descriptor.dialect import Dialect
from ..descriptor.tableschema import TableSchema
from ..fields.field import Field
from ..fields.grammar import WRONG
from .chunks import EXTRA, Chunk, chunk_of
from .columns import Columns, columns
from .keys import Compared, without_key
from .oddtexts import NONE, odd_texts
from .origins import Origins
from .readplan import ReadPlan
from .reread import Reread
from .stored import shortened, stored
from .strict import Strict
from .typedrows import TypedRows

if TYPE_CHECKING:  # few packages have Parquet
    from .fromparquet import Batch, ParquetFiles


@dataclass
class ForeignTable(CheckedTable):
    """A table that is being checked.

    path: the table in the strict form. file: the name of its source.
    origins: where its records come from. columns: which of its columns are fields.
    spool: where the typed rows go, if they are wanted.
    reread: its rows, to be read once more; None where they could not be read.
    shortened: how many values of each field lose digits where they are kept.
    """

    file: str = ""
    origins: Origins = field(default_factory=Origins)
    columns: Columns | None = None
    compared: Compared | None = None
    typed: ParquetFiles | None = None
    reread: Reread | None = None
    shortened: Counter[str] = field(default_factory=Counter[str])

    def lay_out(self) -> None:
        """Write the table in the strict form, if there are findings to locate in it."""
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
        """Return the hashes of fields that references refer to; None where the file does not have them all."""
        if self.compared is None or self.reread is None or names not in self.compared.sets:
            return None
        return self.hashes[self.compared.sets.index(names)]

    def in_source(self, record: int, row: Row) -> Row:
        """Return a row of the strict form with the positions of its cells in the source, where these are known."""
        cells = self.origins.cells(record, row.cells.values())
        return replace(row, cells=dict(zip(row.cells, cells, strict=True)))

    def place_of(self, record: int, line: int) -> str:
        """Return the words for the place of a row, given its line in the strict file."""
        place = f"line {self.origins.line(record, line)}"
        if not self.origins.lined:
            place = f"row {self.origins.row(record)}"
        return f"{place} of {self.origins.of(record).file}" if self.origins.has_parts else place


@dataclass(frozen=True)
class Part:
    """The results of checking a chunk."""

    span: Span
    read: int
    found: Found
    malformed: pl.DataFrame
    hashes: list[Hashes]
    rows: pa.Table | None = None
    shortened: Counter[str] = field(default_factory=Counter[str])


def check_table(
    checked: ForeignTable,
    given: Strict,
    schema: TableSchema,
    dialect: Dialect,
    compared: Compared,
    work: Path,
    blanks: bool,
    threads: int,
) -> None:
    """Check the rows of a table, each by itself; what is compared later goes to files in the folder `work`.

    blanks: as in `ReadPlan`. threads: how many threads it takes.
    """
    begun = partial(
        ReadPlan,
        schema,
        null_text=dialect.null_sequence,
        blanks=blanks,
        origins=checked.origins,
        rows=checked.spool,
        wrong=given.wrong,
        none=given.none,
    )
    if given.typed:
        checked.typed = given.typed
        found = columns(given.typed.labels, schema, checked.origin, dialect.heeds_case)
        _begin(checked, found, None)
        if found.labels:
            plan = begun(found, compared.restricted(found.places))
            _read(checked, plan, given.typed.batches(), work, threads)
        return
    try:
        with given.path.open("rb") as file:
            source = blocks(file, first=0 if given.has_header else 1, delimiter=given.delimiter)
            first = next(source, None)
            labels = _labels(first, checked) if given.has_header else None
            if checked.findings:
                return
            found = columns(labels, schema, checked.origin, dialect.heeds_case)
            _begin(checked, found, first)
            if not found.labels:
                return
            plan = begun(found, compared.restricted(found.places))
            _read(checked, plan, chain([first] if first else [], source), work, threads)
    except LongLineError:
        said = f"rows and lines of {RECORD}, found a longer one"
        checked.findings.append(checked.origin.finding(FOREIGN["source-error"], expected=said))


def _begin(checked: ForeignTable, found: Columns, first: Block | None) -> None:
    checked.columns, checked.labels = found, found.labels
    checked.findings += (
        suggest(finding, checked.table) for finding in _header_findings(checked, found, first)
    )


def _labels(first: Block | None, checked: ForeignTable) -> list[str] | None:
    if first is None or not len(first):
        said = (
            "the labels of the columns, found an empty file, or one that ends before the rows of its header"
        )
        checked.findings.append(checked.origin.finding(FOREIGN["source-error"], expected=said))
        return None
    for fault in checked.origins.faults(first.faults):
        if fault.record == 0:
            finding = checked.origin.finding(FOREIGN[fault.code], 0)
            checked.findings.append(placed(finding, Row(1, {}), checked.table))
    width = first.width(0)
    if FIELDS.exceeded(width):
        said = f"{FIELDS}, found {width:,}"
        checked.findings.append(checked.origin.finding(FOREIGN["source-error"], expected=said))
        return None
    return [cell.text for cell in cells_of(first, 0)]


def _header_findings(checked: ForeignTable, found: Columns, first: Block | None) -> Iterator[Finding]:
    cells = cells_of(first, 0) if first is not None and first.first == 0 else []
    cells = checked.origins.cells(0, cells) if cells else []
    for finding, number in found.findings:
        cell = cells[number - 1] if 0 < number <= len(cells) else None
        yield replace(
            finding,
            field=number or None,
            line=cell.line if cell else None if finding.record is None else 1,
            offset=cell.offset if cell else None,
        )


def _read(
    checked: ForeignTable, plan: ReadPlan, source: Iterator[Block | Batch], work: Path, threads: int
) -> None:
    compared = checked.compared = plan.compared
    count = len(compared.sets) + len(compared.away)
    checked.hashes = [HashFile(work / f"{number}.keys") for number in range(count)]
    malformed = [pl.DataFrame(schema=dict.fromkeys(plan.referred, pl.String()))]
    room = KEPT
    for part in each_in_turn(partial(_check, plan), source, threads):
        checked.spans.append(part.span)
        checked.read += part.read
        checked.found.add_all(part.found)
        for file, hashes in zip(checked.hashes, part.hashes, strict=True):
            file.add(hashes)
        if part.rows is not None and checked.spool:
            checked.spool.add(part.rows)
            checked.shortened += part.shortened
        if room and len(part.malformed):
            malformed.append(part.malformed.head(room))
            room -= len(malformed[-1])
        findings = sum(len(group.records) for group in part.found)
        tell(Step("check", part.read, part.span.size, findings))
    if checked.spool:
        checked.spool.close()
    checked.reread = Reread(plan, checked.path, tuple(checked.spans), checked.typed)
    checked.labels += tuple(
        f"column {place + 1}" for place in range(plan.columns.width, plan.columns.width + EXTRA)
    )
    checked.malformed = pl.concat(malformed)


def _check(plan: ReadPlan, rows: Block | Batch) -> Part:
    chunk, found = chunk_of(plan, rows), Found()
    found.add_all(chunk.groups)
    hashes, kept, shorter = _values(plan, chunk, found)
    return Part(chunk.span, chunk.read, found, chunk.malformed, hashes, kept, shorter)


def _values(plan: ReadPlan, chunk: Chunk, found: Found) -> tuple[list[Hashes], pa.Table | None, Counter[str]]:
    """Parse the cells and find faults; return the hashes to compare, the rows to keep, and what loses digits there."""
    typed, texts = dict[str, pl.Series](), dict[str, pl.Series]()
    groups: list[Group] = []
    odd_in = {
        place: odd_places(chunk.raw(place), chunk.plain)
        for declared, place in plan.fields
        if declared.free and not declared.vouched_for
    }
    looked_at = [
        (declared, place)
        for declared, place in plan.fields
        if chunk.long or declared.name in plan.typed or len(odd_in.get(place, NONE))
    ]
    for (declared, place), cells in zip(looked_at, chunk.texts(plan, looked_at), strict=True):
        if chunk.long:
            cells = _short(cells, declared, chunk.records, groups)
        values = declared.grammar.parse(cells)
        if values.null_count() != cells.null_count():
            groups += _unfit(declared, cells, values, chunk.records)
        if declared.name in plan.typed:
            typed[declared.name], texts[declared.name] = values, cells
        groups += odd_texts(odd_in.get(place, NONE), cells, declared, chunk.records, chunk.plain)
    frame = pl.DataFrame([values.alias(plan.name_of(plan.typed[name])) for name, values in typed.items()])
    typed_rows = TypedRows(frame)
    suspects = plan.judge.suspects(typed_rows)
    groups += _unlikely(plan, chunk, texts, typed_rows, bool(len(suspects)))
    if plan.rows is not None:
        groups += _of_nothing(list(texts.values()), chunk.records, len(plan.schema.fields) == 1)
    found.add(groups)
    found.add(plan.judge.judged(frame[suspects], chunk.records[suspects]) if len(suspects) else ())
    for key in plan.compared.own:
        found.add(without_key(key, texts, typed, chunk.records))
    hashes = plan.compared.hashes(typed_rows)
    if plan.rows is None:
        return hashes, None, Counter()
    shorter = {name: shortened(plan.typed[name], texts[name], typed[name]) for name in typed}
    return hashes, _kept(plan.rows, plan, chunk.records, texts, typed), Counter(shorter)


def _unfit(declared: Field, cells: pl.Series, values: pl.Series, records: Ints) -> Iterator[Group]:
    """Yield the cells that do not fit the type of their field, and say where 5 stands for "5" in JSON, or "5" for 5."""
    bad, wording = cells.is_not_null() & values.is_null(), declared.grammar.wording
    other = bad & (cells == WRONG).fill_null(False)
    for some, said in ((bad & ~other, wording), (other, f"{wording}, found a value of another JSON type")):
        yield Group(FOREIGN["type-error"], declared.name, records[some.to_numpy()], said)


def _of_nothing(columns: Sequence[pl.Series], records: Ints, alone: bool) -> Iterator[Group]:
    """Yield the rows without any value, which a release cannot keep: in its CSV they would be blank.

    alone: whether there is one field. Its empty text is quoted there; among others it looks like no value.
    """
    blank = pl.repeat(bool(columns), len(records), eager=True)
    for column in columns:
        blank &= column.is_null() if alone else (column == "").fill_null(True)
        if not blank.any():
            return
    expected = "a value in a row: in the CSV of a release, a row without one is blank"
    yield Group(FOREIGN["blank-row"], None, records[blank.to_numpy()], expected)


def _unlikely(
    plan: ReadPlan, chunk: Chunk, texts: Mapping[str, pl.Series], typed: TypedRows, suspected: bool
) -> Iterator[Group]:
    """Yield odd texts of the fields for which another check tells whether there may be any."""
    for declared, place in plan.fields:
        if not (declared.free and declared.vouched_for):
            continue
        if suspected if declared.closed else _odd_among(typed.distinct(plan.name_of(declared)), typed.rows):
            odd = odd_places(chunk.raw(place), chunk.plain)
            yield from odd_texts(odd, texts[declared.name], declared, chunk.records, chunk.plain)


def _odd_among(values: pl.Series, rows: pl.DataFrame) -> bool:
    """Say whether a text may be odd. Where texts hardly repeat, a search in advance is not worth its time."""
    return len(values) == len(rows) or bool(len(odd_places([arrow(values)], plain=False)))


def _kept(
    rows: Spool,
    plan: ReadPlan,
    records: Ints,
    texts: Mapping[str, pl.Series],
    typed: Mapping[str, pl.Series],
) -> pa.Table:
    """Return rows as a release keeps them, with all columns of the schema; those that the file lacks are null."""
    none = pl.Series([None], dtype=pl.Null).new_from_index(0, len(records))
    columns = [
        (stored(field, texts[field.name], typed[field.name]) if field.name in typed else none).alias(
            field.name
        )
        for field in plan.schema.fields
    ]
    return rows.rows(pl.DataFrame(columns), pa.table({}), records)


def _short(cells: pl.Series, declared: Field, records: Ints, groups: list[Group]) -> pl.Series:
    too_long = (cells.str.len_bytes() > CELL.most).fill_null(False)
    if not too_long.any():
        return cells
    groups.append(
        Group(FOREIGN["type-error"], declared.name, records[too_long.to_numpy()], f"a cell of {CELL}")
    )
    return cells.set(too_long, None)
