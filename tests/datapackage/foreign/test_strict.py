"""What is broken in a dialect stays broken, on its own line, and nothing is swallowed with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from communique.datapackage.foreign import strict
from communique.datapackage.foreign.dialect import Dialect

from . import report


def _found(tmp_path: Path, text: str, dialect: dict[str, Any]) -> list[tuple[str, int | None, int | None]]:
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    found = report(tmp_path, {"t.csv": text}, dialect=dialect, schema=schema)
    return [(finding.code, finding.row, finding.line) for finding in found.findings]


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        ({"quoteChar": "'"}, "'1'2"),
        ({"quoteChar": "'"}, "'1"),
        ({"delimiter": ";", "quoteChar": "'"}, "'a'x,b"),
        ({"doubleQuote": False, "escapeChar": "\\"}, '"a""b"'),
        ({"escapeChar": "\\"}, '"a\\"'),
    ],
    ids=str,
)
def test_a_quote_out_of_place_in_a_dialect_is_a_fault_where_the_plain_form_would_take_it(
    tmp_path: Path, dialect: dict[str, Any], line: str
) -> None:
    found = _found(tmp_path, f"a\n1\n{line}\n2\nx\n", dialect)
    assert [code for code, row, _ in found if row == 3] in (["unclosed-quote"], ["stray-quote"])
    assert found[1:] == [("type-error", 5, 5)]


def test_a_line_feed_in_a_broken_row_of_a_file_with_carriage_returns_ends_no_row(tmp_path: Path) -> None:
    found = _found(tmp_path, 'a\r1\r"2"\n3\n4\r5\rx\r', {"lineTerminator": "\r"})
    assert found == [("stray-quote", 3, 3), ("type-error", 5, 5)]


def test_an_unclosed_quote_before_many_lines_leaves_rows_and_lines_as_they_are(tmp_path: Path) -> None:
    lines = ["a", '"1', *["2"] * 1500, "x"]
    found = _found(tmp_path, "\n".join(lines) + "\n", {"delimiter": ";"})
    assert found == [("unclosed-quote", 2, 2), ("type-error", 1503, 1503)]


@pytest.mark.parametrize("line", ['x";"', '";x";"', '"x;'], ids=str)
def test_lines_with_quotes_out_of_place_are_read_twice_at_most(line: str) -> None:
    taken = 0

    def counted() -> Iterator[str]:
        for _ in range(5000):
            yield f"{line}\n"

    class Counting(strict._Rewinding):
        def take(self) -> str:
            nonlocal taken
            taken += 1
            return super().take()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(strict, "_Rewinding", Counting)
        records = list(strict._records(counted(), Dialect(delimiter=";")))
    assert len(records) == 5000
    assert taken <= 10_002


def test_a_quote_in_a_comment_swallows_no_row(tmp_path: Path) -> None:
    found = _found(tmp_path, 'a\n#;"x\nx\n#;"\n2\n', {"delimiter": ";", "commentChar": "#"})
    assert found == [("type-error", 3, 3)]
