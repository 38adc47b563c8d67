"""Exports contain the rows of the release, as other programs read them, with their constraints."""

from __future__ import annotations

import csv
import gc
import json
import re
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest
from openpyxl.utils.escape import unescape

from communique.datapackage import ExportError, ReleaseError, TargetError, export, pack
from communique.datapackage.exports.xlsx import CHARACTERS, ROWS
from communique.datapackage.forms import FORMS
from communique.schemas import SCHEMAS

from ...conftest import ROOT
from ...releases import covered_up
from .made import Made, release_of

UNION = ROOT / "output" / "union-state"
VERSION: str = json.loads((UNION / "datapackage.json").read_text("utf-8"))["version"]
TEXTS = [
    "=1+1",
    "+A1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "_x0041_",
    "two\nlines",
    'a "quote", a comma',
    "Мишустин",
    "😀",
    "https://example.org",
    " edges ",
    "'; DROP TABLE x; --",
    "null",
    "01",
    "2020-01-01",
]
AWKWARD = pl.DataFrame(
    {
        "select": [f"k{number:02}" for number in range(len(TEXTS))],
        "Order": TEXTS,
        "from": [None, "k00", "k02", *["k15"] * (len(TEXTS) - 3)],
        "date": [
            date(1, 1, 1),
            date(1900, 2, 28),
            date(1900, 3, 1),
            date(9999, 12, 31),
            *[None] * (len(TEXTS) - 4),
        ],
        "is": [True, False, *[None] * (len(TEXTS) - 2)],
        "int": [2**63 - 1, -(2**63), 10**15, -(10**15) + 1, *range(len(TEXTS) - 4)],
    },
    schema={
        "select": pl.String,
        "Order": pl.String,
        "from": pl.String,
        "date": pl.Date,
        "is": pl.Boolean,
        "int": pl.Int64,
    },
)


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release with hostile names and values, references to the table itself, and a circle of tables."""
    circle = pl.DataFrame({"id": ["k00", "k01"], "to": ["k01", "k00"]})
    return release_of(
        tmp_path_factory.mktemp("made") / "made",
        {
            "group": Made(
                AWKWARD, "select", {"from": "group"}, "*/ -- '); DROP\nTABLE \u202e x; \x00\u2028 y"
            ),
            "a.b-c": Made(circle, "id", {"to": "history"}),
            "history": Made(circle, "id", {"to": "a.b-c"}),
            "_codes": Made(circle.select("id"), "id", {"id": "group"}),
            "a-very-long-name-of-a-table-number-1": Made(circle.select("id"), "id"),
            "a-very-long-name-of-a-table-number-2": Made(circle.select("id"), "id"),
        },
    )


def told(value: object) -> str:
    """Return a value as the CSV of a release has it."""
    if isinstance(value, datetime):
        value = value.date()
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def of_csv(release: Path, table: str) -> list[list[str]]:
    with (release / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def tables_of(release: Path) -> list[str]:
    content = json.loads((release / "datapackage.json").read_text("utf-8"))
    return [resource["name"] for resource in content["resources"] if resource["format"] == "csv"]


def of_duckdb(path: Path, table: str, release: Path) -> list[list[str]]:
    with duckdb.connect(path, read_only=True) as database:
        found = database.execute(f'SELECT * FROM "{table}"')
        return [
            [column[0] for column in found.description],
            *([told(cell) for cell in row] for row in found.fetchall()),
        ]


def of_sqlite(path: Path, table: str, release: Path) -> list[list[str]]:
    with closing(sqlite3.connect(path)) as database:
        kinds = [kind for _, _, kind, *_ in database.execute(f'PRAGMA table_info("{table}")')]
        found = database.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in found.description]
        return [
            names,
            *(
                [
                    told(cell if cell is None or kind != "BOOLEAN" else bool(cell))
                    for cell, kind in zip(row, kinds, strict=True)
                ]
                for row in found
            ),
        ]


def of_xlsx(path: Path, table: str, release: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).worksheets[1 + tables_of(release).index(table)]
    return [[unescape(told(cell)) for cell in row] for row in sheet.iter_rows(values_only=True)]


def of_jsonl(path: Path, table: str, release: Path) -> list[list[str]]:
    rows = [json.loads(line) for line in (path / f"{table}.jsonl").read_text("utf-8").splitlines()]
    return [list(rows[0]), *([told(cell) for cell in row.values()] for row in rows)]


READERS: dict[str, Callable[[Path, str, Path], list[list[str]]]] = {
    "duckdb": of_duckdb,
    "sqlite": of_sqlite,
    "xlsx": of_xlsx,
    "jsonl": of_jsonl,
}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, awkward: Path) -> dict[tuple[str, Path], Path]:
    """Return the exports of both releases, by form and release."""
    folder = tmp_path_factory.mktemp("exported")
    return {
        (form, release): export(release, form, folder / f"{release.name}.{form}", SCHEMAS.views)
        for form in FORMS
        for release in (UNION, awkward)
    }


@pytest.fixture(params=["union-state", "made"])
def release(request: pytest.FixtureRequest, awkward: Path) -> Path:
    return awkward if request.param == "made" else UNION


Exported = dict[tuple[str, Path], Path]


@pytest.mark.no_cover
@pytest.mark.parametrize("form", FORMS)
def test_every_cell_is_as_in_the_csv(form: str, release: Path, exported: Exported) -> None:
    for table in tables_of(release):
        assert READERS[form](exported[form, release], table, release) == of_csv(release, table), table


@pytest.fixture(params=["duckdb", "sqlite"])
def run(
    request: pytest.FixtureRequest, exported: Exported, tmp_path: Path
) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Return a function that runs SQL over a copy of the export of union-state, by each engine."""
    copy = Path(shutil.copy(exported[request.param, UNION], tmp_path))
    if request.param == "duckdb":
        with duckdb.connect(copy) as database:
            yield lambda sql: database.execute(sql).fetchall()
    else:
        with closing(sqlite3.connect(copy)) as other:
            other.execute("PRAGMA foreign_keys = ON")
            yield lambda sql: other.execute(sql).fetchall()


