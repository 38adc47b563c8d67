"""schema-org.jsonld: the dataset for search engines, as a Dataset of schema.org.

The terms are at https://schema.org/Dataset; what search engines use is at
https://developers.google.com/search/docs/appearance/structured-data/dataset.
"""

from __future__ import annotations

from ..dataset import SourceNote
from ..describing.allowed import number
from ..describing.describe import Json
from ..describing.descriptor import Contributor, Package, Resource
from .about import (
    creators,
    fields,
    is_person,
    keywords,
    languages,
    licence_iri,
    publisher,
    released,
    said,
    sha256,
    sources,
    tables,
    title,
)
from .iris import iri, term


def dataset(package: Package) -> Json:
    """Return the dataset as JSON-LD, its tables as parts of it."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        **header(package),
        **said(
            {
                "isBasedOn": [_source(source) for source in sources(package)],
                "distribution": [_download(file) for file in package.resources],
                "hasPart": [_table(table, package) for table in tables(package)],
            }
        ),
    }


def header(package: Package) -> Json:
    """Return the properties of the dataset as a whole, which Croissant shares; unknown ones are left out."""
    return said(
        {
            "name": title(package),
            "alternateName": package.name if package.name != title(package) else "",
            "description": package.description.strip(),
            "identifier": iri(package.id or "") or package.id,
            "url": iri(package.homepage or ""),
            "version": package.version,
            "datePublished": released(package),
            "inLanguage": languages(package),
            "keywords": keywords(package),
            "license": licence_iri(package),
            "creator": list(map(_contributor, creators(package))),
            "publisher": _contributor(issuer) if (issuer := publisher(package)) else None,
        }
    )


def _contributor(contributor: Contributor) -> Json:
    names = {
        "givenName": contributor.given_name,
        "familyName": contributor.family_name,
        "email": contributor.email,
        "url": iri(contributor.path or ""),
    }
    return {
        "@type": "Person" if is_person(contributor) else "Organization",
        "name": contributor.title,
        **said(names),
    }


def _source(source: SourceNote) -> Json:
    return said({"@type": "CreativeWork", "name": source.title, "url": iri(source.path or "")})


def _download(file: Resource) -> Json:
    return said(
        {
            "@type": "DataDownload",
            "name": file.name,
            "description": title(file),
            "contentUrl": file.path,
            "encodingFormat": file.mediatype,
            "contentSize": f"{file.bytes} B",
            "sha256": sha256(file),
        }
    )


def _table(table: Resource, package: Package) -> Json:
    return said(
        {
            "@type": "Dataset",
            "name": title(table),
            "alternateName": table.name if table.name != title(table) else "",
            "description": table.description.strip(),
            "license": licence_iri(package),
            "creator": list(map(_contributor, creators(package))),
            "variableMeasured": [_variable(field) for field in fields(table)],
        }
    )


def _variable(field: Json) -> Json:
    return said(
        {
            "@type": "PropertyValue",
            "name": field["name"],
            "alternateName": field.get("title"),
            "description": field.get("description"),
            "propertyID": term(field.get("rdfType")),
            "minValue": number(field, "minimum"),
            "maxValue": number(field, "maximum"),
        }
    )
