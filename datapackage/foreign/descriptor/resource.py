"""A resource of a descriptor: its files or its data, its schema and its dialect, ready to be checked.

https://datapackage.org/standard/data-resource/. What cannot be used is a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...untrusted.compression import KINDS, compression_of
from ...untrusted.limits import LOCAL_FILES
from ...untrusted.paths import is_remote
from ..findings import DescriptorFindings, subject
from .dialect import Dialect, known_encoding, read_dialect
from .properties import report_objects, report_profile, wrong_metadata
from .tableschema import TableSchema, read_schema
from .versions import untyped_in

Reader = Callable[[str, str, DescriptorFindings], Any]
"""Reads a document that a descriptor names; None where it cannot be read, which is a finding."""

_OTHERS = ("compression", "innerpath", "extrapaths", "rows", "digest", "formerly", "stats")
"""Properties of frictionless, and of our own releases."""
_RESOURCE = (
    *("name", "path", "data", "type", "title", "description", "homepage", "sources", "licenses"),
    *("format", "mediatype", "encoding", "bytes", "hash", "dialect", "schema", "profile", "scheme", *_OTHERS),
)
_FORMATS = {"csv": "csv", "tsv": "tsv", "tab": "tsv", "txt": "csv", "parquet": "parquet", "parq": "parquet"}
_MEDIATYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/vnd.apache.parquet": "parquet",
    "application/parquet": "parquet",
}
_TABULAR = ("csv", "tsv", "parquet", "json", "ndjson", "jsonl", "xls", "xlsx", "ods")


@dataclass(frozen=True, eq=False)
class Resource:
    """A resource whose descriptor is understood.

    where: the place of its descriptor.
    paths: the paths of its files; none where it has `data`.
    form: csv, tsv, parquet, or any other form, which cannot be read.
    """

    name: str
    where: str
    paths: tuple[str, ...]
    data: Any
    form: str
    schema: TableSchema | None
    dialect: Dialect | None
    encoding: str
    compression: str
    member: str | None
    size: int | None
    digest: str | None
    rows: int | None
    is_table: bool


def read_resource(
    item: Any, where: str, findings: DescriptorFindings, read: Reader, untyped: str = "string"
) -> Resource | None:
    """Return a resource; None where it cannot be checked, which is a finding.

    where: the place of its descriptor. read: reads a schema or dialect that is in a file of its own.
    untyped: the type of fields without one, where the resource gives no version of its own.
    """
    name = _name(item, where, findings)
    if name is None:
        return None
    before = len(findings.listed)
    _report(item, where, findings, name)
    if findings.has_errors_after(before):
        return None
    form = _form(item, _paths(item))
    schema = _schema(item, where, findings, read, name, untyped_in(item, untyped))
    dialect = _dialect(item, form, where, findings, read, name)
    failed = findings.has_errors_after(before)
    _say_what_is_unchecked(schema, f"{where}.schema".strip("."), findings)
    return None if failed else _understood(item, name, where, form, schema, dialect)


def _name(item: Any, where: str, findings: DescriptorFindings) -> str | None:
    if not isinstance(item, dict):
        findings.add("resource-error", where, "an object")
        return None
    name = item.get("name")
    if isinstance(name, str) and _is_name(name):
        return name
    found = "none" if name is None else repr(name)[:100]
    said = f"a name of visible characters that is not a path, found {found}"
    findings.add("resource-error", where, said, key="name")
    return None


def _report(item: Mapping[str, Any], where: str, findings: DescriptorFindings, name: str) -> None:
    """Report what is wrong with a resource, apart from its schema and its dialect."""
    findings.unknown(item, _RESOURCE, where, name)
    for wrong in (*wrong_metadata({**item, "name": name}), *_wrong_data(item)):
        findings.add("resource-error", where, wrong, name, subject(wrong, _RESOURCE))
    if item.get("compression") not in (None, *KINDS):
        said = f"a compression that is one of {', '.join(KINDS)}"
        findings.add("compression-error", where, said, name, "compression")
    report_objects(item, where, findings, name)
    report_profile(item, where, findings, name)


def _schema(
    item: Mapping[str, Any], where: str, findings: DescriptorFindings, read: Reader, name: str, untyped: str
) -> TableSchema | None:
    given, place = _part(item, "schema", where, findings, read, name), f"{where}.schema".strip(".")
    return None if given is None else read_schema(given, name, place, findings, untyped)


def _dialect(
    item: Mapping[str, Any], form: str, where: str, findings: DescriptorFindings, read: Reader, name: str
) -> Dialect | None:
    given = _part(item, "dialect", where, findings, read, name)
    delimiter = "\t" if form == "tsv" else ","
    place = f"{where}.dialect".strip(".")
    return read_dialect({} if given is None else given, place, findings, name, delimiter)


def _understood(
    item: Mapping[str, Any],
    name: str,
    where: str,
    form: str,
    schema: TableSchema | None,
    dialect: Dialect | None,
) -> Resource:
    """Return a resource in which nothing is wrong."""
    paths, stats = _paths(item), _stats(item)
    tabular = "tabular" in str(item.get("profile", "")) or item.get("type") == "table" or form in _TABULAR
    return Resource(
        name=name,
        where=where,
        paths=paths,
        data=item.get("data"),
        form=form,
        schema=schema,
        dialect=dialect,
        encoding=item.get("encoding", "utf-8"),
        compression=str(item.get("compression") or ("no" if not paths else compression_of(paths[0]))),
        member=item.get("innerpath"),
        size=item.get("bytes", stats.get("bytes")),
        digest=item.get("hash", stats.get("hash") or (stats.get("sha256") and f"sha256:{stats['sha256']}")),
        rows=item.get("rows", stats.get("rows")),
        is_table=tabular or "schema" in item or "data" in item,
    )


def _say_what_is_unchecked(schema: TableSchema | None, where: str, findings: DescriptorFindings) -> None:
    """Report the constraints that cannot be checked. Everything else in the table is checked."""
    for number, field in enumerate(schema.fields if schema else ()):
        for said in field.unchecked:
            place = f"{where}.fields[{number}] ({field.name})"
            findings.add(
                "field-error",
                place,
                f"{said}; this constraint was not checked",
                schema.name if schema else "",
            )


def _is_name(name: str) -> bool:
    return (
        bool(name) and name.isprintable() and "\\" not in name and not {"", ".", ".."} & set(name.split("/"))
    )


def _wrong_data(item: Mapping[str, Any]) -> Iterator[str]:
    if ("path" in item) == ("data" in item):
        yield "either path or data"
    paths = item.get("path", "a")
    several = isinstance(paths, list) and paths and all(isinstance(path, str) for path in paths)
    if not isinstance(paths, str) and not several:
        yield "path as a string, or a list of strings"
    extra = item.get("extrapaths", [])
    if not isinstance(extra, list) or not all(isinstance(path, str) for path in extra):
        yield "extrapaths as a list of strings"
    elif several and LOCAL_FILES.exceeded(len(paths) + len(extra)):
        yield f"{LOCAL_FILES}, found {len(paths) + len(extra):,}"
    encoding = item.get("encoding", "utf-8")
    if not isinstance(encoding, str) or not known_encoding(encoding):
        yield f"encoding as an encoding of characters such as utf-8, found {str(encoding)[:50]!r}"
    yield from _wrong_counts({key: item[key] for key in ("bytes", "rows", "hash") if key in item})
    if not isinstance(item.get("stats"), (dict, type(None))):
        yield "stats as an object"
    yield from _wrong_counts({key: value for key, value in _stats(item).items() if value is not None})
    if not isinstance(item.get("innerpath"), (str, type(None))):
        yield "innerpath as a string"


def _stats(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what frictionless has counted, where a resource has that."""
    stats = item.get("stats")
    return stats if isinstance(stats, dict) else {}


