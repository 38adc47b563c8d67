"""Check: the flow from the files of a dataset to a report.

    read → parse → judge        row by row, in batches
    keys → references → rules   over the typed rows, which are kept in a work folder
    locate                      findings get their lines

Nothing is dropped silently: for each table, rows read = rows valid + rows rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import narwhals as nw
import polars as pl
from pyarrow import ipc

from communique.schemas import CrossRule, RowRule, Schemas, Table
from communique.schemas.rules import RECORD

from .codes import RELATIONS, RULES, STRUCTURE, VALUES
from .dataset import Dataset
from .finding import Finding, Origin, Report, TableCount, in_order
from .former import misnamed
from .judge import Broken, judge
from .locate import locate, rows, samples
from .parse import parse
from .read import Batch, read
from .relations import dangling, repeated
from .suggest import suggest
from .waive import waive

_MALFORMED = {rule.code for rule in STRUCTURE}


@dataclass
class CheckedTable:
    """A table on its way: its typed rows on disk, and what was found in it so far."""

    table: Table
    path: Path
    spool: Path | None = None
    read: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])
    unkept: pl.DataFrame | None = None

    @property
    def origin(self) -> Origin:
        """Where findings of this table come from."""
        return Origin(self.table.name, self.path.name)

    def frame(self) -> pl.LazyFrame:
        """Return the typed rows, with their numbers in the column `record`."""
        assert self.spool is not None
        return pl.scan_ipc(self.spool)

    def keys(self) -> pl.LazyFrame:
        """Return the keys of all rows that were read: a row that is not well formed is there all the same."""
        key = list(self.table.primary_key)
        whole = self.frame().select(*key, RECORD)
        if self.unkept is None or self.unkept.is_empty():
            return whole
        return pl.concat([whole.with_columns(pl.col(key).cast(pl.String)), self.unkept.lazy()])

    def known(self) -> pl.LazyFrame:
        """Return what is known of each row: null stands for values that their column does not allow.

        Of a row that is not well formed its key is known. Rules across tables are undecided for the rest: one
        fault is one finding.
        """
        bad: dict[str, list[int]] = {}
        for finding in self.findings:
            if finding.code == "constraint-error" and finding.record and finding.column:
                bad.setdefault(finding.column, []).append(finding.record)
        cells = [
            pl.when(~pl.col(RECORD).is_in(records)).then(pl.col(column)).alias(column)
            for column, records in bad.items()
        ]
        frame = self.frame().with_columns(cells)
        if self.unkept is None or self.unkept.is_empty():
            return frame
        return pl.concat([frame, self.unkept.lazy()], how="diagonal")

    def located(self) -> list[Finding]:
        """Return what was found, each finding with its line, its value, and what may have been meant."""
        return [suggest(finding, self.table) for finding in locate(self.findings, self.path, self.table)]

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings, except for cells that have an error already: the first one explains the rest."""
        broken = {
            (f.record, f.column) for f in self.findings if f.severity == "error" and f.record and f.column
        }
        self.findings += [f for f in findings if (f.record, f.column) not in broken]


def check(dataset: Dataset, schemas: Schemas, today: date | None = None) -> Report:
    """Check a dataset and return what was found. Bad data raises nothing.

    today: the day that rules take for the present; the release date of the dataset by default.
    """
    with TemporaryDirectory(prefix="communique-") as folder:
        return check_into(Path(folder), dataset, schemas, today)[0]


def check_into(
    work: Path, dataset: Dataset, schemas: Schemas, today: date | None = None
) -> tuple[Report, list[CheckedTable]]:
    """Check a dataset, and leave the typed rows of its tables in the folder `work`."""
    today = today or dataset.release_date
    written = [table for table in schemas.tables if not table.derive]
    tables = [_check_rows(table, dataset.folder, work, today) for table in written]
    readable = {checked.table.name: checked for checked in tables if checked.spool}
    for checked in readable.values():
        _check_relations(checked, readable)
    unchecked = list(dict.fromkeys(_check_across(readable, schemas, today)))
    files = [checked.path.name for checked in tables]
    located = [finding for checked in tables for finding in checked.located()]
    former = misnamed(dataset, schemas, {name: checked.frame() for name, checked in readable.items()})
    standing, waived = waive([*located, *_strays(dataset.folder, files), *former], dataset, schemas, today)
    report = Report(
        dataset=dataset.name,
        version=dataset.version,
        root=str(dataset.folder),
        today=today,
        findings=in_order(standing, files),
        tables=tuple(_count(checked, standing, schemas, unchecked) for checked in tables),
        rules={**RULES, **schemas.rules},
        unchecked=tuple(unchecked),
        waived=in_order(waived, files),
        samples=_samples(tables, standing),
    )
    return report, tables


