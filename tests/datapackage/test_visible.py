"""Visible: what nobody sees is spelt out, and emoji are left alone."""

from __future__ import annotations

import pytest

from communique.datapackage.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Minsk\ufe0f", r"Minsk\u{FE0F}"),
        ("Минск\ufe00", r"Минск\u{FE00}"),
        ("a\U000e0101\U000e0102", r"a\u{E0101}\u{E0102}"),
        ("\ufe0f\ufe0f", r"\u{FE0F}\u{FE0F}"),
        ("\u3164\ufe0f", r"\u{3164}\u{FE0F}"),
        ("1\ufe0f", r"1\u{FE0F}"),
        ("\u2764\ufe0f\ufe0f", "\u2764\ufe0f" + r"\u{FE0F}"),
        ("a\u034fb\u2800", r"a\u{34F}b\u{2800}"),
        ("a\u200db\n", r"a\u{200D}b↵"),
    ],
)
def test_what_nobody_sees_is_spelt_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        *("plain", "Минск", "I \u2764\ufe0f Minsk", "1\ufe0f\u20e3", "\u203c\ufe0f", "\u845b\U000e0100"),
        *("\u2139\ufe0f", "\u3030\ufe0f"),
    ],
)
def test_selectors_stay_where_they_vary_a_symbol_or_an_ideograph(text: str) -> None:
    assert visible(text) == text
