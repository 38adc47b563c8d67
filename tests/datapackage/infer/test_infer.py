"""Drafts: what is inferred from real and random files, and what stops a draft from being used unreviewed."""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from communique.datapackage import DRAFT, CommuniqueError, infer, validate_package
from communique.datapackage.checking.hashes import Hashes, HashFile
from communique.datapackage.infer.kinds import TOKENS
from communique.datapackage.infer.source import InferError
from communique.datapackage.reading import scan

from ...conftest import ROOT

DATA = ROOT / "data" / "union-state"
PROFILE = ROOT.parent / "shared" / "suites" / "datapackage-profiles/public/profiles/2.0/datapackage.json"
Json = dict[str, Any]


def _draft(folder: Path, files: dict[str, str], **options: Any) -> Json:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8", newline="")
    paths = [folder / name for name in files]
    return infer(paths, folder / "datapackage.json", **options).descriptor


def _column(folder: Path, *cells: str, label: str = "a") -> tuple[Json, Json]:
    """Return the field that is drafted for a column, and its evidence. Another one keeps rows from being blank."""
    text = "".join(f'"{cell}",z\n' for cell in (label, *cells))
    draft = _draft(folder, {"t.csv": text})
    evidence: Json = draft[DRAFT]["tables"][0]["fields"][label]
    field: Json = draft["resources"][0]["schema"]["fields"][0]
    return field, evidence


def _confirmed(folder: Path, draft: Json) -> Path:
    path = folder / "confirmed.json"
    path.write_text(json.dumps({key: value for key, value in draft.items() if key != DRAFT}), "utf-8")
    return path


def _copied(folder: Path) -> list[Path]:
    paths = [folder / source.name for source in sorted(DATA.glob("*.csv"))]
    for path in paths:
        path.write_bytes((DATA / path.name).read_bytes())
    return paths


def test_keys_and_references_of_a_real_dataset_are_found(tmp_path: Path) -> None:
    draft = infer(_copied(tmp_path), tmp_path / "datapackage.json").descriptor
    schemas = {resource["name"]: resource["schema"] for resource in draft["resources"]}
    assert {name: schema.get("primaryKey") for name, schema in schemas.items()} == {
        "claims": ["claim_id"],
        "initiative_events": None,  # it takes four columns
        "initiatives": ["initiative_id"],
        "meetings": ["meeting_id"],
        "memberships": ["membership_id"],
        "organizations": ["organization_id"],
        "participants": ["meeting_id", "person_id"],
        "persons": ["person_id"],
        "sources": ["source_id"],
    }
    found = {
        (name, key["fields"][0], key["reference"]["resource"])
        for name, schema in schemas.items()
        for key in schema.get("foreignKeys", ())
    }
    assert found == {
        ("claims", "source_id", "sources"),
        ("initiative_events", "initiative_id", "initiatives"),
        ("initiative_events", "meeting_id", "meetings"),
        ("initiative_events", "organization_id", "organizations"),
        ("meetings", "organization_id", "organizations"),
        ("memberships", "organization_id", "organizations"),
        ("memberships", "person_id", "persons"),
        ("participants", "meeting_id", "meetings"),
        ("participants", "person_id", "persons"),
    }
    report = validate_package(_confirmed(tmp_path, draft))
    assert not [finding for finding in report.findings if finding.severity == "error"]
    if PROFILE.exists():
        assert not list(Draft7Validator(json.loads(PROFILE.read_text("utf-8"))).iter_errors(draft))


@pytest.mark.no_cover
def test_small_blocks_give_the_same_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = _copied(tmp_path)
    whole = infer(files, tmp_path / "datapackage.json")
    monkeypatch.setattr(scan, "BLOCK_SIZE", 2000)
    assert infer(files, tmp_path / "datapackage.json") == whole


