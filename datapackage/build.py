"""Build: a dataset without errors becomes a release; one with errors becomes a report and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from communique.schemas import Schemas, Table

from .arguments import as_path, optional_path
from .check import check_into, insist_on_dataset
from .checking.cascade import Rejects, kept, rejects
from .checking.checked import CheckedTable
from .checking.derived import DerivedRows
from .checking.former import with_followers
from .checking.lastword import refuse_broken
from .checking.quarantine import counted, write_quarantine
from .checking.waive import tolerated
from .dataset import Dataset
from .datasetfile import decoded
from .describing.describe import Json, as_json, package
from .describing.markdown import readme
from .describing.record import RECORD_FILE, SourceRecord, record
from .errors import CommuniqueError, TargetError
from .filenames import DESCRIPTION
from .finding import Report
from .progress import Step, tell
from .releasing.commit import refuse_overlap, staging
from .releasing.history import CHANGELOG, CHANGES
from .releasing.kept import keep
from .releasing.texts import write_description, write_sums, write_text
from .storing.digest import package_digest
from .storing.ordered import LazyRows, Rows
from .storing.write import TableFiles, ToldRows, Written
from .threads import side_by_side


def build(
    dataset: Dataset,
    schemas: Schemas,
    target: str | Path,
    today: date | None = None,
    quarantine: str | Path | None = None,
    force: bool = False,
) -> Report:
    """Check a dataset and, where it has no error, write its release to the folder `target`.

    Afterwards either the whole release is there, or `target` is as it was; `built` of the report says which. An existing
    release is never changed: the same release may be built again, and a different one replaces it only with `force`.

    dataset, schemas, today: as for `validate`.
    quarantine: a folder for the rows that have an error, and those that depend on them. Where it is given, the
        rest is built, as long as every table can be read.
    Raises TargetError where the release cannot be written, and CommuniqueError where Pandera refuses rows just before
    they are written.
    """
    insist_on_dataset(dataset, schemas, today)
    target, quarantine = as_path(target), optional_path(quarantine)
    for folder in filter(None, (target, quarantine)):
        refuse_overlap(folder, dataset.folder)
    if quarantine:
        _insist_on_two_places(target, quarantine)
    with staging(target) as release:
        report = build_into(release, dataset, schemas, today, quarantine)
        if report.built and not force:
            report = replace(report, kept=keep(release, target))
    return report


def _insist_on_two_places(target: Path, quarantine: Path) -> None:
    """Refuse a quarantine that the release would replace, and one that would replace the release."""
    one, other = target.resolve(), quarantine.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise TargetError(
            f"{quarantine}: overlaps {target}, and each of the two is replaced as a whole. Give another folder "
            "for the quarantine."
        )


def build_into(
    folder: Path,
    dataset: Dataset,
    schemas: Schemas,
    today: date | None = None,
    quarantine: Path | None = None,
) -> Report:
    """Check a dataset and, where it has no error, write its release into the empty folder `folder`."""
    today = today or dataset.release_date
    with TemporaryDirectory(prefix=".work-", dir=folder) as work:
        report, checked = check_into(Path(work), dataset, schemas, today)
        readable = all(item.spool for item in checked)
        found: Rejects = {item.table.name: {} for item in checked}
        if quarantine and readable:
            if not report.ok:
                found = rejects(report, checked, schemas, today)
            report = counted(report, found)
            write_quarantine(quarantine, dataset.folder, checked, found)
        if not (report.ok or (quarantine and readable)):
            return report
        rows = _rows(checked, found, schemas)
        made = _write_tables(folder, Path(work), dataset, schemas, rows, report, today)
        dataset = with_followers(dataset, schemas, rows)
    _write_pages(folder, dataset, schemas, made, report)
    return replace(report, built=True)


@dataclass(frozen=True)
class _Made:
    """What was written: the files of each table, the digest of the package, and the sources."""

    files: dict[str, tuple[Written, Written]]
    digest: str
    sources: list[SourceRecord]


def _write_tables(
    folder: Path,
    work: Path,
    dataset: Dataset,
    schemas: Schemas,
    rows: Mapping[str, Rows],
    report: Report,
    today: date,
) -> _Made:
    (folder / "data").mkdir()
    identity = {"communique:package": dataset.name, "communique:version": dataset.version}
    known = tolerated(report.waived)
    counts = {count.table: count for count in report.tables}
    derivations = (derivation for table in schemas.tables for derivation in table.derive)
    read = (*counts, *(derivation.table for derivation in derivations))
    tell(Step("write", ahead=sum(counts[name].valid for name in read)))
    with ExitStack() as stack:
        files: dict[str, TableFiles] = {}
        for table in schemas.tables:
            files[table.name] = TableFiles(folder, table, {**identity, "communique:table": table.name})
            stack.callback(files[table.name].close)

        def write(table: Table) -> None:
            refuse = partial(
                refuse_broken, table=table, today=today, tolerated=known.get(table.name, frozenset())
            )
            files[table.name].write(rows[table.name], refuse, work)

        side_by_side(write, schemas.tables[::-1])  # derived tables have the most rows: they begin first
        sources = [
            SourceRecord(counts[table.name], new.rows, new.digest, new.unpublished)
            for table in schemas.written
            if (new := files[table.name])
        ]
        digest = package_digest({name: new.digest for name, new in files.items()})
        return _Made({name: new.seal(digest) for name, new in files.items()}, digest, sources)


def _write_pages(folder: Path, dataset: Dataset, schemas: Schemas, made: _Made, report: Report) -> None:
    """Write the files that describe the tables, and last the sums of all files."""
    descriptor = package(dataset, schemas.tables, made.files, made.digest)
    _accepted(descriptor)
    _, pages = write_description(folder, descriptor)
    counts = {name: written[0].rows for name, written in made.files.items()}
    rejected = {count.table: count.rejected for count in report.tables}
    write_text(folder, "README.md", readme(dataset, schemas.tables, counts, rejected, pages))
    write_text(
        folder,
        RECORD_FILE,
        as_json(record(dataset.name, dataset.version, dataset.folder / DESCRIPTION, report, made.sources)),
    )
    for name in (CHANGELOG, CHANGES):
        if (dataset.folder / name).is_file():
            write_text(folder, name, _text_of(dataset.folder / name))
    write_sums(folder, made.files)


def _text_of(path: Path) -> str:
    return decoded(path, path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")


def _rows(checked: list[CheckedTable], found: Rejects, schemas: Schemas) -> Mapping[str, Rows]:
    """Return the rows of each table that go into the release: those that were kept, and those derived from them."""
    rows: dict[str, Rows] = {name: LazyRows(frame) for name, frame in kept(checked, found).items()}
    rows |= {item.table.name: item.spool for item in checked if item.spool and not found[item.table.name]}
    return _told(rows) | {
        table.name: DerivedRows(table, _told(rows)) for table in schemas.tables if table.derive
    }


def _told(rows: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return rows that tell of what one reader of them has read."""
    return {name: ToldRows(each) for name, each in rows.items()}


def _accepted(descriptor: Json) -> None:
    """Refuse a descriptor that frictionless does not accept."""
    import frictionless  # takes a second to import, and only a release needs it

    errors = [error.message for error in frictionless.Package.metadata_validate(descriptor)]
    if errors:
        raise CommuniqueError(f"datapackage.json: {'; '.join(errors)}")
