"""The building blocks of a site: names, dates, words, joins, page numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.site import merge
from communique.datapackage.site.addresses import file_name, web_address
from communique.datapackage.site.charts import YEARS, Counts, charts_of
from communique.datapackage.site.dates import in_words, machine, year_of
from communique.datapackage.site.lists import steps
from communique.datapackage.site.merge import Groups, arranged, joined
from communique.datapackage.site.search import WORDS, folded, postings, words
from communique.datapackage.site.shape import shape_of
from communique.datapackage.site.texts import brief
from communique.schemas import STORY

from .conftest import RELEASE

KEYS = st.sampled_from(["a", "b", "c", "d", "ü", "я", ""])


@given(st.text())
def test_a_key_is_a_name_on_every_system(key: str) -> None:
    name = file_name(key)
    assert name.isascii()
    assert name == name.lower()
    assert not set(name) & set('/\\:*?"<>|. ')
    assert 0 < len(name) <= 100


@given(st.lists(st.text(), unique=True))
def test_keys_do_not_share_a_name(keys: list[str]) -> None:
    assert len({file_name(key) for key in keys}) == len(keys)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-12-06", "6 December 2024"),
        ("2001-12", "December 2001"),
        ("2019", "2019"),
        ("2005-11~", "about November 2005"),
        ("2005?", "2005 (uncertain)"),
        ("2005-01-01%", "about 1 January 2005 (uncertain)"),
        ("2024-13", "2024-13"),
        ("soon", "soon"),
        ("٢٠٢٤", "٢٠٢٤"),
    ],
)
def test_dates_are_said_as_precisely_as_they_are_known(text: str, expected: str) -> None:
    assert in_words(text) == expected
    assert (machine(text) is None) == (year_of(text) is None) == (text == expected and text != "2019")


def test_words_are_compared_without_case_and_marks() -> None:
    assert folded("МИШУСТИН Résumé Ёлка") == folded("мишустин resume елка")
    assert words("Mikhail Mishustin", None, "mishustin") == ["mikhail", "mishustin"]


def test_an_entry_is_found_by_what_is_shown_of_it_and_by_few_other_words() -> None:
    many = " ".join(f"Fact{number}" for number in range(1000))
    entry = {"path": "p", "title": "A Name", "native": None, "about": "Kind", "key": "a-key"}
    (rows,) = postings(iter([{**entry, "also": f"name {many}"}, {**entry, "path": "q", "also": ""}]))
    found = rows.filter(path="p")
    assert found["word"].to_list()[:6] == ["a", "name", "kind", "key", "fact0", "fact1"]
    assert len(found) == WORDS
    (also,) = found["also"].unique()
    assert also.split() == found["word"].to_list()[3:]  # what stands in the name is not written again
    assert rows.filter(path="q")["also"].unique().to_list() == ["key"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [(" two\nwords ", "two words"), ("word " * 99, f"{'word ' * 35}word…"), ("語" * 999, f"{'語' * 179}…")],
)
def test_long_texts_are_cut(text: str, expected: str) -> None:
    assert brief(text) == expected


def test_only_addresses_of_the_web_are_links() -> None:
    assert web_address("https://example.org/a?b=c") == "https://example.org/a?b=c"
    assert web_address("https://example.org/@name?to=a@b") is not None
    for text in ("https://u:p@example.org/", "https://example.org@elsewhere.org", "http://@example.org/"):
        assert web_address(text) is None
    for text in ("javascript:alert(1)", "//example.org", "https://", "https://[x", "http://a b", "ftp://a/"):
        assert web_address(text) is None


@given(st.lists(KEYS, max_size=40), st.sets(KEYS, max_size=7), st.integers(1, 5), st.integers(1, 5))
def test_a_join_over_slices_is_the_join_over_all(
    left: list[str], right: set[str], size: int, other: int
) -> None:
    rows = pl.DataFrame({"to": sorted(left), "n": range(len(left))}, schema={"to": pl.String, "n": pl.Int64})
    keys = sorted(right)
    far = pl.DataFrame(
        {"k": keys, "name": [f"<{key}>" for key in keys]}, schema={"k": pl.String, "name": pl.String}
    )
    found = list(
        joined(
            (rows.slice(start, size) for start in range(0, len(rows), size)),
            "to",
            (far.slice(start, other) for start in range(0, len(far), other)),
            "k",
            {"name": "to.title"},
        )
    )
    expected = rows.join(far.rename({"name": "to.title"}), left_on="to", right_on="k", how="left")
    assert sorted(pl.concat(found).rows() if found else []) == sorted(expected.rows())


@given(st.lists(st.tuples(KEYS, st.integers(0, 99)), unique=True, max_size=60))
def test_groups_hand_out_every_row_once(rows: list[tuple[str, int]]) -> None:
    frame = pl.DataFrame(rows, schema={"to": pl.String, "n": pl.Int64}, orient="row")
    with TemporaryDirectory() as work:
        groups = Groups(arranged(iter([frame]), ("to", "n"), Path(work)), "to")
        for key in sorted({key for key, _ in rows} | {"b", "z"}):
            found, count = groups.of(key)
            assert [(row["to"], row["n"]) for row in found] == sorted(row for row in rows if row[0] == key)
            assert count == len(found)


def test_a_group_is_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "MOST", 2)
    groups = Groups(iter([pl.DataFrame({"to": ["a", "a", "a", "b"]})]), "to")
    found, count = groups.of("a")
    assert (len(found), count) == (2, 3)
    assert groups.of("b")[1] == 1


@pytest.mark.parametrize(
    ("first", "title"), [(1967, "year and status"), (1966, "year and status, since 1967")]
)
def test_a_chart_that_leaves_years_out_says_so(first: int, title: str) -> None:
    shape = shape_of(RELEASE, STORY)
    counts = Counts()
    counts.add(pl.DataFrame({"when": [f"{first}-05", "2026"], "group": ["Held", "Held"]}))
    (chart,) = charts_of(shape, next(page for page in shape.story.pages if page.when), counts)
    assert chart.title == f"Meetings by {title}"
    assert (chart.rows[0][0], len(chart.rows)) == ("1967", YEARS)
    assert re.findall(r">([0-9.]{1,3})</text>", chart.svg) == ["0", "1"]  # there is no half of a meeting


def test_a_chart_by_year_says_how_many_rows_have_no_date() -> None:
    shape = shape_of(RELEASE, STORY)
    counts = Counts()
    counts.add(pl.DataFrame({"when": ["2026", None, "soon"], "group": ["Held", "Held", None]}))
    (chart,) = charts_of(shape, next(page for page in shape.story.pages if page.when), counts)
    assert chart.title == "Meetings by year and status (2 without a date left out)"
    assert chart.rows == [("2026", "1")]


@pytest.mark.parametrize("more", [0, 20])
def test_a_group_called_other_and_the_group_of_all_others_are_one(more: int) -> None:
    shape = shape_of(RELEASE, STORY)
    counts = Counts()
    groups = ["Other"] * 3 + ["Held"] * 2 + [f"g{number}" for number in range(more)]
    counts.add(pl.DataFrame({"when": ["2026"] * len(groups), "group": groups}))
    page = next(page for page in shape.story.pages if page.when)
    (by_year,) = charts_of(shape, page, counts)
    (by_group,) = charts_of(shape, replace(page, when=None), counts)
    assert len(set(by_year.headings)) == len(by_year.headings)
    assert sum(int(number) for number in by_year.rows[0][1:]) == counts.total
    assert sum(int(number) for _, number in by_group.rows) == counts.total


def test_pages_offer_the_first_the_last_and_those_around() -> None:
    assert steps(1, 1) == [1]
    assert steps(1, 9) == [1, 2, 3, None, 9]
    assert steps(5, 9) == [1, None, 3, 4, 5, 6, 7, None, 9]