def test_a_mark_repeated_in_another_block_is_not_unique(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "BLOCK_SIZE", 8)
    draft = _draft(tmp_path, {"t.csv": "id\na\nx\nb\nx\n"})
    assert "primaryKey" not in draft["resources"][0]["schema"]
    assert draft[DRAFT]["tables"][0].get("keys", []) == []


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (("1", "-2", "+3"), {"type": "integer"}),
        (("1", "", "NA", "-"), {"type": "integer", "missingValues": ["", "-", "NA"]}),
        (("1", "2.5", "NaN"), {"type": "number", "missingValues": ["", "NaN"]}),
        (("1e5", ".5"), {"type": "number"}),
        (("1,25", "3"), {"type": "number", "decimalChar": ","}),
        (("1,250", "3,125"), {"type": "string"}),
        (("007", "123"), {"type": "string"}),
        (("9999999999999999999", "1"), {"type": "string"}),
        (("9999999999999999999", "1.5", "NA"), {"type": "string", "missingValues": ["", "NA"]}),
        (("9007199254740993", "1.5"), {"type": "string"}),
        (("9999999999999999999", "1,25"), {"type": "string"}),
        (("9223372036854775807", "1"), {"type": "integer"}),
        (("123456789012345", "1.", "2.0e3"), {"type": "number"}),
        (("10000000000000000000", "1"), {"type": "number"}),
        (("1234567890123456789.5", "1e30", "-.5E1"), {"type": "number"}),
        (("true", "FALSE"), {"type": "boolean"}),
        (("yes", "no", "no"), {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}),
        (("yes", "yes"), {"type": "string"}),
        (("0", "1"), {"type": "integer"}),
        (("2024-12-06", "2024-02-29"), {"type": "date"}),
        (("2024-12-06", "2023-02-29"), {"type": "string"}),
        (("6.12.2024", "31.01.2024"), {"type": "date", "format": "%d.%m.%Y"}),
        (("06/12/2024", "13/12/2024"), {"type": "date", "format": "%d/%m/%Y"}),
        (("06/12/2024", "12/13/2024"), {"type": "date", "format": "%m/%d/%Y"}),
        (("06/12/2024", "07/12/2024"), {"type": "string"}),
        (("2024/1/31", "2024/12/06"), {"type": "date", "format": "%Y/%m/%d"}),
        (("2024-12", "2025-01"), {"type": "yearmonth"}),
        (("2024", "1999"), {"type": "integer"}),
        (("2024-12-06T15:00:00Z", "2024-12-06T15:00:00"), {"type": "datetime"}),
        (("2024-12-06 15:00:00",), {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"}),
        (("2024-12-06 15:00",), {"type": "datetime", "format": "%Y-%m-%d %H:%M"}),
        (("15:00:00", "23:59:59.5"), {"type": "time"}),
        (("15:00",), {"type": "time", "format": "%H:%M"}),
        (("{}", '{""a"": 1}'), {"type": "object"}),
        (("[1]", "[]"), {"type": "array"}),
        (("ann@example.org", ""), {"type": "string", "format": "email"}),
        (("https://example.org/a", "ftp://example.org"), {"type": "string", "format": "uri"}),
        (("123e4567-e89b-12d3-a456-426614174000",), {"type": "string", "format": "uuid"}),
        (("NA", "DE", "FR"), {"type": "string"}),
        (("NA", "-"), {"type": "string"}),
        (("", ""), {"type": "any"}),
        ((), {"type": "any"}),
    ],
)
def test_kinds(tmp_path: Path, cells: tuple[str, ...], field: Json) -> None:
    found, evidence = _column(tmp_path, *cells)
    found.pop("constraints", None)
    assert found == {"name": "a", **field}
    empty = sum(cell in field.get("missingValues", [""]) for cell in cells)
    assert (evidence["values"], evidence["empty"]) == (len(cells) - empty, empty)


def test_a_year_is_called_so(tmp_path: Path) -> None:
    assert _column(tmp_path, "2024", "1999", label="birth_year")[0]["type"] == "year"


def test_tokens_are_sought_once_in_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sought, is_in = list[int](), pl.Series.is_in

    def counted(texts: pl.Series, other: Any, **options: Any) -> pl.Series:
        if list(other) == list(TOKENS):
            sought.append(len(texts))
        return is_in(texts, other, **options)

    monkeypatch.setattr(pl.Series, "is_in", counted)
    field, evidence = _column(tmp_path, "1", "2", "NA", "-", "NA")
    assert (field["type"], evidence["missing"]) == ("integer", {"-": 1, "NA": 2})
    assert sought == [4, 1]  # of each column


def test_what_is_nearly_of_a_kind_is_told(tmp_path: Path) -> None:
    field, evidence = _column(tmp_path, *map(str, range(100)), "about 7")
    assert field["type"] == "string"
    assert evidence["notes"] == ["100 of 101 values are of the kind integer; not 'about 7'"] or (
        "kind integer; not 'about 7'" in evidence["notes"][0]
    )
    notes = _column(tmp_path, "01/02/2024", "03/04/2024")[1]["notes"]
    assert any("tells the day from the month" in note for note in notes)
    assert "2 values look like formulas" in _column(tmp_path, "=1+2", "@SUM(A1)")[1]["notes"][0]
    assert "1 value looks like a formula" in _column(tmp_path, "=1+2")[1]["notes"][0]


def test_numbers_of_parquet_are_no_formulas_and_have_a_type_without_rows(tmp_path: Path) -> None:
    for values in ([-math.inf, 1.5], list[float]()):
        pq.write_table(pa.table({"v": pa.array(values, pa.float64())}), tmp_path / "t.parquet")
        inferred = infer([tmp_path / "t.parquet"], tmp_path / "datapackage.json")
        assert "notes" not in json.dumps(inferred.descriptor)
    assert "t: there are no rows, so only its types are known" in inferred.notes


