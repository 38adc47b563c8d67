"""About: what a descriptor says, reduced to what the metadata formats need.

The descriptor may be anybody's Data Package, version 1 or 2, as JSON: properties that do not have the type that the
specification (https://datapackage.org/standard/data-package/) gives them are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from ..describing.citation import authors_of
from ..describing.describe import Json
from ..filenames import TWIN
from .iris import iri, of_path

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T.*)?", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Licence:
    """A licence: its identifier (SPDX, or of Open Definition) and its address; each may be empty."""

    name: str
    path: str


@dataclass(frozen=True)
class Contributor:
    """A person or body that contributed; a person is known by a given or a family name."""

    title: str
    given: str
    family: str
    path: str
    email: str
    roles: tuple[str, ...]

    @property
    def person(self) -> bool:
        """Whether it is known to be a person."""
        return bool(self.given or self.family)


@dataclass(frozen=True)
class Source:
    """What the data draws on."""

    title: str
    path: str


@dataclass(frozen=True)
class File:
    """A file of the package: its resource, its path within the package as an IRI, its format, size and SHA-256."""

    name: str
    path: str
    title: str
    description: str
    format: str
    mediatype: str
    bytes: int | None
    sha256: str


@dataclass(frozen=True)
class DescribedTable:
    """A table: its schema and the files that have its rows; the CSV comes before the Parquet."""

    name: str
    title: str
    description: str
    schema: Json
    files: tuple[File, ...]

    @property
    def fields(self) -> list[Json]:
        """The fields that have a name."""
        return [field for field in _objects(self.schema, "fields") if text(field, "name")]

    @property
    def primary_key(self) -> list[str]:
        """The names of the fields of the key; none where one of them does not exist."""
        return self._known(self.schema.get("primaryKey"))

    @property
    def foreign_keys(self) -> Iterator[tuple[list[str], str, list[str]]]:
        """The references: columns here, the table, columns there; without references to other packages."""
        for key in _objects(self.schema, "foreignKeys"):
            reference, columns = key.get("reference"), self._known(key.get("fields"))
            if isinstance(reference, dict) and columns and not reference.get("package"):
                far = text(reference, "resource").removesuffix(TWIN) or self.name
                yield columns, far, _names(reference.get("fields"))

    def _known(self, key: object) -> list[str]:
        names = _names(key)
        return names if set(names) <= {field["name"] for field in self.fields} else []


@dataclass(frozen=True)
class About:
    """A data package; what is unknown is empty."""

    name: str
    title: str
    description: str
    version: str
    released: str
    homepage: str
    id: str
    keywords: tuple[str, ...]
    languages: tuple[str, ...]
    licence: Licence | None
    contributors: tuple[Contributor, ...]
    sources: tuple[Source, ...]
    tables: tuple[DescribedTable, ...]

    @property
    def language(self) -> str | None:
        """The language of titles and descriptions: the first one of the package."""
        return self.languages[0] if self.languages else None

    @property
    def files(self) -> list[File]:
        """All files, table by table."""
        return [file for table in self.tables for file in table.files]

    @property
    def creators(self) -> list[Contributor]:
        """Those who made the data: all contributors except those who only publish it, unless there are no others."""
        return authors_of(self.contributors)

    @property
    def publisher(self) -> Contributor | None:
        """The first one with the role of publisher."""
        return next(
            (contributor for contributor in self.contributors if "publisher" in contributor.roles), None
        )


def about(descriptor: Json) -> About:
    """Return what a descriptor says."""
    languages = _names(descriptor.get("languages"))
    return About(
        name=text(descriptor, "name"),
        title=text(descriptor, "title") or text(descriptor, "name"),
        description=text(descriptor, "description").strip(),
        version=text(descriptor, "version"),
        released=_day(text(descriptor, "created")),
        homepage=iri(text(descriptor, "homepage")),
        id=text(descriptor, "id"),
        keywords=tuple(dict.fromkeys(word.strip() for word in _names(descriptor.get("keywords")))),
        languages=tuple(tag for tag in languages if _LANGUAGE.fullmatch(tag)),
        licence=next(map(_licence, _objects(descriptor, "licenses")), None),
        contributors=tuple(dict.fromkeys(_contributors(descriptor))),
        sources=tuple(dict.fromkeys(_sources(descriptor))),
        tables=tuple(_tables(descriptor)),
    )


def text(entry: Mapping[str, Any], key: str) -> str:
    """Return a text of a JSON object; an empty one where it has none."""
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _objects(entry: Mapping[str, Any], key: str) -> list[Json]:
    value = entry.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _names(value: object) -> list[str]:
    """Return a list of texts; a single text counts as a list of one, as in version 1."""
    if isinstance(value, str):
        return [value] if value else []
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []


def _day(created: str) -> str:
    match = _DAY.fullmatch(created)
    try:
        return date.fromisoformat(match[1]).isoformat() if match else ""
    except ValueError:
        return ""


def _licence(entry: Json) -> Licence:
    return Licence(text(entry, "name"), iri(text(entry, "path")))


def _contributors(descriptor: Json) -> Iterator[Contributor]:
    for entry in _objects(descriptor, "contributors"):
        given, family = text(entry, "givenName"), text(entry, "familyName")
        title = text(entry, "title") or f"{given} {family}".strip()
        roles = (*_names(entry.get("roles")), *_names(entry.get("role")))
        if title:
            yield Contributor(title, given, family, iri(text(entry, "path")), text(entry, "email"), roles)


def _sources(descriptor: Json) -> Iterator[Source]:
    for entry in _objects(descriptor, "sources"):
        title, path = text(entry, "title"), iri(text(entry, "path"))
        if title or path:
            yield Source(title or path, path)


def _tables(descriptor: Json) -> Iterator[DescribedTable]:
    """Yield the tables in the order of the descriptor, the files of the same rows together."""
    resources = [entry for entry in _objects(descriptor, "resources") if text(entry, "name")]
    names = {entry["name"] for entry in resources}
    twins = {name: name.removesuffix(TWIN) for name in names if name.removesuffix(TWIN) in names - {name}}
    for entry in resources:
        name = entry["name"]
        if name not in twins:
            own = chain([entry], (other for other in resources if twins.get(other["name"]) == name))
            files = tuple(file for resource in own for file in _files(resource))
            schema = entry.get("schema")
            title, description = text(entry, "title") or name, text(entry, "description").strip()
            yield DescribedTable(name, title, description, schema if isinstance(schema, dict) else {}, files)


def _files(resource: Json) -> Iterator[File]:
    """Yield the files of a resource; size and hash apply to the whole resource, so its parts have none."""
    paths = _names(resource.get("path"))
    size, digest = resource.get("bytes"), _HASH.fullmatch(text(resource, "hash"))
    whole = len(paths) == 1
    for number, path in enumerate(paths, 1):
        ending = path.rpartition(".")[2] if "." in path else ""
        yield File(
            name=resource["name"] if whole else f"{resource['name']}-{number}",
            path=of_path(path),
            title=text(resource, "title") or resource["name"],
            description=text(resource, "description").strip(),
            format=(text(resource, "format") or ending).lower(),
            mediatype=text(resource, "mediatype"),
            bytes=size if whole and isinstance(size, int) and size >= 0 else None,
            sha256=digest[1] if whole and digest else "",
        )
