"""Build: a dataset without errors becomes a release; one with errors becomes a report and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from communique.schemas import Schemas, Table

from .check import check_into
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
from .describing.record import RECORD_FILE, Source, record
from .errors import CommuniqueError, ReleaseError, TargetError
from .filenames import DESCRIPTION, DESCRIPTOR
from .finding import Report
from .metadata import metadata
from .releasing.commit import SUMS, apart, staging
from .releasing.history import CHANGELOG, CHANGES
from .releasing.sums import insist_on_files, sha256_of, sums
from .storing.digest import package_digest
from .storing.ordered import LazyRows, Rows
from .storing.write import TableFiles, Written
from .threads import side_by_side
from .untrusted.document import DocumentError, read_json
from .untrusted.limits import RELEASE_TEXT
from .untrusted.paths import PathError, bytes_of


def build(
    dataset: Dataset,
    schemas: Schemas,
    target: Path,
    today: date | None = None,
    quarantine: Path | None = None,
    force: bool = False,
) -> Report:
    """Check a dataset and, where it has no error, write its release to the folder `target`.

    Either the whole release is there afterwards, or `target` is as it was. A release that is there already is
    never changed: the same release may be built again, another one takes its place only with `force`.
    Raises TargetError where it cannot be written, and CommuniqueError where Pandera refuses rows at the last
    moment.

    quarantine: a folder for the rows that have an error, and those that depend on them. Where it is given, the
        rest is built, as long as every table can be read.
    """
    for folder in filter(None, (target, quarantine)):
        apart(folder, dataset.folder)
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
            f"{quarantine}: is not apart from {target}, and each of the two is replaced as a whole. Give another folder "
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


def keep(release: Path, target: Path) -> bool:
    """Drop the new release where the same one lies at `target`, made with other versions of libraries; say whether.

    Raises TargetError where another release lies there, or this one with files that are not what they were.
    """
    old, new = target / SUMS, release / SUMS
    if not old.exists() or old.read_bytes() == new.read_bytes():
        return False
    made = _made_from(release)
    if made is None or made != _made_from(target):
        raise TargetError(
            f"{target}: holds another release, and a release is never changed once it is written. Give another "
            "folder, or replace it with --force; communique release makes the next version of a dataset."
        )
    _insist_on_whole(target)
    new.unlink()
    return True


def _insist_on_whole(target: Path) -> None:
    """Refuse to keep a release whose files do not keep their promises."""
    try:
        insist_on_files(target)
    except ReleaseError as error:
        raise TargetError(
            f"{error} So this release, which is the one that was to be built, cannot stay as it is. Get its files back, "
            "or replace it with --force."
        ) from error


def _made_from(release: Path) -> Any:
    """Return what a release says of itself, but for the libraries and what depends on them; nothing where it does not say."""
    try:
        said, described = (
            read_json(bytes_of(release / name, RELEASE_TEXT.most)) for name in (RECORD_FILE, DESCRIPTOR)
        )
        for resource in described["resources"]:
            if resource["format"] == "parquet":
                del resource["bytes"], resource["hash"]
        paths = [release / name for name in (CHANGELOG, CHANGES)]
        history = [sha256_of(path) if path.is_file() else None for path in paths]
        return {**said, "made_with": said["made_with"]["communique"]}, described, history
    except (PathError, DocumentError, OSError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class _Made:
    """What was written: the files of each table, the digest of the package, and what went in."""

    files: dict[str, tuple[Written, Written]]
    digest: str
    sources: list[Source]


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

        side_by_side(write, schemas.tables[::-1])  # what is derived has most rows: it begins first
        counts = {count.table: count for count in report.tables}
        sources = [
            Source(counts[table.name], new.rows, new.digest, new.unpublished)
            for table in schemas.tables
            if not table.derive and (new := files[table.name])
        ]
        digest = package_digest({name: new.digest for name, new in files.items()})
        return _Made({name: new.seal(digest) for name, new in files.items()}, digest, sources)


def _write_pages(folder: Path, dataset: Dataset, schemas: Schemas, made: _Made, report: Report) -> None:
    """Write what describes the tables, and the sums of all files last."""
    descriptor = package(dataset, schemas.tables, made.files, made.digest)
    _accepted(descriptor)
    pages = {DESCRIPTOR: as_json(descriptor), **metadata(descriptor)}
    for name, text in pages.items():
        write_text(folder, name, text)
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


def write_sums(folder: Path, files: Mapping[str, tuple[Written, ...]]) -> None:
    """Write the sums of all files of a release, once all others are there. files: those whose hashes are known."""
    known = {file.path: file.sha256 for written in files.values() for file in written}
    write_text(folder, SUMS, sums(folder, known))


def write_text(folder: Path, name: str, text: str) -> None:
    """Write a text file of a release: UTF-8, LF."""
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _rows(checked: list[CheckedTable], found: Rejects, schemas: Schemas) -> Mapping[str, Rows]:
    """Return the rows of each table that go into the release: those that are kept, and those that follow from them."""
    rows: dict[str, Rows] = {name: LazyRows(frame) for name, frame in kept(checked, found).items()}
    rows |= {item.table.name: item.spool for item in checked if item.spool and not found[item.table.name]}
    return rows | {table.name: DerivedRows(table, rows) for table in schemas.tables if table.derive}


def _accepted(descriptor: Json) -> None:
    """Refuse a descriptor that frictionless does not accept."""
    import frictionless  # takes a second to import, and only a release needs it

    errors = [error.message for error in frictionless.Package.metadata_validate(descriptor)]
    if errors:
        raise CommuniqueError(f"datapackage.json: {'; '.join(errors)}")
