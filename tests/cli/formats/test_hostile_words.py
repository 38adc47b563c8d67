"""Untrusted names are inert text in every format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import polars as pl
import pytest

from communique.cli.formats import FORMATS, github, render
from communique.datapackage import Finding, Report, TableCount
from communique.datapackage.foreign.codes import FOREIGN

WORD = "a\n::error::\x1b[31m\u202e<b>"
REPORT = Report(
    dataset=WORD,
    version=WORD,
    root=".",
    today=date(2024, 12, 6),
    findings=(Finding("type-error", "t.csv", WORD, record=1, line=2),),
    tables=(TableCount(WORD, "t.csv", 2, 1), TableCount(WORD * 2, "t.csv", 0, 0, readable=False)),
    rules=FOREIGN,
)


@pytest.mark.parametrize("name", [*FORMATS, "summary"])
def test_names_of_packages_and_tables_are_inert(name: str) -> None:
    data = github.summary(REPORT).encode() if name == "summary" else render(name, REPORT, 10)
    if name == "parquet":
        assert pl.read_parquet(BytesIO(data)).height == 1
        return
    text = data.decode()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not [line for line in text.split("\n")[1:] if line.startswith("::error")]
    assert "<b>" not in text or name in (
        "text",
        "json",
        "jsonl",
        "csv",
        "gitlab",
        "sarif",
        "frictionless",
        "github",
    )


@pytest.mark.parametrize("name", ["csv", "github"])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_each_finding_stays_one_line_and_none_begins_a_command(name: str, end: str) -> None:
    word = f"a{end}::error::x"
    finding = Finding("type-error", word, word, record=1, line=2, column=word, key=word, value=word, expected=word, hint=word)  # fmt: skip
    lines = render(name, replace(REPORT, findings=(finding,)), 10).decode().splitlines()
    assert len(lines) == 2
    assert not lines[0].startswith("::error::")
    assert not lines[1].startswith("::error::")


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_whose_name_is_not_utf8_has_a_report_in_each_format(name: str) -> None:
    found = replace(REPORT.findings[0], file="t\udcff.csv")
    assert render(name, replace(REPORT, findings=(found,)), 10)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("parquet", "github")])
@pytest.mark.parametrize("word", ["::error::x", "::add-mask::a", "##[error]x", "a ##[add-mask]b"])
def test_no_format_has_a_line_that_the_log_of_a_job_takes_for_a_command(name: str, word: str) -> None:
    finding = Finding("type-error", word, word, record=1, line=2, column=word, key=word, value=word, expected=word, hint=word)  # fmt: skip
    found = replace(REPORT, dataset=word, findings=(finding, finding), root="")
    text = render(name, found, 10).decode()
    assert not re.search(r"(?m)^\s*::.*::", text)
    assert "##[" not in text
    if name == "json":
        assert json.loads(text)["findings"][0]["value"] == word


def test_what_is_no_command_stays_as_it_is() -> None:
    finding = Finding("type-error", "t.csv", "t", record=1, line=2, column="::1", value="# [x] ::a::")
    text = render("text", replace(REPORT, findings=(finding,)), 10).decode()
    assert '    ::1 = "# [x] ::a::"\n' in text


@pytest.mark.parametrize("name", ["text", "html", "github", "gitlab", "sarif", "junit"])
def test_the_key_of_a_row_is_not_taken_for_its_number(name: str) -> None:
    finding = Finding("primary-key", "t.csv", "t", record=7, line=8, row=8, key="0")
    text = render(name, replace(REPORT, findings=(finding,)), 10).decode()
    assert "row with key 0" in text
    assert "row 0" not in text