def test_whole_numbers_that_would_be_rounded_stay_text(tmp_path: Path) -> None:
    cells = [str(9999999999999999999900 + n) for n in range(20)]
    field, evidence = _column(tmp_path, *cells, label="id")
    assert field == {"name": "id", "type": "string", "constraints": {"required": True}}
    assert evidence["kind"] == "number of many digits"
    assert "more digits than a number keeps" in evidence["notes"][0]
    assert "notes" not in _column(tmp_path, "12345678901234567", label="id")[1]
    assert _column(tmp_path, "1e999", "10000000000000000000")[1]["kind"] == "string"


def test_code_lists_have_counts(tmp_path: Path) -> None:
    field, evidence = _column(tmp_path, *["in_person"] * 15, *["online"] * 5, "")
    assert field["constraints"] == {"enum": ["in_person", "online"]}
    assert evidence["codes"] == {"in_person": 15, "online": 5}
    assert "codes" not in _column(tmp_path, *["a"] * 9, "b")[1]
    assert "codes" not in _column(tmp_path, *["c" * 61] * 30)[1]
    assert "codes" not in _column(tmp_path, *[f"c{n}" for n in range(51)] * 10)[1]


def test_references_need_names_that_speak_for_them(tmp_path: Path) -> None:
    cities = "code,name,part_of\n" + "".join(f"c{n},City {n},{'c1' if n % 2 else ''}\n" for n in range(20))
    trips = "id,city,city_code,stop,other\n" + "".join(
        f"{n},c{n % 20},c{n % 7},c{n % 13},City {n % 3}\n" for n in range(100)
    )
    draft = _draft(tmp_path, {"cities.csv": cities, "trips.csv": trips})
    keys = draft["resources"][1]["schema"]["foreignKeys"]
    assert [key["fields"] for key in keys] == [["city"], ["city_code"]]
    assert {key["reference"]["resource"] for key in keys} == {"cities"}
    fields = draft[DRAFT]["tables"][1]["fields"]
    assert fields["stop"]["mayRefer"] == ["cities.code"] or "codes" in fields["stop"]
    assert fields["city"]["refers"] == "all 100 values are in cities.code"


def test_a_reference_within_a_table(tmp_path: Path) -> None:
    text = "id,parent_id\n1,\n2,1\n3,1\n"
    schema = _draft(tmp_path, {"nodes.csv": text})["resources"][0]["schema"]
    assert schema["primaryKey"] == ["id"]
    assert schema["foreignKeys"] == [
        {"fields": ["parent_id"], "reference": {"resource": "", "fields": ["id"]}}
    ]


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Enum(["x", "", "y"])], ids=str)
def test_an_empty_text_of_parquet_is_no_value(tmp_path: Path, kind: Any) -> None:
    pl.DataFrame({"a": ["x", "", "y"]}, {"a": kind}).write_parquet(tmp_path / "p.parquet")
    draft = infer([tmp_path / "p.parquet"], tmp_path / "datapackage.json").descriptor
    assert "constraints" not in draft["resources"][0]["schema"]["fields"][0]


def test_a_column_of_nothing_but_marks_for_what_is_missing_is_no_reference(tmp_path: Path) -> None:
    files = {"cities.csv": "city_code,name\na,A\nb,B\n", "trips.csv": "trip,city_code\nx,—\ny,—\n"}
    (_, trips) = _draft(tmp_path, files)["resources"]
    assert "foreignKeys" not in trips["schema"]


@pytest.mark.parametrize("rows", [3, 300])
def test_the_values_of_many_keys_are_read_a_few_times_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    width, read, part = 60, list[int](), HashFile.part
    labels = ["id", "parent_id", *(f"c{n}" for n in range(2, width))]
    lines = [[f"k{row}", f"k{row // 2}", *(f"{n}-{row}" for n in range(2, width))] for row in range(rows)]
    text = "".join(",".join(cells) + "\n" for cells in (labels, *lines))

    def counted(file: HashFile, number: int, parts: int) -> Hashes:
        read.append(number)
        return part(file, number, parts)

    monkeypatch.setattr(HashFile, "part", counted)
    draft = _draft(tmp_path, {"nodes.csv": text})
    assert [key["fields"] for key in draft["resources"][0]["schema"]["foreignKeys"]] == [["parent_id"]]
    assert len(draft[DRAFT]["tables"][0]["keys"]) == width - 1
    assert len(read) < 5 * width


def test_composite_keys(tmp_path: Path) -> None:
    rows = [f"c{a},2024-01-0{b},k{c},x\n" for a in range(3) for b in range(1, 4) for c in range(3)]
    draft = _draft(tmp_path, {"t.csv": "city_code,day,kind,note\n" + "".join(rows)})
    assert "primaryKey" not in draft["resources"][0]["schema"]
    assert draft[DRAFT]["tables"][0]["keys"] == [["city_code", "day", "kind"]]
    draft = _draft(tmp_path, {"t.csv": "city_code,day,kind,note\n" + "".join(rows[::3])})
    assert draft["resources"][0]["schema"]["primaryKey"] == ["city_code", "day"]


