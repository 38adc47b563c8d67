"""Adoption: an external package as a release with the same values, with every loss reported."""

from __future__ import annotations

import csv
import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from communique.datapackage import CommuniqueError, TargetError, adopt, validate_package, verify
from communique.datapackage.storing.arrow import TYPES

from ..sample_packages import CITIES, MAKERS, Json, package, schema, semicolons, tsv


def rows_of(release: Path, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(release / "data" / f"{table}.parquet").to_pylist()
    return rows


def one(tmp_path: Path, fields: Json, text: str, **more: Any) -> Path:
    table = {"name": "t", "path": "t.csv", "schema": fields, **more}
    return package(tmp_path / "p", table, files={"t.csv": text})


@pytest.mark.parametrize("name", MAKERS)
def test_each_becomes_a_release_that_is_verified_and_valid_and_the_same_each_time(
    tmp_path: Path, name: str
) -> None:
    source = MAKERS[name](tmp_path)
    adopted = adopt(source, tmp_path / "release")
    assert adopted.report.built
    assert verify(tmp_path / "release").findings == ()
    assert validate_package(tmp_path / "release").ok
    sums = (tmp_path / "release" / "SHA256SUMS").read_bytes()
    adopt(source, tmp_path / "again")
    assert (tmp_path / "again" / "SHA256SUMS").read_bytes() == sums


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # frictionless leaves a gzip open
@pytest.mark.parametrize("name", ["tsv", "semicolons", "compressed", "parts", "inline"])
def test_values_are_those_that_frictionless_reads(tmp_path: Path, name: str) -> None:
    source = MAKERS[name](tmp_path)
    adopt(source, tmp_path / "release")
    read: Any = frictionless.Package(str(source / "datapackage.json"))
    tables = sorted((tmp_path / "release" / "data").glob("*.parquet"))
    assert len(tables) == len(read.resources)
    for resource, path in zip(sorted(read.resources, key=lambda each: str(each.name)), tables, strict=True):
        expected = [
            {key: plain(value) for key, value in row.to_dict().items()} for row in resource.read_rows()
        ]
        key = resource.schema.primary_key
        expected.sort(key=lambda row: tuple(row[part] for part in key))
        assert pq.read_table(path).to_pylist() == expected


def plain(value: Any) -> Any:
    """Return a value of frictionless as a release keeps it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime) and value.tzinfo:
        return (value - value.utcoffset()).replace(tzinfo=None)  # type: ignore[operator]  # with a zone there is an offset
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    return value


def test_the_csv_is_in_one_spelling_and_has_the_values_of_the_parquet(tmp_path: Path) -> None:
    adopt(semicolons(tmp_path), tmp_path / "release")
    text = (tmp_path / "release" / "data" / "towns-de.csv").read_text("utf-8")
    assert text == "name,day,sum,open\nMünchen,1999-12-31,1234.5,true\nKöln,,,false\n"
    descriptor = json.loads((tmp_path / "release" / "datapackage.json").read_text("utf-8"))
    resource = descriptor["resources"][0]
    assert (resource["name"], resource["title"]) == ("towns-de", "towns/de")
    day, total, held = resource["schema"]["fields"][1:]
    assert day["constraints"] == {"minimum": "1990-01-01"}
    assert "format" not in day
    assert not {"decimalChar", "groupChar"} & set(total)
    assert (held["trueValues"], held["falseValues"]) == (["true"], ["false"])


FIELDS = {
    "year": ("0044", 44, "0044"),
    "yearmonth": ("2020-01", "2020-01", "2020-01"),
    "duration": ("P1M", "P1M", "P1M"),
    "geopoint": ("27.50, 53.9", "27.5, 53.9", "27.5, 53.9"),
    "geojson": ('{"type": "Point", "coordinates": [1, 2]}',) + ('{"coordinates":[1,2],"type":"Point"}',) * 2,
    "time": ("10:00:00.5", time(10, 0, 0, 500_000), "10:00:00.500"),
    "datetime": ("2024-01-01T01:02:03Z", datetime(2024, 1, 1, 1, 2, 3), "2024-01-01T01:02:03"),
    "date": ("2024-02-29", date(2024, 2, 29), "2024-02-29"),
    "any": ("x", "x", "x"),
    "object": ('{"b": 1, "a": 2}',) + ('{"a":2,"b":1}',) * 2,
    "array": ("[1, 2]",) + ("[1,2]",) * 2,
    "list": ("1,2",) + ('["1","2"]',) * 2,
    "boolean": ("TRUE", True, "true"),
    "integer": ("-7", -7, "-7"),
    "number": ("1e3", 1000.0, "1000"),
    "string": (" x", " x", " x"),
}


@pytest.mark.parametrize("kind", FIELDS)
def test_each_type_has_one_type_of_parquet_and_one_spelling(tmp_path: Path, kind: str) -> None:
    given, value, spelt = FIELDS[kind]
    path = tmp_path / "t.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["a", "b"], [given, "1"], ["", "2"]])
    (tmp_path / "t.json").write_text(json.dumps(schema(("a", kind), ("b", "integer"))))
    adopt(path, tmp_path / "release", tmp_path / "t.json")
    assert [row["a"] for row in rows_of(tmp_path / "release", "t")] == [value, None]
    assert pq.read_schema(tmp_path / "release/data/t.parquet").field("a").type == TYPES[kind]  # type: ignore[index]  # any word for mypy
    with (tmp_path / "release" / "data" / "t.csv").open(newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["a", spelt, ""]
    assert verify(tmp_path / "release").findings == ()


def test_numbers_without_end_and_carriage_returns_survive(tmp_path: Path) -> None:
    adopt(MAKERS["parquet"](tmp_path), tmp_path / "release")
    first, second = rows_of(tmp_path / "release", "rows")
    assert (first["id"], first["x"], first["text"]) == (1, 1.5, None)
    assert math.isnan(second["x"])
    assert (second["at"], second["time"], second["text"]) == (
        datetime(2020, 1, 1, 12),
        time(1, 2, 3, 4),
        "a\rb",
    )


def test_an_empty_text_stays_where_all_rows_have_one_and_is_told_of_where_not(tmp_path: Path) -> None:
    fields = schema(("a", "string"), ("b", "string"), ("c", "integer"), missingValues=["NA"])
    adopted = adopt(one(tmp_path, fields, 'a,b,c\n"",x,1\ny,NA,2\nz,"",3\n'), tmp_path / "release")
    rows = rows_of(tmp_path / "release", "t")
    assert [row["a"] for row in rows] == ["", "y", "z"]
    assert [row["b"] for row in rows] == ["x", None, None]
    assert [str(loss) for loss in adopted.losses] == ["t.b: 1 empty strings, which no cell of a CSV can hold"]
    assert verify(tmp_path / "release").findings == ()
    assert validate_package(tmp_path / "release").ok


def test_digits_that_a_release_has_no_place_for_are_told(tmp_path: Path) -> None:
    fields = schema(("n", "number"), ("d", "datetime"), ("t", "time"))
    kept = "0.1000000000000000000,2024-01-01T00:00:00.123456000,00:00:00.5\n-INF,,\n12345678901234567000,,\n"
    lost = "1234567890123456789012.12,2024-01-01T00:00:00.1234567,00:00:00.000000001\n1e-400,,\n0.12345678901234567891,,\n"
    adopted = adopt(one(tmp_path, fields, f"n,d,t\n{kept}{lost}"), tmp_path / "release")
    place = "numbers have 64 bits, and times have microseconds"
    assert [str(loss) for loss in adopted.losses] == [
        f"t.{name}: digits in {count} of 6 rows: {place}" for name, count in (("n", 3), ("d", 1), ("t", 1))
    ]


def test_digits_are_counted_without_those_of_an_exponent_and_what_stands_around_a_number(
    tmp_path: Path,
) -> None:
    fields = schema(("n", "number"))
    fields["fields"][0]["bareNumber"] = False
    kept = "Rate1234567890123456\n12345678901234.5e3%\n1234567890123456e2\n"
    adopted = adopt(one(tmp_path, fields, f"n\n{kept}Rate12345678901234567891\n"), tmp_path / "release")
    assert [str(loss).partition(":")[2][:22] for loss in adopted.losses] == [" digits in 1 of 4 rows"]


LONG = "0.12345678901234567891"


@pytest.mark.parametrize(
    ("kind", "kept", "lost"),
    [
        ("object", '{"z": 1.10, "a": 12345678901234567891, "\\u0416": 0.1234567890123450}', f'{{"a": {LONG}}}'),
        ("array", "[0.30000000000000004, 1.50E-100]", "[1e-400]"),
        ("geojson", '{"type": "Point", "coordinates": [0.30000000000000004, 0]}',
            f'{{"type": "Point", "coordinates": [{LONG}, 0]}}'),
        ("geopoint", "0.30000000000000004, 2.00000000000000000", f"{LONG}, 1"),
        ("list", "0.30000000000000004,2.00000000000000000", f"{LONG},1"),
    ],
)  # fmt: skip
def test_digits_within_a_structure_are_counted_too(tmp_path: Path, kind: str, kept: str, lost: str) -> None:
    fields = schema(("i", "integer"), ("a", kind, {"itemType": "number"} if kind == "list" else {}))
    cells = [cell.replace('"', '""') for cell in (kept, lost)]
    adopted = adopt(one(tmp_path, fields, 'i,a\n1,"{}"\n2,"{}"\n'.format(*cells)), tmp_path / "release")
    assert [str(loss).partition(":")[2][:22] for loss in adopted.losses] == [" digits in 1 of 2 rows"]


def test_zero_has_no_sign_in_the_parquet_as_it_has_none_in_the_csv(tmp_path: Path) -> None:
    fields = schema(("n", "number"), ("g", "geopoint"))
    adopt(one(tmp_path, fields, 'n,g\n-0.0,"-0, 1"\n'), tmp_path / "release")
    assert str(rows_of(tmp_path / "release", "t")) == "[{'n': 0.0, 'g': '0.0, 1.0'}]"


def test_what_a_release_has_no_place_for_is_listed(tmp_path: Path) -> None:
    fields = {**CITIES, "fieldsMatch": "superset"}
    fields["fields"] = [{**field, "example": "x"} for field in CITIES["fields"]]
    text = "id,City Name,people,more\n1,a,2,b\n"
    source = one(
        tmp_path,
        {**CITIES, "fields": fields["fields"], "fieldsMatch": "subset"},
        text,
        homepage="https://a.org",
    )
    path = source / "datapackage.json"
    content = json.loads(path.read_text())
    path.write_text(
        json.dumps({**content, "spatial": "x", "version": "../1", "licenses": [{"path": "file:///etc"}]})
    )
    adopted = adopt(source, tmp_path / "release")
    assert [str(loss) for loss in adopted.losses] == [
        "licenses: path",
        "version, which is not of the form that a release has",
        "spatial",
        "resources[0]: homepage",
        "resources[0]: the column 'more', which is not a field of the schema",
        "resources[0].schema: example of 3 fields",
    ]


def test_what_is_said_of_a_package_is_carried(tmp_path: Path) -> None:
    about = {
        "title": "Cities",
        "description": "All of them.",
        "version": "2.1",
        "created": "2024-05-06T07:08:09Z",
        "homepage": "https://example.org",
        "keywords": ["a"],
        "licenses": [
            {"name": "CC0-1.0", "path": "https://example.org/cc0"},
            {"path": "https://example.org/other"},
        ],
        "contributors": [{"title": "A. B.", "role": "author", "email": "a@example.org"}],
        "sources": [{"title": "S", "path": "https://example.org/s"}],
    }
    table = {"name": "t", "path": "t.csv", "description": "One a row.", "schema": schema(("a", "integer"))}
    source = package(tmp_path / "p", table, files={"t.csv": "a\n1\n"}, **about)
    assert adopt(source, tmp_path / "release").losses == ()
    made = json.loads((tmp_path / "release" / "datapackage.json").read_text("utf-8"))
    expected = {**about, "contributors": [{"title": "A. B.", "roles": ["author"], "email": "a@example.org"}]}
    assert {key: made[key] for key in expected} == expected
    assert made["resources"][0]["description"] == "One a row."
    assert "2024-05-06" in (tmp_path / "release" / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    "authors", [[], [{"title": "A. B.", "roles": ["author"]}]], ids=["nobody", "somebody"]
)
def test_the_readme_names_the_files_that_are_there(tmp_path: Path, authors: list[Json]) -> None:
    table = {"name": "t", "path": "t.csv", "schema": schema(("a", "integer"))}
    source = package(tmp_path / "p", table, files={"t.csv": "a\n1\n"}, title="T", contributors=authors)
    adopt(source, tmp_path / "out")
    text = (tmp_path / "out" / "README.md").read_text("utf-8")
    there = [
        str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()
    ]
    unnamed = {"README.md", "report.json", *(name for name in there if name.startswith("data/t."))}
    assert {name for name in [*there, "CITATION.cff"] if f"`{name}`" in text} == {*there} - unnamed
    assert ("CITATION.cff" in there) is bool(authors)


@pytest.mark.parametrize("term", [None, "http://purl.org/dc/terms/title", "schema:name"])
def test_the_readme_tells_of_our_terms_where_they_are(tmp_path: Path, term: str | None) -> None:
    field = {"name": "a", "type": "integer"} | ({"rdfType": term} if term else {})
    table = {"name": "t", "path": "t.csv", "schema": {"fields": [field]}}
    adopt(package(tmp_path / "p", table, files={"t.csv": "a\n1\n"}), tmp_path / "out")
    text = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert ("names terms of schema.org" in text) is (term == "schema:name")


def test_a_key_is_never_said_to_be_empty(tmp_path: Path) -> None:
    table = {
        "name": "t",
        "path": "t.csv",
        "schema": schema(("a", "integer"), ("b", "integer"), primaryKey="a"),
    }
    adopt(package(tmp_path / "p", table, files={"t.csv": "a,b\n1,\n"}), tmp_path / "out")
    text = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "| `a` | integer |" in text
    assert "| `b` | integer, may be empty |" in text


def test_keys_and_references_are_carried_and_verified_also_to_what_is_no_primary_key(tmp_path: Path) -> None:
    near = {"fields": ["x"], "reference": {"resource": "far", "fields": ["y"]}}
    source = package(
        tmp_path / "p",
        {"name": "far", "path": "far.csv", "schema": schema(("y", "integer"), uniqueKeys=[["y"]])},
        {"name": "near", "path": "near.csv", "schema": schema(("x", "integer"), foreignKeys=[near])},
        files={"far.csv": "y\n2\n1\n", "near.csv": "x\n1\n"},
    )
    release = tmp_path / "release"
    adopt(source, release)
    assert verify(release).ok
    path = release / "data" / "near.csv"
    path.write_text("x\n3\n")
    codes = verify(release).counts
    assert codes["foreign-key"] == 1
    assert codes["hash-count"] >= 1


def test_a_changed_value_of_a_release_that_was_adopted_is_found(tmp_path: Path) -> None:
    release = tmp_path / "release"
    adopt(MAKERS["parts"](tmp_path), release)
    pq.write_table(pa.table({"a": [1, 2, 1], "b": ["x", None, "y"]}), release / "data" / "whole.parquet")
    found = verify(release)
    assert found.counts["format-mismatch"] == 1
    assert next(each for each in found.findings if each.code == "format-mismatch").key == "3"


def test_data_with_errors_gives_the_findings_of_validate_and_no_release(tmp_path: Path) -> None:
    source = one(tmp_path, schema(("a", "integer")), "a\nx\n1\n")
    adopted = adopt(source, tmp_path / "release")
    assert adopted.report == validate_package(source)
    assert adopted.report.counts == {"type-error": 1}
    assert not (tmp_path / "release").exists()


@pytest.mark.parametrize(
    ("name", "constraints", "code"),
    [("a", {"pattern": "(?=x)x"}, "field-error"), ("*", {"pattern": "y"}, "constraint-error")],
)
def test_what_no_release_can_have_is_no_reason_to_say_nothing_of_errors(
    tmp_path: Path, name: str, constraints: Json, code: str
) -> None:
    source = one(tmp_path, schema((name, "string", {"constraints": constraints})), f"{name}\nx\n")
    adopted = adopt(source, tmp_path / "release")
    assert adopted.report == validate_package(source)
    assert adopted.report.counts == {code: 1}
    assert not (tmp_path / "release").exists()


@pytest.mark.parametrize("name", ["*", "^a$", "a\tb"])
def test_a_name_that_no_column_of_a_release_can_have_is_refused(tmp_path: Path, name: str) -> None:
    source = package(tmp_path / "p", {"name": "t", "data": [{name: 1}], "schema": schema((name, "integer"))})
    with pytest.raises(CommuniqueError, match="Rename the field"):
        adopt(source, tmp_path / "release")
    assert not (tmp_path / "release").exists()


def test_another_release_is_only_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    adopt(tsv(tmp_path), tmp_path / "release")
    with pytest.raises(TargetError, match="another release"):
        adopt(semicolons(tmp_path), tmp_path / "release")


def test_the_package_is_never_replaced_by_its_release(tmp_path: Path) -> None:
    source = tsv(tmp_path)
    before = sorted(source.iterdir())
    with pytest.raises(TargetError, match="Give another folder"):
        adopt(source, source)
    assert sorted(source.iterdir()) == before


def in_two_formats(folder: Path, parquet: list[int], **more: object) -> Path:
    """Make a package with a table in two formats. more: properties of the schema of the second one alone."""
    fields = schema(("a", "integer"), primaryKey=["a"])
    near = {"fields": "b", "reference": {"resource": "t-parquet", "fields": "a"}}
    folder.mkdir()
    pq.write_table(pa.table({"a": parquet}), folder / "t.parquet")
    return package(
        folder / "p",
        {"name": "t", "path": "t.csv", "schema": fields},
        {"name": "t-parquet", "path": "t.parquet", "schema": {**fields, **more}},
        {"name": "u", "path": "u.csv", "schema": schema(("b", "integer"), foreignKeys=[near])},
        files={
            "t.csv": "a\n2\n1\n",
            "t.parquet": (folder / "t.parquet").read_bytes(),
            "u.csv": "b\n1\n",
        },
    )


def test_a_table_in_two_formats_is_one_table(tmp_path: Path) -> None:
    source = in_two_formats(tmp_path / "two", [1, 2])
    adopted = adopt(source, tmp_path / "release")
    assert [table.table for table in adopted.report.tables] == ["t", "t-parquet", "u"]
    files = {path.name for path in (tmp_path / "release" / "data").iterdir()}
    assert files == {"t.csv", "t.parquet", "u.csv", "u.parquet", "csv-metadata.json"}
    assert verify(tmp_path / "release").findings == ()
    adopt(tmp_path / "release" / "datapackage.json", tmp_path / "again")
    for name in ("t", "u"):
        ours, theirs = (tmp_path / made / "data" / f"{name}.csv" for made in ("release", "again"))
        assert ours.read_bytes() == theirs.read_bytes()
    assert not (tmp_path / "again" / "data" / "t-2.csv").exists()


def test_keys_that_only_the_second_of_two_formats_has_are_listed_as_lost(tmp_path: Path) -> None:
    own = {"fields": "a", "reference": {"resource": "u", "fields": "b"}}
    source = in_two_formats(tmp_path / "two", [1, 2], uniqueKeys=[["a"]])
    (loss,) = adopt(source, tmp_path / "release").losses
    assert str(loss) == "t-parquet: uniqueKeys that t, the same table in another format, does not have"
    source = in_two_formats(tmp_path / "three", [1, 2], foreignKeys=[own])
    assert adopt(source, tmp_path / "other").report.counts["foreign-key"] == 1


def test_a_table_in_two_formats_with_other_rows_is_refused(tmp_path: Path) -> None:
    source = in_two_formats(tmp_path / "two", [1, 3])
    with pytest.raises(CommuniqueError, match="rows differ"):
        adopt(source, tmp_path / "release")
    assert not (tmp_path / "release").exists()


def test_a_reference_to_a_table_of_another_package_is_an_error_and_no_crash(tmp_path: Path) -> None:
    away = {"fields": "a", "reference": {"package": "../far.json", "resource": "far", "fields": "b"}}
    source = one(tmp_path, schema(("a", "integer"), foreignKeys=[away]), "a\n1\n")
    assert adopt(source, tmp_path / "release").report.counts["table-schema-error"] == 1


def test_a_column_that_was_taken_from_a_release_is_a_finding_whatever_its_type(tmp_path: Path) -> None:
    fields = schema(("id", "integer"), ("at", "time"), ("ok", "boolean"), primaryKey="id")
    adopt(one(tmp_path, fields, "id,at,ok\n1,01:02:03,true\n"), tmp_path / "release")
    (tmp_path / "release" / "data" / "t.csv").write_text("id\n1\n")
    assert {"missing-label", "hash-count"} <= set(verify(tmp_path / "release").counts)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_row_without_any_value_is_valid_and_is_no_row_of_a_release(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"t.{form}"
    rows = {"a": ["1", None], "b": ["x", None]}
    if form == "csv":
        path.write_text("a,b\n1,x\nNA,NA\n")
    else:
        pq.write_table(pa.table(rows), path)
    schema = {"fields": [{"name": "a"}, {"name": "b"}], "missingValues": ["NA"]}
    resource = {"name": "t", "type": "table", "path": path.name, "schema": schema}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}))
    assert validate_package(tmp_path).ok
    adopted = adopt(tmp_path, tmp_path / "out")
    assert [(one.code, one.row) for one in adopted.report.findings] == [("blank-row", 3)]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("first", ["x", "NA"])
def test_a_row_of_empty_texts_alone_is_no_row_of_a_release(tmp_path: Path, first: str) -> None:
    fields = schema(("a", "string"), ("b", "string"), missingValues=["NA"])
    adopted = adopt(one(tmp_path, fields, f"a,b\n{first},y\n,NA\n"), tmp_path / "out")
    assert [(one.code, one.row) for one in adopted.report.findings] == [("blank-row", 3)]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("names", [["con"], ["NUL"], ["x", "x-parquet-parquet"], ["x-parquet", "x"]])
def test_whatever_tables_are_called_their_release_is_valid(tmp_path: Path, names: list[str]) -> None:
    fields = schema(("a", "string"))
    tables = [{"name": name, "path": f"{n}.csv", "schema": fields} for n, name in enumerate(names)]
    files: dict[str, str | bytes] = {f"{n}.csv": f"a\n{n}\n" for n in range(len(names))}
    adopt(package(tmp_path / "p", *tables, files=files), tmp_path / "release")
    assert verify(tmp_path / "release").findings == ()
    assert validate_package(tmp_path / "release" / "datapackage.json").ok


@pytest.mark.parametrize("key", ["licenses", "contributors", "sources"])
def test_what_is_no_list_in_a_descriptor_is_a_finding_of_build_too(tmp_path: Path, key: str) -> None:
    about: Json = {key: 5}
    source = package(tmp_path / "p", {"name": "t", "data": [{"a": 1}], "schema": CITIES}, **about)
    assert not adopt(source, tmp_path / "release").report.ok


@pytest.mark.parametrize("path", ["", ".", "/", "..gz"])
def test_a_path_without_a_name_is_a_finding_of_build_too(tmp_path: Path, path: str) -> None:
    source = package(tmp_path / "p", {"name": "t", "path": path, "schema": CITIES})
    assert set(adopt(source, tmp_path / "release").report.counts) & {"unsafe-path"}


def test_nul_in_parquet_is_a_finding_as_it_is_in_csv(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["x\0y", "z"]}), tmp_path / "t.parquet")
    table = {"name": "t", "path": "t.parquet", "schema": schema(("a", "string"))}
    source = package(tmp_path / "p", table, files={"t.parquet": (tmp_path / "t.parquet").read_bytes()})
    assert [
        (each.code, each.row) for each in validate_package(source).findings if each.severity == "error"
    ] == [("nul-byte", 2)]


def test_an_empty_text_that_is_referred_to_is_never_dropped(tmp_path: Path) -> None:
    key = {"fields": ["a"], "reference": {"resource": "far", "fields": ["a"]}}
    near = schema(("a", "string"), ("b", "string"), foreignKeys=[key], missingValues=[])
    far = schema(("a", "string"), ("b", "string"), missingValues=["NA"])
    tables = [
        {"name": n, "path": f"{n}.csv", "schema": fields} for n, fields in (("near", near), ("far", far))
    ]
    files: dict[str, str | bytes] = {"near.csv": 'a,b\n"",1\n', "far.csv": 'a,b\n"",1\nx,2\n'}
    adopt(package(tmp_path / "p", *tables, files=files), tmp_path / "release")
    assert verify(tmp_path / "release").findings == ()
    files["far.csv"] = 'a,b\n"",1\nNA,2\n'
    source = package(tmp_path / "q", *tables, files=files)
    with pytest.raises(CommuniqueError, match="Replace the empty string by another value"):
        adopt(source, tmp_path / "another")
    assert not (tmp_path / "another").exists()


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        (("a", "list", {"itemType": "integer"}), ["1,2", "01,2"]),
        (("a", "time", {"format": "%H:%M:%S.%f"}), ["10:00:00.0000001", "10:00:00.0000002"]),
    ],
)
def test_keys_that_are_one_in_a_release_are_one_to_validate(
    tmp_path: Path, field: tuple[str, str, Json], cells: list[str]
) -> None:
    quoted = [f'"{cell}"' for cell in cells]
    twice = one(tmp_path, schema(field, primaryKey="a"), "\n".join(["a", *quoted, ""]))
    assert [finding.code for finding in validate_package(twice).findings] == ["primary-key"]
    once = one(tmp_path / "once", schema(field, primaryKey="a"), f"a\n{quoted[0]}\n")
    assert adopt(once, tmp_path / "release").report.built
    assert verify(tmp_path / "release").findings == ()


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        (("a", "list", {"constraints": {"enum": [["x", "y"], "z"]}}), ["x,y", "z"]),
        (("a", "number", {"constraints": {"enum": ["NaN", 1]}}), ["NaN", "1"]),
        (("a", "number", {"constraints": {"minimum": "-INF", "maximum": "INF"}}), ["INF", "1"]),
        (("a", "year", {}), ["0044", "-0044", "12345"]),
    ],
)
def test_a_release_is_a_valid_package_by_itself(
    tmp_path: Path, field: tuple[str, str, Json], cells: list[str]
) -> None:
    quoted = [f'"{cell}"' for cell in cells]
    adopt(one(tmp_path, schema(field), "\n".join(["a", *quoted, ""])), tmp_path / "release")
    assert verify(tmp_path / "release").findings == ()
    assert validate_package(tmp_path / "release" / "datapackage.json").ok


def test_an_empty_text_of_parquet_is_a_value_where_the_schema_says_so(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["", "z"], "b": [1, 2]}), tmp_path / "t.parquet")
    fields = schema(("a", "string", {"constraints": {"required": True}}), ("b", "integer"))
    files: dict[str, str | bytes] = {"t.parquet": (tmp_path / "t.parquet").read_bytes()}
    table = {"name": "t", "path": "t.parquet", "schema": {**fields, "missingValues": []}}
    adopt(package(tmp_path / "p", table, files=files), tmp_path / "release")
    assert [row["a"] for row in rows_of(tmp_path / "release", "t")] == ["", "z"]
    none = package(tmp_path / "none", {**table, "schema": fields}, files=files)
    assert [finding.code for finding in validate_package(none).findings] == ["constraint-error"]


def test_each_contributor_and_what_a_schema_says_of_itself_is_carried_or_listed(tmp_path: Path) -> None:
    fields = [
        {**CITIES["fields"][0], "missingValues": [{"value": "", "label": "omitted"}]},
        *CITIES["fields"][1:],
    ]
    missing = [{"value": "", "label": "omitted"}, {"value": "-", "label": "refused"}]
    schema = {**CITIES, "fields": fields, "missingValues": missing, "title": "a", "description": "b"}
    source = one(tmp_path, schema, "id,City Name,people\n1,a,2\n")
    path = source / "datapackage.json"
    contributors = [{"name": "A", "web": "b"}, {"email": "a@example.org"}, {"title": "B", "name": "C"}]
    path.write_text(json.dumps({**json.loads(path.read_text()), "contributors": contributors}))
    adopted = adopt(source, tmp_path / "release")
    release = json.loads((tmp_path / "release/datapackage.json").read_text())
    assert release["contributors"] == [{"title": "A"}, {"title": "B"}]
    told = {str(loss) for loss in adopted.losses}
    assert told >= {
        *("contributors: web", "contributors: email", "contributors: name"),
        "resources[0].schema: title, description, labels of missingValues",
        "resources[0].schema: labels of missingValues of 1 field",
    }
