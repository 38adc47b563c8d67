"""Check: the flow from the files of a dataset to a report.

    read → parse → judge        row by row, in blocks
    keys → references → rules   over the typed rows, which are spooled to a work folder
    listing                     findings get their lines

Nothing is dropped silently: for each table, rows read = rows valid + rows rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from communique.schemas import Schemas, Severity

from .arguments import insist_on, insist_on_day
from .checking.across import check_across
from .checking.checked import CheckedTable
from .checking.former import misnamed
from .checking.listing import listing
from .checking.relations import dangling, own_keys, repeated
from .checking.rows import check_rows
from .checking.waive import in_force, useless, waive
from .codes import RELATIONS, RULES, STRUCTURE, VALUES
from .dataset import Dataset
from .finding import KEPT, Finding, Origin, Report, TableCount, in_order
from .progress import announce
from .reading.locate import numbered
from .threads import side_by_side


def check(dataset: Dataset, schemas: Schemas, today: date | None = None) -> Report:
    """Check a dataset and return what was found. Bad data raises no exception.

    today: the day that counts as today; by default the release date of the dataset.
    """
    with TemporaryDirectory(prefix="communique-") as folder:
        return check_into(Path(folder), dataset, schemas, today)[0]


def check_into(
    work: Path, dataset: Dataset, schemas: Schemas, today: date | None = None
) -> tuple[Report, list[CheckedTable]]:
    """Check a dataset, and leave the typed rows of its tables in the folder `work`."""
    insist_on_dataset(dataset, schemas, today)
    today = today or dataset.release_date
    announce("check", (dataset.folder / f"{table.name}.csv" for table in schemas.written))
    tables = side_by_side(lambda table: check_rows(table, dataset.folder, work, today), schemas.written)
    readable = {checked.table.name: checked for checked in tables if checked.spool}
    side_by_side(lambda checked: _check_relations(checked, readable), readable.values())
    for checked in readable.values():
        checked.forget_hashes()
    unchecked = tuple(dict.fromkeys(check_across(readable, schemas, today)))
    return _report(tables, dataset, schemas, today, unchecked), tables


def insist_on_dataset(dataset: object, schemas: object, today: object) -> None:
    """Raise TypeError where something else is given, such as the path of a dataset."""
    insist_on(Dataset, dataset, "a Dataset, as open_dataset returns it")
    insist_on(Schemas, schemas, "the Schemas of its tables, such as communique.schemas.SCHEMAS")
    insist_on_day(today)


def _report(
    tables: list[CheckedTable], dataset: Dataset, schemas: Schemas, today: date, unchecked: tuple[str, ...]
) -> Report:
    files = [checked.path.name for checked in tables]
    keys = {checked.table.name: checked.keys() for checked in tables if checked.spool}
    waived = [
        finding
        for checked in tables
        for finding in numbered(checked.labels, waive(checked, dataset, schemas, today))
    ]
    findings = [*_strays(dataset.folder, files), *useless(dataset, schemas, today, waived)]
    findings += misnamed(dataset, schemas, keys)
    omitted: dict[tuple[str, str, Severity], int] = {}
    samples: dict[tuple[str, int], Mapping[str, str]] = {}
    room, rules = KEPT, {**RULES, **schemas.rules}
    for checked in tables:
        listed = listing(checked, checked.found, room)
        findings += numbered(checked.labels, (*checked.findings, *listed.findings))
        room -= len(listed.findings)
        for code, number in listed.omitted.items():
            omitted[checked.table.name, code, rules[code].severity] = number
        samples |= {(checked.path.name, number): cells for number, cells in listed.samples.items()}
    return Report(
        dataset=dataset.name,
        version=dataset.version,
        root=str(dataset.folder),
        today=today,
        findings=in_order(findings, files),
        tables=tuple(_count(checked, schemas, unchecked) for checked in tables),
        rules=rules,
        unchecked=unchecked,
        waived=in_order(waived, files),
        waivers=in_force(dataset, today),
        samples=samples,
        omitted=omitted,
    )


def _count(checked: CheckedTable, schemas: Schemas, unchecked: Iterable[str]) -> TableCount:
    rejected = int(np.count_nonzero(checked.found.rejected(checked.read)))
    codes = [rule.code for rule in STRUCTURE]
    if checked.spool:
        codes += [rule.code for rule in (*VALUES, *RELATIONS, *schemas.rules_of(checked.table))]
    decided = tuple(code for code in codes if code not in unchecked)
    return TableCount(
        table=checked.table.name,
        file=checked.path.name,
        read=checked.read,
        rejected=rejected,
        rules=decided,
        readable=checked.spool is not None,
        labels=checked.labels,
    )


def _check_relations(checked: CheckedTable, readable: Mapping[str, CheckedTable]) -> None:
    """Check the keys and references of a table; references to tables that could not be read are skipped."""
    spool, table = checked.spool, checked.table
    assert spool
    own = len(own_keys(table))
    checked.found.add(repeated(spool, table, checked.hashes[:own]))
    for key, wanted in zip(table.foreign_keys, checked.hashes[own:], strict=True):
        target = readable.get(key.table)
        if target:
            checked.found.add(dangling(spool, key, wanted, target.hashes[0], target.malformed))


def _strays(folder: Path, known: list[str]) -> Iterator[Finding]:
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            yield Origin("", path.name).finding(
                RULES["unknown-table"], expected=f"one of: {', '.join(known)}"
            )
