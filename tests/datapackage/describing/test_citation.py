"""Citations: every style gives the same facts, and no text of a release escapes its field."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.describing.citation import Author, Style, citation, cite, doi_of, in_words
from communique.datapackage.describing.descriptor import Package, read_descriptor
from communique.datapackage.errors import CommuniqueError
from communique.datapackage.metadata.cff import citation as cff

from ...conftest import ROOT

PACKAGE = read_descriptor(ROOT / "output" / "union-state")
RELEASED = PACKAGE.released or date.min
STYLES: tuple[Style, ...] = ("bibtex", "apa", "csl")


def changed(**facts: Any) -> Package:
    content = {**PACKAGE.model_dump(by_alias=True, exclude_unset=True), **facts}
    return Package.model_validate(content)


def by(*names: str) -> list[dict[str, Any]]:
    return [{"title": name, "roles": ["curator"]} for name in names]


def person(given: str, family: str, title: str = "Somebody", *roles: str) -> dict[str, Any]:
    return {"title": title, "givenName": given, "familyName": family, "roles": list(roles)}


PUBLISHED = changed(
    title="Meetings",
    version="1.2.3",
    id="https://doi.org/10.5281/zenodo.123",
    homepage="https://example.org/a_b%20c",
    contributors=[
        person("Jane Mary-Ann", "Doe", "Dr. Jane Doe"),
        {"title": "The Office", "roles": ["curator"]},
        {"title": "The Press & Co.", "roles": ["publisher"]},
    ],
)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_says_who_what_when_and_which_version(style: Style) -> None:
    text = cite(PACKAGE, style)
    authors = [author.title for author in citation(PACKAGE).authors]
    for fact in (*authors, PACKAGE.title, PACKAGE.version, str(RELEASED.year)):
        assert fact in text
    assert text == text.strip()
    if style != "apa":
        assert PACKAGE.digest in text
        assert "CC-BY-4.0" in text


def test_apa_is_one_line_in_the_order_of_apa() -> None:
    package = changed(title="Meetings", version="1.2.3", contributors=by("A. Ivanova", "The Office", "B. Li"))
    year = RELEASED.year
    assert cite(package, "apa") == (
        f"A. Ivanova, The Office, & B. Li. ({year}). Meetings (Version 1.2.3) [Data set]."
    )
    assert cite(changed(title="Meetings", version="1.2.3", contributors=[]), "apa") == (
        f"Meetings (Version 1.2.3) [Data set]. ({year})."
    )


def test_who_only_publishes_is_named_where_nobody_else_is() -> None:
    press = {"title": "The Press", "roles": ["publisher"]}
    both = changed(title="Meetings", version="1.2.3", contributors=[press, *by("A. Ivanova")])
    alone = changed(title="Meetings", version="1.2.3", contributors=[press])
    assert PACKAGE.released
    year = PACKAGE.released.year
    assert citation(both).authors == (Author("A. Ivanova"),)
    assert citation(alone).authors == (Author("The Press"),)
    words = in_words(both.contributors, str(PACKAGE.released), both.title, both.version)
    assert words == f"A. Ivanova ({year}). Meetings. Version 1.2.3."
    assert in_words([], "", "Meetings", "") == "Meetings."


def test_bibtex_keeps_names_whole_and_escapes_what_tex_would_run() -> None:
    text = cite(changed(title=r"50% of \input{x} & y_z", contributors=by("Smith and Sons", "Ж {")), "bibtex")
    assert r"author = {{Smith and Sons} and {Ж \textbraceleft{}}}" in text
    assert r"title = {{50\% of \textbackslash{}input\textbraceleft{}x\textbraceright{} \& y\_z}}" in text
    assert text.startswith("@misc{union-state-")


def test_persons_are_cited_by_their_names_and_with_them_publisher_doi_and_address() -> None:
    text = cite(PUBLISHED, "bibtex")
    assert "  author = {Doe, Jane Mary-Ann and {The Office}},\n" in text
    assert "  publisher = {{The Press \\& Co.}},\n" in text
    assert "  doi = {10.5281/zenodo.123},\n  url = {https://example.org/a_b%20c},\n" in text
    assert cite(PUBLISHED, "apa") == (
        f"Doe, J. M.-A., & The Office. ({RELEASED.year}). Meetings (Version 1.2.3) [Data set]. "
        "The Press & Co. https://doi.org/10.5281/zenodo.123"
    )
    [item] = json.loads(cite(PUBLISHED, "csl"))
    assert item["author"] == [{"family": "Doe", "given": "Jane Mary-Ann"}, {"literal": "The Office"}]
    assert (item["publisher"], item["DOI"]) == ("The Press & Co.", "10.5281/zenodo.123")
    assert item["URL"] == "https://example.org/a_b%20c"


@pytest.mark.parametrize(
    ("given_name", "family", "apa", "bibtex"),
    [
        ("J. R.", "Li", "Li, J. R.", "Li, J. R."),
        ("J.R.", "van der Berg", "van der Berg, J. R.", "van der Berg, J.R."),
        ("Żofia", "Kim & Co", "Kim & Co, Ż.", r"Kim \& Co, Żofia"),
        ("Anna", "Gold and Sons, Ltd", "Gold and Sons, Ltd, A.", "{Gold and Sons, Ltd}, Anna"),
        ("", "Li", "Somebody", "{Somebody}"),
        ("Anna", "", "Somebody", "{Somebody}"),
        (".", "Li", "Somebody", "Li, ."),
    ],
)
def test_names_of_persons_as_apa_and_bibtex_divide_them(
    given_name: str, family: str, apa: str, bibtex: str
) -> None:
    package = changed(title="M", version="", contributors=[person(given_name, family)])
    assert cite(package, "apa") == f"{apa.removesuffix('.')}. ({RELEASED.year}). M [Data set]."
    assert f"  author = {{{bibtex}}},\n" in cite(package, "bibtex")


@pytest.mark.parametrize(
    ("identifier", "doi"),
    [
        ("10.5281/zenodo.123", "10.5281/zenodo.123"),
        ("doi:10.5281/zenodo.123", "10.5281/zenodo.123"),
        ("http://dx.doi.org/10.1000/(a)[b]", "10.1000/(a)[b]"),
        ("https://example.org/10.5281/zenodo.123", ""),
        ("urn:uuid:1", ""),
        ("", ""),
    ],
)
def test_a_doi_is_one_for_citation_cff_too(identifier: str, doi: str) -> None:
    assert doi_of(identifier) == doi
    package = changed(id=identifier)
    assert citation(package).doi == doi
    written = cff(package) or ""
    assert (f'\ndoi: "{doi}"\n' in written) is bool(doi)


def test_without_a_doi_the_page_is_cited_and_an_author_is_no_publisher_again() -> None:
    press = {"title": "The Press", "roles": ["publisher"]}
    package = changed(title="M", version="", homepage="https://example.org/x{y", contributors=[press])
    assert cite(package, "apa") == f"The Press. ({RELEASED.year}). M [Data set]. https://example.org/x{{y"
    assert "  url = {https://example.org/x%7By},\n" in cite(package, "bibtex")


@pytest.mark.no_cover
@given(title=st.text(min_size=1), author=st.text(min_size=1), family=st.text(min_size=1))
def test_no_text_breaks_out_of_its_field(title: str, author: str, family: str) -> None:
    package = changed(
        title=title, contributors=[*by(author), person(author, family, f"x{author}", "publisher")]
    )
    bibtex = cite(package, "bibtex")
    assert bibtex.count("{") == bibtex.count("}")
    assert len(bibtex.splitlines()) == len(
        cite(
            changed(title="x", contributors=[*by("x"), person("x", "x", "x", "publisher")]), "bibtex"
        ).splitlines()
    )
    assert len(cite(package, "apa").splitlines()) == 1
    [item] = json.loads(cite(package, "csl"))
    assert item["id"] == f"{package.name}-{package.version}"


_CSL = {"id", "type", "title", "author", "issued", "version", "language", "note"}


def test_csl_keeps_to_the_published_schema_of_an_item() -> None:
    [item] = json.loads(cite(PACKAGE, "csl"))
    assert item["type"] == "dataset"
    day = RELEASED
    assert item["issued"] == {"date-parts": [[day.year, day.month, day.day]]}
    # The names of csl-data.json 1.0, which allows no others: https://github.com/citation-style-language/schema
    assert set(item) == _CSL
    [item] = json.loads(cite(PUBLISHED, "csl"))
    assert set(item) == {*_CSL, "publisher", "DOI", "URL"}


def test_another_style_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(
        CommuniqueError, match=r"'chicago' is not a style of citation\. Give one of bibtex, apa, csl"
    ):
        cite(PACKAGE, cast("Style", "chicago"))