def _samples(tables: list[CheckedTable], findings: list[Finding]) -> dict[tuple[str, int], dict[str, str]]:
    return {
        (checked.path.name, number): cells
        for checked in tables
        for number, cells in samples(
            (f for f in findings if f.table == checked.table.name), checked.path
        ).items()
    }


def _count(
    checked: CheckedTable, findings: list[Finding], schemas: Schemas, unchecked: list[str]
) -> TableCount:
    name = checked.table.name
    rejected = {f.record for f in findings if f.table == name and f.severity == "error" and f.record}
    codes = [rule.code for rule in STRUCTURE]
    if checked.spool:
        codes += [rule.code for rule in (*VALUES, *RELATIONS, *schemas.rules_of(checked.table))]
    decided = tuple(code for code in codes if code not in unchecked)
    return TableCount(
        name, checked.path.name, checked.read, len(rejected), decided, checked.spool is not None
    )


def _check_rows(table: Table, folder: Path, work: Path, today: date) -> CheckedTable:
    checked = CheckedTable(table, folder / f"{table.name}.csv")
    errors, warnings = table.schema(today, "error"), table.schema(today, "warning")
    spool = work / f"{table.name}.arrow"
    sink: ipc.RecordBatchFileWriter | None = None
    for batch in read(checked.path, folder, table):
        checked.read += batch.read
        checked.findings += batch.findings
        if batch.frame is None:
            break
        typed, misfits = parse(batch.frame, batch.records, table, checked.origin)
        checked.findings += misfits
        broken = judge(errors, typed, table) + judge(warnings, typed, table)
        for over_rows in (
            False,
            True,
        ):  # what is wrong with a cell by itself explains what is wrong with its row
            part = [item for item in broken if isinstance(item.rule, RowRule) is over_rows]
            checked.add(_judged(part, batch, checked.origin))
        rows = typed.with_columns(pl.Series(RECORD, batch.records)).to_arrow(
            compat_level=pl.CompatLevel.oldest()
        )
        sink = sink or ipc.new_file(spool, rows.schema)
        sink.write_table(rows)
    if sink:
        sink.close()
        checked.spool = spool
        checked.unkept = _unkept(checked)
    return checked


def _unkept(checked: CheckedTable) -> pl.DataFrame:
    """Return the keys of rows that are not well formed, as far as they can be read."""
    key = checked.table.primary_key
    numbers = {
        finding.record for finding in checked.findings if finding.code in _MALFORMED and finding.record
    }
    found = rows(checked.path, numbers) if numbers else {}
    keyed = [
        [*(row.cells[part].text for part in key), number]
        for number, row in found.items()
        if set(key) <= set(row.cells)
    ]
    schema = {**dict.fromkeys(key, pl.String()), RECORD: pl.Int64()}
    return pl.DataFrame(keyed, schema=schema, orient="row")


def _judged(broken: Iterable[Broken], batch: Batch, origin: Origin) -> Iterator[Finding]:
    for item in broken:
        for row in item.rows:
            yield origin.finding(item.rule, int(batch.records[row]), item.column, item.expected)


def _check_relations(checked: CheckedTable, readable: dict[str, CheckedTable]) -> None:
    frames = {name: other.frame() for name, other in readable.items()}

    def lines_of(records: set[int]) -> dict[int, int]:
        return {number: row.line for number, row in rows(checked.path, records).items()}

    checked.add(repeated(frames[checked.table.name], checked.table, checked.origin, lines_of))
    keys = {name: other.keys() for name, other in readable.items()}
    checked.add(dangling(checked.table, frames[checked.table.name], keys, checked.origin))


def _check_across(readable: dict[str, CheckedTable], schemas: Schemas, today: date) -> Iterator[str]:
    """Check the rules across tables; yield the codes of those that could not be decided."""
    frames = {name: nw.from_native(checked.known()) for name, checked in readable.items()}
    for table in schemas.tables:
        yield from (
            "foreign-key" for key in table.foreign_keys if not table.derive and key.table not in readable
        )
    for rule in schemas.cross_rules:
        if set(rule.needs) <= set(readable):
            checked = readable[rule.table]
            broken = set(rule.broken(frames, today).select(RECORD).to_native().collect()[RECORD].to_list())
            unknown = set() if checked.unkept is None else set(checked.unkept[RECORD].to_list())
            checked.add(_across(rule, broken - unknown, checked.origin))
        else:
            yield rule.code


def _across(rule: CrossRule, broken: set[int], origin: Origin) -> Iterator[Finding]:
    for record in sorted(broken):
        yield origin.finding(rule, record, rule.column)


def _strays(folder: Path, known: list[str]) -> Iterator[Finding]:
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            yield Origin("", path.name).finding(
                RULES["unknown-table"], expected=f"one of: {', '.join(known)}"
            )