Run = Callable[[str], list[tuple[Any, ...]]]
COUNTRY = "INSERT INTO persons VALUES ('x', 'X', NULL, {})"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO citations VALUES ('persons', 'x', 'no-source')",
        "INSERT INTO participants SELECT * FROM participants LIMIT 1",
        "DELETE FROM persons",
        "INSERT INTO persons VALUES (NULL, 'X', NULL, 'BY')",
        COUNTRY.format("NULL"),
        COUNTRY.format("'Belarus'"),
        "UPDATE meetings SET start_date = '2024-02-30' WHERE meeting_id = 'ssc-2024-12-06'",
        "UPDATE initiative_events SET at_meeting = 'maybe'",
    ],
)
def test_a_database_refuses_rows_that_the_release_would_not_have(statement: str, run: Run) -> None:
    run(COUNTRY.format("'BY'"))
    with pytest.raises((duckdb.Error, sqlite3.IntegrityError)):
        run(statement)


def test_both_databases_have_types_and_keys_and_comments(exported: Exported) -> None:
    with duckdb.connect(exported["duckdb", UNION], read_only=True) as database:
        kinds = dict(
            database.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'initiative_events'"
            ).fetchall()
        )
        assert (kinds["event_date"], kinds["at_meeting"], kinds["note"]) == ("DATE", "BOOLEAN", "VARCHAR")
        keys = database.execute(
            "SELECT constraint_type, count(*) FROM duckdb_constraints() GROUP BY 1"
        ).fetchall()
        unique = sum(len(table.unique_keys) for table in SCHEMAS.tables)
        assert {"PRIMARY KEY": len(SCHEMAS.tables), "UNIQUE": unique}.items() <= dict(keys).items()
        comments = database.execute(
            "SELECT comment FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal AND"
            " table_name IN (SELECT table_name FROM _tables)"
        ).fetchall()
        assert all(comment for (comment,) in comments)
        followed = database.execute(
            "SELECT comment FROM duckdb_columns() WHERE column_name = 'followed_by'"
        ).fetchone()
        assert followed
        assert followed[0].endswith("Refers to meetings.meeting_id.")
    with closing(sqlite3.connect(exported["sqlite", UNION])) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []
        references = {row[2] for row in other.execute("PRAGMA foreign_key_list(meetings)")}
        assert references == {"organizations", "meetings"}
        text = other.execute("SELECT sql FROM sqlite_master WHERE name = 'meetings'").fetchone()[0]
        assert '"status" TEXT NOT NULL CHECK ("status" IN (' in text
        assert "-- Status: What became of the meeting." in text


