"""CITATION.cff conforms to the schema of its format and agrees with the descriptor."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker
from ruamel.yaml import YAML

from .complete import texts_of
from .foreign import HOSTILE

SCHEMA = "builtin_schemas/vendor/citation-file-format.json"
"""The schema of the format, of which check-jsonschema has a copy."""


def cff(package: Path) -> dict[str, Any]:
    text = (package / "CITATION.cff").read_text("utf-8")
    return dict(YAML(typ="safe", pure=True).load(text))


@cache
def validator() -> Draft7Validator:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed, which has the schema")
    schema = json.loads(files("check_jsonschema").joinpath(SCHEMA).read_text("utf-8"))
    return Draft7Validator(schema, format_checker=FormatChecker())


def faults(content: Any) -> list[str]:
    return [error.message for error in validator().iter_errors(content)]


def cff_of(**entries: object) -> dict[str, Any]:
    text = texts_of(**{"contributors": [{"title": "A"}], **entries})["CITATION.cff"]
    content = dict(YAML(typ="safe", pure=True).load(text))
    assert faults(content) == []
    return content


def test_the_file_keeps_to_the_schema_of_its_format(package: Path) -> None:
    assert faults(cff(package)) == []


def test_a_file_that_breaks_the_schema_is_seen(package: Path) -> None:
    assert faults({**cff(package), "license": "CC-BY-5.0"})
    assert faults({**cff(package), "authors": []})


def test_cffconvert_accepts_the_file(package: Path) -> None:
    program = shutil.which("cffconvert")
    if program is None:
        pytest.skip("cffconvert is not on the path; it wants a jsonschema that is older than ours")
    done = subprocess.run([program, "--validate"], cwd=package, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_says_what_the_descriptor_says(package: Path) -> None:
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    content = cff(package)
    for key, said in {"title": "title", "version": "version", "abstract": "description"}.items():
        assert content[key] == descriptor[said]
    assert content["date-released"] == descriptor["created"][:10]
    assert content["type"] == "dataset"


def test_the_authors_are_persons_or_entities_each_once() -> None:
    contributors: list[object] = [
        {"title": "A body", "path": "https://example.org/"},
        {
            "title": "Dr Ada L.",
            "givenName": "Ada",
            "familyName": "L.",
            "path": "https://orcid.org/0000-0002-1825-0097",
        },
        {"title": "A body", "path": "https://example.org/", "roles": ["editor"]},
        {"title": "Who publishes", "roles": ["publisher"]},
        {"title": "Who writes and publishes", "roles": ["publisher", "author"], "email": "not an address"},
    ]
    assert cff_of(contributors=contributors)["authors"] == [
        {"name": "A body", "website": "https://example.org/"},
        {"given-names": "Ada", "family-names": "L.", "orcid": "https://orcid.org/0000-0002-1825-0097"},
        {"name": "Who writes and publishes"},
    ]
    assert cff_of(contributors=[{"title": "P", "roles": ["publisher"]}])["authors"] == [{"name": "P"}]


def test_a_licence_that_the_format_does_not_list_is_given_by_its_address() -> None:
    assert cff_of(licenses=[{"name": "ODbL-1.0"}])["license"] == "ODbL-1.0"
    other = {"name": "ODC-BY-1.0", "path": "https://opendatacommons.org/licenses/by/"}
    assert cff_of(licenses=[other])["license-url"] == other["path"]
    assert "license" not in cff_of(licenses=[{"name": "mine"}])


@pytest.mark.parametrize(
    "spelt", ["10.5281/zenodo.1234", "https://doi.org/10.5281/zenodo.1234", "doi:10.5281/zenodo.1234"]
)
def test_a_doi_is_given_as_one(spelt: str) -> None:
    assert cff_of(id=spelt)["doi"] == "10.5281/zenodo.1234"
    assert "doi" not in cff_of(id=f"urn:{spelt}")


@pytest.mark.parametrize(
    "text", [HOSTILE, "no", "1.10", "2020-01-01", "- a\n- b", "&a *b !c", "\ufeffx", "a\u2028b", "~"]
)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    content = cff_of(title=text, description=text, contributors=[{"title": text}], keywords=[text])
    assert content["title"] == content["authors"][0]["name"] == text
    assert content["abstract"] == text.strip()
    assert content["keywords"] == [text.strip()]


def test_a_keyword_of_white_space_is_none() -> None:
    assert cff_of(keywords=[" ", "x "])["keywords"] == ["x"]
    assert "keywords" not in cff_of(keywords=["\n"])


def test_yaml_1_1_reads_the_same() -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    text = texts_of(title="no", version="1.10", contributors=[{"title": "on"}])["CITATION.cff"]
    content = yaml.load(text)
    assert (content["title"], content["version"], content["authors"]) == ("no", "1.10", [{"name": "on"}])


def test_without_an_author_there_is_no_file() -> None:
    assert "CITATION.cff" not in texts_of(contributors=[])
