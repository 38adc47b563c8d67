"""Ways to store a table: dialects, encodings, compression, parts, Parquet, inline rows."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from communique.datapackage import adopt, validate_package, verify

from . import SCHEMA, TABLE, codes, package, refusal, report, said

GOOD_AND_BAD = "id,name\n1,a\nx,b\n"


def _zip(content: bytes, *more: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in ("t.csv", *more):
            file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("dialect", "text", "row", "line"),
    [
        ({"delimiter": ";"}, "id;name\n1;a,b\nx;b\n", 3, 3),
        ({"delimiter": "||"}, 'id||name\n1||"a||b\n""|"\nx||b|c\n', 3, 4),
        ({"delimiter": "::", "quoteChar": "", "commentChar": "#"}, 'id::name\n#::\n1:: "a:\nx::b\n', None, 4),
        ({"delimiter": ", "}, "id, name\n1, a,b\nx, b\n", 3, 3),
        ({"delimiter": "\t"}, "id\tname\n1\ta\nx\tb\n", 3, 3),
        ({"quoteChar": "'"}, "id,name\n1,'a,\n''b'\nx,b\n", 3, 4),
        ({"doubleQuote": False, "escapeChar": "\\"}, 'id,name\n1,"a\\"b"\nx,b\n', 3, 3),
        ({"skipInitialSpace": True}, 'id, name\n1, "a, b"\nx, b\n', 3, 3),
        ({"lineTerminator": "\r\n"}, "id,name\r\n1,a\r\nx,b\r\n", 3, 3),
        ({"lineTerminator": "\r"}, "id,name\r1,a\rx,b\r", 3, 3),
        ({"header": False}, "1,a\nx,b\n", 2, 2),
        ({"headerRows": [2]}, "about\nid,name\n1,a\nx,b\n", 4, 4),
        ({"commentChar": "#"}, "# about\nid,name\n1,a\n# more\nx,b\n", None, 5),
        ({"commentChar": "//"}, "// about\nid,name\n1,/a\n// more\nx,b\n", None, 5),
        ({"commentRows": [1]}, "about\nid,name\n1,a\nx,b\n", None, 4),
        ({"nullSequence": "\\N"}, "id,name\n\\N,a\nx,b\n", 3, 3),
        ({"caseSensitiveHeader": False}, "ID,Name\n1,a\nx,b\n", 3, 3),
        ({"csv": {"delimiter": "|"}}, "id|name\n1|a\nx|b\n", 3, 3),
        ({"quoteChar": "", "delimiter": ";"}, 'id;name\n1;a"\nx;b\n', 3, 3),
    ],
    ids=str,
)
def test_a_dialect_is_heeded_and_rows_and_lines_are_those_of_the_source(
    tmp_path: Path, dialect: dict[str, Any], text: str, row: int | None, line: int
) -> None:
    found = report(tmp_path, {"t.csv": text}, dialect=dialect)
    errors = [finding for finding in found.findings if finding.severity == "error"]
    assert [(finding.code, finding.field, finding.line) for finding in errors] == [("type-error", 1, line)]
    assert row in (None, errors[0].row)


@pytest.mark.parametrize(
    "dialect",
    [{}, {"headerJoin": "."}, {"delimiter": ";"}, {"delimiter": ";", "quoteChar": "'"}],
    ids=str,
)
@pytest.mark.parametrize("second", ["b,", 'b,""', '"b",'])
def test_several_header_rows_are_joined(tmp_path: Path, dialect: dict[str, Any], second: str) -> None:
    text = f"a,c\n{second}\n1,x\n".replace(",", dialect.get("delimiter", ","))
    schema = {"fields": [{"name": f"a{dialect.get('headerJoin', ' ')}b", "type": "integer"}, {"name": "c"}]}
    text = text.replace('"', dialect.get("quoteChar", '"'))
    found = report(tmp_path, {"t.csv": text}, dialect={"headerRows": [1, 2], **dialect}, schema=schema)
    assert codes(found) == []


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        (3, "object"),
        ({"delimiter": ["::"]}, "one or more characters"),
        ({"delimiter": ""}, "one or more characters"),
        ({"delimiter": '|"|'}, "that differ"),
        ({"delimiter": "|\n"}, "that differ"),
        ({"quoteChar": "::"}, "one character"),
        ({"commentChar": 3}, "a string"),
        ({"commentChar": "a\n"}, "that differ"),
        ({"itemType": "x"}, "array or object"),
        ({"itemKeys": "x"}, "a list of strings"),
        ({"sheetNumber": "x"}, "a whole number"),
        ({"header": "x"}, "true or false"),
        ({"headerRows": [2, 1]}, "ascending"),
        ({"headerRows": [0]}, "from 1"),
        ({"lineTerminator": "x"}, "LF, CR LF, or CR"),
        ({"headerJoin": 3}, "a string"),
        ({"delimiter": '"'}, "that differ"),
        ({"quoteChar": "\n"}, "that differ"),
        ({"headerRows": [9]}, "ends before the rows of its header"),
    ],
)
def test_what_a_dialect_cannot_say_is_a_finding(tmp_path: Path, dialect: Any, expected: str) -> None:
    found = report(tmp_path, dialect=dialect)
    assert not found.ok
    assert expected in said(found)


def test_a_delimiter_of_several_characters_is_read_from_left_to_right(tmp_path: Path) -> None:
    text = 'id||name\n1|||"\n2||"a"|\n3||"x||\ny"\n\ufdd0||4\n5||a||b\n'
    found = report(tmp_path, {"t.csv": text}, dialect={"delimiter": "||"})
    told = [(finding.code, finding.line) for finding in found.findings]
    assert told == [("stray-quote", 2), ("stray-quote", 3), ("type-error", 6), ("extra-cell", 7)]


@pytest.mark.parametrize(
    ("mark", "dialect", "row", "cells"),
    [
        ("||", {}, "\ufdd0||x,y", ["\ufdd0", "x,y"]),
        ("||", {}, '"\ufdd1\ufdd0||"||\ufdd1\ufdd2', ["\ufdd1\ufdd0||", "\ufdd1\ufdd2"]),
        ("||", {"escapeChar": "\\", "doubleQuote": False}, "\\\ufdd0\\|\\|||b", ["\ufdd0||", "b"]),
        ("\ufdd0\ufdd0", {"quoteChar": "\ufdd1"}, "\ufdd1a\ufdd1\ufdd0\ufdd0\ufdd0", ["a", "\ufdd0"]),
    ],
)
def test_characters_that_mean_nothing_to_others_are_read_beside_a_long_delimiter(
    tmp_path: Path, mark: str, dialect: dict[str, Any], row: str, cells: list[str]
) -> None:
    schema = {
        "fields": [
            {"name": name, "type": "string", "constraints": {"enum": [cell]}}
            for name, cell in zip("ab", cells, strict=True)
        ]
    }
    files = {"t.csv": f"a{mark}b\n{row}\n"}
    assert codes(report(tmp_path, files, schema=schema, dialect={"delimiter": mark, **dialect})) == []


def test_broken_records_of_a_dialect_are_found_and_reading_goes_on(tmp_path: Path) -> None:
    text = "id;name\n1;'a'x\n2;'b\n3;c\n4\n\nx;e\n"
    found = report(tmp_path, {"t.csv": text}, dialect={"delimiter": ";", "quoteChar": "'"})
    assert {(finding.code, finding.line) for finding in found.findings if finding.severity == "error"} >= {
        ("missing-cell", 5),
        ("blank-row", 6),
        ("type-error", 7),
    }
    assert {finding.line for finding in found.findings} >= {2, 3}


@pytest.mark.parametrize(
    "encoding", ["utf-16", "latin-1", "windows-1252", "utf-8-sig", "shift_jis", "utf-8", "ascii"]
)
def test_an_encoding_is_heeded(tmp_path: Path, encoding: str) -> None:
    assert codes(report(tmp_path, {"t.csv": GOOD_AND_BAD.encode(encoding)}, encoding=encoding)) == [
        ("type-error", 3, 1)
    ]


def test_half_a_pair_is_no_text(tmp_path: Path) -> None:
    found = report(tmp_path, {"t.csv": b"id;name\n1;+2AA-\n"}, encoding="utf-7", dialect={"delimiter": ";"})
    assert [code for code, _, _ in codes(found)] == ["encoding-error"]


def test_bytes_that_an_encoding_lacks_are_an_error_even_if_they_are_text_in_utf_8(tmp_path: Path) -> None:
    found = report(tmp_path, {"t.csv": b"id,name\n1,\xdb\x98\n"}, encoding="cp874")
    assert codes(found) == [("encoding-error", 2, 2)]


def test_a_file_that_is_not_in_its_encoding_is_an_error(tmp_path: Path) -> None:
    assert codes(report(tmp_path, {"t.csv": "id,name\n1,é\n".encode("latin-1")}))[0][0] == "encoding-error"
    assert codes(report(tmp_path, {"t.csv": b"\xff\xfe\x00"}, encoding="utf-16"))[0][0] == "encoding-error"
    assert codes(report(tmp_path, encoding="klingon"))[0][0] == "resource-error"


@pytest.mark.parametrize(
    "encoding", ["base64", "idna", "punycode", "undefined", "unicode_escape", "raw-unicode-escape", 8]
)
def test_what_is_no_encoding_of_characters_is_refused(tmp_path: Path, encoding: Any) -> None:
    found = report(tmp_path, encoding=encoding)
    assert codes(found) == [("resource-error", None, None)]
    assert f"an encoding of characters such as utf-8, found {str(encoding)!r}" in said(found)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv.gz", gzip.compress(GOOD_AND_BAD.encode(), mtime=0)),
        ("t.csv.bz2", bz2.compress(GOOD_AND_BAD.encode())),
        ("t.csv.xz", lzma.compress(GOOD_AND_BAD.encode())),
        ("t.csv.zip", _zip(GOOD_AND_BAD.encode())),
        ("t.zip", _zip(GOOD_AND_BAD.encode())),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_compressed_tables_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    assert codes(report(tmp_path, {name: content}, path=name)) == [("type-error", 3, 1)]
    broken = report(tmp_path, {name: content[: len(content) // 2]}, path=name)
    assert [code for code, _, _ in codes(broken)] == ["compression-error"]


def test_a_zip_of_several_files_needs_the_name_of_one(tmp_path: Path) -> None:
    files = {"t.zip": _zip(TABLE.encode(), "u.csv")}
    assert codes(report(tmp_path, files, path="t.zip"))[0][0] == "compression-error"
    assert report(tmp_path, files, path="t.zip", innerpath="u.csv").ok
    assert codes(report(tmp_path, files, path="t.zip", innerpath="v.csv"))[0][0] == "compression-error"
    assert codes(report(tmp_path, files, path="t.zip", compression="rar"))[0][0] == "compression-error"


@pytest.mark.parametrize("name", [b"", b"\xff.csv"])
def test_a_zip_whose_member_has_no_name_that_can_be_read_is_a_finding(tmp_path: Path, name: bytes) -> None:
    in_utf8 = b"\0\0\0\x08"
    head = b"PK\1\2\x14\3\x14" + in_utf8 + bytes(17) + bytes([len(name), 0]) + bytes(16) + name
    whole = head + b"PK\5\6" + bytes(4) + b"\1\0\1\0" + bytes([len(head)]) + bytes(9)
    found = report(tmp_path, {"t.zip": whole}, path="t.zip")
    assert [code for code, _, _ in codes(found)] == ["compression-error"]


def test_parts_are_one_table_with_rows_and_lines_of_each_file(tmp_path: Path) -> None:
    files = {"1.csv": 'id,name\n1,"a\nb"\n', "2.csv": "2,c\nx,d\n", "3.csv": "id,name\n1,e\n"}
    schema = {**SCHEMA, "primaryKey": "id"}
    found = report(tmp_path, files, path=["1.csv", "2.csv", "3.csv"], schema=schema)
    assert [(f.code, f.file, f.line) for f in found.findings] == [
        ("type-error", "2.csv", 2),
        ("primary-key", "3.csv", 2),
    ]


def test_a_file_without_anything_is_an_error_and_one_without_rows_is_not(tmp_path: Path) -> None:
    assert codes(report(tmp_path, {"t.csv": ""}))[0][0] == "source-error"
    assert codes(report(tmp_path, {"t.csv": "\n"}))[0][0] in ("blank-header", "source-error")
    assert report(tmp_path, {"t.csv": "id,name\n"}).ok
    assert codes(report(tmp_path, {"t.csv": TABLE}, dialect={"headerRows": [9]}))[0][0] == "source-error"


def _parquet(path: Path, table: pa.Table) -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    pq.write_table(table, path)
    return path


def test_parquet_is_held_against_its_schema(tmp_path: Path) -> None:
    _parquet(tmp_path / "t.parquet", pa.table({"id": [1, 2, 2, None], "name": ["a", "b", "b ", ""]}))
    schema = {
        "fields": [{"name": "id", "type": "integer", "constraints": {"maximum": 1}}, {"name": "name"}],
        "uniqueKeys": [["id"]],
    }
    found = report(tmp_path, {}, path="t.parquet", schema=schema)
    assert {item for item in codes(found) if item[0] != "untrimmed-text"} == {
        ("constraint-error", 3, 1),
        ("constraint-error", 4, 1),
        ("unique-error", 4, 1),
    }
    assert all(finding.line is None for finding in found.findings)


def test_parquet_of_other_types_than_its_fields_is_a_type_error(tmp_path: Path) -> None:
    _parquet(tmp_path / "t.parquet", pa.table({"id": ["1"], "name": [1]}))
    assert [code for code, _, _ in codes(report(tmp_path, {}, path="t.parquet"))] == [
        "type-error",
        "type-error",
    ] or codes(report(tmp_path, {}, path="t.parquet"))[0][0] == "type-error"


def test_parquet_takes_all_types(tmp_path: Path) -> None:
    from datetime import UTC, date, datetime, time, timedelta

    columns = {
        "integer": [1, None],
        "number": [1.5, float("inf")],
        "boolean": [True, None],
        "date": [date(2024, 1, 1), None],
        "datetime": [datetime(2024, 1, 1, tzinfo=UTC), None],
        "time": [time(1, 2, 3), None],
        "duration": [timedelta(seconds=-5), timedelta(days=1)],
        "array": [[1, 2], None],
        "object": [{"a": 1}, None],
        "string": ["x", None],
        "any": [b"\xff", None],
        "year": [2024, None],
    }
    decimals = pa.array([Decimal("1.50"), None])
    table = (
        pa.table(columns)
        .append_column("decimal", decimals)
        .append_column("codes", pa.array(["a", "b"]).dictionary_encode())
    )
    _parquet(tmp_path / "t.parquet", table)
    fields = [{"name": name, "type": name} for name in columns]
    fields += [{"name": "decimal", "type": "number"}, {"name": "codes", "type": "string"}]
    assert codes(report(tmp_path, {}, path="t.parquet", schema={"fields": fields})) == []


@pytest.mark.parametrize("kind", [pa.float64(), pa.int64(), pa.decimal128(5, 2)])
def test_a_number_of_parquet_stands_for_no_value_however_it_is_spelt(
    tmp_path: Path, kind: pa.DataType
) -> None:
    _parquet(tmp_path / "t.parquet", pa.table({"id": pa.array([1, -99], kind)}))
    field = {"name": "id", "type": "number", "constraints": {"required": True}}
    schema = {"fields": [field], "missingValues": ["-99", "NA", ""]}
    assert codes(report(tmp_path, {}, path="t.parquet", schema=schema)) == [("constraint-error", 3, 1)]


def test_lists_of_one_size_in_parquet_are_arrays_as_infer_says(tmp_path: Path) -> None:
    _parquet(tmp_path / "t.parquet", pa.table({"v": pa.array([[1, 2], None], pa.list_(pa.int64(), 2))}))
    schema = {"fields": [{"name": "v", "type": "array", "constraints": {"minLength": 2}}]}
    assert codes(report(tmp_path, {}, path="t.parquet", schema=schema)) == []


@pytest.mark.parametrize("zone", ["+05:30", "-03:00"])
def test_an_offset_is_a_zone_in_parquet(tmp_path: Path, zone: str) -> None:
    _parquet(tmp_path / "t.parquet", pa.table({"v": pa.array([0], pa.timestamp("us", zone))}))
    field = {"name": "v", "type": "datetime", "constraints": {"enum": ["1970-01-01T00:00:00Z"]}}
    assert codes(report(tmp_path, {}, path="t.parquet", schema={"fields": [field]})) == []


def test_parquet_that_names_two_columns_alike_or_a_zone_that_is_none_is_a_finding(tmp_path: Path) -> None:
    twins = pa.table([pa.array([1]), pa.array([2])], names=["id", "id"])
    zoned = pa.table({"id": pa.array([0], pa.timestamp("us", "Nowhere/Land"))})
    for number, table in enumerate((twins, zoned)):
        _parquet(tmp_path / f"{number}.parquet", table)
        schema = {"fields": [{"name": "id", "type": "any"}]}
        found = report(tmp_path, {}, path=f"{number}.parquet", schema=schema)
        assert [code for code, _, _ in codes(found)] == ["source-error"]


def test_durations_of_parquet_are_exact(tmp_path: Path) -> None:
    microseconds = [1, -1, 5, 0, 10_500_000, 2**53 + 1]
    _parquet(tmp_path / "t.parquet", pa.table({"id": pa.array(microseconds, pa.duration("us"))}))
    schema = {"fields": [{"name": "id", "type": "duration", "constraints": {"enum": ["P1Y"]}}]}
    found = report(tmp_path, {}, path="t.parquet", schema=schema)
    assert [finding.value for finding in found.findings] == [
        *("PT0.000001S", "-PT0.000001S", "PT0.000005S", "PT0S", "PT10.5S", "PT9007199254.740993S")
    ]


@pytest.mark.parametrize(("unit", "value", "said"), [
    ("ns", 123_456_789, "PT0.123456789S"), ("ms", -1, "-PT0.001S"), ("s", 10**12, "PT1000000000000S"),
])  # fmt: skip
def test_durations_of_parquet_are_exact_in_each_unit(
    tmp_path: Path, unit: str, value: int, said: str
) -> None:
    _parquet(tmp_path / "t.parquet", pa.table({"id": pa.array([value], pa.duration(unit))}))
    schema = {"fields": [{"name": "id", "type": "duration", "constraints": {"enum": ["P1Y"]}}]}
    assert [finding.value for finding in report(tmp_path, {}, path="t.parquet", schema=schema).findings] == [
        said
    ]


def test_a_column_of_parquet_may_be_called_like_a_pattern(tmp_path: Path) -> None:
    _parquet(tmp_path / "t.parquet", pa.table({"^x$": ["a"], "*": [1]}))
    fields = [{"name": "^x$", "type": "string"}, {"name": "*", "type": "integer"}]
    assert report(tmp_path, {}, path="t.parquet", schema={"fields": fields}).ok


def test_moments_of_parquet_are_told_with_the_digits_that_they_have(tmp_path: Path) -> None:
    nanoseconds = pa.array([0, 120_000_000, 1], pa.timestamp("ns", "UTC"))
    clock = pa.array([0, 120_000_000, 1000], pa.time64("ns"))
    _parquet(tmp_path / "t.parquet", pa.table({"at": nanoseconds, "clock": clock}))
    fields = [
        {"name": "at", "type": "datetime", "constraints": {"minimum": "2000-01-01T00:00:00Z"}},
        {"name": "clock", "type": "time", "constraints": {"minimum": "01:00:00"}},
    ]
    found = report(tmp_path, {}, path="t.parquet", schema={"fields": fields})
    assert [finding.value for finding in found.findings] == [
        *("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.120Z", "1970-01-01T00:00:00.000000001Z"),
        *("00:00:00", "00:00:00.120", "00:00:00.000001"),
    ]


@pytest.mark.parametrize(
    "kind",
    [pa.duration("s"), pa.timestamp("ms"), pa.timestamp("us"), pa.date32(), pa.decimal256(60, 2)],
    ids=str,
)
def test_values_of_parquet_beyond_what_is_held_are_a_finding_and_neither_wrap_nor_panic(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: pa.DataType
) -> None:
    most = {"date32[day]": 2**31 - 1, "decimal256(60, 2)": 10**50}.get(str(kind), 2**63 - 1)
    _parquet(tmp_path / "t.parquet", pa.table({"id": pa.array([most, None], kind)}))
    found = report(tmp_path, {}, path="t.parquet", schema={"fields": [{"name": "id", "type": "any"}]})
    assert [code for code, _, _ in codes(found)] == ["source-error"]
    assert capfd.readouterr().err == ""


def test_parquet_in_parts_and_what_is_none(tmp_path: Path) -> None:
    _parquet(tmp_path / "1.parquet", pa.table({"id": [1], "name": ["a"]}))
    _parquet(tmp_path / "2.parquet", pa.table({"id": [1], "name": ["b"]}))
    _parquet(tmp_path / "3.parquet", pa.table({"other": [1]}))
    schema = {**SCHEMA, "primaryKey": ["id"]}
    found = report(tmp_path, {}, path=["1.parquet", "2.parquet"], schema=schema)
    assert [(f.code, f.file) for f in found.findings] == [("primary-key", "2.parquet")]
    assert codes(report(tmp_path, {}, path=["1.parquet", "3.parquet"]))[0][0] == "source-error"
    assert codes(report(tmp_path, {"x.parquet": b"PAR1nonsense"}, path="x.parquet"))[0][0] == "source-error"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([{"id": 1, "name": "a"}, {"id": 2}], []),
        ([["id", "name"], [1, "a"], ["x", "b"]], [("type-error", 3, 1)]),
        ([{"id": 1.0, "name": "a"}, {"id": 1.5, "name": True}], [("type-error", 3, 1), ("type-error", 3, 2)]),
        ([["id", "name"], [1]], [("missing-cell", 2, 2)]),
        ([["id", "name"], [1, "a", 3]], [("extra-cell", 2, 3)]),
        ([["id", "name"], [1, {"a": 1}]], [("type-error", 2, 2)]),
        ([{"name": "a", "id": 1}], []),
        ([{"other": 1, "name": "a", "id": 1}], [("extra-label", 1, 3)]),
    ],
)
def test_rows_in_a_descriptor_are_checked_by_their_types(
    tmp_path: Path, data: Any, expected: list[Any]
) -> None:
    assert codes(report(tmp_path, {}, data=data)) == expected


def test_texts_in_a_descriptor_are_written_as_their_field_says_and_typed_values_are_taken_as_such(
    tmp_path: Path,
) -> None:
    marks = {"decimalChar": ",", "groupChar": "."}
    fields = [
        {"name": "a", "type": "number", **marks},
        {"name": "b", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]},
        {"name": "c", "type": "integer", "groupChar": ".", "bareNumber": False},
    ]
    rows = [
        {"a": 1.5, "b": True, "c": 1000},
        {"a": "1.234,5", "b": "nein", "c": "1.000 km"},
        {"a": 1.5e300, "b": False, "c": 2.0},
        {"a": "1,5.0", "b": "true", "c": "x"},
    ]
    found = report(tmp_path, {}, data=rows, schema={"fields": fields})
    assert codes(found) == [("type-error", 5, column) for column in (1, 2, 3)]
    assert not any(finding.hint for finding in found.findings)  # true is no word of that field


def test_truth_in_a_descriptor_is_a_value_where_a_word_for_it_stands_for_none_in_texts(
    tmp_path: Path,
) -> None:
    required = {"constraints": {"required": True}}
    words = {"trueValues": ["ja"], "falseValues": ["", "nein"]}
    fields = [{"name": "a", "type": "boolean", **words, **required}]
    rows = [{"a": True}, {"a": False}, {"a": ""}]
    assert codes(report(tmp_path, {}, data=rows, schema={"fields": fields})) == [("constraint-error", 4, 1)]


def test_words_and_marks_of_other_types_say_nothing_of_typed_values(tmp_path: Path) -> None:
    said = {"trueValues": [], "falseValues": [0], "decimalChar": 5}
    fields = [{"name": name, "type": "any", **said} for name in ("a", "b", "c")]
    found = report(tmp_path, {}, data=[{"a": True, "b": False, "c": 1.5}], schema={"fields": fields})
    assert {finding.code for finding in found.findings} == {"unknown-property"}


def test_lists_that_are_arrays_already_are_taken_as_they_are(tmp_path: Path) -> None:
    kinds: dict[str, list[Any]] = {
        "integer": [[1, 2], []],
        "string": [["x,y", "[z]"], "a,b"],
        "number": [[1.5, 2], [3]],
    }
    for kind, values in kinds.items():
        field = {"name": "v", "type": "list", "itemType": kind, "constraints": {"maxLength": 2}}
        rows = [{"v": value} for value in values]
        assert codes(report(tmp_path / kind, {}, data=rows, schema={"fields": [field]})) == []
    field = {
        "name": "v",
        "type": "list",
        "itemType": "integer",
        "constraints": {"maxLength": 2, "enum": [[1, 2]]},
    }
    rows = [{"v": value} for value in ([1, 2], ["a"], [1, None], [[1]], [1.5], [1, 2, 3], {"a": 1})]
    found = report(tmp_path / "bad", {}, data=rows, schema={"fields": [field]})
    assert [(code, row) for code, row, _ in codes(found)] == [
        *[("constraint-error", 7)] * 2,
        *(("type-error", row) for row in (3, 4, 5, 6, 8)),
    ]


def test_an_object_is_no_list_of_texts(tmp_path: Path) -> None:
    data = [{"v": {"a": 1}}, {"v": ["a"]}, {"v": "a"}]
    found = report(tmp_path, {}, data=data, schema={"fields": [{"name": "v", "type": "list"}]})
    assert codes(found) == [("type-error", 2, 1)]


def test_lists_of_parquet_are_built_as_arrays(tmp_path: Path) -> None:
    lists = pa.array([[1, 2], [], None], pa.list_(pa.int64()))
    _parquet(tmp_path / "p" / "t.parquet", pa.table({"id": [1, 2, 3], "v": lists}))
    schema = {
        "fields": [{"name": "id", "type": "integer"}, {"name": "v", "type": "list", "itemType": "integer"}]
    }
    content = {"name": "p", "resources": [{"name": "t", "path": "t.parquet", "schema": schema}]}
    (tmp_path / "p" / "datapackage.json").write_text(json.dumps(content), "utf-8")
    assert adopt(tmp_path / "p", tmp_path / "out").report.built
    assert pq.read_table(tmp_path / "out" / "data" / "t.parquet")["v"].to_pylist() == ["[1,2]", "[]", None]
    assert verify(tmp_path / "out").ok


def test_days_in_a_descriptor_are_written_as_their_format_says(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "date", "format": "%d/%m/%Y"}]}
    found = report(tmp_path, {}, data=[{"id": "31/12/2024"}, {"id": "2024-12-31"}], schema=schema)
    assert codes(found) == [("type-error", 3, 1)]


@pytest.mark.parametrize("data", ["x", 3, {}, [1], []])
def test_data_that_is_no_rows_is_an_error(tmp_path: Path, data: Any) -> None:
    assert codes(report(tmp_path, {}, data=data))[0][0] == "source-error"


def test_forms_that_are_not_read_are_errors_or_told(tmp_path: Path) -> None:
    assert codes(report(tmp_path, {"t.xlsx": "x"}, path="t.xlsx"))[0][0] == "format-error"
    resources = [{"name": "t", "path": "t.csv", "schema": SCHEMA}, {"name": "d", "path": "d.pdf"}]
    found = validate_package(package(tmp_path, {"t.csv": TABLE, "d.pdf": "x"}, {"resources": resources}))
    assert [(code, found.ok) for code, _, _ in codes(found)] == [("not-checked", True)] * 2


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"PAR1\x15\x04\0\0\0PAR1", "Parquet"),
        (b"PK\x03\x04\x14", "a zip"),
        (gzip.compress(b"id\n1\n", mtime=0), "gzip"),
    ],
    ids=["parquet", "zip", "gzip"],
)
def test_a_file_of_another_form_than_its_name_says_is_told_by_its_form(
    tmp_path: Path, content: bytes, found: str
) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    source = package(tmp_path, {}, {"resources": [resource]})
    (tmp_path / "t.csv").write_bytes(content)
    [finding] = [item for item in validate_package(source).findings if item.severity == "error"]
    assert (finding.code, found in str(finding.expected)) == ("format-error", True)


@pytest.mark.parametrize("text", ["PAR1,PAR2\n1,2\n", "PAR1\nPAR1", "PAR1"])
def test_a_column_may_be_called_as_parquet_begins(tmp_path: Path, text: str) -> None:
    fields = [{"name": name} for name in text.split("\n")[0].split(",")]
    found = report(tmp_path, {"t.csv": text}, schema={"fields": fields})
    assert "format-error" not in found.counts


def test_bytes_rows_and_hashes_are_what_they_are_said_to_be(tmp_path: Path) -> None:
    from hashlib import sha1, sha256

    digest = sha256(TABLE.encode()).hexdigest()
    assert report(tmp_path, bytes=len(TABLE), rows=2, hash=f"sha256:{digest}").ok
    assert report(tmp_path, hash=f"sha1:{sha1(TABLE.encode(), usedforsecurity=False).hexdigest()}").ok
    wrong = report(tmp_path, bytes=1, rows=3, hash="0" * 32)
    assert sorted(code for code, _, _ in codes(wrong)) == ["byte-count", "hash-count", "row-count"]
    assert codes(report(tmp_path, hash="crc32:1"))[0][0] == "hash-count"
    assert said(report(tmp_path, hash="md5")) == (
        "resources[0] (t): the md5 hash as 32 hexadecimal digits, found 'md5'"
    )


@pytest.mark.parametrize(
    ("match", "header", "expected"),
    [
        ("exact", "a,b", []),
        ("exact", "b,a", ["incorrect-label", "incorrect-label"]),
        ("exact", "a,b,c", ["extra-label"]),
        ("exact", "a", ["missing-label"]),
        ("equal", "b,a", []),
        ("equal", "a,b,c", ["extra-label"]),
        ("equal", "a", ["missing-label"]),
        ("subset", "b,a,c", []),
        ("subset", "b,c", ["missing-label"]),
        ("superset", "b", []),
        ("superset", "b,c", ["extra-label"]),
        ("partial", "c,b", []),
        ("partial", "c,d", ["missing-label"]),
        (["equal"], "b,a", []),
        ("equal", "a,a", ["duplicate-label", "missing-label"]),
        ("equal", "a,b,", ["blank-label"]),
    ],
    ids=str,
)
def test_fields_are_matched_in_five_ways(
    tmp_path: Path, match: Any, header: str, expected: list[str]
) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b"}], "fieldsMatch": match}
    row = ",".join("x" * (header.count(",") + 1))
    found = codes(report(tmp_path, {"t.csv": f"{header}\n{row}\n"}, schema=schema))
    assert sorted(code for code, _, _ in found) == sorted(expected)


def test_a_field_found_by_its_label_is_checked_where_it_stands(tmp_path: Path) -> None:
    schema = {
        "fields": [{"name": "a", "type": "integer"}, {"name": "b", "constraints": {"required": True}}],
        "fieldsMatch": "partial",
    }
    assert codes(report(tmp_path, {"t.csv": "z,b,a\n1,,x\n"}, schema=schema)) == [
        ("constraint-error", 2, 2),
        ("type-error", 2, 3),
    ]
    assert codes(report(tmp_path, {"t.csv": "a\n1\n"}, schema=schema)) == [("missing-label", 1, 2)]


def _related(
    folder: Path, child: str, key: Any, parent: str = "id,kind\n1,a\n2,b\n"
) -> list[tuple[str, int | None, int | None]]:
    fields = [{"name": "id", "type": "integer"}, {"name": "kind"}]
    near = {"fields": [{"name": "ref", "type": "number"}, {"name": "kind"}], "foreignKeys": [key]}
    resources = [
        {"name": "parent", "path": "p.csv", "schema": {"fields": fields, "primaryKey": ["id"]}},
        {"name": "child", "path": "c.csv", "schema": near},
    ]
    return codes(
        validate_package(package(folder, {"p.csv": parent, "c.csv": child}, {"resources": resources}))
    )


def test_references_hold_across_resources_alone_and_composite(tmp_path: Path) -> None:
    single = {"fields": "ref", "reference": {"resource": "parent", "fields": "id"}}
    assert _related(tmp_path, "ref,kind\n1.0,z\n3,z\n,z\n", single) == [("foreign-key", 3, 1)]
    both = {"fields": ["ref", "kind"], "reference": {"resource": "parent", "fields": ["id", "kind"]}}
    assert _related(tmp_path, "ref,kind\n1,a\n1,b\n1,\n", both) == [("foreign-key", 3, 1)]


def test_a_row_that_is_not_well_formed_is_there_for_references(tmp_path: Path) -> None:
    single = {"fields": "ref", "reference": {"resource": "parent", "fields": "id"}}
    found = _related(tmp_path, "ref,kind\n2,z\n", single, "id,kind\n1,a\n2\n")
    assert found == [("missing-cell", 3, 2)]


def test_a_moment_of_a_row_that_is_not_well_formed_is_there_for_references_as_the_file_spells_it(
    tmp_path: Path,
) -> None:
    fields = [{"name": "at", "type": "datetime"}, {"name": "what"}]
    key = {"fields": "at", "reference": {"resource": "far", "fields": "at"}}
    resources = [
        {"name": "far", "path": "far.csv", "schema": {"fields": fields, "primaryKey": "at"}},
        {"name": "near", "path": "near.csv", "schema": {"fields": fields, "foreignKeys": [key]}},
    ]
    files = {
        "far.csv": "at,what\n2024-12-06T15:00:00,a,b\n",
        "near.csv": "at,what\n2024-12-06T15:00:00,a\n2024-12-07T15:00:00,a\n",
    }
    found = validate_package(package(tmp_path, files, {"resources": resources}))
    assert [(finding.file, finding.line) for finding in found.findings] == [("far.csv", 2), ("near.csv", 3)]
    assert "no row has 2024-12-07T15:00:00" in str(found.findings[1].expected)


def test_references_to_what_cannot_be_read_are_not_checked_and_that_is_said(tmp_path: Path) -> None:
    single = {"fields": "ref", "reference": {"resource": "parent", "fields": "id"}}
    found = _related(tmp_path, "ref,kind\n2,z\n", single, "")
    assert [code for code, _, _ in found] == ["not-checked", "source-error"]


def test_unique_keys_take_rows_without_a_value_apart(tmp_path: Path) -> None:
    schema = {**SCHEMA, "uniqueKeys": [["id", "name"]]}
    assert codes(report(tmp_path, {"t.csv": "id,name\n1,\n1,\n1,a\n01,a\n"}, schema=schema)) == [
        ("unique-error", 5, 1)
    ]


def test_a_lone_table_with_a_schema_and_archives_and_yaml(tmp_path: Path) -> None:
    package(
        tmp_path,
        {"t.csv": GOOD_AND_BAD, "s.json": json.dumps(SCHEMA), "t.tsv": GOOD_AND_BAD.replace(",", "\t")},
    )
    (tmp_path / "a?b.csv").write_text(GOOD_AND_BAD)
    for name in ("t.csv", "t.tsv", "a?b.csv"):
        assert codes(validate_package(tmp_path / name, tmp_path / "s.json")) == [("type-error", 3, 1)]
    pl.DataFrame({"id": [1], "name": ["a"]}).write_parquet(tmp_path / "t.parquet")
    assert validate_package(tmp_path / "t.parquet", tmp_path / "s.json").ok
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "datapackage.json", "folder/datapackage.json")
        archive.add(tmp_path / "t.csv", "folder/t.csv")
    assert codes(validate_package(tmp_path / "a.tar.gz")) == [("type-error", 3, 1)]
    assert "is a schema, not data" in refusal(tmp_path / "s.json")
    resource = {"name": "t", "path": "t.csv", "schema": "s.json"}
    (tmp_path / "r.json").write_text(json.dumps(resource))
    assert codes(validate_package(tmp_path / "r.json")) == [("type-error", 3, 1)]


def test_what_is_nothing_of_the_kind_is_refused_in_one_sentence(tmp_path: Path) -> None:
    assert "there is no such file" in refusal(tmp_path / "nowhere")
    assert "neither dataset.yaml nor" in refusal(tmp_path)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.txt", "x")
    assert "nothing was checked" in refusal(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("p/datapackage.json", "{")
    assert refusal(tmp_path / "a.zip").startswith(f"{tmp_path / 'a.zip'}/datapackage.json: cannot be read")
    (tmp_path / "s.json").write_text("{")
    (tmp_path / "t.csv").write_text(TABLE)
    assert "cannot be read" in refusal(tmp_path / "t.csv", tmp_path / "s.json")
    assert "found none" in refusal(tmp_path / "t.csv", tmp_path / "none.json")
    assert "a file that can be read, found: Input/output" in refusal(
        tmp_path / "t.csv", Path("/proc/self/mem")
    )
    for content in ("null", '{"fields": []}'):
        (tmp_path / "s.json").write_text(content)
        assert "s.json: names no fields" in refusal(tmp_path / "t.csv", tmp_path / "s.json")
    draft = package(
        tmp_path / "d",
        {"t.csv": TABLE},
        {"communique:draft": {}, "resources": [{"name": "t", "path": "t.csv", "schema": SCHEMA}]},
    )
    assert "is a draft" in refusal(draft)


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"title": 3}, "title as a string"),
        ({"name": ""}, "name as a string"),
        ({"created": "today"}, "created as a date and time"),
        ({"keywords": "x"}, "keywords as a list"),
        ({"licenses": "x"}, "licenses as a list"),
        ({"licenses": [{"title": "x"}]}, "licenses that have name or path"),
    ],
)
def test_metadata_that_the_standard_does_not_have_is_a_finding(
    tmp_path: Path, metadata: Any, expected: str
) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    found = validate_package(package(tmp_path, {"t.csv": TABLE}, {**metadata, "resources": [resource]}))
    assert expected in said(found)
    assert not found.ok


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"data": [], "path": "t.csv"}, "either path or data"),
        ({"path": 3}, "path as a string"),
        ({"path": []}, "path as a string"),
        ({"extrapaths": 3}, "extrapaths as a list"),
        ({"bytes": "3"}, "bytes as a whole number"),
        ({"hash": 3}, "hash as a string"),
        ({"innerpath": 3}, "innerpath as a string"),
        ({"schema": 3}, "schema as an object"),
        ({"schema": "none.json"}, "found none"),
        ({"schema": "t.csv"}, "a document that can be read"),
        ({"path": "none.csv"}, "found none"),
    ],
)
def test_what_a_resource_cannot_say_is_a_finding(
    tmp_path: Path, changed: dict[str, Any], expected: str
) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": SCHEMA, **changed}
    found = validate_package(package(tmp_path, {"t.csv": TABLE}, {"resources": [resource]}))
    assert expected in said(found)
    assert not found.ok


def test_two_resources_of_one_name_are_an_error(tmp_path: Path) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    found = validate_package(package(tmp_path, {"t.csv": TABLE}, {"resources": [resource, resource]}))
    assert "package-error" in [code for code, _, _ in codes(found)]


def test_null_in_parquet_is_no_value_whatever_stands_for_none_in_texts(tmp_path: Path) -> None:
    _parquet(tmp_path / "t.parquet", pa.table({"id": [1, None], "name": ["-", None]}))
    fields = [{"name": "id", "type": "integer"}, {"name": "name", "constraints": {"required": True}}]
    schema = {"fields": fields, "missingValues": ["-"]}
    found = codes(report(tmp_path, {}, path="t.parquet", schema=schema))
    assert found == [("constraint-error", 2, 2), ("constraint-error", 3, 2)]
    data = [{"id": 1, "name": "-"}, {"id": None, "name": None}]
    assert ("constraint-error", 2, 2) in codes(report(tmp_path, {}, data=data, schema=schema))


def test_a_key_that_another_part_has_is_told_with_the_file_of_that_part(tmp_path: Path) -> None:
    files = {"a.csv": "id,name\n1,x\n", "b.csv": "id,name\n1,y\n"}
    found = report(tmp_path / "two", files, path=["a.csv", "b.csv"], schema={**SCHEMA, "primaryKey": "id"})
    assert "line 2 of a.csv has the same id" in said(found)
    found = report(tmp_path / "one", {"t.csv": TABLE + "2,c\n"}, schema={**SCHEMA, "primaryKey": "id"})
    assert "line 3 has the same id" in said(found)


def test_cells_set_apart_by_another_mark_are_told_where_the_labels_are(tmp_path: Path) -> None:
    found = report(tmp_path, {"t.csv": "id;name\n1;a\n"}).findings
    (said,) = [finding.expected for finding in found if finding.code == "incorrect-label"]
    assert str(said).endswith("separated by ';': a datapackage.json states that as dialect.delimiter")
