"""CITATION.cff: how to cite the dataset, in the Citation File Format 1.2.0.

The specification is at https://github.com/citation-file-format/citation-file-format/blob/1.2.0/schema-guide.md.
YAML 1.1 and 1.2 interpret words such as `no` differently, so every text is written in double quotes.
"""

from __future__ import annotations

import re
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ..describing.citation import doi_of
from ..describing.describe import Json
from ..describing.descriptor import Contributor, Licence, Package
from .about import creators, is_person, keywords, released, title
from .iris import iri

_MESSAGE = "If you use this dataset, please cite it as below."
_ORCID = re.compile(r"https://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_EMAIL = re.compile(r"\S+@\S+\.\S{2,}")
_SPDX = re.compile(
    r"CC-BY(-NC)?(-ND|-SA)?-(1\.0|2\.0|2\.5|3\.0|4\.0)|CC0-1\.0|ODbL-1\.0|ODC-By-1\.0|PDDL-1\.0|etalab-2\.0"
    r"|OGL-UK-[123]\.0|OGL-Canada-2\.0|CDLA-(Permissive|Sharing)-1\.0|MIT|Apache-2\.0|BSD-[23]-Clause|Unlicense"
)
"""Licences of data that the format has in its list; that list is of 2021, and another name would make the file invalid."""


def citation(package: Package) -> str | None:
    """Return the text of the file; None where there is no author, which the format requires."""
    authors = [_author(contributor) for contributor in creators(package)]
    if not authors:
        return None
    entries: Json = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": _MESSAGE,
        "title": title(package),
        "authors": [author for number, author in enumerate(authors) if author not in authors[:number]],
        "version": package.version,
        "date-released": released(package),
        "doi": doi_of(package.id or ""),
        "url": iri(package.homepage or ""),
        **_licence(package.license),
        "abstract": package.description.strip(),
        "keywords": keywords(package),
    }
    return _yaml({key: value for key, value in entries.items() if value})


def _author(contributor: Contributor) -> Json:
    """Return an author as a person, or as an entity where no given or family name is known."""
    names = (
        {"given-names": contributor.given_name, "family-names": contributor.family_name}
        if is_person(contributor)
        else {"name": contributor.title}
    )
    page, email = iri(contributor.path or ""), contributor.email or ""
    place = "orcid" if _ORCID.fullmatch(page) else "website"
    given = {**names, "email": email if _EMAIL.fullmatch(email) else "", place: page}
    return {key: value for key, value in given.items() if value}


def _licence(licence: Licence) -> Json:
    known = _SPDX.fullmatch(licence.name)
    return {"license": licence.name if known else "", "license-url": "" if known else iri(licence.path or "")}


def _yaml(entries: Json) -> str:
    yaml = YAML()
    yaml.width = 1 << 30  # no text is folded
    yaml.allow_unicode = True
    stream = StringIO()
    yaml.dump(_quoted(entries), stream)
    return stream.getvalue()


def _quoted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _quoted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    return DoubleQuotedScalarString(str(value))
