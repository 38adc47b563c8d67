"""schema-org.jsonld: the dataset for search engines, as a Dataset of schema.org.

The terms are at https://schema.org/Dataset; what search engines use is at
https://developers.google.com/search/docs/appearance/structured-data/dataset.
"""

from __future__ import annotations

from ..describing.allowed import number
from ..describing.describe import Json
from .about import About, Contributor, DescribedTable, File, Source, text
from .iris import iri, term


def dataset(about: About) -> Json:
    """Return the dataset as JSON-LD, its tables as parts of it."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        **header(about),
        **said(
            {
                "isBasedOn": [_source(source) for source in about.sources],
                "distribution": [_download(file) for file in about.files],
                "hasPart": [_table(table, about) for table in about.tables],
            }
        ),
    }


def header(about: About) -> Json:
    """Return the properties of the dataset as a whole, which Croissant shares; unknown ones are left out."""
    return said(
        {
            "name": about.title,
            "alternateName": about.name if about.name != about.title else "",
            "description": about.description,
            "identifier": iri(about.id) or about.id,
            "url": about.homepage,
            "version": about.version,
            "datePublished": about.released,
            "inLanguage": list(about.languages),
            "keywords": list(about.keywords),
            "license": licence_iri(about),
            "creator": [_contributor(contributor) for contributor in about.creators],
            "publisher": _contributor(about.publisher) if about.publisher else None,
        }
    )


def said(entries: Json) -> Json:
    """Return the entries without empty ones."""
    return {key: value for key, value in entries.items() if value not in (None, "", [], {})}


def licence_iri(about: About) -> str:
    """Return the address of the licence: its own, else that of its SPDX identifier."""
    if about.licence is None:
        return ""
    name = about.licence.name
    return about.licence.path or (iri(f"https://spdx.org/licenses/{name}") if name else "")


def _contributor(contributor: Contributor) -> Json:
    names = {
        "givenName": contributor.given,
        "familyName": contributor.family,
        "email": contributor.email,
        "url": contributor.path,
    }
    return {
        "@type": "Person" if contributor.person else "Organization",
        "name": contributor.title,
        **said(names),
    }


def _source(source: Source) -> Json:
    return said({"@type": "CreativeWork", "name": source.title, "url": source.path})


def _download(file: File) -> Json:
    return said(
        {
            "@type": "DataDownload",
            "name": file.name,
            "description": file.title,
            "contentUrl": file.path,
            "encodingFormat": file.mediatype or file.format,
            "contentSize": f"{file.bytes} B" if file.bytes is not None else "",
            "sha256": file.sha256,
        }
    )


def _table(table: DescribedTable, about: About) -> Json:
    return said(
        {
            "@type": "Dataset",
            "name": table.title,
            "alternateName": table.name if table.name != table.title else "",
            "description": table.description,
            "license": licence_iri(about),
            "creator": [_contributor(contributor) for contributor in about.creators],
            "variableMeasured": [_variable(field) for field in table.fields],
        }
    )


def _variable(field: Json) -> Json:
    return said(
        {
            "@type": "PropertyValue",
            "name": field["name"],
            "alternateName": text(field, "title"),
            "description": text(field, "description"),
            "propertyID": term(field.get("rdfType")),
            "minValue": number(field, "minimum"),
            "maxValue": number(field, "maximum"),
        }
    )
