"""For random packages in random dialects the findings equal those of a check in plain Python that knows no dialect."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.datapackage import validate_package

from .plain import Broken, Json, Table, check
from .tables import packages
from .test_packages import EXAMPLES, KEYS, descriptor


def _doubled(cell: str) -> str:
    return cell.replace('"', '""')


@dataclass(frozen=True)
class Written:
    """A dialect, and how it writes a cell between its quotes; `before` are the lines before the rows."""

    dialect: Json
    escaped: Callable[[str], str] = _doubled
    quote: str = '"'
    between: str = ","
    end: str = "\n"
    before: Callable[[list[str]], list[list[str] | str]] = field(default=lambda labels: [labels])

    def text(self, table: Table) -> str:
        """Return the text of a table."""
        rows = [*self.before(table.labels), *table.rows]
        return "".join((row if isinstance(row, str) else self._row(row)) + self.end for row in rows)

    def _row(self, cells: list[str]) -> str:
        return self.between.join(f"{self.quote}{self.escaped(cell)}{self.quote}" for cell in cells)


DIALECTS = [
    Written({"quoteChar": "'"}, lambda cell: cell.replace("'", "''"), quote="'"),
    Written({"escapeChar": "^"}, lambda cell: cell.replace("^", "^^").replace('"', '^"')),
    Written(
        {"escapeChar": "^", "doubleQuote": False}, lambda cell: cell.replace("^", "^^").replace('"', '^"')
    ),
    Written({"delimiter": "::"}, between="::"),
    Written(
        {"delimiter": "§", "quoteChar": "~"}, lambda cell: cell.replace("~", "~~"), quote="~", between="§"
    ),
    Written({"delimiter": "\t", "csvddfVersion": "1.2"}, between="\t"),
    Written({"skipInitialSpace": True}, between=",  "),
    Written({"lineTerminator": "\r"}, end="\r"),
    Written({"lineTerminator": "\r\n"}, end="\r\n"),
    Written({"commentChar": "#"}, before=lambda labels: ['# a "comment', labels, "#,,"]),
    Written({"commentChar": "//", "delimiter": ";"}, between=";", before=lambda labels: ["//;", labels]),
    Written({"commentRows": [1, 3]}, before=lambda labels: ["any,thing", labels, ",,,,,"]),
    Written({"headerRows": [3]}, before=lambda labels: ["any,thing", "", labels]),
    Written(
        {"headerRows": [1, 3], "headerJoin": ""},
        before=lambda labels: [[label[:1] for label in labels], ["-"], [label[1:] for label in labels]],
    ),
    Written({"header": False}, before=lambda labels: []),
    Written({"nullSequence": "x"}),
]


def _with_null(tables: dict[str, Table], text: str) -> dict[str, Table]:
    """Return the tables with one more text for no value in all fields."""
    for table in tables.values():
        for each in (table.schema, *table.schema["fields"]):
            if each is table.schema or "missingValues" in each:
                listed: list[Any] = each.get("missingValues", [""])
                labelled = listed and isinstance(listed[0], dict)
                each["missingValues"] = [*listed, {"value": text, "label": "null"} if labelled else text]
    return tables


@pytest.mark.no_cover
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == 150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(packages(), st.sampled_from(DIALECTS))
def test_findings_are_those_of_plain_python(drawn: tuple[dict[str, Table], bool], written: Written) -> None:
    tables, is_v2 = drawn
    if written.dialect.get("header") is False:
        tables = {name: table for name, table in tables.items() if "fieldsMatch" not in table.schema}
        if len(tables) < len(drawn[0]):
            return
    given = descriptor(tables, is_v2)
    with TemporaryDirectory() as folder:
        for resource in given["resources"]:
            resource["dialect"] = written.dialect
            text = written.text(tables[resource["name"]])
            (Path(folder) / resource["path"]).write_text(text, encoding="utf-8", newline="")
        (Path(folder) / "datapackage.json").write_text(json.dumps(given), encoding="utf-8")
        report = validate_package(Path(folder))
    shift = len(written.before([])) - 1
    found: set[Broken] = {
        (one.table, one.code, (one.row or 0) - shift, None if one.code in KEYS else one.field)
        for one in report.findings
        if one.severity == "error"
    }
    null = written.dialect.get("nullSequence")
    expected = check(_with_null(tables, null) if null else tables)
    assert {each for each in found if each[2] > 1} == {each for each in expected if each[2] > 1}
    assert {each[:2] for each in found} == {each[:2] for each in expected}
    assert {table.table: table.read for table in report.tables} == {n: len(t.rows) for n, t in tables.items()}