def test_other_delimiters_and_encodings(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("näme;größe, m\r\nä;1,5\r\nb;2,25\r\n".encode("cp1252"))
    (tmp_path / "b.tsv").write_text("x\ty\n1\t2\n")
    (tmp_path / "c.csv").write_text("x|y\n1|2\n", "utf-16")
    draft = infer([tmp_path / "a.csv"], tmp_path / "d.json", "windows-1252").descriptor
    resource = draft["resources"][0]
    assert (resource["encoding"], resource["dialect"]) == ("windows-1252", {"delimiter": ";"})
    assert [field["type"] for field in resource["schema"]["fields"]] == ["string", "number"]
    assert not validate_package(_confirmed(tmp_path, draft)).findings
    tabs = infer([tmp_path / "b.tsv"], tmp_path / "d.json").descriptor["resources"][0]
    assert (tabs["format"], tabs["dialect"]) == ("tsv", {"delimiter": "\t"})
    wide = infer([tmp_path / "c.csv"], tmp_path / "d.json", "utf-16", "pipe").descriptor
    assert not validate_package(_confirmed(tmp_path, wide)).findings


@pytest.mark.parametrize(
    ("values", "note"),
    [
        (pl.Series([1, 2**64 - 1], dtype=pl.UInt64), "larger than 9,223,372,036,854,775,807"),
        (pl.Series([Decimal(1), -(Decimal(10) ** 30)]), "too far below 0"),
        (pl.Series([1, 3_000_000]).cast(pl.Date), "outside the years 1 to 9999"),
        (pl.Series([0, -(2**60)]).cast(pl.Datetime("us")), "outside the years 1 to 9999"),
        (pl.Series([0, 2**58]).cast(pl.Datetime("us", "Europe/Berlin")), "outside the years 1 to 9999"),
        (pl.Series([[1.0, None], [2.0, math.nan]]), "which JSON lacks"),
        (pl.Series([{"a": 1.5, "b": [[1.0]]}, {"a": 2.5, "b": [[-math.inf]]}]), "which JSON lacks"),
        (pl.Series([[1.0, 2.0], [1.0, math.inf]], dtype=pl.Array(pl.Float32, 2)), "which JSON lacks"),
        (pl.Series([{"a": 1.0}, {"b": math.nan}], dtype=pl.Map(pl.String, pl.Float64)), "which JSON lacks"),
    ],
    ids=["integer", "decimal", "date", "before", "after", "list", "struct", "array", "map"],
)
def test_a_type_is_drafted_only_where_every_value_of_parquet_fits(
    tmp_path: Path, values: pl.Series, note: str
) -> None:
    for some, kind in ((values[:1], None), (values, "any")):
        pl.DataFrame({"id": pl.Series([1, 2][: len(some)]), "v": some}).write_parquet(tmp_path / "p.parquet")
        draft = infer([tmp_path / "p.parquet"], tmp_path / "draft.json").descriptor
        evidence = draft.pop(DRAFT)["tables"][0]["fields"]["v"]
        drafted = draft["resources"][0]["schema"]["fields"][1]["type"]
        assert (drafted == "any") == (kind == "any")
        assert note in str(evidence.get("notes")) or kind is None
        (tmp_path / "datapackage.json").write_text(json.dumps(draft))
        assert validate_package(tmp_path).ok


def test_parts_of_parquet_may_have_any_name(tmp_path: Path) -> None:
    values = [{"*": [{"^a$": [1.0]}], "": [datetime(2024, 1, 1, tzinfo=UTC)]}]
    for name in ("*", "^a.*$"):
        pl.DataFrame({name: values}).write_parquet(tmp_path / "p.parquet")
        draft = infer([tmp_path / "p.parquet"], tmp_path / "d.json").descriptor
        assert draft["resources"][0]["schema"]["fields"][0]["type"] == "object"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pa.array([[1], [3_000_000]], pa.list_(pa.int32())).cast(pa.list_(pa.date32())), "years 1 to 9999"),
        (pa.array([[None, 2**55]], pa.list_(pa.timestamp("ms"))), "years 1 to 9999"),
        (
            pa.array([[([1], 2)]], pa.map_(pa.list_(pa.int8()), pa.int8())),
            "the keys of a map are of the type list",
        ),
        (pa.array([[1]], pa.large_list_view(pa.int8())), "values are of the type large_list_view"),
        (pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]), "two values of one name"),
    ],
    ids=["day", "far", "keys", "view", "name"],
)
def test_what_validate_cannot_read_as_json_is_not_drafted(
    tmp_path: Path, values: pa.Array, said: str
) -> None:
    pq.write_table(pa.table({"v": values}), tmp_path / "p.parquet")
    with pytest.raises(InferError, match=said):
        infer([tmp_path / "p.parquet"], tmp_path / "d.json")


