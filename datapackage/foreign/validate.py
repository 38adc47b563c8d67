"""Validate: anybody's data package, or a lone table with a schema, from its descriptor to a report.

opening → package → strict → rows   each resource by itself
keys → references                   over their hashes, as for tables of our own
listing                             findings get their rows, fields and lines
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from communique.schemas import Severity, Table

from ..finding import KEPT, Finding, Report, TableCount, in_order
from ..found import Group
from ..listing import listing
from ..spool import Spool
from .codes import FOREIGN, TEXT_RULES
from .complaints import Complaints
from .compression import decompressed
from .dialect import Dialect
from .keys import Compared, lost, repeated_keys
from .opening import Files, Given, SourceError, given, is_resource
from .package import Resource, read_package, read_resource
from .paths import PathError
from .rows import ForeignTable, check_table
from .strict import EncodingError, Source, strict
from .tableschema import TableSchema
from .values import from_data, native

_ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s")
_STRUCTURE = ("blank-row", "missing-cell", "extra-cell", "encoding-error", "nul-byte", "stray-quote")


def validate(
    source: Path, schema: Path | None = None, allow_remote: bool = False, today: date | None = None
) -> Report:
    """Check anybody's data and return what was found. Bad data raises nothing.

    source: a descriptor, a folder or archive that has one, or a table.
    schema: the Table Schema of a lone table.
    allow_remote: whether to fetch what the descriptor gives an address of.
    Raises CommuniqueError where there is nothing to check, or nothing to check it against.
    """
    with given(source, schema) as found, TemporaryDirectory(prefix="communique-") as work:
        return replace(Run(found, Path(work), allow_remote).report(), today=today or date.min)


def verify_package(source: Path, schema: Path | None = None) -> Report:
    """Hold anybody's package against its own promises: bytes, hashes, rows and schemas; say which it does not make.

    Raises CommuniqueError as `validate` does.
    """
    with given(source, schema) as found, TemporaryDirectory(prefix="communique-") as work:
        run = Run(found, Path(work))
        for resource in run.resources:
            if resource.paths and not resource.digest:
                run.say_unvouched(resource)
        return run.report()


@dataclass(frozen=True, eq=False)
class Checked:
    """A resource, and the table that it is."""

    resource: Resource
    table: ForeignTable


class Run:
    """One run over one package.

    keep: gives the table as which the typed rows of a resource are kept; without it they are not.
    """

    def __init__(
        self,
        found: Given,
        work: Path,
        allow_remote: bool = False,
        keep: Callable[[Resource], Table] | None = None,
    ) -> None:
        """Read the descriptor; no row is read yet."""
        self.given, self.work, self._keep = found, work, keep
        self.files = Files(found.folder, work, allow_remote)
        self.complaints = Complaints(found.file)
        read = read_resource if is_resource(found.content) else read_package
        self.resources = read(found.content, self.complaints, self.files.document)
        self.tables: list[Checked] = []
        self.undecided = 0

    def report(self) -> Report:
        """Check all, and return the report."""
        for number, resource in enumerate(self.resources):
            folder = self.work / str(number)
            folder.mkdir()
            self._check(resource, folder)
        kinds = {finding.code for finding in self.complaints.findings if finding.severity == "error"}
        if not self.tables and kinds <= {"no-schema"}:
            raise SourceError(
                f"{self.given.root}: there is no table with a schema, so nothing was checked. "
                "Give one with --schema, or name it in the descriptor."
            )
        self._compare()
        self._say_how_many()
        return self._report()

    def _check(self, resource: Resource, folder: Path) -> None:
        try:
            sources = [self._source(path, resource) for path in resource.paths]
            self._check_integrity(resource, sources)
            if resource.schema is None or resource.dialect is None:
                self._say_unchecked(resource)
                return
            self._check_rows(resource, resource.schema, resource.dialect, sources, folder)
        except PathError as error:
            self.complaints.add(error.code, resource.where, str(error), resource.name)

    def _say_how_many(self) -> None:
        """Where a part of the package was not checked, say how large the other part is."""
        content = self.given.content
        listed = content.get("resources", [content]) if isinstance(content, dict) else []
        if self.tables and len(self.tables) < len(listed):
            said = f"all {len(listed)} resources checked, found {len(self.tables)} that could be"
            self.complaints.add("not-checked", "", said)

    def _say_unchecked(self, resource: Resource) -> None:
        if resource.is_table:
            self.complaints.add(
                "no-schema", resource.where, "a schema: without one nothing was checked", resource.name
            )
        else:
            said = f"a table, found {resource.form or 'data'!r}: only that the file is there was checked"
            self.complaints.add("not-checked", resource.where, said, resource.name)

    def say_unvouched(self, resource: Resource) -> None:
        """Say that the descriptor has no hash of a file."""
        known = "only their number" if resource.size is not None else "nothing"
        said = f"a hash; without one {known} says that the bytes are those that were published"
        self.complaints.add("no-hash", resource.where, said, resource.name)

    def _source(self, path: str, resource: Resource) -> Source:
        return Source(self.files.file(path), path)

    def _check_integrity(self, resource: Resource, sources: list[Source]) -> None:
        if resource.size is not None and sources:
            size = sum(source.path.stat().st_size for source in sources)
            if size != resource.size:
                self.complaints.add(
                    "byte-count", resource.where, f"{resource.size} bytes, found {size}", resource.name
                )
        if resource.digest and sources:
            algorithm, _, wanted = resource.digest.rpartition(":")
            algorithm = algorithm.lower() or "md5"
            if algorithm not in _ALGORITHMS:
                said = f"a hash by one of {', '.join(_ALGORITHMS)}, found {algorithm[:50]!r}"
                self.complaints.add("hash-count", resource.where, said, resource.name)
            elif _digest(sources, algorithm) != wanted.lower():
                found = _digest(sources, algorithm)
                said = f"the {algorithm} hash {wanted[:200]}, found {found}"
                self.complaints.add("hash-count", resource.where, said, resource.name)

    def _check_rows(
        self, resource: Resource, schema: TableSchema, dialect: Dialect, sources: list[Source], folder: Path
    ) -> None:
        sources = [self._plain(source, resource, folder, number) for number, source in enumerate(sources)]
        file = sources[0].file if sources else self.given.file
        typed = not resource.paths or resource.form == "parquet"
        schema = native(schema) if typed else schema
        groups: list[Group] = []
        target = folder / "strict.csv"
        if not resource.paths:
            source, groups = from_data(resource.data, schema, file, target)
        elif resource.form == "parquet":
            from .fromparquet import from_parquet  # few packages have it

            source, groups = from_parquet(sources, schema, target)
        elif resource.form in ("csv", "tsv"):
            try:
                source = strict(sources, dialect, resource.encoding, target)
            except EncodingError as error:
                raise PathError("encoding-error", str(error)) from error
        else:
            raise PathError("format-error", f"CSV, TSV or Parquet, found {resource.form[:50]!r}")
        table = ForeignTable(schema.table, source.path, file=file, origins=source.origins)
        if self._keep:
            table.rows = Spool(self._keep(resource), folder / "rows.arrow")
        self.tables.append(Checked(resource, table))
        compared = self._compared(resource.name, schema)
        check_table(
            table, source, schema, compared, folder, dialect.null_sequence, dialect.heeds_case, not typed
        )
        if table.spool:  # what stands under labels that cannot be used was not read
            table.found.add(group for group in groups if group.records.any())
        for group in groups:
            if not group.records.any():  # it is about the column as a whole
                finding = table.origin.finding(group.rule, None, group.column, group.expected)
                table.findings.append(replace(finding, file=file))
        if resource.rows is not None and resource.rows != table.read and table.spool:
            said = f"{resource.rows} rows, found {table.read}"
            self.complaints.add("row-count", resource.where, said, resource.name)

    def _plain(self, source: Source, resource: Resource, folder: Path, number: int) -> Source:
        if resource.compression == "no":
            return source
        target = folder / f"{number}.plain"
        return Source(decompressed(source.path, resource.compression, resource.member, target), source.file)

    def _compared(self, name: str, schema: TableSchema) -> Compared:
        referred = dict.fromkeys(
            key.references
            for other in self.resources
            for key in (other.schema.foreign_keys if other.schema else ())
            if key.table == name
        )
        return Compared(schema, schema.keys, schema.foreign_keys, tuple(referred))

    def _compare(self) -> None:
        by_name = {checked.resource.name: checked.table for checked in self.tables}
        for checked in self.tables:
            table, compared = checked.table, checked.table.compared
            if table.spool is None or compared is None:
                continue
            table.found.add_all(repeated_keys(compared, table.spool, table.hashes))
            away = table.hashes[len(compared.sets) :]
            for key, wanted in zip(compared.away, away, strict=True):
                target = by_name.get(key.table)
                known = target.hashes_of(key.references) if target else None
                if target is None or known is None:
                    self._say_undecided(checked.resource, key.table)
                else:
                    table.found.add_all(lost(compared, table.spool, key, wanted, known, target.malformed))

    def _say_undecided(self, resource: Resource, far: str) -> None:
        self.undecided += 1
        said = f"references to {far} that can be checked: what they refer to could not be read"
        self.complaints.add("not-checked", f"{resource.where}.schema".strip("."), said, resource.name)

    def _report(self) -> Report:
        findings = list[Finding]()
        omitted: dict[tuple[str, str, Severity], int] = {}
        samples: dict[tuple[str, int], Mapping[str, str]] = {}
        room = KEPT
        for checked in self.tables:
            table = checked.table
            try:
                table.lay_out()
                listed = listing(table, table.found, room)
            except PathError as error:  # the file is another one by now
                self.complaints.add(error.code, checked.resource.where, str(error), checked.resource.name)
                continue
            room -= len(listed.findings)
            findings += [_placed(table, finding) for finding in (*table.findings, *listed.findings)]
            for code, number in listed.omitted.items():
                omitted[table.table.name, code, FOREIGN[code].severity] = number
            file = table.origin.file
            samples |= {(file, number): cells for number, cells in listed.samples.items()}
        content = self.given.content if isinstance(self.given.content, dict) else {}
        return Report(
            dataset=_text(content.get("name")) or Path(self.given.root).resolve().name,
            version=_text(content.get("version")),
            root=self.given.root,
            today=date.min,
            findings=in_order(
                [*self.complaints.findings, *findings],
                [self.given.file, *(checked.table.origin.file for checked in self.tables)],
            ),
            tables=tuple(map(_count, self.tables)),
            rules=FOREIGN,
            samples=samples,
            omitted=omitted,
            declared=self.complaints.declared,
            held=self._held(),
        )

    def _held(self) -> int:
        schemas = [checked.resource.schema for checked in self.tables if checked.table.spool]
        return sum(schema.constraints for schema in schemas if schema) - self.undecided


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _digest(sources: list[Source], algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    for source in sources:
        with source.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def _placed(table: ForeignTable, finding: Finding) -> Finding:
    """Return a finding with the number of its column, and with its place in the source."""
    if finding.field is None and finding.column in table.labels:
        finding = replace(finding, field=table.labels.index(finding.column) + 1)
    return table.origins.placed(finding)


def _count(checked: Checked) -> TableCount:
    table, readable = checked.table, checked.table.spool is not None
    rejected = int(np.count_nonzero(table.found.rejected(table.read)))
    rules = (*_STRUCTURE, "type-error", "constraint-error", *(rule.code for rule in TEXT_RULES))
    compared = table.compared
    if compared:
        rules += tuple(dict.fromkeys(key.code for key in compared.own)) + ("foreign-key",) * bool(
            compared.away
        )
    labels = table.labels[: table.columns.width] if table.columns else ()
    return TableCount(
        table.table.name, table.file, table.read, rejected, rules if readable else (), readable, labels
    )
