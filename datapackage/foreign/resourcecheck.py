"""The check of one resource by itself: its files, their size and hash, and its rows.

Several resources are checked at a time, so the findings of each are kept apart until all are done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING

from communique.schemas import Table

from ..progress import Step, tell
from ..storing.spool import Spool
from ..untrusted.compression import decompressed
from ..untrusted.paths import PathError
from .codes import FOREIGN
from .descriptor.dialect import Dialect
from .descriptor.resource import Resource
from .descriptor.tableschema import TableSchema
from .findings import DescriptorFindings
from .hashing import ALGORITHMS, Hashing, algorithm_of, hexadecimal_digits
from .opening import Files
from .rows.keys import Compared
from .rows.strict import EncodingError, Source, Strict, strict
from .rows.tablecheck import ForeignTable, check_table
from .rows.typedvalues import from_data, native, without_wrong

if TYPE_CHECKING:
    from .rows.fromparquet import Wrong

_NO_TEXT = (
    (b"PAR1", b"\0PAR1", "Parquet"),
    (b"PK\x03\x04", b"", "a zip archive or a spreadsheet"),
    (b"\x1f\x8b\x08", b"", "a gzip file"),
)
"""How files that are not text begin and end. The beginning alone would not do: a column may be called PAR1."""


@dataclass(frozen=True, eq=False)
class Checked:
    """A resource and its table."""

    resource: Resource
    table: ForeignTable


@dataclass(eq=False)
class ResourceCheck:
    """The check of one resource.

    folder: where it may write temporary files.
    files: the files of the package. hashing: their hashes. file: the name of the descriptor.
    referred: the sets of fields that foreign keys, of this table or others, refer to.
    keep: returns the table as which the typed rows are kept; without it they are not kept.
    findings: the findings that are not about rows.
    checked: the table; None until one could be read.
    sources, size: its files, or None where they cannot be read, and their size in bytes.
    """

    resource: Resource
    folder: Path
    files: Files
    hashing: Hashing
    file: str
    referred: tuple[tuple[str, ...], ...]
    keep: Callable[[Resource], Table | None] | None
    findings: DescriptorFindings = field(init=False)
    checked: Checked | None = None
    sources: list[Source] | None = field(init=False, default=None)
    size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Find the files that exist."""
        self.findings = DescriptorFindings(self.file)
        with self._reporting():
            sources = [Source(self.files.file(path), path) for path in self.resource.paths]
            self.size = sum(source.path.stat().st_size for source in sources)
            self.sources = sources

    @property
    def ahead(self) -> int:
        """How many bytes of rows there are to read."""
        return self.size if self.resource.schema and self.resource.dialect else 0

    def check(self, threads: int) -> None:
        """Check the resource. Bad data raises nothing. threads: how many threads read its rows."""
        if self.sources is None:
            return
        with self._reporting():
            self._check_integrity(self.sources)
            schema, dialect = self.resource.schema, self.resource.dialect
            if schema is None or dialect is None:
                self._say_unchecked()
            else:
                self._check_rows(schema, dialect, self.sources, threads)

    @contextmanager
    def _reporting(self) -> Generator[None]:
        try:
            yield
        except PathError as error:
            self._report(error.code, str(error))

    def _report(self, code: str, expected: str) -> None:
        self.findings.add(code, self.resource.where, expected, self.resource.name)

    def _say_unchecked(self) -> None:
        if self.resource.is_table:
            self._report("no-schema", "a schema: without one nothing was checked")
        else:
            form = self.resource.form or "data"
            self._report(
                "not-checked", f"a table, found {form!r}: only the existence of the file was checked"
            )

    def _check_integrity(self, sources: list[Source]) -> None:
        if not sources:
            return
        if self.resource.size not in (None, self.size):
            self._report("byte-count", f"{self.resource.size} bytes, found {self.size}")
        if self.resource.digest:
            self._check_digest(self.resource.digest, sources)

    def _check_digest(self, digest: str, sources: list[Source]) -> None:
        algorithm, wanted = algorithm_of(digest)
        if algorithm not in ALGORITHMS:
            said = f"a hash by one of {', '.join(ALGORITHMS)}, found {algorithm[:50]!r}"
            self._report("hash-count", said)
            return
        length = hexadecimal_digits(algorithm)
        if not re.fullmatch(f"[0-9a-fA-F]{{{length}}}", wanted):
            said = f"the {algorithm} hash as {length} hexadecimal digits, found {wanted[:200]!r}"
            self._report("hash-count", said)
            return
        found = self.hashing.digest(algorithm, self.resource.paths, [source.path for source in sources])
        if found != wanted.lower():
            self._report("hash-count", f"the {algorithm} hash {wanted}, found {found}")

    def _check_rows(self, schema: TableSchema, dialect: Dialect, sources: list[Source], threads: int) -> None:
        resource = self.resource
        sources = [self._plain(source, number) for number, source in enumerate(sources)]
        file = sources[0].file if sources else self.file
        typed = not resource.paths or resource.form == "parquet"
        schema = native(schema, has_days=bool(resource.paths)) if typed else schema
        given, wrong = self._strict(schema, dialect, sources, file)
        tell(Step("check", ahead=given.size - self.size))
        schema = without_wrong(schema, given.wrong) if given.wrong else schema
        table = ForeignTable(schema.table, given.path, file=file, origins=given.origins)
        kept = self.keep(resource) if self.keep else None
        if kept:
            table.spool = Spool(kept, self.folder / "rows.arrow")
        self.checked = Checked(resource, table)
        away = tuple(dict.fromkeys(schema.foreign_keys))
        compared = Compared(schema, schema.keys, away, self.referred)
        check_table(table, given, schema, dialect, compared, self.folder, not typed, threads)
        for column in wrong:
            finding = table.origin.finding(FOREIGN["type-error"], None, column.field, column.expected)
            table.findings.append(replace(finding, file=column.file))
        for empty in given.empty:
            said = "the labels of the columns, found an empty file"
            finding = table.origin.finding(FOREIGN["empty-file"], expected=said)
            table.findings.append(replace(finding, file=empty))
        if resource.rows is not None and resource.rows != table.read and table.reread:
            self._report("row-count", f"{resource.rows} rows, found {table.read}")

    def _strict(
        self, schema: TableSchema, dialect: Dialect, sources: list[Source], file: str
    ) -> tuple[Strict, list[Wrong]]:
        """Return the rows in the strict form, and the columns of a wrong type."""
        target, resource = self.folder / "strict.csv", self.resource
        if not resource.paths:
            return from_data(resource.data, schema, dialect, file, target), []
        if resource.form == "parquet":
            from .rows.fromparquet import from_parquet  # few packages have it

            return from_parquet(sources, schema, target)
        if resource.form not in ("csv", "tsv"):
            raise PathError("format-error", f"CSV, TSV or Parquet, found {resource.form[:50]!r}")
        _refuse_other_forms(sources)
        try:
            return strict(sources, dialect, resource.encoding, target, resource.form == "tsv"), []
        except EncodingError as error:
            raise PathError("encoding-error", str(error)) from error

    def _plain(self, source: Source, number: int) -> Source:
        resource = self.resource
        if resource.compression == "no":
            return source
        target = self.folder / f"{number}.plain"
        return Source(decompressed(source.path, resource.compression, resource.member, target), source.file)


def _refuse_other_forms(sources: list[Source]) -> None:
    """Raise PathError where a file that should be text is of another form, by its first and last bytes."""
    for source in sources:
        with source.path.open("rb") as file:
            head, size = file.read(4), file.seek(0, SEEK_END)
            file.seek(max(0, size - 5))
            tail = file.read(5)
        for begin, end, form in _NO_TEXT:
            if head.startswith(begin) and tail.endswith(end):
                raise PathError("format-error", f"text in {source.file}, found {form}")
