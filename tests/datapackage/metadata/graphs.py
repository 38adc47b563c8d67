"""Metadata as a graph: JSON-LD parsed without a network, as if the package were published at a URL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

BASE = "https://example.org/packages/one/"
SCHEMA_ORG = {
    "@vocab": "http://schema.org/",
    **{name: {"@type": "@id"} for name in ("url", "contentUrl", "license")},
    "datePublished": {"@id": "http://schema.org/datePublished", "@type": "http://schema.org/Date"},
}
"""The part of the context at https://schema.org that these files use: there, too, addresses are references."""


def graph_of(package: Path, name: str) -> Any:
    """Return a file of a package as a graph of rdflib."""
    rdflib: Any = pytest.importorskip("rdflib", reason="rdflib is not installed; pyshacl brings it")
    content = json.loads((package / name).read_text("utf-8"))
    if content["@context"] == "https://schema.org":
        content["@context"] = SCHEMA_ORG
    return rdflib.Graph().parse(data=json.dumps(content), format="json-ld", publicID=BASE + name)
