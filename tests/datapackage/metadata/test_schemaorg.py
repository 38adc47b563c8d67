"""schema-org.jsonld is a schema.org Dataset with every property that search engines require."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .complete import resources_of, texts_of
from .graphs import BASE, graph_of

rdflib: Any = pytest.importorskip("rdflib", reason="rdflib is not installed; pyshacl brings it")
# rdflib reads JSON-LD with a class of its own that it calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
FILE = "schema-org.jsonld"
TERMS = {"Dataset", "DataDownload", "PropertyValue", "Organization", "Person", "CreativeWork"}


def term(name: str) -> Any:
    return rdflib.URIRef(f"http://schema.org/{name}")


def test_as_a_graph_it_has_what_the_descriptor_says(package: Path) -> None:
    graph, descriptor = graph_of(package, FILE), json.loads((package / "datapackage.json").read_text("utf-8"))
    (whole,) = set(graph.subjects(term("hasPart"), None))
    assert {
        str(kind).removeprefix("http://schema.org/") for kind in graph.objects(None, rdflib.RDF.type)
    } <= TERMS
    assert str(graph.value(whole, term("name"))) == descriptor["title"]
    assert str(graph.value(whole, term("version"))) == descriptor["version"]
    assert str(graph.value(whole, term("datePublished"))) == descriptor["created"][:10]
    assert {str(word) for word in graph.objects(whole, term("keywords"))} == set(
        descriptor.get("keywords", [])
    )
    found = {
        (str(graph.value(node, term("contentUrl"))), str(graph.value(node, term("sha256"))))
        for node in graph.objects(whole, term("distribution"))
    }
    resources = descriptor["resources"]
    assert found == {(BASE + entry["path"], entry["hash"].removeprefix("sha256:")) for entry in resources}


def test_each_table_is_a_part_with_its_columns(package: Path) -> None:
    graph, descriptor = graph_of(package, FILE), json.loads((package / "datapackage.json").read_text("utf-8"))
    columns = sorted(
        str(graph.value(node, term("name"))) for node in graph.objects(None, term("variableMeasured"))
    )
    tables = [entry for entry in descriptor["resources"] if entry["format"] == "csv"]
    assert columns == sorted(field["name"] for table in tables for field in table["schema"]["fields"])
    assert len(set(graph.objects(None, term("hasPart")))) == len(tables)


def test_what_search_engines_require_is_there(package: Path) -> None:
    content = json.loads((package / FILE).read_text("utf-8"))
    for dataset in [content, *content["hasPart"]]:
        assert {"name", "license", "creator"} <= set(dataset)
    assert {"description", "version", "datePublished", "distribution"} <= set(content)
    assert "sameAs" not in content


def test_the_release_of_the_first_dataset_has_a_description_that_they_take() -> None:
    from ...conftest import ROOT

    content = json.loads((ROOT / "output" / "union-state" / FILE).read_text("utf-8"))
    assert 50 <= len(content["description"]) <= 5000
    assert all(len(part["description"]) >= 50 for part in content["hasPart"])


def test_terms_are_given_where_they_have_an_iri() -> None:
    terms = [
        "schema:name",
        "org:role",
        "https://example.org/t",
        "popolo:id",
        "nonsense",
        "schema:a b",
    ]
    fields = [{"name": str(number), "rdfType": name} for number, name in enumerate(terms)]
    content = json.loads(texts_of(resources=resources_of(*fields))[FILE])
    given = [variable.get("propertyID") for variable in content["hasPart"][0]["variableMeasured"]]
    assert given == [
        "https://schema.org/name",
        "http://www.w3.org/ns/org#role",
        "https://example.org/t",
        *[None] * 3,
    ]


def test_a_list_of_nothing_is_left_out() -> None:
    entries: list[dict[str, Any]] = [{}, {"sources": [], "keywords": [], "languages": []}]
    for given in entries:
        content = json.loads(texts_of(**given)[FILE])
        assert [] not in content.values()
        assert not {"isBasedOn", "keywords", "inLanguage"} & set(content)