@pytest.mark.parametrize("kind", [pa.decimal32(4, 1), pa.decimal64(14, 1), pa.decimal256(40, 1)], ids=str)
def test_decimals_of_parquet_may_have_any_width(tmp_path: Path, kind: pa.DataType) -> None:
    values = pa.array([Decimal("1.5"), None, Decimal(2)], kind)
    pq.write_table(pa.table({"v": values}), tmp_path / "t.parquet")
    draft = infer([tmp_path / "t.parquet"], tmp_path / "d.json").descriptor
    assert draft["resources"][0]["schema"]["fields"][0]["type"] == "number"


def test_parquet(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": [1, 2, 3],
            "day": [date(2024, 1, 1), None, date(2024, 1, 2)],
            "at": [datetime(2024, 1, 1, tzinfo=UTC)] * 3,
            "when": [time(1), None, time(2)],
            "span": [timedelta(1)] * 3,
            "price": [Decimal("1.50"), None, Decimal(2)],
            "ok": [True, False, None],
            "kind": pl.Series(["a", "b", "a"], dtype=pl.Categorical),
            "url": ["https://example.org/"] * 3,
            "text": ["2024-01-01"] * 3,
            "tags": [["a"], [], None],
            "box": [{"x": 1}] * 3,
            "raw": [b"a", b"\xff", None],
            "none": [None] * 3,
        }
    )
    frame.write_parquet(tmp_path / "t.parquet")
    frame.select("id", "text").write_csv(tmp_path / "t.csv")
    draft = infer([tmp_path / "t.csv", tmp_path / "t.parquet"], tmp_path / "d.json").descriptor
    assert [resource["name"] for resource in draft["resources"]] == ["t", "t-parquet"]
    kinds = {field["name"]: field["type"] for field in draft["resources"][1]["schema"]["fields"]}
    assert list(kinds.values()) == [
        *(
            "integer",
            "date",
            "datetime",
            "time",
            "duration",
            "number",
            "boolean",
            "string",
            "string",
            "string",
        ),
        *("array", "object", "any", "any"),
    ]
    report = validate_package(_confirmed(tmp_path, draft))
    assert not [finding for finding in report.findings if finding.severity == "error"]


def test_broken_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n1,2\n1\n\n1,2,3\n"x\n3,4\n')
    found = infer([tmp_path / "t.csv"], tmp_path / "d.json")
    table = found.descriptor[DRAFT]["tables"][0]
    assert (table["rows"], table["broken"]) == (5, 3)
    assert any("line 3: 2 cells expected, 1 found" in note for note in found.notes)


def test_rows_without_a_value_say_nothing_of_the_columns(tmp_path: Path) -> None:
    """Spreadsheets write hundreds of them below a table."""
    (tmp_path / "t.csv").write_text("id,b\n1,x\n2,y\n,\n\n" + ",\n" * 9)
    found = infer([tmp_path / "t.csv"], tmp_path / "d.json")
    assert found.descriptor[DRAFT]["tables"][0]["rows"] == 2
    schema = found.descriptor["resources"][0]["schema"]
    assert schema["primaryKey"] == ["id"]
    assert all(field["constraints"]["required"] for field in schema["fields"])
    assert any(note.startswith("t: 11 rows have no value") for note in found.notes)


def test_one_row_is_not_said_in_the_plural(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("a\n1\n")
    (tmp_path / "two.csv").write_text('a\n1\n2,3\n""\n')
    said = infer([tmp_path / "one.csv", tmp_path / "two.csv"], tmp_path / "d.json").notes
    assert said[0].startswith("one: 1 row, 1 field, no key")
    assert said[2].startswith("two: 1 row is broken and was left out; ")
    assert said[3].startswith("two: 1 row has no value and was left out; ")


def test_all_rows_are_counted_though_the_search_for_keys_ends_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "BLOCK_SIZE", 2000)
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n" * 5000 + "3\n" * 7)
    found = infer([tmp_path / "t.csv"], tmp_path / "d.json")
    table = found.descriptor[DRAFT]["tables"][0]
    assert (table["rows"], table["broken"]) == (5007, 7)
    assert found.notes[0].startswith("t: 5,007 rows")
    assert "t: 7 rows are broken" in found.notes[1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "the file is empty"),
        ("t.csv", b"\xef\xbb\xbf", "the file is empty"),
        ("t.csv", b"a,a\n1,2\n", "columns 1 and 2 have the same label 'a'"),
        ("t.csv", b"a, \n1,2\n", "column 2 has no label"),
        ("t.csv", b"n\xe4me\n1\n", "t.csv:1: not UTF-8. Give its own encoding"),
        ("t.csv", b"name\nM\xfcller\n", "t.csv:2: not UTF-8"),
        ("t.csv", b"\xff\xfea\0\n\0", "this is UTF-16"),
        ("t.csv", b"a\0b\n1\n", "the header is broken: A file has no NUL bytes. Remove the NUL bytes"),
        ("t.csv", b"a,b\n1\n2\n", "all 2 rows are broken; line 2: 2 cells expected, 1 found"),
        ("t.csv", b'a,b\n"1,2\n', "its only row is broken; line 2"),
        ("t.csv", b",".join(b"%d" % n for n in range(10_001)) + b"\n", "at most 10,000 columns"),
        ("t.parquet", b"PAR1PAR1", "cannot be read"),
        ("t.xlsx", b"PK", "expected a file named"),
        (".t.csv", b"a\n1\n", "without hidden files"),
        ("a:b.csv", b"a\n1\n", "without colons"),
        ("a\nb.csv", b"a\n1\n", "visible characters"),
    ],
)
def test_what_cannot_be_drafted_says_why(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InferError, match=said):
        infer([tmp_path / name], tmp_path / "d.json")


