"""How a release is cited: every style says the same facts, and no text of a release breaks out of its field."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.citation import Style, citation, cite, in_words
from communique.datapackage.descriptor import Package, read_descriptor
from communique.datapackage.errors import CommuniqueError

from ..conftest import ROOT

PACKAGE = read_descriptor(ROOT / "output" / "union-state")
RELEASED = PACKAGE.released or date.min
STYLES: tuple[Style, ...] = ("bibtex", "apa", "csl")


def changed(**facts: Any) -> Package:
    content = {**PACKAGE.model_dump(by_alias=True, exclude_unset=True), **facts}
    return Package.model_validate(content)


def by(*names: str) -> list[dict[str, Any]]:
    return [{"title": name, "roles": ["curator"]} for name in names]


@pytest.mark.parametrize("style", STYLES)
def test_every_style_says_who_what_when_and_which_version(style: Style) -> None:
    text = cite(PACKAGE, style)
    for fact in (*citation(PACKAGE).authors, PACKAGE.title, PACKAGE.version, str(RELEASED.year)):
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
    assert citation(both).authors == ("A. Ivanova",)
    assert citation(alone).authors == ("The Press",)
    words = in_words(both.contributors, str(PACKAGE.released), both.title, both.version)
    assert words == f"A. Ivanova ({year}). Meetings. Version 1.2.3."
    assert in_words([], "", "Meetings", "") == "Meetings."


def test_bibtex_keeps_names_whole_and_escapes_what_tex_would_run() -> None:
    text = cite(changed(title=r"50% of \input{x} & y_z", contributors=by("Smith and Sons", "Ж {")), "bibtex")
    assert r"author = {{Smith and Sons} and {Ж \textbraceleft{}}}" in text
    assert r"title = {{50\% of \textbackslash{}input\textbraceleft{}x\textbraceright{} \& y\_z}}" in text
    assert text.startswith("@misc{union-state-")


@pytest.mark.no_cover
@given(title=st.text(min_size=1), author=st.text(min_size=1))
def test_no_text_breaks_out_of_its_field(title: str, author: str) -> None:
    package = changed(title=title, contributors=by(author))
    bibtex = cite(package, "bibtex")
    assert bibtex.count("{") == bibtex.count("}")
    assert len(bibtex.splitlines()) == len(
        cite(changed(title="x", contributors=by("x")), "bibtex").splitlines()
    )
    assert len(cite(package, "apa").splitlines()) == 1
    [item] = json.loads(cite(package, "csl"))
    assert item["id"] == f"{package.name}-{package.version}"


def test_csl_keeps_to_the_published_schema_of_an_item() -> None:
    [item] = json.loads(cite(PACKAGE, "csl"))
    assert item["type"] == "dataset"
    day = RELEASED
    assert item["issued"] == {"date-parts": [[day.year, day.month, day.day]]}
    # The names of csl-data.json 1.0, which allows no others: https://github.com/citation-style-language/schema
    assert set(item) <= {"id", "type", "title", "author", "issued", "version", "language", "note"}


def test_another_style_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(
        CommuniqueError, match=r"'chicago' is no style of citation\. Give one of bibtex, apa, csl"
    ):
        cite(PACKAGE, cast("Style", "chicago"))
