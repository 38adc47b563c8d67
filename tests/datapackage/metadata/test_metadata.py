"""Metadata files are ordinary files of a release, and any valid descriptor yields files that can be parsed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from communique.datapackage import DatasetError, build, diff, open_dataset, verify
from communique.datapackage.describing.descriptor import Package, read_descriptor
from communique.datapackage.metadata import FILES, metadata
from communique.datapackage.metadata.iris import iri, segment, term
from communique.datapackage.releasing.sums import parsed, sums
from communique.schemas import SCHEMAS

from ...conftest import BASE
from .complete import completed, resources_of, texts_of
from .foreign import HOSTILE
from .test_cff import faults


def codes(package: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.file) for finding in verify(package).findings]


def test_a_release_has_each_file_and_its_sum_covers_it(own: Path) -> None:
    listed = parsed((own / "SHA256SUMS").read_text("utf-8"))
    assert set(FILES) <= set(listed)
    assert codes(own) == []


@pytest.mark.parametrize("name", FILES)
def test_a_changed_a_lost_and_an_added_file_is_found(own: Path, name: str) -> None:
    (own / name).write_text("{}", "utf-8")
    (own / "data" / "other.json").touch()
    assert set(codes(own)) == {("hash-count", name), ("extra-file", "data/other.json")}
    (own / name).unlink()
    assert ("missing-file", name) in codes(own)


def test_a_release_from_before_the_files_keeps_its_promises_and_has_the_same_data(
    own: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(own, tmp_path / "old"))
    for name in FILES:
        (old / name).unlink()
    (old / "SHA256SUMS").write_text(sums(old), "utf-8")
    assert codes(old) == []
    with diff(old, own) as found:
        assert found.empty
    assert build(open_dataset(BASE), SCHEMAS, old, force=True).built
    assert (old / "SHA256SUMS").read_bytes() == (own / "SHA256SUMS").read_bytes()


def test_the_files_follow_from_the_descriptor_alone(package: Path) -> None:
    assert metadata(read_descriptor(package)) == {name: (package / name).read_text("utf-8") for name in FILES}


def test_texts_of_dataset_yaml_arrive_whole_in_every_file(base: Path, tmp_path: Path) -> None:
    text = (base / "dataset.yaml").read_text("utf-8")
    hostile = "</script><b>\"'\\ : # &amp; - no"
    (base / "dataset.yaml").write_text(text.replace("A small dataset", json.dumps(hostile)), "utf-8")
    assert build(open_dataset(base), SCHEMAS, tmp_path / "out").built
    files = {name: (tmp_path / "out" / name).read_text("utf-8") for name in FILES}
    keys = {"croissant.json": "name", "schema-org.jsonld": "name", "dcat-ap.jsonld": "dct:title"}
    for name, key in {**keys, "data/csv-metadata.json": "dc:title"}.items():
        assert json.loads(files[name])[key] == hostile
    assert YAML(typ="safe", pure=True).load(files["CITATION.cff"])["title"] == hostile
    assert codes(tmp_path / "out") == []


def test_the_homepage_of_dataset_yaml_is_in_the_files_and_one_that_is_no_address_is_refused(
    base: Path, released: Path, tmp_path: Path
) -> None:
    with (base / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write("homepage: https://example.org/meetings\n")
    assert build(open_dataset(base), SCHEMAS, tmp_path / "new").built
    assert (
        json.loads((tmp_path / "new" / "croissant.json").read_text("utf-8"))["url"]
        == "https://example.org/meetings"
    )
    assert codes(tmp_path / "new") == []
    with diff(released, tmp_path / "new") as found:
        assert dict(found.kinds) == {"package-described": 1}
    text = (base / "dataset.yaml").read_text("utf-8")
    (base / "dataset.yaml").write_text(text.replace("https://example.org", "javascript:x"), "utf-8")
    with pytest.raises(DatasetError, match="homepage: expected a web address"):
        open_dataset(base)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from([HOSTILE, "no", ""])
LINKS = st.sampled_from(["https://x/\x00<", "http://é.example/#?%0A", "https:///nowhere", None])


def some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects that have some of these keys."""
    return st.fixed_dictionaries({}, optional=parts)


