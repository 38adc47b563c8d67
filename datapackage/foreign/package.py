"""Packages: what a `datapackage.json` of version 1 or 2 says, as resources that can be read, and complaints.

https://datapackage.org/standard/data-package/. What the standard has no word for is told, never passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .complaints import Complaints, subject
from .compression import KINDS, compression_of
from .dialect import Dialect, read_dialect
from .limits import LOCAL_FILES, RESOURCES
from .strict import known_encoding
from .tableschema import TableSchema, read_schema

Reader = Callable[[str, str, Complaints], Any]
"""Reads a document that a descriptor names; None where it cannot be read, which is a complaint."""

_PACKAGE_KEYS = (
    "resources",
    "profile",
    "name",
    "id",
    "title",
    "description",
    "homepage",
    "version",
    "created",
)
_MORE_PACKAGE_KEYS = ("contributors", "keywords", "image", "licenses", "sources", "languages", "digest")
_RESOURCE_KEYS = ("name", "path", "data", "type", "title", "description", "homepage", "sources", "licenses")
_MORE_RESOURCE_KEYS = (
    "format",
    "mediatype",
    "encoding",
    "bytes",
    "hash",
    "dialect",
    "schema",
    "profile",
    "scheme",
)
_OTHERS = ("compression", "innerpath", "extrapaths", "rows", "digest", "formerly", "stats")
"""Those of frictionless, and of our own releases."""
_PACKAGE = (*_PACKAGE_KEYS, *_MORE_PACKAGE_KEYS)
_RESOURCE = (*_RESOURCE_KEYS, *_MORE_RESOURCE_KEYS, *_OTHERS)
_FORMATS = {"csv": "csv", "tsv": "tsv", "tab": "tsv", "txt": "csv", "parquet": "parquet", "parq": "parquet"}
_MEDIATYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/vnd.apache.parquet": "parquet",
    "application/parquet": "parquet",
}
_TABULAR = ("csv", "tsv", "parquet", "json", "ndjson", "jsonl", "xls", "xlsx", "ods")
_OBJECTS = {"licenses": ("name", "path"), "sources": (), "contributors": ()}
_TEXTS = (
    "id",
    "title",
    "description",
    "homepage",
    "image",
    "version",
    "profile",
    "mediatype",
    "format",
    "scheme",
)


@dataclass(frozen=True, eq=False)
class Resource:
    """A resource whose descriptor is understood.

    where: the place of its descriptor.
    paths: of its files; none where it has `data`.
    form: csv, tsv, parquet, or another one, which cannot be read.
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


def read_package(content: Any, complaints: Complaints, read: Reader) -> list[Resource]:
    """Return the resources that can be checked.

    read: reads a schema or dialect that lies in a file of its own.
    """
    if not isinstance(content, dict):
        complaints.add("package-error", "", "an object")
        return []
    complaints.unknown(content, _PACKAGE, "")
    for wrong in _wrong_metadata(content):
        complaints.add("package-error", "", wrong, key=subject(wrong, _PACKAGE))
    _complain_about_profile(content, "", complaints)
    listed = content.get("resources")
    if not isinstance(listed, list) or not listed:
        complaints.add("package-error", "", "resources as a list of at least one resource", key="resources")
        return []
    if RESOURCES.exceeded(len(listed)):
        complaints.add("package-error", "", f"{RESOURCES}, found {len(listed):,}", key="resources")
        return []
    names = Counter(
        item.get("name") for item in listed if isinstance(item, dict) and isinstance(item.get("name"), str)
    )
    for name, count in names.items():
        if count > 1:
            complaints.add(
                "package-error",
                "",
                f"names of resources that differ, found {str(name)[:100]!r} {count} times",
            )
    _complain_about_twins(listed, complaints)
    found = [_resource(item, f"resources[{number}]", complaints, read) for number, item in enumerate(listed)]
    known = {resource.name: resource for resource in found if resource}
    for resource in known.values():
        _check_references(resource, known, {str(name) for name in names}, complaints)
    return list(known.values())


