"""IRIs: addresses and terms from a descriptor, in a form that every reader of linked data accepts."""

from __future__ import annotations

import re
from urllib.parse import quote

PREFIXES = {
    "schema": "https://schema.org/",
    "org": "http://www.w3.org/ns/org#",
    "dc": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "eli": "http://data.europa.eu/eli/ontology#",
}
"""The vocabularies whose terms have IRIs. Popolo has none for its properties, so `popolo:` is not among them."""
_ABSOLUTE = re.compile(r"https?://[^\s/]\S*")
_TERM = re.compile(r"([a-z][a-z0-9]*):([A-Za-z_][\w-]*)")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0<>\"{}|\\^`\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]")
"""Characters that RFC 3987, section 2.2, does not allow in an IRI, and invisible ones."""


def iri(address: str) -> str:
    """Return a web address as an IRI; an empty text where it is not one."""
    return _escaped(address) if _ABSOLUTE.fullmatch(address) else ""


def term(name: object) -> str:
    """Return the IRI of a term such as `schema:name`; an empty text where it has none."""
    if not isinstance(name, str):
        return ""
    match = _TERM.fullmatch(name)
    return PREFIXES[match[1]] + match[2] if match and match[1] in PREFIXES else iri(name)


def segment(name: str) -> str:
    """Return a name as one segment of an IRI; different names give different segments."""
    return quote(name, safe="", errors="surrogatepass")


def _escaped(address: str) -> str:
    return _FORBIDDEN.sub(lambda found: quote(found[0], errors="replace"), address)
