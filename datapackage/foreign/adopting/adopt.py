"""Adopt: a package of others, or a lone table with a schema, becomes an ordinary release, if it is valid.

opening → validate            the same code, limits and findings as the check
rows → Pandera → CSV, Parquet the typed rows that the check read, in the order of their key
translate                     the descriptor in the terms of a release; what it has no place for is reported
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from pydantic import ValidationError

from communique.schemas import Table

from ...arguments import as_path, optional_path
from ...describing.datadictionary import DataDictionary, of_release, of_tables
from ...describing.describe import Json, as_json, described
from ...describing.descriptor import About, TableSchema, first_fault
from ...describing.markdown import dictionary_page
from ...describing.record import RECORD_FILE, SourceRecord, record
from ...describing.tableschema import table_of
from ...errors import CommuniqueError
from ...finding import Finding, Report, TableCount
from ...loss import Loss, Losses
from ...progress import Step, tell
from ...releasing.commit import refuse_overlap, staging
from ...releasing.kept import keep
from ...releasing.texts import write_description, write_sums, write_text
from ...storing.digest import package_digest
from ...storing.ordered import Rows
from ...storing.spool import Spool
from ...storing.write import TableFiles, ToldRows
from ..descriptor.resource import Resource
from ..opening import Files, Given, given
from ..resourcecheck import Checked
from ..run import Run
from .formatpairs import format_pairs, lost_keys
from .lastword import LastWord
from .translate import (
    about_of,
    may_be_empty,
    names_of,
    table_schema_of,
    tell_losses,
    title_of,
    with_empty_texts,
)


@dataclass(frozen=True)
class Adopted:
    """What came of `adopt`.

    report: that of the check; its `built` says whether the release was written.
    losses: what the release does not say, though the package did.
    name: the name of the release.
    """

    report: Report
    losses: tuple[Loss, ...]
    name: str


def adopt(
    source: str | Path,
    target: str | Path | None = None,
    schema: str | Path | None = None,
    allow_remote: bool = False,
    force: bool = False,
) -> Adopted:
    """Check data of others and, where it has no error, write it as a release to the folder `target`.

    Afterwards `target` has the whole release, or is as it was; another release there is replaced only with `force`.
    source, schema, allow_remote: as for `validate_package`.
    target: by default output/NAME in the working folder; the result has the name.
    Raises CommuniqueError where there is nothing to check, nothing to check it against, or no release can be made
    from it, and TargetError where it cannot be written.
    """
    source, target, schema = as_path(source), optional_path(target), optional_path(schema)
    with given(source, schema) as found, TemporaryDirectory(prefix="communique-") as work:
        adoption = Adoption(found, Path(work), allow_remote)
        place = target or Path("output") / adoption.name
        refuse_overlap(place, found.folder)
        with staging(place) as release:
            adopted = adoption.into(release)
            if adopted.report.built and not force:
                report = replace(adopted.report, kept=keep(release, place))
                adopted = replace(adopted, report=report)
        return adopted


class Adoption:
    """The adoption of one package."""

    def __init__(self, found: Given, work: Path, allow_remote: bool = False) -> None:
        """Read the descriptor; no row is read yet. work: an existing folder."""
        self._given, self._work, self._losses = found, work, Losses()
        content = found.content if isinstance(found.content, dict) else {}
        self._about = about_of(content, Path(found.root).resolve().name, self._losses)
        self._items = _items(content)
        self._run = Run(found, work, Files(found.folder, work, allow_remote), keep=self._kept)
        self._pairs = format_pairs(self._run.resources)
        self._names = names_of(self._run.resources, self._pairs)

    @property
    def name(self) -> str:
        """The name of the release."""
        return str(self._about["name"])

    def into(self, folder: Path) -> Adopted:
        """Check the package and, where it has no error, write its release into the empty folder `folder`."""
        report = self._run.report()
        if report.ok:
            for checked in self._run.tables:
                self._table(checked.resource)  # raises where no release can have the table
            self._tell_of_lost_keys()
            self._write(folder, report)
            report = replace(report, built=True)
        return Adopted(report, self._losses.of(), self.name)

    def dictionary(self) -> DataDictionary:
        """Return the data dictionary that a release would have; no row is read.

        Raises CommuniqueError where the descriptor has errors, or no schema.
        """
        findings = self._run.findings.listed
        errors = [
            finding for finding in findings if finding.severity == "error" and finding.code != "no-schema"
        ]
        if errors:
            raise CommuniqueError(f"{self._given.root}: {fault(errors, len(errors))}")
        resources = [
            resource
            for resource in self._run.resources
            if resource.schema and resource.name not in self._pairs
        ]
        if not resources:
            raise CommuniqueError(
                f"{self._given.root}: there is no table with a schema that could be described."
            )
        tables = tuple(map(self._table, resources))
        rows = {self._names[each.name]: each.rows for each in resources if each.rows is not None}
        about = About.model_validate(self._about)
        return of_tables(about, tables, rows, described(self._about, tables, {}))

    def _kept(self, resource: Resource) -> Table | None:
        """Return the table as which rows are kept; None where no release can have it, which `into` reports."""
        try:
            return self._table(resource)
        except CommuniqueError:
            return None

    def _table(self, resource: Resource, empty: Collection[str] = ()) -> Table:
        schema = with_empty_texts(table_schema_of(resource, self._names), empty)
        said = title_of(self._items.get(resource.name, {}), resource.name)
        try:
            return table_of(self._names[resource.name], *said, TableSchema.model_validate(schema))
        except ValidationError as error:
            raise CommuniqueError(
                f"{resource.name}: its schema cannot be that of a release: {first_fault(error)}"
            ) from error

    def _tell_of_lost_keys(self) -> None:
        schemas = {
            each.name: table_schema_of(each, self._names) for each in self._run.resources if each.schema
        }
        for name, earlier in self._pairs.items():
            for key in lost_keys(schemas[earlier], schemas[name]):
                self._losses.add(
                    name, f"{key} that {earlier}, the same table in another format, does not have"
                )

    def _write(self, folder: Path, report: Report) -> None:
        (folder / "data").mkdir()
        identity = {"communique:package": self.name, "communique:version": self._about.get("version", "")}
        files: dict[str, TableFiles] = {}
        tables: list[Table] = []
        counts: list[TableCount] = []
        again = self._work / "again"
        (again / "data").mkdir(parents=True)
        tell(Step("write", ahead=sum(count.read for count in report.tables)))
        with ExitStack() as stack:
            for checked, count in zip(self._run.tables, report.tables, strict=True):
                table, rows = self._ready(checked)
                earlier = self._pairs.get(checked.resource.name)
                place = again if earlier else folder
                made = TableFiles(place, table, {**identity, "communique:table": table.name})
                stack.callback(made.close)
                made.write(ToldRows(rows), LastWord(table).refuse, self._work)
                if not earlier:
                    tables.append(table)
                    counts.append(count)
                    files[table.name] = made
                elif made.digest != files[table.name].digest:
                    raise _differing(earlier, checked.resource.name)
            digest = package_digest({name: made.digest for name, made in files.items()})
            written = {name: made.seal(digest) for name, made in files.items()}
        sources = [
            SourceRecord(count, made.rows, made.digest)
            for count, made in zip(counts, files.values(), strict=True)
        ]
        self._write_pages(folder, described(self._about, tables, written, digest), report, sources)
        write_sums(folder, written)

    def _ready(self, checked: Checked) -> tuple[Table, Rows]:
        """Return a table as the release has it, and its rows."""
        resource, spool, compared = checked.resource, checked.table.spool, checked.table.compared
        assert spool is not None
        assert compared is not None
        assert resource.schema is not None
        tell_losses(resource, self._items.get(resource.name, {}), _labels(checked), self._losses)
        kept, lost = _empty_texts(spool, may_be_empty(resource.schema))
        referred = {name for names in compared.referred for name in names}
        for name, count in lost.items():
            if name in referred:
                raise CommuniqueError(
                    f"{resource.name}.{name}: has empty strings, rows without a value, and references to it, and no CSV "
                    "keeps the first two apart. Replace the empty string by another value."
                )
            self._losses.add(
                f"{resource.name}.{name}", f"{count:,} empty strings, which no cell of a CSV can hold"
            )
        for name, count in checked.table.shortened.items():
            rows = f"{count:,} of {checked.table.read:,} rows"
            said = f"digits in {rows}: numbers have 64 bits, and times have microseconds"
            self._losses.add(f"{resource.name}.{name}", said)
        table = self._table(resource, kept)
        return table, _Rows(spool, tuple(lost))

    def _write_pages(
        self, folder: Path, descriptor: Json, report: Report, sources: list[SourceRecord]
    ) -> None:
        """Write the files that describe the tables; the others follow from the descriptor as users of it read it."""
        package, pages = write_description(folder, descriptor)
        write_text(folder, "README.md", dictionary_page(of_release(package), files=pages))
        file = self._given.folder / self._given.file
        write_text(folder, RECORD_FILE, as_json(record(package.name, package.version, file, report, sources)))


def _differing(one: str, other: str) -> CommuniqueError:
    return CommuniqueError(
        f"{one} and {other}: are one table in two formats by their paths and schemas, but their rows differ. Correct "
        "one of them, or give it another path."
    )


def fault(findings: Sequence[Finding], count: int, see: str = "validate") -> str:
    """Return how many errors there are, and the first one. see: the command that lists them all."""
    first = next(finding for finding in findings if finding.severity == "error")
    place = ".".join(filter(None, (first.table, first.column))) or first.file
    place += f", row {first.row}" if first.row else ""
    said = f": expected {first.expected}" if first.expected else ""
    told = f"{first.code} at {place}{said}"[:500].removesuffix(".")
    return f"has {count:,} error{'s' if count > 1 else ''}: {told}. See communique {see}."


def _labels(checked: Checked) -> tuple[str, ...]:
    columns = checked.table.columns
    return checked.table.labels[: columns.width] if columns else ()


def _items(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the descriptors of resources by their names."""
    listed = content.get("resources", [content])
    items = listed if isinstance(listed, list) else []
    return {
        item["name"]: item for item in items if isinstance(item, dict) and isinstance(item.get("name"), str)
    }


@dataclass(frozen=True)
class _Rows:
    """The rows of a spool, in which an empty text in a column of `emptied` is no value."""

    spool: Spool
    emptied: tuple[str, ...]

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows as they come."""
        for rows in self.spool.batches(columns):
            names = [name for name in self.emptied if name in rows.columns]
            yield rows.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)) for name in names)


def _empty_texts(spool: Spool, names: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """Return the columns whose empty texts can stay, for no row is without a text, and their number in the others."""
    empty, none = Counter[str](), Counter[str]()
    for rows in spool.batches(names) if names else ():
        for name in names:
            empty[name] += int((rows[name] == "").sum())
            none[name] += rows[name].null_count()
    there = [name for name in names if empty[name]]
    return [name for name in there if not none[name]], {name: empty[name] for name in there if none[name]}