def test_a_header_that_is_too_wide_is_refused_before_its_cells_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[InferError.__module__], "cells_of", None)
    (tmp_path / "t.csv").write_bytes(b"," * 10_000 + b"\n")
    with pytest.raises(InferError, match="at most 10,000 columns, found 10,001"):
        infer([tmp_path / "t.csv"], tmp_path / "d.json")


def test_files_that_are_not_there_or_elsewhere(tmp_path: Path) -> None:
    for name in ("a.csv", "A.csv"):
        (tmp_path / name).write_text("a\n1\n")
    (tmp_path / "b").mkdir()
    cases: list[tuple[Sequence[Path], Path, str]] = [
        ([tmp_path / "n.csv"], tmp_path / "d.json", "no such file"),
        ([tmp_path / "n.parquet"], tmp_path / "d.json", "no such file"),
        ([tmp_path / "b"], tmp_path / "d.json", "expected a file named"),
        ([tmp_path / "a.csv"], tmp_path / "b" / "d.json", "is not below"),
        ([tmp_path / "a.csv"], tmp_path / "c" / "d.json", "there is no such folder"),
        ([tmp_path / "a.csv"] * 2, tmp_path / "d.json", "given twice"),
        ([tmp_path / "a.csv", tmp_path / "A.csv"], tmp_path / "d.json", r"A\.csv: .* beside a\.csv"),
        ([tmp_path / "a.csv"], tmp_path / "a.csv", "already exists"),
        ([tmp_path / "a.csv"], tmp_path / "b", "already exists"),
    ]
    for files, output, said in cases:
        with pytest.raises(InferError, match=said):
            infer(files, output)
    for options, said in (
        ((None, ";;"), "not a delimiter"),
        (("x",), "not a known encoding"),
        (("hex",), "not a known"),
    ):
        with pytest.raises(InferError, match=said):
            infer([tmp_path / "a.csv"], tmp_path / "d.json", *options)


def test_encodings_that_do_not_fit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a\n\x81\n")
    with pytest.raises(InferError, match=r"not shift_jis|not UTF-8"):
        infer([tmp_path / "a.csv"], tmp_path / "d.json", "shift_jis")


@pytest.mark.parametrize(
    ("values", "noted"),
    [
        (["1,200", "13,000,000", "2,500"], True),
        (["12\N{NO-BREAK SPACE}345,50", "999", "1500"], True),
        (["1.200,5", "3"], True),
        (["1,5", "2,75"], False),
        (["007", "1234"], False),
    ],
)
def test_numbers_with_groups_of_digits_stay_text_and_are_noted(
    tmp_path: Path, values: list[str], noted: bool
) -> None:
    draft = _draft(tmp_path, {"t.csv": "cost\n" + "".join(f'"{value}"\n' for value in values)})
    evidence = draft[DRAFT]["tables"][0]["fields"]["cost"]
    assert any("groupChar" in note for note in evidence.get("notes", [])) == noted
    if noted:
        assert draft["resources"][0]["schema"]["fields"][0]["type"] == "string"


@pytest.mark.parametrize("size", [8 << 20, 64])
def test_an_id_that_is_there_twice_is_said_and_no_other_key_is_drafted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(
        "communique.datapackage.reading.scan.BLOCK_SIZE", size
    )  # the same row in one block, or in two
    rows = "".join(f"{number},{number % 9}\n" for number in range(1, 40))
    (tmp_path / "t.csv").write_text(f"id,city_id\n{rows}1,100\n")
    found = infer([tmp_path / "t.csv"], tmp_path / "d.json")
    assert "primaryKey" not in found.descriptor["resources"][0]["schema"]
    assert "t: id would be a key, but 1 of 40 rows repeat the value of another row" in found.notes