@pytest.mark.parametrize("form", ["duckdb", "sqlite", "xlsx"])
def test_four_tables_say_what_the_data_are(form: str, exported: Exported) -> None:
    path = exported[form, UNION]

    def read(name: str) -> list[list[str]]:
        if form == "xlsx":
            return [
                [told(cell) for cell in row]
                for row in openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
            ]
        return READERS[form](path, name, UNION)

    about = dict(read("_about")[1:])
    assert about["version"] == VERSION
    assert about["cite_as"].startswith("The Communique project (20")
    rows = {row[0]: row[3] for row in read("_tables")}
    assert rows["meetings"] == str(pl.scan_parquet(UNION / "data" / "meetings.parquet").collect().height)
    columns = {(row[0], row[1]): row for row in read("_columns")}
    assert columns["participants", "person_id"][4:8] == ["string", "yes", "yes", "persons.person_id"]
    assert columns["claims", "paragraph"][8] == "at least 1"
    assert ["meetings", "status", "held", "Held"] in read("_codes")


def test_a_table_with_the_name_of_such_a_table_keeps_it(exported: Exported, awkward: Path) -> None:
    for form in ("duckdb", "sqlite"):
        assert READERS[form](exported[form, awkward], "_codes", awkward) == of_csv(awkward, "_codes")
        assert READERS[form](exported[form, awkward], "__codes", awkward)[0][0] == "table_name"
    names = openpyxl.load_workbook(exported["xlsx", awkward]).sheetnames
    assert names == [
        "_about",
        "group",
        "a.b-c",
        "history-2",
        "_codes",
        "a-very-long-name-of-a-table-num",
        "a-very-long-name-of-a-table-2",
        "_tables",
        "_columns",
        "__codes",
    ]


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(exported: Exported, awkward: Path) -> None:
    sheet = openpyxl.load_workbook(exported["xlsx", awkward])["group"]
    for row in sheet.iter_rows(min_row=2):
        assert row[1].data_type == "s"
        assert row[1].hyperlink is None
        assert bool(row[1].quotePrefix) == str(row[1].value).startswith(("=", "+", "-", "@", "\t")), row[
            1
        ].value
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("form", ["sqlite", "xlsx", "zip"])
def test_the_same_release_gives_the_same_bytes(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(UNION, tmp_path / "packed.zip")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    paths = [tmp_path / f"{name}.{form}" for name in "ab"]
    for path, place in zip(paths, (UNION, tmp_path / "packed.zip"), strict=True):
        export(place, "jsonl" if form == "zip" else form, path, SCHEMAS.views)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_jsonl_says_what_its_files_are(exported: Exported, tmp_path: Path) -> None:
    import jsonschema

    folder = exported["jsonl", UNION]
    note = json.loads((folder / "jsonl-schema.json").read_text("utf-8"))
    assert (note["version"], note["license"]) == (VERSION, "CC-BY-4.0")
    for table in note["tables"].values():
        validator = jsonschema.Draft202012Validator(table["row"])
        lines = (folder / table["path"]).read_text("utf-8").splitlines()
        assert len(lines) == table["rows"]
        for line in lines:
            validator.validate(json.loads(line))
    packed = export(UNION, "jsonl", tmp_path / "x.zip")
    with zipfile.ZipFile(packed) as archive:
        assert sorted(archive.namelist()) == sorted(path.name for path in folder.iterdir())
        assert all(archive.read(path.name) == path.read_bytes() for path in folder.iterdir())
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_what_is_exported_is_never_replaced(tmp_path: Path) -> None:
    table, schema = tmp_path / "t.csv", tmp_path / "s.json"
    table.write_text("id\n1\n", "utf-8")
    schema.write_text('{"fields": [{"name": "id", "type": "integer"}]}', "utf-8")
    (tmp_path / "link").symlink_to(table)
    for target in (table, schema, tmp_path / "link"):
        with pytest.raises(TargetError, match="is part of what is exported"):
            export(table, "sqlite", target, force=True, schema=schema)
    archive = pack(UNION, tmp_path / "release.zip")
    with pytest.raises(TargetError, match="is part of what is exported"):
        export(archive, "jsonl", archive, force=True)
    assert table.read_text("utf-8") == "id\n1\n"


def test_what_is_there_stays_unless_force_is_said(tmp_path: Path) -> None:
    for form in FORMS:
        target = tmp_path / f"x.{form}"
        export(UNION, form, target)
        with pytest.raises(TargetError, match="already exists"):
            export(UNION, form, target)
        export(UNION, form, target, force=True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    for form in FORMS:
        with pytest.raises(TargetError):
            export(UNION, form, tmp_path / "mine", force=True)
    with pytest.raises(TargetError, match="there is no folder"):
        export(UNION, "sqlite", tmp_path / "no" / "x.sqlite")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "mine",
        *sorted(f"x.{form}" for form in FORMS),
    ]
    assert (tmp_path / "mine" / "notes.txt").exists()


def test_a_table_that_is_called_as_an_index_might_be_is_exported(tmp_path: Path) -> None:
    rows = pl.DataFrame({"id": ["a"]})
    referring = Made(rows, "id", {"id": "one"})
    tables = {"one": Made(rows, "id"), "two": referring, "two-reference-1": referring}
    path = export(release_of(tmp_path / "made", tables), "sqlite", tmp_path / "x.sqlite", ())
    with closing(sqlite3.connect(path)) as database:
        found = database.execute(
            "SELECT type, count(*) FROM sqlite_master WHERE sql <> '' GROUP BY 1"
        ).fetchall()
    assert dict(found)["index"] == 2


def test_a_form_that_there_is_not_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"no format 'csvv'.* duckdb, sqlite, xlsx, jsonl\."):
        export(UNION, "csvv", tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_named_after_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert export(UNION, "sqlite").absolute() == tmp_path / f"union-state-{VERSION}.sqlite"


def _broken(tmp_path: Path, rows: pl.DataFrame, refers: str) -> Path:
    other = pl.DataFrame({"id": ["a"]})
    return release_of(
        tmp_path / "broken", {"one": Made(rows, "id", {"to": refers}), "two": Made(other, "id")}
    )


@pytest.mark.parametrize("form", ["duckdb", "sqlite"])
@pytest.mark.parametrize("refers", ["one", "two"])
def test_a_lost_reference_is_refused_and_nothing_is_written(form: str, refers: str, tmp_path: Path) -> None:
    release = _broken(tmp_path, pl.DataFrame({"id": ["a", "b"], "to": ["a", "lost"]}), refers)
    (tmp_path / f"x.{form}").write_text("old")
    with pytest.raises(ExportError):
        export(release, form, tmp_path / f"x.{form}", force=True)
    assert (tmp_path / f"x.{form}").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", f"x.{form}"]


def test_a_damaged_release_is_refused(tmp_path: Path) -> None:
    release = Path(shutil.copytree(UNION, tmp_path / "release"))
    path = release / "data" / "persons.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    with pytest.raises(ReleaseError, match=r"hash-count at data/persons\.parquet"):
        export(release, "jsonl", tmp_path / "x")
    shutil.copy(release / "data" / "meetings.parquet", path)
    covered_up(release)
    with pytest.raises(ReleaseError, match="its columns are not those of the descriptor"):
        export(release, "jsonl", tmp_path / "x")
    persons = pl.read_csv(release / "data" / "persons.csv", infer_schema=False)
    persons.head(3).write_parquet(path)
    covered_up(release)
    with pytest.raises(ReleaseError, match=f"the descriptor says {len(persons)} rows, found 3"):
        export(release, "jsonl", tmp_path / "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release"]


def test_a_release_without_parquet_is_refused(tmp_path: Path) -> None:
    release = release_of(tmp_path / "made", {"one": Made(pl.DataFrame({"id": ["a"]}), "id")})
    (release / "data" / "one.parquet").unlink()
    content = json.loads((release / "datapackage.json").read_text("utf-8"))
    content["resources"].pop()
    (release / "datapackage.json").write_text(json.dumps(content))
    covered_up(release, descriptor_too=False)
    with pytest.raises(ReleaseError, match="has no Parquet of one"):
        export(release, "jsonl", tmp_path / "x")


def test_what_does_not_go_into_a_workbook_is_refused(tmp_path: Path) -> None:
    many = release_of(tmp_path / "many", {"one": Made(pl.DataFrame({"id": range(ROWS)}), "id")})
    with pytest.raises(ExportError, match=r"one: has 1,048,576 rows .* room for 1,048,575"):
        export(many, "xlsx", tmp_path / "x")
    for letter, more in (("x", 1), ("😀", CHARACTERS // 2 + 1 - CHARACTERS)):
        rows = pl.DataFrame({"id": ["a", letter * (CHARACTERS + more)]})
        long = release_of(tmp_path / f"long-{more}", {"one": Made(rows, "id")})
        with pytest.raises(ExportError, match=f"one, row 2, id: has {CHARACTERS + 1:,} characters"):
            export(long, "xlsx", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def of_numbers(folder: Path, numbers: list[float | None], required: str = "", key: str = "id") -> Path:
    """Return a release with a table of numbers `v`."""
    rows = pl.DataFrame({"id": [f"k{number}" for number in range(len(numbers))], "v": numbers})
    return release_of(folder / "numbers", {"t": Made(rows, key, required=required)})


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("form", "numbers", "required", "key", "told"),
    [
        (
            "jsonl",
            [1.5, INF],
            "",
            "id",
            "t, row 2, v: is INF, which JSON does not have. Export to duckdb or xlsx",
        ),
        ("jsonl", [None, NAN, 1.0, -INF], "", "id", "t, row 4, v: is -INF, which JSON does not have"),
        (
            "jsonl",
            [1.5, NAN],
            "v",
            "id",
            "t, row 2, v: is NaN, which JSON does not have where a value is required",
        ),
        (
            "sqlite",
            [NAN, 1.5],
            "v",
            "id",
            "t, row 1, v: is NaN, which SQLite does not have where a value is req",
        ),
        (
            "sqlite",
            [1.5, NAN],
            "",
            "v",
            "t, row 2, v: is NaN, which SQLite does not have where a value is requ",
        ),
        ("jsonl", [*[1.5] * 200_000, INF], "", "id", "t, row 200001, v: is INF"),
    ],
)
def test_a_number_that_a_form_does_not_have_is_refused(
    form: str, numbers: list[float | None], required: str, key: str, told: str, tmp_path: Path
) -> None:
    release = of_numbers(tmp_path, numbers, required, key)
    for name in (form, f"{form}.zip"):
        with pytest.raises(ExportError, match=re.escape(told)):
            export(release, form, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["numbers"]


def test_numbers_that_a_form_has_are_written_and_nan_is_null(tmp_path: Path) -> None:
    release = of_numbers(tmp_path, [1.5, NAN, None])
    lines = of_jsonl(export(release, "jsonl", tmp_path / "j"), "t", release)
    assert [cell for _, cell in lines] == ["v", "1.5", "", ""]
    infinite = of_numbers(tmp_path / "more", [-INF, INF, 1.5], "v")
    found = of_sqlite(export(infinite, "sqlite", tmp_path / "s"), "t", infinite)
    assert [cell for _, cell in found] == ["v", "-inf", "inf", "1.5"]
    found = of_xlsx(export(infinite, "xlsx", tmp_path / "x.xlsx"), "t", infinite)
    assert [cell for _, cell in found] == ["v", "-INF", "INF", "1.5"]


def test_numbers_that_excel_would_take_for_zero_are_texts(tmp_path: Path) -> None:
    release = of_numbers(tmp_path, [5e-324, -1e-308, 3e-308, 0.0])
    sheet = openpyxl.load_workbook(export(release, "xlsx", tmp_path / "x.xlsx"))["t"]
    cells = next(sheet.iter_cols(2, 2, 2))
    assert [cell.data_type for cell in cells] == ["s", "s", "n", "n"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # XlsxWriter leaves files open
@pytest.mark.parametrize("form", FORMS)
def test_a_disk_that_takes_no_more_is_said_with_the_file(form: str, tmp_path: Path) -> None:
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (5_000, hard))
    try:
        with pytest.raises(TargetError, match=rf"^{re.escape(str(tmp_path))}/x: cannot be written: ."):
            export(UNION, form, tmp_path / "x")
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))
    gc.collect()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("form", "module"), [("duckdb", "duckdb"), ("xlsx", "xlsxwriter")])
def test_a_library_that_is_missing_is_named(
    form: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ExportError, match=f"pip install {module}$"):
        export(UNION, form, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []
