"""dcat-ap.jsonld: the dataset for open data portals, in the DCAT application profile of the EU, version 3.

The specification is at https://semiceu.github.io/DCAT-AP/releases/3.0.1/. Its shapes require the class even of things that
are only referred to, so the file states these classes too.
"""

from __future__ import annotations

from ..describing.describe import Json
from .about import About, Contributor, File, Source
from .iris import iri, segment
from .languages import authority_iri
from .schemaorg import licence_iri, said

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_KNOWN_FILE_TYPES = {"csv": "CSV", "tsv": "TSV", "parquet": "PARQUET", "json": "JSON", "xlsx": "XLSX"}
_SHA256 = {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"}


def dataset(about: About) -> Json | None:
    """Return the dataset as JSON-LD; None where it has no title, which the profile requires.

    A description is required too: where there is none, the title is repeated.
    """
    if not about.title:
        return None
    language = {"@language": about.language} if about.language else {}
    return {
        "@context": {**_CONTEXT, **language},
        "@id": "./",
        "@type": "dcat:Dataset",
        "dct:title": about.title,
        "dct:description": about.description or about.title,
        **said(
            {
                "dct:identifier": _plain(iri(about.id) or about.id or about.name),
                "dcat:version": _plain(about.version),
                "dct:issued": _typed(about.released, "date"),
                "dcat:keyword": list(about.keywords),
                "dct:language": _languages(about),
                "dcat:landingPage": _node(about.homepage, "foaf:Document"),
                "dct:creator": [_contributor(contributor) for contributor in about.creators],
                "dct:publisher": _contributor(about.publisher) if about.publisher else None,
                "prov:wasDerivedFrom": [_source(source) for source in about.sources],
                "dcat:distribution": [_distribution(file, about) for file in about.files],
            }
        ),
    }


def _distribution(file: File, about: About) -> Json:
    kind = _KNOWN_FILE_TYPES.get(file.format, "")
    return {
        "@id": f"#{segment(file.name)}",
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": file.path},
        "dcat:downloadURL": {"@id": file.path},
        **said(
            {
                "dct:title": f"{file.title} ({file.format.upper()})" if file.format else file.title,
                "dct:description": file.description,
                "dcat:mediaType": _node(
                    _MEDIA_TYPES + file.mediatype if file.mediatype else "", "dct:MediaType"
                ),
                "dct:format": _node(_FILE_TYPES + kind if kind else "", "dct:MediaTypeOrExtent"),
                "dcat:byteSize": _typed(file.bytes, "nonNegativeInteger"),
                "spdx:checksum": _checksum(file),
                "dct:license": _node(licence_iri(about), "dct:LicenseDocument"),
                "dct:language": _languages(about),
            }
        ),
    }


def _languages(about: About) -> list[Json]:
    found = (_node(authority_iri(tag), "dct:LinguisticSystem") for tag in about.languages)
    return [node for node in found if node]


def _checksum(file: File) -> Json | None:
    if not file.sha256:
        return None
    value = _typed(file.sha256, "hexBinary")
    return {"@type": "spdx:Checksum", "spdx:algorithm": _SHA256, "spdx:checksumValue": value}


def _contributor(contributor: Contributor) -> Json:
    page = _node(contributor.path, "foaf:Document")
    return {"@type": "foaf:Agent", "foaf:name": _plain(contributor.title), **said({"foaf:homepage": page})}


def _source(source: Source) -> Json:
    return {**({"@id": source.path} if source.path else {"@type": "prov:Entity"}), "dct:title": source.title}


def _node(address: str, kind: str) -> Json | None:
    """Return a reference, with the class of what is referred to."""
    return {"@id": iri(address), "@type": kind} if iri(address) else None


def _typed(value: str | int | None, kind: str) -> Json | None:
    return {"@value": str(value), "@type": f"xsd:{kind}"} if value not in (None, "") else None


def _plain(value: str) -> Json | None:
    """Return a text without a language."""
    return {"@value": value} if value else None