def read_resource(content: Any, complaints: Complaints, read: Reader) -> list[Resource]:
    """Return the one resource of a descriptor that is a resource's own."""
    found = _resource(content, "", complaints, read)
    if found is None:
        return []
    _check_references(found, {found.name: found}, {found.name}, complaints)
    return [found]


def _wrong_metadata(content: Mapping[str, Any]) -> Iterator[str]:
    for key in _TEXTS:
        if key in content and not isinstance(content[key], str):
            yield f"{key} as a text"
    name = content.get("name", "a")
    if not isinstance(name, str) or not name:
        yield "name as a text"
    created = content.get("created")
    if created is not None and not _is_moment(created):
        yield "created as a date and time such as 2024-12-06T15:00:00Z"
    keywords = content.get("keywords", ["a"])
    if not isinstance(keywords, list) or not all(isinstance(word, str) for word in keywords):
        yield "keywords as a list of texts"
    for key, either in _OBJECTS.items():
        items = content.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            yield f"{key} as a list of objects"
        elif either and not all(set(either) & set(item) for item in items):
            yield f"{key} that have {' or '.join(either)}"


def _is_moment(text: Any) -> bool:
    try:
        return bool(datetime.fromisoformat(text)) and len(text) > 10
    except (TypeError, ValueError):
        return False


def _complain_about_profile(
    content: Mapping[str, Any], where: str, complaints: Complaints, table: str = ""
) -> None:
    """Say of a profile that is not the standard's own that it is not fetched, so not held against."""
    for key in ("profile", "$schema"):
        given = content.get(key)
        if (
            isinstance(given, str)
            and "://" in given
            and not re.match(r"https?://(?:datapackage|specs\.frictionlessdata|frictionlessdata)\.", given)
        ):
            complaints.add(
                "not-checked", where, f"a profile of the standard, found {given[:200]!r}", table, key
            )


def _complain_about_twins(listed: list[Any], complaints: Complaints) -> None:
    seen, counts = dict[str, str](), Counter[str]()
    for item in listed:
        paths = item.get("path") if isinstance(item, dict) else None
        for path in paths if isinstance(paths, list) else [paths]:
            if not isinstance(path, str):
                continue
            twin = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
            counts[path] += 1
            number = counts[path]
            if twin != path:
                complaints.add(
                    "unsafe-path", "", f"paths that differ in more than case, found {twin!r} and {path!r}"
                )
            elif number > 1:
                complaints.add("repeated-file", "", f"each file once, found {path[:200]!r} again")


def _resource(item: Any, where: str, complaints: Complaints, read: Reader) -> Resource | None:
    if not isinstance(item, dict):
        complaints.add("resource-error", where, "an object")
        return None
    name = item.get("name")
    if not isinstance(name, str) or not _is_name(name):
        complaints.add(
            "resource-error",
            where,
            f"a name of visible characters that is no path, found {'none' if name is None else repr(name)[:100]}",
            key="name",
        )
        return None
    before = len(complaints.findings)
    complaints.unknown(item, _RESOURCE, where, name)
    for wrong in (*_wrong_metadata({**item, "name": name}), *_wrong_data(item)):
        complaints.add("resource-error", where, wrong, name, subject(wrong, _RESOURCE))
    if item.get("compression") not in (None, *KINDS):
        said = f"a compression that is one of {', '.join(KINDS)}"
        complaints.add("compression-error", where, said, name, "compression")
    _complain_about_profile(item, where, complaints, name)
    if any(finding.severity == "error" for finding in complaints.findings[before:]):
        return None
    paths = _paths(item)
    form = _form(item, paths)
    schema = _part(item, "schema", where, complaints, read, name)
    known = (
        read_schema(schema, name, f"{where}.schema".strip("."), complaints) if schema is not None else None
    )
    dialect = _part(item, "dialect", where, complaints, read, name)
    spoken = read_dialect(
        {} if dialect is None else dialect,
        f"{where}.dialect".strip("."),
        complaints,
        name,
        "\t" if form == "tsv" else ",",
    )
    failed = any(finding.severity == "error" for finding in complaints.findings[before:])
    _say_what_is_unchecked(known, f"{where}.schema".strip("."), complaints)
    if failed:
        return None
    tabular = "tabular" in str(item.get("profile", "")) or item.get("type") == "table" or form in _TABULAR
    stats = _stats(item)
    return Resource(
        name=name,
        where=where,
        paths=paths,
        data=item.get("data"),
        form=form,
        schema=known,
        dialect=spoken,
        encoding=item.get("encoding", "utf-8"),
        compression=str(item.get("compression") or ("no" if not paths else compression_of(paths[0]))),
        member=item.get("innerpath"),
        size=item.get("bytes", stats.get("bytes")),
        digest=item.get("hash", stats.get("hash") or (stats.get("sha256") and f"sha256:{stats['sha256']}")),
        rows=item.get("rows", stats.get("rows")),
        is_table=tabular or "schema" in item or "data" in item,
    )


