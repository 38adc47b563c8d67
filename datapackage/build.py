"""Build: a dataset without errors becomes a release; one with errors becomes a report and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import narwhals as nw
import polars as pl

from communique.schemas import Schemas, Table

from .cascade import kept, rejects
from .check import check_into
from .commit import staging
from .dataset import Dataset
from .describe import Json, package
from .errors import CommuniqueError, TargetError
from .finding import Report
from .markdown import readme
from .quarantine import counted, write_quarantine
from .waive import tolerated
from .write import write


def build(
    dataset: Dataset,
    schemas: Schemas,
    target: Path,
    today: date | None = None,
    quarantine: Path | None = None,
) -> Report:
    """Check a dataset and, where it has no error, write its release to the folder `target`.

    Either the whole release is there afterwards, or `target` is as it was. Raises TargetError where it cannot
    be written, and CommuniqueError where Pandera refuses rows at the last moment.

    quarantine: a folder for the rows that have an error, and those that depend on them. Where it is given, the
        rest is built, as long as every table can be read.
    """
    for folder in filter(None, (target, quarantine)):
        _apart(folder, dataset.folder)
    with TemporaryDirectory(prefix="communique-") as work:
        report, checked = check_into(Path(work), dataset, schemas, today)
        readable = all(item.spool for item in checked)
        found = rejects(report, checked, schemas) if readable else {}
        if quarantine and readable:
            report = counted(report, found)
            write_quarantine(quarantine, dataset.folder, checked, found)
        if report.ok or (quarantine and readable):
            with staging(target) as folder:
                _write_release(folder, dataset, schemas, kept(checked, found), report)
            report = replace(report, built=True)
    return report


def check_with_quarantine(
    dataset: Dataset, schemas: Schemas, quarantine: Path, today: date | None = None
) -> Report:
    """Check a dataset, and write the rows that a build would leave out to the folder `quarantine`."""
    _apart(quarantine, dataset.folder)
    with TemporaryDirectory(prefix="communique-") as work:
        report, checked = check_into(Path(work), dataset, schemas, today)
        if not all(item.spool for item in checked):
            return report
        found = rejects(report, checked, schemas)
        write_quarantine(quarantine, dataset.folder, checked, found)
        return counted(report, found)


def _apart(target: Path, dataset: Path) -> None:
    """Refuse a target in whose place the dataset itself would go."""
    if dataset.resolve().is_relative_to(target.resolve()):
        raise TargetError(
            f"{target}: holds the dataset itself, which would be replaced. Give another folder."
        )


def _write_release(
    folder: Path, dataset: Dataset, schemas: Schemas, rows: dict[str, pl.LazyFrame], report: Report
) -> None:
    (folder / "data").mkdir()
    frames = _with_derived(rows, schemas.tables)
    identity = {"communique:package": dataset.name, "communique:version": dataset.version}
    known = tolerated(report.waived)
    files = {
        table.name: write(
            frames[table.name],
            table,
            table.schema(report.today),
            folder,
            {**identity, "communique:table": table.name},
            known.get(table.name, set()),
        )
        for table in schemas.tables
    }
    descriptor = package(dataset, schemas.tables, files)
    _accepted(descriptor)
    (folder / "datapackage.json").write_text(as_json(descriptor), encoding="utf-8")
    counts = {name: written[0].rows for name, written in files.items()}
    (folder / "README.md").write_text(readme(dataset, schemas.tables, counts), encoding="utf-8")
    _write_sums(folder)


def _with_derived(rows: dict[str, pl.LazyFrame], tables: tuple[Table, ...]) -> dict[str, pl.LazyFrame]:
    sources = {name: nw.from_native(frame) for name, frame in rows.items()}
    return {**rows, **{table.name: table.derive(sources).to_native() for table in tables if table.derive}}


def _accepted(descriptor: Json) -> None:
    """Refuse a descriptor that frictionless does not accept."""
    import frictionless  # takes a second to import, and only a release needs it

    errors = [error.message for error in frictionless.Package.metadata_validate(descriptor)]
    if errors:
        raise CommuniqueError(f"datapackage.json: {'; '.join(errors)}")


def as_json(value: object) -> str:
    """Return the one form in which JSON is written: two spaces, letters as they are, a line feed at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write_sums(folder: Path) -> None:
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256((folder / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
