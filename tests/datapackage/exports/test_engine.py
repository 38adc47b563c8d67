"""Databases declare what the Table Schema declares, accept every valid row, and report the names that they do not accept."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.datapackage import ExportError, adopt, export

from ..constrained import FIELDS, constrained
from .made import Made, release_of

INF = float("inf")


@pytest.fixture(scope="module", params=["duckdb", "sqlite"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a database of a release with every constraint, which takes SQL with `?`."""
    release = constrained(tmp_path_factory.mktemp("engine") / "made")
    path = export(release, request.param, release.with_name("exported"))
    with closing(duckdb.connect(path) if request.param == "duckdb" else sqlite3.connect(path)) as connection:
        yield connection


def insert(database: Any, **values: object) -> None:
    """Insert a row with a key of its own, and take it back."""
    cells = {"a": 5, "b": 77, **values}
    names = ", ".join(f'"{name}"' for name in cells)
    database.execute("BEGIN")
    try:
        database.execute(
            f"INSERT INTO t ({names}) VALUES ({', '.join('?' * len(cells))})", list(cells.values())
        )
    finally:
        database.execute("ROLLBACK")


def test_the_rows_of_the_release_are_there(database: Any) -> None:
    assert database.execute("SELECT count(*) FROM t").fetchone()[0] == 3
    insert(database, **{field["name"]: None for field in FIELDS[2:]})


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("a", [-1, 11]),
        ("x", [0.1, 99.5, INF, -INF]),
        ("d", ["1999-12-31", "2030-01-01"]),
        ("dt", ["1999-12-31T23:59:59"]),
        ("tm", ["23:00:00.001"]),
        ("y", [799, 2100]),
        ("ym", ["1998-12", "2031-01"]),
        ("s", ["é", "abcdef"]),
        ("code", [0, 3]),
        ("ei", [7]),
        ("en", [0.25]),
        ("any", ["its"]),
        ("ed", ["2003-03-03"]),
        ("et", ["12:00:01"]),
        ("bo", [False]),
        ("array", ["[1]"]),
    ],
)
def test_a_value_that_the_table_does_not_take_is_refused(
    database: Any, column: str, values: list[object]
) -> None:
    for value in values:
        with pytest.raises((duckdb.ConstraintException, sqlite3.IntegrityError)):
            insert(database, **{column: value})


def test_a_duration_is_held_to_nothing(database: Any) -> None:
    insert(database, dur="PT48H")


_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
_DAYS = st.dates().map(lambda day: day.isoformat())
_MOMENTS = st.datetimes().map(lambda moment: moment.isoformat())
_TIMES = st.times().map(lambda time: time.isoformat())
_TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1)
_WHOLE = st.integers(-(2**63), 2**63 - 1)
_KINDS: dict[str, st.SearchStrategy[Any]] = {
    "integer": _WHOLE,
    "number": _NUMBERS,
    "date": _DAYS,
    "datetime": _MOMENTS,
    "time": _TIMES,
    "year": st.integers(0, 9999).map("{:04}".format),
    "string": _TEXTS,
    "any": _TEXTS,
}


@pytest.mark.no_cover
@settings(max_examples=15, deadline=None)
@given(
    values=st.fixed_dictionaries(
        {kind: st.lists(each, min_size=1, max_size=4) for kind, each in _KINDS.items()}
    )
)
def test_what_the_schema_takes_no_database_refuses(
    values: dict[str, list[Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    release = _release_of(folder, values)
    for form in ("duckdb", "sqlite"):
        path = export(release, form, folder / form)
        with closing(duckdb.connect(path) if form == "duckdb" else sqlite3.connect(path)) as database:
            counted = database.execute("SELECT count(*) FROM t").fetchone()
            assert counted == (4,)


def _release_of(folder: Path, values: dict[str, list[Any]]) -> Path:
    """Return a release whose fields are bound by the very values that they have, at their ends and one by one."""
    fields, columns = list[dict[str, Any]](), list[list[Any]]()
    for kind, some in values.items():
        constraints: dict[str, Any] = {"enum": some}
        if kind == "string":
            constraints |= {"minLength": min(map(len, some)), "maxLength": max(map(len, some))}
        elif kind != "any":
            constraints |= {"minimum": min(some), "maximum": max(some)}
        for number, (name, limit) in enumerate(constraints.items()):
            fields.append({"name": f"{kind}{number}", "type": kind, "constraints": {name: limit}})
            columns.append([some[place % len(some)] for place in range(4)])
    data = [
        [field["name"] for field in fields],
        *(list(row) for row in zip(*columns, strict=True)),
    ]
    resource = {"name": "t", "data": data, "schema": {"fields": fields}}
    (folder / "datapackage.json").write_text(json.dumps({"name": "kept", "resources": [resource]}), "utf-8")
    report = adopt(folder, folder / "release").report
    assert report.built, [finding.expected for finding in report.findings]
    return folder / "release"


def test_infinite_numbers_keep_the_one_limit_that_they_have(tmp_path: Path) -> None:
    fields = [{"name": "v", "type": "number", "constraints": {"minimum": 0}}, {"name": "w", "type": "number"}]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "x", "resources": [resource]}))
    (tmp_path / "t.csv").write_text("v,w\nINF,NaN\n0,-INF\n,1\n")
    assert adopt(tmp_path, tmp_path / "release").report.built
    for form in ("duckdb", "sqlite"):
        path = export(tmp_path / "release", form, tmp_path / form)
        with closing(duckdb.connect(path) if form == "duckdb" else sqlite3.connect(path)) as database:
            assert database.execute("SELECT v FROM t").fetchall() == [(INF,), (0,), (None,)]


@pytest.mark.parametrize(
    ("form", "table", "columns", "told"),
    [
        ("duckdb", "t", ["id", "Name", "name"], "t: the names of the columns Name and name differ only in case"),
        ("sqlite", "t", ["id", "ID"], "t: the names of the columns id and ID differ only in case"),
        ("sqlite", "sqlite_stat", ["id"], "sqlite_stat: SQLite keeps the names of tables that begin with sqlite_"),
    ],
)  # fmt: skip
def test_names_that_an_engine_does_not_take_are_told(
    form: str, table: str, columns: list[str], told: str, tmp_path: Path
) -> None:
    rows = pl.DataFrame({column: ["a"] for column in columns})
    release = release_of(tmp_path / "made", {table: Made(rows, columns[0])})
    with pytest.raises(ExportError, match=f"{told}.* Export to xlsx or jsonl"):
        export(release, form, tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    for other in ("xlsx", "jsonl"):
        export(release, other, tmp_path / other)


def test_names_that_differ_in_other_letters_are_two(tmp_path: Path) -> None:
    release = release_of(tmp_path / "made", {"t": Made(pl.DataFrame({"Ä": ["a"], "ä": ["b"]}), "Ä")})
    for form in ("duckdb", "sqlite"):
        export(release, form, tmp_path / form)