@pytest.mark.parametrize("size", [8 << 20, 2])
def test_a_few_values_are_no_key_also_where_each_block_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("communique.datapackage.reading.scan.BLOCK_SIZE", size)
    (tmp_path / "t.csv").write_text("id\n" + "".join(f"{number % 2}\n" for number in range(80)))
    assert not any(
        "would be a key" in note for note in infer([tmp_path / "t.csv"], tmp_path / "d.json").notes
    )


@pytest.mark.parametrize("size", [8 << 20, 64])
@pytest.mark.parametrize(
    ("one", "same", "kept"),
    [
        ("1", "+1", [str(number) for number in range(2, 40)]),
        ("0", "-0", [f"+{number}" for number in range(2, 40)]),
        ("2024/1/2", "2024/01/02", [f"2024/{number // 20 + 2}/{number % 20 + 1}" for number in range(2, 40)]),
        (
            "2024-01-01T10:00:00Z",
            "2024-01-01T12:00:00+02:00",
            [f"2024-01-02T10:00:{n}.50" for n in range(10, 48)],
        ),
    ],
)
def test_two_spellings_of_one_value_are_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, one: str, same: str, kept: list[str]
) -> None:
    monkeypatch.setattr("communique.datapackage.reading.scan.BLOCK_SIZE", size)  # in one block, or in several
    head = "".join(f"{text},x\n" for text in [one, *kept])
    draft = _draft(tmp_path, {"t.csv": f"id,note\n{head}"})
    assert draft["resources"][0]["schema"]["primaryKey"] == ["id"]
    (tmp_path / "t.csv").write_text(f"id,note\n{head}{same},x\n")
    found = infer([tmp_path / "t.csv"], tmp_path / "d.json")
    assert "primaryKey" not in found.descriptor["resources"][0]["schema"]
    assert "t: id would be a key, but 1 of 40 rows repeat the value of another row" in found.notes


def test_a_key_may_have_two_days_in_formats_of_their_own(tmp_path: Path) -> None:
    opened = ["2024/7/31", "2024/7/31", "2007/5/23", "2013/12/07"]
    closed = ["10-10-2008", "03-28-2013", "10-10-2008", "10-30-2015"]
    rows = "".join(f"{one},{other}\n" for one, other in zip(opened, closed, strict=True))
    draft = _draft(tmp_path, {"t.csv": f"opened_on,closed_on\n{rows}"})
    assert draft["resources"][0]["schema"]["primaryKey"] == ["opened_on", "closed_on"]


def test_two_spellings_of_one_value_are_one_part_of_a_key(tmp_path: Path) -> None:
    text = "a_id,b_id\n1,1\n1,2\n2,1\n"
    draft = _draft(tmp_path, {"t.csv": text})
    assert draft["resources"][0]["schema"]["primaryKey"] == ["a_id", "b_id"]
    draft = _draft(tmp_path, {"t.csv": f"{text}+1,+2\n"})
    assert "primaryKey" not in draft["resources"][0]["schema"]


@pytest.mark.parametrize(
    ("keys", "references"),
    [
        (["1", "2", "-0"], ["+1", "0", "1"]),
        (["+1", "+2", "3"], ["+1"]),
        (["1.1.2024", "25.11.2024"], ["25.11.2024"]),
        (["2024-01-01T00:00:00Z", "2024-01-04T00:00:00+01:00"], ["2024-01-01T00:00:00Z"]),
    ],
)
def test_a_reference_may_spell_the_value_of_its_key_in_another_way(
    tmp_path: Path, keys: list[str], references: list[str]
) -> None:
    near, far = ("".join(f"{text},x\n" for text in texts) for texts in (references, keys))
    draft = _draft(tmp_path, {"cities.csv": f"id,name\n{far}", "trips.csv": f"city_id,note\n{near}"})
    assert draft["resources"][1]["schema"]["foreignKeys"] == [
        {"fields": ["city_id"], "reference": {"resource": "cities", "fields": ["id"]}}
    ]
    assert validate_package(_confirmed(tmp_path, draft)).ok


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("2024/1/05", "2024/01/5"),
        ("2024-01-01T10:00:00.1234567Z", "2024-01-01T10:00:00.1234568Z"),
    ],
)
def test_two_spellings_of_one_length_are_one_key(tmp_path: Path, one: str, same: str) -> None:
    draft = _draft(tmp_path, {"t.csv": f"id,note\n{one},x\n{same},x\n"})
    assert "primaryKey" not in draft["resources"][0]["schema"]


def test_a_table_that_cannot_be_named_after_its_file_is_said_with_it(tmp_path: Path) -> None:
    for name in ("мосты.csv", "осмотры.csv", "Cities.csv"):
        (tmp_path / name).write_text("a\n1\n")
    found = infer(sorted(tmp_path.iterdir()), tmp_path / "d.json")
    names = [note.partition(":")[0] for note in found.notes]
    assert names[:3] == ["cities", "table (мосты.csv)", "table-2 (осмотры.csv)"]


