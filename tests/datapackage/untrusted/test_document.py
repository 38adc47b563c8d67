"""Documents: JSON and YAML have one possible reading, or are refused with the line."""

from __future__ import annotations

import pytest

from communique.datapackage.untrusted.document import DocumentError, load, read_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no\nb: 2024-01-01\nc: 1\nd: 1.5\ne: ~\nf: true\ng: 0x1F\nh: .inf\n", None),
        ("", None),
    ],
)
def test_yaml_has_texts_numbers_truth_and_nothing(text: str, value: None) -> None:
    expected = {
        "a": "no",
        "b": "2024-01-01",
        "c": 1,
        "d": 1.5,
        "e": None,
        "f": True,
        "g": "0x1F",
        "h": ".inf",
    }
    assert load(text.encode(), is_yaml=True) == (expected if text else value)


@pytest.mark.parametrize(
    ("data", "is_yaml", "said"),
    [
        (b"\n\xff", False, "line 2 is not UTF-8"),
        (b'{"a": 1,}', False, "line 1 is not valid JSON"),
        (
            b'{"b": "' + b"1" * 5000 + b'",\n"a": -' + b"1" * 5000 + b"}",
            False,
            "^line 2 has a number of 5,000 digits; no more than 4,300 can be held$",
        ),
        (b"1e999", False, "too large"),
        (b"a: [1\n", True, "is not valid YAML"),
        (b"a: 1\na: 2\n", True, "line 2: the key 'a' occurs twice"),
        (b"? [x]\n: 1\n", True, "a key is not a string"),
        (b"a: !x 1\n", True, "tags such as"),
        (b"a: !!binary aGk=\n", True, "of the kind binary are refused"),
        (b"a: 1\nb: \x01\n", True, r"^line 2 is not valid YAML: found the character U\+0001$"),
        (b"&a [*a]", True, "within each other"),
        (b"*a", True, "not valid YAML"),
        (rb'"\UFFFFFFFF"', True, "not valid YAML: an escape of a character that there is not"),
        (b"%YAML 1.1\n---\na: 1\nb: yes\n", True, "line 4: expected true or false, found 'yes'"),
        (b"a: !!bool 'on'\n", True, "line 1: expected true or false, found 'on'"),
    ],
)
def test_what_is_refused_is_said_with_its_place(data: bytes, is_yaml: bool, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        load(data, is_yaml)


@pytest.mark.filterwarnings("error")
def test_an_anchor_may_be_used_again() -> None:
    assert load(b"[&a 1, *a, &a 2, *a]", is_yaml=True) == [1, 1, 2, 2]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert load(b"\xef\xbb\xbf[1]", is_yaml=False) == [1]


def test_a_release_may_nest_a_schema_of_others_in_its_own() -> None:
    assert read_json(b"[" * 128 + b"]" * 128)
    with pytest.raises(DocumentError, match="at most 128 levels"):
        read_json(b"[" * 129 + b"]" * 129)
