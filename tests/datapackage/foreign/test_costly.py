"""Input that could cost minutes, or lead a library astray, ends in a few findings soon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from communique.datapackage.foreign.adopting.translate import names_of
from communique.datapackage.foreign.descriptor.package import read_package
from communique.datapackage.foreign.findings import DescriptorFindings

from . import SCHEMA, codes, report, said


def test_a_row_with_very_many_cells_is_read_only_as_far_as_findings_go(tmp_path: Path) -> None:
    found = report(tmp_path, {"t.csv": "id,name\n" + "1," * 500_000 + "\n"})
    assert [code for code, _, _ in codes(found)] == ["extra-cell"] * 100
    assert "2 cells, found 500001" in said(found)
    header = report(tmp_path, {"t.csv": "1," * 500_000 + "\n1,2\n"})
    assert [code for code, _, _ in codes(header)] == ["source-error"]
    assert "at most 10,000 columns, found 500,001" in said(header)


def test_rows_that_lack_very_many_cells_have_as_many_findings_as_those_with_extra_ones(
    tmp_path: Path,
) -> None:
    schema = {"fields": [{"name": f"c{number}"} for number in range(300)]}
    header = ",".join(f"c{number}" for number in range(300))
    rows = "".join(",".join("x" * width) + "\n" for width in range(1, 50))
    found = report(tmp_path, {"t.csv": f"{header}\n{rows}"}, schema=schema)
    assert [code for code, _, _ in codes(found)] == ["missing-cell"] * 100 * 49


def test_equal_keys_and_references_are_compared_once(tmp_path: Path) -> None:
    reference = {"fields": "name", "reference": {"fields": "name"}}
    lost = {"fields": "id", "reference": {"resource": "t", "fields": "id"}}
    keys = {"uniqueKeys": [["id"]] * 3, "foreignKeys": [reference, lost] * 3}
    found = report(tmp_path, {"t.csv": "id,name\n1,a\n1,b\n"}, schema={**SCHEMA, **keys})
    assert codes(found) == [("unique-error", 3, 1)]
    assert found.declared == found.held


def test_patterns_of_properties_are_looked_up_among_many_keys_at_once(tmp_path: Path) -> None:
    rule = {"patternProperties": {f"^k{number}$": {"type": "integer"} for number in range(300)}}
    schema = {"fields": [{"name": "v", "type": "object", "constraints": {"jsonSchema": rule}}]}
    rows = [{f"k{number}": 1 for number in range(300)}, {f"k{number}": "x" for number in range(290, 600)}]
    text = "".join('"' + json.dumps(row).replace('"', '""') + '"\n' for row in rows)
    assert codes(report(tmp_path, {"t.csv": "v\n" + text}, schema=schema)) == [("constraint-error", 3, 1)]


@pytest.mark.parametrize(
    "target", [5, "x", [], {"properties": 5}, {"minProperties": "a"}, {"required": 5}], ids=str
)
@pytest.mark.parametrize("begin", [{}, {"properties": {"a": {"$ref": "#/x"}}}, {"$ref": "#/x"}], ids=str)
def test_a_reference_to_what_is_no_json_schema_is_no_crash(
    tmp_path: Path, target: Any, begin: dict[str, Any]
) -> None:
    rule = {"x": target, **(begin or {"dependentSchemas": {"a": {"$ref": "#/x"}}})}
    schema = {"fields": [{"name": "v", "type": "object", "constraints": {"jsonSchema": rule}}]}
    found = report(tmp_path, {"t.csv": 'v\n"{""a"": {}}"\n'}, schema=schema)
    assert [code for code, _, _ in codes(found)] in (["constraint-error"], ["field-error"])


@pytest.mark.parametrize(
    "field",
    [
        {"type": "date", "format": "%y" * 2_000},
        {"type": "datetime", "format": "%Y" + "x" * 1_000_000},
        {"type": "number", "decimalChar": "x" * 1_000_000},
        {"type": "integer", "groupChar": "x" * 1_000_000},
    ],
    ids=["years", "format", "decimalChar", "groupChar"],
)
def test_a_format_or_mark_that_is_too_long_for_a_pattern_is_refused(
    tmp_path: Path, field: dict[str, Any]
) -> None:
    found = report(tmp_path, {"t.csv": "v\n1\n"}, schema={"fields": [{"name": "v", **field}]})
    assert [code for code, _, _ in codes(found)] == ["field-error"]
    assert "characters, found" in said(found)


@pytest.mark.parametrize(
    "field",
    [
        {"type": "date", "format": "%B" * 100},
        {"type": "date", "format": "%y" * 100},
        {"type": "number", "decimalChar": "\N{CYRILLIC SMALL LETTER ZHE}" * 100, "groupChar": "x" * 100},
    ],
    ids=["months", "years", "marks"],
)
def test_the_longest_formats_and_marks_run(tmp_path: Path, field: dict[str, Any]) -> None:
    found = report(tmp_path, {"t.csv": "v\n?\n"}, schema={"fields": [{"name": "v", **field}]})
    assert codes(found) == [("type-error", 2, 1)]


def test_a_delimiter_that_is_too_long_is_refused(tmp_path: Path) -> None:
    found = report(tmp_path, {"t.csv": 'id\n"x"\n'}, dialect={"delimiter": "xy" * 51})
    assert [code for code, _, _ in codes(found)] == ["dialect-error"]
    assert "delimiter of at most 100 characters, found 102" in said(found)


def _no_document(path: str, where: str, findings: DescriptorFindings) -> None:
    """Read nothing: all schemas are in the descriptor."""


def test_very_many_header_rows_and_tables_of_one_name_cost_little(tmp_path: Path) -> None:
    rows = 20_000
    dialect = {"headerRows": list(range(1, rows + 1)), "headerJoin": ""}
    found = report(
        tmp_path,
        {"t.csv": "v\n" + "\n" * (rows - 1) + "x\n" * rows},
        dialect=dialect,
        schema={"fields": [{"name": "v"}]},
    )
    assert (found.ok, found.tables[0].read) == (True, rows)
    fields = {"fields": [{"name": "v"}]}
    named = [
        {
            "name": f"{chr(0x0430 + number // 30)}{chr(0x0430 + number % 30)}",
            "path": "t.csv",
            "schema": fields,
        }
        for number in range(900)
    ]
    resources = read_package({"resources": named}, DescriptorFindings(""), _no_document)
    names = names_of(resources, {})
    assert len(set(names.values())) == 900
    assert set(names.values()) == {"table", *(f"table-{number}" for number in range(2, 901))}


def test_very_many_words_for_true_are_looked_through_once(tmp_path: Path) -> None:
    words = [f"w{number}" for number in range(2_000)]
    field = {"name": "v", "type": "boolean", "trueValues": words}
    schema = {"fields": [field], "missingValues": words[:-1]}
    found = report(tmp_path, {}, data=[{"v": True}] * 2_000, schema=schema)
    assert (found.ok, found.tables[0].read) == (True, 2_000)
