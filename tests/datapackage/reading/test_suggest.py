"""Hints suggest what may have been meant; nothing is repaired."""

from __future__ import annotations

import pytest

from communique.datapackage import Finding
from communique.datapackage.reading.suggest import nearest, suggest
from communique.schemas import SCHEMAS, Code, CodeList


@pytest.mark.parametrize(
    ("table", "code", "column", "value", "hint"),
    [
        ("meetings", "constraint-error", "status", "hel", "held"),
        ("meetings", "constraint-error", "status", "Held", "held"),
        ("meetings", "constraint-error", "country_code", "Belarus", "BY"),
        ("meetings", "constraint-error", "country_code", "by", "BY"),
        ("meetings", "constraint-error", "country_code", "\u0412Y", "BY"),  # a Cyrillic letter
        ("meetings", "constraint-error", "country_code", "RU\u00a0", "RU"),
        ("meetings", "extra-label", "Meeting_ID", "Meeting_ID", "meeting_id"),
        ("sources", "identifier-format", "source_id", "r\u043eman", "roman"),
        ("meetings", "constraint-error", "status", "zzzz", None),
        ("meetings", "extra-label", "meting_id", "meting_id", "meeting_id"),
        ("meetings", "type-error", "start_edtf", "06.12.2024", "2024-12-06 or 2024-06-12"),
        ("meetings", "type-error", "start_edtf", "25/12/2024", "2024-12-25"),
        ("meetings", "type-error", "start_edtf", "2024-2-3", "2024-02-03"),
        ("meetings", "type-error", "start_edtf", "2024-12-06T10:00", "2024-12-06"),
        ("meetings", "type-error", "start_edtf", "31/31/2024", None),
        ("meetings", "type-error", "start_edtf", "soon", None),
        ("sources", "type-error", "official", "Yes", "true"),
        ("sources", "identifier-format", "source_id", "SSC 2024", "ssc-2024"),
        ("sources", "untrimmed-text", "title", " A", None),
    ],
)
def test_a_likely_meaning_is_a_hint(table: str, code: str, column: str, value: str, hint: str | None) -> None:
    finding = Finding(code, f"{table}.csv", table, column=column, value=value)
    assert suggest(finding, SCHEMAS.table(table)).hint == hint


def test_a_word_that_looks_alike_is_looked_for_among_few() -> None:
    words = tuple(f"code{number}" for number in range(300))
    assert nearest("code 7", words) == "code7"
    assert nearest("code 7", (*words, "code300")) is None


def test_a_long_code_list_knows_its_codes_by_their_labels_and_in_capitals() -> None:
    listed = CodeList("l", "L", tuple(Code(f"c{number}", f"Label {number}", "") for number in range(1000)))
    assert (listed.words["label 999"], listed.words["c7"], listed.values[7]) == ("c999", "c7", "c7")
