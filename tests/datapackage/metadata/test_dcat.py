"""dcat-ap.jsonld conforms to the shapes of DCAT-AP 3, whatever the package contains."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from communique.datapackage.metadata.languages import authority_iri

from .complete import resources_of, texts_of
from .graphs import BASE, graph_of

pyshacl: Any = pytest.importorskip("pyshacl", reason="pyshacl is not installed")
rdflib: Any = pytest.importorskip("rdflib", reason="rdflib is not installed; pyshacl brings it")
# rdflib reads JSON-LD with a class of its own that it calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
SHAPES = Path(__file__).with_name("dcat-ap-shapes.ttl")
OFFICIAL = "COMMUNIQUE_DCAT_AP_SHAPES"
"""The variable that names the file of the shapes that are published with the specification."""
FILE = "dcat-ap.jsonld"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
SPDX = "http://spdx.org/rdf/terms#"


def fault(graph: Any, file: Path = SHAPES) -> str:
    """Return what the shapes in a file say against a graph; an empty text where it conforms."""
    shapes = rdflib.Graph().parse(file, format="turtle")
    conforms, _, words = pyshacl.validate(graph, shacl_graph=shapes)
    return "" if conforms else str(words)


def test_the_file_keeps_to_the_shapes(package: Path) -> None:
    assert fault(graph_of(package, FILE)) == ""


@pytest.fixture(scope="module")
def official() -> Path:
    """Return the file of the official shapes, of which the project has no copy."""
    named = os.environ.get(OFFICIAL)
    if not named:
        pytest.skip(f"{OFFICIAL} does not name the file of the official shapes: see CONTRIBUTING.md")
    return Path(named)


def test_the_file_keeps_to_the_official_shapes(package: Path, official: Path) -> None:
    assert fault(graph_of(package, FILE), official) == ""


@pytest.mark.parametrize("name", [f"{DCT}description", f"{DCAT}accessURL", f"{SPDX}checksumValue"])
def test_the_official_shapes_look_at_the_file(own: Path, official: Path, name: str) -> None:
    graph = graph_of(own, FILE)
    graph.remove((None, rdflib.URIRef(name), None))
    assert "MinCount" in fault(graph, official)


@pytest.mark.parametrize(
    "name", [f"{DCT}title", f"{DCT}description", f"{DCAT}accessURL", f"{SPDX}checksumValue"]
)
def test_without_what_is_mandatory_it_would_not(own: Path, name: str) -> None:
    graph = graph_of(own, FILE)
    graph.remove((None, rdflib.URIRef(name), None))
    assert "MinCount" in fault(graph)


@pytest.mark.parametrize("name", ["LinguisticSystem", "MediaType", "LicenseDocument"])
def test_without_the_class_of_what_is_referred_to_it_would_not(own: Path, name: str) -> None:
    graph = graph_of(own, FILE)
    graph.remove((None, rdflib.RDF.type, rdflib.URIRef(DCT + name)))
    assert "ClassConstraint" in fault(graph)


def test_it_has_every_file_with_its_size_and_digest(package: Path) -> None:
    graph = graph_of(package, FILE)
    found = {
        str(graph.value(node, rdflib.URIRef(f"{DCAT}downloadURL"))): (
            int(graph.value(node, rdflib.URIRef(f"{DCAT}byteSize"))),
            str(
                graph.value(
                    graph.value(node, rdflib.URIRef(f"{SPDX}checksum")), rdflib.URIRef(f"{SPDX}checksumValue")
                ).n3()
            ).split('"')[1],
        )
        for node in graph.subjects(rdflib.RDF.type, rdflib.URIRef(f"{DCAT}Distribution"))
    }
    resources = json.loads((package / "datapackage.json").read_text("utf-8"))["resources"]
    assert found == {
        BASE + entry["path"]: (entry["bytes"], entry["hash"].removeprefix("sha256:")) for entry in resources
    }


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"description": "  "},
        {"languages": ["xx", "de", "zzz", "EN"], "licenses": [{}]},
        {"licenses": [{"name": "a b"}], "homepage": "https:///nowhere", "id": "a b"},
        {"resources": resources_of({"name": "a"}, mediatype="text/csv; a b", title="")},
    ],
)
def test_a_package_that_says_little_or_nonsense_gives_a_valid_file(
    entries: dict[str, Any], tmp_path: Path
) -> None:
    texts = texts_of(**entries)
    (tmp_path / FILE).write_text(texts[FILE], "utf-8")
    assert fault(graph_of(tmp_path, FILE)) == ""


def test_languages_are_those_of_the_list_that_the_profile_names() -> None:
    assert authority_iri("ru").endswith("/language/RUS")
    assert authority_iri("ast").endswith("/language/AST")
    assert authority_iri("xx") == ""
