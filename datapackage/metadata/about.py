"""About: what several formats say of a package, drawn from its descriptor in one way; what is empty is not said."""

from __future__ import annotations

import re

from ..dataset import SourceNote
from ..describing.citation import authors_of
from ..describing.describe import Json
from ..describing.descriptor import Contributor, Package, Resource
from ..storing.digest import PREFIX
from .iris import iri

_LANGUAGE = re.compile(r"[a-z]{2,3}")


def title(described: Package | Resource) -> str:
    """Return the title of a package or resource; its name where it has none."""
    return described.title or described.name


def released(package: Package) -> str:
    """Return the day of release in ISO 8601; an empty text where it is unknown."""
    return str(package.released or "")


def keywords(package: Package) -> list[str]:
    """Return the keywords, each once."""
    return list(dict.fromkeys(filter(None, map(str.strip, package.keywords))))


def languages(package: Package) -> list[str]:
    """Return the languages that are codes of ISO 639."""
    return [tag for tag in package.languages if _LANGUAGE.fullmatch(tag)]


def language(package: Package) -> Json:
    """Return the language of titles and descriptions as JSON-LD has it: the first one of the package."""
    first = next(iter(languages(package)), None)
    return {"@language": first} if first else {}


def licence_iri(package: Package) -> str:
    """Return the address of the licence: its own, else that of its SPDX identifier; an empty text where it has none."""
    licence = package.license
    return iri(licence.path or "") or (
        iri(f"https://spdx.org/licenses/{licence.name}") if licence.name else ""
    )


def contributors(package: Package) -> list[Contributor]:
    """Return the contributors, each once; no format has the organization of one."""
    return list({_said_of(one): one for one in package.contributors}.values())


def _said_of(one: Contributor) -> tuple[str | None, ...]:
    names = (one.title, one.given_name or "", one.family_name or "")
    return (*names, iri(one.path or ""), one.email or "", *filter(None, one.roles))


def creators(package: Package) -> list[Contributor]:
    """Return those who made the data: all contributors except those who only publish it, unless there are no others."""
    return authors_of(contributors(package))


def publisher(package: Package) -> Contributor | None:
    """Return the first contributor with the role of publisher."""
    return next((one for one in package.contributors if "publisher" in one.roles), None)


def is_person(contributor: Contributor) -> bool:
    """Say whether a contributor is known to be a person, by a given or a family name."""
    return bool(contributor.given_name or contributor.family_name)


def sources(package: Package) -> list[SourceNote]:
    """Return what the data draws on, each once."""
    return list({(one.title, iri(one.path or "")): one for one in package.sources}.values())


def tables(package: Package) -> list[Resource]:
    """Return the tables, as the resources that have them in CSV."""
    return list(package.of("csv").values())


def fields(resource: Resource) -> list[Json]:
    """Return the fields of a table as they stand in the descriptor."""
    return [field.dump for field in resource.table_schema.fields]


def sha256(resource: Resource) -> str:
    """Return the hash of a file without its prefix."""
    return resource.hash.removeprefix(PREFIX)


def said(entries: Json) -> Json:
    """Return the entries without empty ones."""
    return {key: value for key, value in entries.items() if value not in (None, "", [], {})}