def test_files_of_two_encodings_are_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("мост\nШ\n", "windows-1251")
    (tmp_path / "b.csv").write_text("мост\nИ\n", "utf-8")
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    with pytest.raises(
        InferError, match=r"b\.csv:2: not windows-1251\. .* where they have several, save them as UTF-8"
    ):
        infer(files, tmp_path / "d.json", "windows-1251")


def test_an_earlier_draft_may_be_written_over(tmp_path: Path) -> None:
    draft = _draft(tmp_path, {"a.csv": "a\n1\n"})
    (tmp_path / "datapackage.json").write_text(json.dumps(draft))
    assert _draft(tmp_path, {"a.csv": "a\n1\n"}) == draft
    _confirmed(tmp_path, draft).replace(tmp_path / "datapackage.json")
    with pytest.raises(InferError, match="is not a draft"):
        _draft(tmp_path, {"a.csv": "a\n1\n"})


def test_a_draft_is_not_checked(tmp_path: Path) -> None:
    draft = _draft(tmp_path, {"a.csv": "a\n1\n"})
    path = tmp_path / "datapackage.json"
    path.write_text(json.dumps(draft))
    for source in (tmp_path, path):
        with pytest.raises(CommuniqueError, match="this is a draft, so nothing was checked"):
            validate_package(source)
    assert not validate_package(_confirmed(tmp_path, draft)).findings


def test_names_of_tables_differ(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    for path in ("a.csv", "A b.csv", "x/a.csv", "ж.csv"):
        (tmp_path / path).write_text("a\n1\n")
    files = [tmp_path / path for path in ("a.csv", "A b.csv", "x/a.csv", "ж.csv")]
    resources = infer(files, tmp_path / "d.json").descriptor["resources"]
    assert [resource["name"] for resource in resources] == ["a", "a-b", "a-2", "table"]
    assert [resource["path"] for resource in resources] == ["a.csv", "A b.csv", "x/a.csv", "ж.csv"]


_CELLS = (
    *(
        "1",
        "-7",
        "2.5",
        "1,5",
        "007",
        "1e3",
        "true",
        "no",
        "yes",
        "NA",
        "-",
        "",
        "x",
        "É",
        "=1",
        " a",
        "a\nb",
    ),
    *(
        "2024-12-06",
        "2024-02-30",
        "31.12.2024",
        "12/12/2024",
        "13/12/2024",
        "2024-12",
        "2024",
        "15:00",
        "15:00:61",
    ),
    *(
        "2024-12-06T15:00:00Z",
        "2024-12-06 15:00",
        "a@b.c",
        "http://x",
        "{}",
        "[1",
        "[1]",
        "9" * 20,
        "inf",
        "nan",
    ),
    *(
        "Infinity",
        "+",
        "1_000",
        "\N{ARABIC-INDIC DIGIT ONE}",
        "\u00a01",
        "0x1",
        "1.",
        ".5",
        "-0",
        "+0",
        "0000-01-01",
        "24:00:00",
    ),
)


@pytest.mark.no_cover
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_confirmed_draft_takes_its_own_data(data: st.DataObject) -> None:
    """Whatever is guessed, the rows that it was guessed from keep to it."""
    with TemporaryDirectory() as work:
        folder = Path(work)
        for name in ("a", "b"):
            columns = []
            size = data.draw(st.integers(0, 30))
            for _ in range(data.draw(st.integers(1, 3))):
                some = data.draw(st.lists(st.sampled_from(_CELLS), min_size=1, max_size=4))
                shuffle = random.Random(data.draw(st.integers(0, 9)))
                columns.append([shuffle.choice(some) for _ in range(size)])
            labels = data.draw(
                st.lists(
                    st.sampled_from(("id", "a_id", "year", "x", "parent_id")),
                    min_size=len(columns),
                    max_size=len(columns),
                    unique=True,
                )
            )
            frame = pl.DataFrame(
                dict(zip(labels, columns, strict=True)), schema=dict.fromkeys(labels, pl.String)
            )
            frame.write_csv(folder / f"{name}.csv", quote_style="always")
        draft = infer([folder / "a.csv", folder / "b.csv"], folder / "datapackage.json").descriptor
        report = validate_package(_confirmed(folder, draft))
        errors = [finding for finding in report.findings if finding.severity == "error"]
        assert not [finding for finding in errors if finding.code != "blank-row"], errors


def test_a_line_too_long_for_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a\n" + b"x" * (65 << 20) + b"\n")
    with pytest.raises(InferError, match="Is this CSV"):
        infer([tmp_path / "t.csv"], tmp_path / "d.json")
