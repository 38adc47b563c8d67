"""dcat-ap.jsonld: the dataset for open data portals, in the DCAT application profile of the EU, version 3.

The specification is at https://semiceu.github.io/DCAT-AP/releases/3.0.1/. Its shapes require the class even of things that
are only referred to, so the file states these classes too.
"""

from __future__ import annotations

from ..dataset import SourceNote
from ..describing.describe import Json
from ..describing.descriptor import Contributor, Package, Resource
from .about import (
    creators,
    keywords,
    language,
    languages,
    licence_iri,
    publisher,
    released,
    said,
    sha256,
    sources,
    title,
)
from .iris import iri, segment
from .languages import authority_iri

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
_SHA256 = {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"}


def dataset(package: Package) -> Json:
    """Return the dataset as JSON-LD. The profile requires a description: where there is none, the title is repeated."""
    return {
        "@context": {**_CONTEXT, **language(package)},
        "@id": "./",
        "@type": "dcat:Dataset",
        "dct:title": title(package),
        "dct:description": package.description.strip() or title(package),
        **said(
            {
                "dct:identifier": _plain(iri(package.id or "") or package.id or package.name),
                "dcat:version": _plain(package.version),
                "dct:issued": _typed(released(package), "date"),
                "dcat:keyword": keywords(package),
                "dct:language": _languages(package),
                "dcat:landingPage": _node(package.homepage or "", "foaf:Document"),
                "dct:creator": list(map(_contributor, creators(package))),
                "dct:publisher": _contributor(issuer) if (issuer := publisher(package)) else None,
                "prov:wasDerivedFrom": [_source(source) for source in sources(package)],
                "dcat:distribution": [_distribution(file, package) for file in package.resources],
            }
        ),
    }


def _distribution(file: Resource, package: Package) -> Json:
    return {
        "@id": f"#{segment(file.name)}",
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": file.path},
        "dcat:downloadURL": {"@id": file.path},
        **said(
            {
                "dct:title": f"{title(file)} ({file.format.upper()})",
                "dct:description": file.description.strip(),
                "dcat:mediaType": _node(_MEDIA_TYPES + file.mediatype, "dct:MediaType"),
                "dct:format": _node(_FILE_TYPES + file.format.upper(), "dct:MediaTypeOrExtent"),
                "dcat:byteSize": _typed(file.bytes, "nonNegativeInteger"),
                "spdx:checksum": _checksum(file),
                "dct:license": _node(licence_iri(package), "dct:LicenseDocument"),
                "dct:language": _languages(package),
            }
        ),
    }


def _languages(package: Package) -> list[Json]:
    found = (_node(authority_iri(tag), "dct:LinguisticSystem") for tag in languages(package))
    return [node for node in found if node]


def _checksum(file: Resource) -> Json:
    value = _typed(sha256(file), "hexBinary")
    return {"@type": "spdx:Checksum", "spdx:algorithm": _SHA256, "spdx:checksumValue": value}


def _contributor(contributor: Contributor) -> Json:
    page = _node(contributor.path or "", "foaf:Document")
    return {"@type": "foaf:Agent", "foaf:name": _plain(contributor.title), **said({"foaf:homepage": page})}


def _source(source: SourceNote) -> Json:
    address = iri(source.path or "")
    return {**({"@id": address} if address else {"@type": "prov:Entity"}), "dct:title": source.title}


def _node(address: str, kind: str) -> Json | None:
    """Return a reference, with the class of what is referred to."""
    return {"@id": iri(address), "@type": kind} if iri(address) else None


def _typed(value: str | int | None, kind: str) -> Json | None:
    return {"@value": str(value), "@type": f"xsd:{kind}"} if value not in (None, "") else None


def _plain(value: str) -> Json | None:
    """Return a text without a language."""
    return {"@value": value} if value else None