def _wrong_counts(given: Mapping[str, Any]) -> Iterator[str]:
    for key in ("bytes", "rows"):
        number = given.get(key, 0)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            yield f"{key} as a whole number"
    for key in ("hash", "sha256"):
        if not isinstance(given.get(key, ""), str):
            yield f"{key} as a string"


def _paths(item: Mapping[str, Any]) -> tuple[str, ...]:
    if "path" not in item:
        return ()
    paths = item["path"] if isinstance(item["path"], list) else [item["path"]]
    return (*paths, *item.get("extrapaths", ()))


def _form(item: Mapping[str, Any], paths: tuple[str, ...]) -> str:
    given = item.get("format") or _MEDIATYPES.get(str(item.get("mediatype", "")).split(";")[0], "")
    if not given and paths:
        path = str(item.get("innerpath") or paths[0]).lower()
        parts = (path.split("?")[0] if is_remote(path) else path).split("/")[-1].split(".")
        given = (
            parts[-2]
            if compression_of(paths[0]) != "no" and not item.get("innerpath") and len(parts) > 2
            else parts[-1]
        )
        if given in ("zip", "gz", "bz2", "xz"):
            given = "csv"
        if given == "txt" and "schema" not in item:  # a table only where something says so
            return "txt"
    return _FORMATS.get(str(given).lower(), str(given).lower())


def _part(
    item: Mapping[str, Any], key: str, where: str, findings: DescriptorFindings, read: Reader, name: str
) -> Any:
    given = item.get(key)
    if isinstance(given, str):
        return read(given, f"{where}.{key}".strip("."), findings)
    if given is not None and not isinstance(given, dict):
        findings.add("resource-error", where, f"{key} as an object, or the path of one", name, key)
        return None
    return given