FIELDS = st.fixed_dictionaries(
    {"name": st.sampled_from(["a", "b/ c", 'é %"+~.-', "_x"]), "type": st.sampled_from(["string", "any"])},
    optional={
        **dict.fromkeys(["title", "description", "rdfType", "format"], TEXTS),
        "categories": st.lists(
            st.fixed_dictionaries({"value": TEXTS, "label": TEXTS | st.none()}), max_size=3
        ),
        "constraints": some(enum=st.lists(TEXTS), pattern=TEXTS, maxLength=st.integers(0)),
    },
)


def _resources(fields: list[Any], more: dict[str, Any]) -> Any:
    return resources_of(*fields, **more)


RESOURCES = st.builds(
    _resources,
    st.lists(FIELDS, min_size=1, max_size=3, unique_by=lambda field: field["name"]),
    some(title=TEXTS, description=TEXTS, mediatype=TEXTS),
)
ENTRIES = some(
    **dict.fromkeys(["title", "description", "id"], TEXTS),
    homepage=LINKS,
    keywords=st.lists(TEXTS, max_size=3),
    languages=st.lists(st.sampled_from(["en", "xx", "ast"]) | TEXTS, max_size=2),
    licenses=st.lists(some(name=TEXTS, path=LINKS), max_size=2),
    contributors=st.lists(
        st.fixed_dictionaries(
            {"title": TEXTS.filter(bool)},
            optional={"givenName": TEXTS, "path": LINKS, "email": TEXTS, "roles": st.lists(TEXTS)},
        ),
        max_size=3,
    ),
    sources=st.lists(st.fixed_dictionaries({"title": TEXTS.filter(bool), "path": LINKS}), max_size=2),
    resources=RESOURCES,
)


@pytest.mark.no_cover
@given(ENTRIES)
def test_any_text_gives_files_that_can_be_read(entries: dict[str, Any]) -> None:
    package = Package.model_validate(completed(**entries))
    texts = metadata(package)
    assert texts == metadata(package)
    for name, text in texts.items():
        if name == "CITATION.cff":
            assert faults(YAML(typ="safe", pure=True).load(text)) == []
        else:
            json.loads(text, parse_constant=pytest.fail)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(min_size=1))
def test_a_segment_is_one_and_no_other_name_has_it(name: str, other: str) -> None:
    assert not set(segment(name)) & set('/?#+ "<>%:') - {"%"}
    assert (segment(name) == segment(other)) == (name == other)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/é?a=b#c", "https://example.org/é?a=b#c"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ('http://x.example/"<>{}|\\^`', "http://x.example/%22%3C%3E%7B%7D%7C%5C%5E%60"),
        ("https://example.org/a\u2028", ""),
        ("javascript:alert(1)", ""),
        ("https:///nowhere", ""),
        ("https://a b", ""),
        ("", ""),
    ],
)
def test_an_address_becomes_an_iri_or_nothing(address: str, expected: str) -> None:
    assert iri(address) == expected


def test_terms_become_iris() -> None:
    assert term("schema:name") == "https://schema.org/name"
    assert [term(name) for name in ("popolo:id", "schema:a b", "name", None, 3)] == [""] * 5


@pytest.mark.parametrize("created", ["2024-02-29T00:00:00Z", "2024-02-29T23:59:59+14:00"])
def test_the_day_of_release_is_the_one_that_is_written(created: str) -> None:
    assert json.loads(texts_of(created=created)["schema-org.jsonld"])["datePublished"] == "2024-02-29"


def test_a_contributor_who_is_there_twice_is_named_once() -> None:
    twice: list[dict[str, Any]] = [{"title": "A"}, {"title": "B"}, {"title": "A", "roles": []}]
    creators = json.loads(texts_of(contributors=twice)["schema-org.jsonld"])["creator"]
    assert [creator["name"] for creator in creators] == ["A", "B"]
