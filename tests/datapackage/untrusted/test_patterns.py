"""Character classes in patterns: the same meaning as in Python's regular expressions, which have no set operators."""

from __future__ import annotations

import re
import warnings

import polars as pl
import pytest

from communique.datapackage.untrusted.patterns import for_polars

TEXTS = [*"abcez-&~+*,[]^\\1", "[a", "a]", "&&", "--"]


def matches(pattern: str) -> list[bool]:
    return pl.Series(TEXTS).str.contains(f"^(?:{for_polars(pattern)})$").to_list()


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "[a&&b]",
            "[a~~b]",
            "[+--]",
            "[--a]",
            "[^--a]",
            "[a[b]",
            "[^[a]",
            r"[\[a]",
            r"[a\]b]",
            "[a-z]",
            "-[a]",
        ),
        *(r"\[a", "a|-", "[]a]", "[&&&&]", "[-a]", "[a-]", "&&", "--", r"[\-\-a]", "(?:[a-c]|[x-z])", "[[]"),
    ],
)
def test_characters_within_brackets_are_characters(pattern: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # Python may have such operators once
        assert matches(pattern) == [bool(re.fullmatch(pattern, text)) for text in TEXTS]


@pytest.mark.parametrize(
    ("pattern", "same"),
    [("[a-z-[aeiou]]", "[b-df-hj-np-tv-z]"), ("[^a-[b]]", "[^ab]"), ("[a-z-[b-z-[e]]]", "[ae]")],
)
def test_xml_schema_subtracts_with_a_bracket(pattern: str, same: str) -> None:
    assert matches(pattern) == [bool(re.fullmatch(same, text)) for text in TEXTS]
