"""Invariants for any input: counts add up, cells equal those of Python's csv module, and output is inert."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl

from communique.cli.formats import FORMATS as _FORMATS
from communique.cli.formats import github
from communique.cli.formats import render as render_report
from communique.datapackage import Report
from communique.datapackage.foreign.fields.field import Field

FORMATS = (*_FORMATS, "summary", "colour", "narrow")
NEVER = "\ue000"
"""What no cell is, so that each cell is a finding, with its text."""
_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Cs")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_STRUCTURE = (
    *(
        "blank-row",
        "missing-cell",
        "extra-cell",
        "encoding-error",
        "nul-byte",
        "stray-quote",
        "unclosed-quote",
    ),
    *("bare-carriage-return", "source-error"),
)


def consistent(report: Report) -> None:
    """Fail where counts do not add up, or a finding has no rule or place."""
    assert report.total == sum(report.counts.values())
    for table in report.tables:
        assert 0 <= table.rejected <= table.read
    for finding in report.findings:
        assert finding.code in report.rules
        assert finding.line is None or finding.line >= 1
        assert finding.offset is None or finding.offset >= 1
        assert finding.field is None or finding.field >= 1
    broken = [finding for finding in report.findings if finding.severity == "error"]
    assert report.ok is not bool(broken or report.omitted)


def same_cells(report: Report, content: bytes, dialect: dict[str, Any], encoding: str) -> None:
    """Fail where a file without faults in its structure has other cells for Python's csv module."""
    plain = set(dialect) <= {
        "header",
        "delimiter",
        "quoteChar",
        "escapeChar",
        "doubleQuote",
        "skipInitialSpace",
    }
    if not plain or dialect["header"] or any(finding.code in _STRUCTURE for finding in report.findings):
        return
    if any(finding.record is None for finding in report.findings) or not report.tables:
        return
    text = content.decode("utf-8-sig" if encoding in ("utf-8", "ascii") else encoding)
    quote = dialect.get("quoteChar", '"')
    reader = csv.reader(
        StringIO(text, newline=""),
        strict=True,
        delimiter=dialect.get("delimiter", ","),
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=dialect.get("escapeChar"),
        doublequote=dialect.get("doubleQuote", True),
        skipinitialspace=dialect.get("skipInitialSpace", False),
    )
    wanted = {
        (row, place, cell)
        for row, cells in enumerate(reader, start=1)
        for place, cell in enumerate(cells, start=1)
    }
    found = {
        (finding.record, finding.field, finding.value)
        for finding in report.findings
        if finding.code == "constraint-error"
    }
    assert found == wanted, (sorted(found ^ wanted, key=str)[:10], content)


def parsed(field: Field, cells: Sequence[str], name: str) -> pl.Series:
    """Return typed cells; fail where the type of a value depends on its neighbours, or is not the grammar's."""
    present = field.present(pl.Series(name, cells, pl.String), empty=False)
    values = field.grammar.parse(present).alias(name)
    assert values.dtype == field.grammar.dtype, (values.dtype, field.grammar.dtype)
    assert len(values) == len(cells)
    assert not (present.is_null() & values.is_not_null()).any()
    for number in range(len(cells)):
        alone = field.grammar.parse(present[number : number + 1])
        assert repr(alone[0]) == repr(values[number]), (cells, alone[0], values[number])
    return values


def rendered(name: str, report: Report) -> None:
    """Fail where a format cannot be parsed, or contains something that a terminal or program would act upon."""
    if name == "summary":
        data = github.summary(report).encode("utf-8", "backslashreplace")
    elif name in ("colour", "narrow"):
        data = render_report("text", report, 3, colour=name == "colour", width=40)
    else:
        data = render_report(name, report, 1000)
    _CHECKS.get(name, _text)(data, report)


def _inert(text: str) -> None:
    for character in set(text) - {"\n"}:
        assert unicodedata.category(character) not in _INVISIBLE, (hex(ord(character)), text[:2000])


def _text(data: bytes, report: Report) -> None:
    _inert(_COLOURS.sub("", data.decode()))


def _plain_text(data: bytes, report: Report) -> None:
    _inert(data.decode())


def _json(data: bytes, report: Report) -> None:
    _inert(data.decode())
    json.loads(data)


def _json_lines(data: bytes, report: Report) -> None:
    _inert(data.decode())
    assert len([json.loads(line) for line in data.split(b"\n")[:-1]]) == len(report.findings)


def _csv(data: bytes, report: Report) -> None:
    _inert(data.decode())
    rows = list(csv.reader(StringIO(data.decode(), newline=""), strict=True))
    assert len(rows) == len(report.findings) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@")], rows


def _parquet(data: bytes, report: Report) -> None:
    frame = pl.read_parquet(BytesIO(data))
    assert frame.height == len(report.findings)


def _xml(data: bytes, report: Report) -> None:
    _inert(data.decode())
    ET.fromstring(data)


def _commands(data: bytes, report: Report) -> None:
    text = data.decode()
    _inert(text)
    lines = text.split("\n")[:-1]
    severities = Counter(finding.severity for finding in report.findings)
    severities["info"] = min(severities["info"], github.LIMIT - 1)  # the last notice has the counts
    assert len(lines) == 1 + sum(min(count, github.LIMIT) for count in severities.values())
    assert all(re.match("::(?:error|warning|notice) ", line) for line in lines), lines


class _Page(HTMLParser):
    """Collects the elements of a page, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Counter[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] += 1
        assert not [name for name, _ in attrs if name.startswith("on")], attrs
        assert not [name for name, value in attrs if name in ("href", "src") and value != "data:,"], attrs


def _html(data: bytes, report: Report) -> None:
    _inert(data.decode())
    page = _Page()
    page.feed(data.decode())
    assert page.found["style"] == page.found["h1"] == 1, page.found
    assert page.found["script"] == page.found["form"] == bool(report.total), page.found
    assert not set(page.found) & {"img", "iframe", "object", "svg", "a", "bold"}, page.found


_CHECKS = {
    "text": _plain_text,
    "json": _json,
    "jsonl": _json_lines,
    "csv": _csv,
    "parquet": _parquet,
    "github": _commands,
    "summary": _plain_text,
    "narrow": _plain_text,
    "gitlab": _json,
    "sarif": _json,
    "junit": _xml,
    "html": _html,
    "frictionless": _json,
}