def _say_what_is_unchecked(schema: TableSchema | None, where: str, complaints: Complaints) -> None:
    """Say which constraints cannot be held. All else in the table is checked."""
    for number, field in enumerate(schema.fields if schema else ()):
        for said in field.unchecked:
            place = f"{where}.fields[{number}] ({field.name})"
            complaints.add(
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
        yield "path as a text, or a list of texts"
    extra = item.get("extrapaths", [])
    if not isinstance(extra, list) or not all(isinstance(path, str) for path in extra):
        yield "extrapaths as a list of texts"
    elif several and LOCAL_FILES.exceeded(len(paths) + len(extra)):
        yield f"{LOCAL_FILES}, found {len(paths) + len(extra):,}"
    encoding = item.get("encoding", "utf-8")
    if not isinstance(encoding, str) or not known_encoding(encoding):
        yield f"a known encoding, found {str(encoding)[:50]!r}"
    yield from _wrong_counts({key: item[key] for key in ("bytes", "rows", "hash") if key in item})
    if not isinstance(item.get("stats"), (dict, type(None))):
        yield "stats as an object"
    yield from _wrong_counts({key: value for key, value in _stats(item).items() if value is not None})
    if not isinstance(item.get("innerpath"), (str, type(None))):
        yield "innerpath as a text"


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
            yield f"{key} as a text"


def _paths(item: Mapping[str, Any]) -> tuple[str, ...]:
    if "path" not in item:
        return ()
    paths = item["path"] if isinstance(item["path"], list) else [item["path"]]
    return (*paths, *item.get("extrapaths", ()))


def _form(item: Mapping[str, Any], paths: tuple[str, ...]) -> str:
    given = item.get("format") or _MEDIATYPES.get(str(item.get("mediatype", "")).split(";")[0], "")
    if not given and paths:
        parts = str(item.get("innerpath") or paths[0]).lower().split("?")[0].split("/")[-1].split(".")
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
    item: Mapping[str, Any], key: str, where: str, complaints: Complaints, read: Reader, name: str
) -> Any:
    given = item.get(key)
    if isinstance(given, str):
        return read(given, f"{where}.{key}".strip("."), complaints)
    if given is not None and not isinstance(given, dict):
        complaints.add("resource-error", where, f"{key} as an object, or the path of one", name, key)
        return None
    return given


def _check_references(
    resource: Resource, known: Mapping[str, Resource], names: set[str], complaints: Complaints
) -> None:
    """Complain about references to what is not there; a resource that has complaints of its own is there."""
    for key in resource.schema.foreign_keys if resource.schema else ():
        where = f"{resource.where}.schema".strip(".")
        far = known.get(key.table)
        if key.table not in names:
            complaints.add(
                "table-schema-error",
                where,
                f"a reference to a resource, found {key.table[:100]!r}",
                resource.name,
                "foreignKeys",
            )
        elif far and far.schema:
            for name in key.references:
                if name not in far.schema.index:
                    said = f"a reference to fields of {key.table}, found {name[:100]!r}"
                    complaints.add("table-schema-error", where, said, resource.name, "foreignKeys")
        elif far:
            complaints.add(
                "table-schema-error",
                where,
                f"a schema of {key.table}, which is referred to",
                resource.name,
                "foreignKeys",
            )
