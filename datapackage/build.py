"""Build: a dataset without errors becomes a release; one with errors becomes a report and nothing else."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import narwhals as nw
import polars as pl

from communique.schemas import Schemas, Table

from .check import CheckedTable, check_into
from .commit import staging
from .dataset import Dataset
from .describe import Json, package
from .errors import CommuniqueError
from .finding import Report
from .markdown import readme
from .write import write


def build(dataset: Dataset, schemas: Schemas, target: Path, today: date | None = None) -> Report:
    """Check a dataset and, where it has no error, write its release to the folder `target`.

    Either the whole release is there afterwards, or `target` is as it was. Raises TargetError where it cannot
    be written, and CommuniqueError where Pandera refuses rows at the last moment.
    """
    with TemporaryDirectory(prefix="communique-") as work:
        report, checked = check_into(Path(work), dataset, schemas, today)
        if report.ok:
            with staging(target) as folder:
                _write_release(folder, dataset, schemas, checked, report.today)
    return report


def _write_release(
    folder: Path, dataset: Dataset, schemas: Schemas, checked: list[CheckedTable], today: date
) -> None:
    (folder / "data").mkdir()
    frames = _frames(schemas.tables, checked)
    identity = {"communique:package": dataset.name, "communique:version": dataset.version}
    files = {
        table.name: write(
            frames[table.name],
            table,
            table.schema(today),
            folder,
            {**identity, "communique:table": table.name},
        )
        for table in schemas.tables
    }
    descriptor = package(dataset, schemas.tables, files)
    _accepted(descriptor)
    (folder / "datapackage.json").write_text(as_json(descriptor), encoding="utf-8")
    rows = {name: written[0].rows for name, written in files.items()}
    (folder / "README.md").write_text(readme(dataset, schemas.tables, rows), encoding="utf-8")
    _write_sums(folder)


def _frames(tables: tuple[Table, ...], checked: list[CheckedTable]) -> dict[str, pl.LazyFrame]:
    frames = {item.table.name: item.frame() for item in checked}
    sources = {name: nw.from_native(frame) for name, frame in frames.items()}
    derived = {table.name: table.derive(sources).to_native() for table in tables if table.derive}
    return {**frames, **derived}


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
