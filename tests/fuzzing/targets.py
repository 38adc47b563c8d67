"""The four fuzz targets: functions of bytes that fail on an unexpected exception and on a broken promise.

A fuzzer calls them, and so do the tests, with the inputs that once failed and with new ones.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import numpy as np
import polars as pl

from communique.datapackage import CommuniqueError, Report, validate_package
from communique.datapackage.codes import LAST_WORD
from communique.datapackage.foreign.descriptor.tableschema import TableSchema, read_schema
from communique.datapackage.foreign.findings import DescriptorFindings
from communique.datapackage.foreign.rows.judge import Judge, inner
from communique.datapackage.foreign.rows.keys import Compared, comparable
from communique.datapackage.foreign.rows.typedrows import TypedRows
from communique.datapackage.untrusted.document import DocumentError, load

from . import oracles, packages, reports, schemas
from .choices import Choices

_SHARED = Path("/dev/shm")
"""A file system in memory, where there is one: a fuzzer writes a package thousands of times."""


@cache
def _package() -> Path:
    """Return a folder with the files that descriptors of the fuzzer may name."""
    folder = Path(mkdtemp(prefix="communique-fuzz-", dir=_SHARED if _SHARED.is_dir() else None))
    (folder / "t.csv").write_text("id,name\n1,a\n2,b\n", encoding="utf-8")
    (folder / "s.json").write_text('{"fields": [{"name": "id", "type": "integer"}, {"name": "name"}]}')
    (folder / "d.json").write_text('{"delimiter": ","}')
    pl.DataFrame({"id": [1, 2], "name": ["a", "b"]}).write_parquet(folder / "t.parquet")
    return folder


def clear() -> None:
    """Remove what the targets have written."""
    shutil.rmtree(_package(), ignore_errors=True)
    _package.cache_clear()


def descriptor(data: bytes) -> None:
    """Take a document (JSON; YAML where it begins with %; or choices), and check the package that it describes."""
    is_yaml = data.startswith(b"%")
    path = _package() / ("datapackage.yaml" if is_yaml else "datapackage.json")
    if is_yaml or data[:1] in (b"{", b"["):
        path.write_bytes(data.removeprefix(b"%"))
    else:
        path.write_text(json.dumps(packages.package(Choices(data))), encoding="utf-8")
    try:
        found = validate_package(path)
    except CommuniqueError:
        return
    else:
        oracles.consistent(found)
    finally:
        path.unlink()


def table(data: bytes) -> None:
    """Take a dialect (five bytes) and a CSV file; Python's csv module has the last word on what its cells are."""
    choices = Choices(data)
    dialect = _dialect(choices)
    encoding = choices.pick(("utf-8", "utf-8", "utf-8", "latin-1", "utf-16", "utf-8-sig", "ascii", "cp1252"))
    content = choices.rest()
    field = {"type": "string", "constraints": {"enum": [oracles.NEVER]}, "missingValues": []}
    match = "exact" if dialect.get("header") is False else "partial"
    schema = {"fields": [{**field, "name": name} for name in "abc"], "fieldsMatch": match}
    resource = {"name": "t", "path": "t.csv", "schema": schema, "dialect": dialect, "encoding": encoding}
    with TemporaryDirectory(dir=_package()) as folder:
        Path(folder, "t.csv").write_bytes(content)
        Path(folder, "datapackage.json").write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
        found = validate_package(Path(folder))
    oracles.consistent(found)
    oracles.same_cells(found, content, dialect, encoding)


def _dialect(choices: Choices) -> dict[str, Any]:
    flags = choices.byte()
    dialect: dict[str, Any] = {"header": not flags & 1}
    if flags & 2:
        dialect["delimiter"] = choices.pick((";", "\t", "|", " ", "a", ":", "\u00a7"))
    if flags & 4:
        dialect["quoteChar"] = choices.pick(("'", "", "|", "`"))
    if flags & 8:
        dialect["escapeChar"] = "\\"
    if flags & 16:
        dialect["doubleQuote"] = False
    if flags & 32:
        dialect["skipInitialSpace"] = True
    more = choices.byte()
    if more & 1:
        dialect["commentChar"] = "#"
    if more & 2:
        dialect["headerRows"] = choices.pick(([1, 2], [2], [3], [1, 3]))
    if more & 4:
        dialect["commentRows"] = choices.pick(([1], [2], [1, 3]))
    if more & 8:
        dialect["lineTerminator"] = choices.pick(("\r", "\r\n"))
    if more & 16:
        dialect["nullSequence"] = choices.pick(("-", "a", ""))
    return dialect


def schema(data: bytes) -> None:
    """Take a schema (JSON, or choices), turn it into Pandera, and hold strange cells against it."""
    choices = Choices(data)
    if data.startswith(b"{"):
        written, _, left = data.partition(b"\n\n")
        choices = Choices(left)
    else:
        written = json.dumps(schemas.schema(choices)).encode()
    try:
        given = load(written, is_yaml=False)
    except DocumentError:
        return
    findings = DescriptorFindings("schema.json")
    read = read_schema(given, "t", "schema", findings)
    if read is None:
        assert findings.has_errors
        return
    assert len(read.fields) == len(given["fields"])
    _hold(read, [schemas.cell(choices) for _ in range(choices.count(6))])


def _hold(read: TableSchema, texts: list[str]) -> None:
    # Lone surrogates cannot be in a file that is UTF-8.
    cells = [text.encode("utf-8", "replace").decode() for text in texts]
    names = [inner(number) for number in range(len(read.fields))]
    typed = [oracles.parsed(field, cells, name) for field, name in zip(read.fields, names, strict=True)]
    frame, records = pl.DataFrame(typed), np.arange(len(cells), dtype=np.int64)
    broken = list(Judge(read.fields, names).broken(frame, records))
    assert all(group.rule is not LAST_WORD for group in broken), broken
    compared = Compared(read, read.keys, read.foreign_keys, ())
    assert len(compared.hashes(TypedRows(frame))) == len(compared.sets) + len(compared.away)
    assert all(comparable(column).dtype == pl.String for column in frame)


def report(data: bytes) -> None:
    """Take a report with hostile words; each format of it can be read, and does nothing else."""
    found: Report = reports.report(Choices(data))
    for name in oracles.FORMATS:
        oracles.rendered(name, found)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "descriptor": descriptor,
    "table": table,
    "schema": schema,
    "report": report,
}
