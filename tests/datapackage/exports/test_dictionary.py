"""What an export says of its tables and columns is true, and what has no description gets none."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from communique.datapackage import adopt, export

from ..constrained import constrained

_PAIR = ["a", "b"]


def _to(table: str) -> dict[str, Any]:
    return {"fields": ["pa", "pb"], "reference": {"resource": table, "fields": _PAIR}}


def _resource(name: str, far: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [{"name": column, "type": "integer"} for column in (*_PAIR, "pa", "pb")]
    fields[0]["title"] = "First"
    fields.append({"name": "more", "type": "string", "description": "Whatever."})
    schema = {"fields": fields, "primaryKey": _PAIR, "foreignKeys": [_to(far)]}
    return {"name": name, "path": f"{name}.csv", "schema": schema}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release of three tables: one refers to itself by two columns, two to each other."""
    folder = tmp_path_factory.mktemp("keys")
    resources = [_resource("own", ""), _resource("one", "two"), _resource("two", "one")]
    for resource in resources:
        (folder / resource["path"]).write_text("a,b,pa,pb,more\n1,2,,,x\n1,3,1,2,\n")
    (folder / "datapackage.json").write_text(json.dumps({"name": "keys", "resources": resources}))
    assert adopt(folder, folder / "release").report.built
    return folder / "release"


def test_keys_of_several_columns_are_told_of_each(release: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(export(release, "sqlite", tmp_path / "s"))) as database:
        rows = database.execute(
            "SELECT column_name, required, primary_key, refers_to FROM _columns"
        ).fetchall()
    assert rows[:5] == [
        ("a", "yes", "yes", None),
        ("b", "yes", "yes", None),
        ("pa", "no", "no", "own(a, b)"),
        ("pb", "no", "no", "own(a, b)"),
        ("more", "no", "no", None),
    ]


def test_a_reference_that_duckdb_cannot_declare_is_in_the_comment_of_each_column(
    release: Path, tmp_path: Path
) -> None:
    with duckdb.connect(export(release, "duckdb", tmp_path / "d")) as database:
        found = database.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL"
        ).fetchall()
        tables = database.execute("SELECT table_name FROM duckdb_tables() WHERE comment = ''").fetchall()
    comments = {(table, column): comment for table, column, comment in found}
    assert comments["own", "pa"] == comments["own", "pb"] == "With pa, pb refers to own(a, b)."
    circular = {table for table, column in comments if column == "pa"} - {"own"}
    assert len(circular) == 1  # the other one is declared
    assert {comments[table, "a"] for table in ("own", "one", "two")} == {"First"}
    assert {comments[table, "more"] for table in ("own", "one", "two")} == {"Whatever."}
    assert ("own", "b") not in comments
    assert tables == []


def test_sqlite_has_no_comment_where_there_is_nothing_to_say(release: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(export(release, "sqlite", tmp_path / "s"))) as database:
        (text,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'own'").fetchone()
    told = [line.partition(" -- ")[2] for line in text.splitlines()]
    assert [words for words in told if words] == ["own", "First", "Whatever."]
    assert not any(line.rstrip().endswith(("--", ":")) for line in text.splitlines())


def test_codes_that_are_numbers_are_listed_with_their_labels(tmp_path: Path) -> None:
    path = export(constrained(tmp_path / "made"), "sqlite", tmp_path / "s")
    with closing(sqlite3.connect(path)) as database:
        codes = database.execute("SELECT column_name, code, label FROM _codes ORDER BY 1, 2").fetchall()
        values = dict(database.execute('SELECT column_name, "values" FROM _columns').fetchall())
    assert [row for row in codes if row[0] in ("code", "ei", "en")] == [
        *[("code", "1", "one"), ("code", "2", "two"), ("ei", "5", "5"), ("ei", "6", "6")],
        *[("en", "0.5", "0.5"), ("en", "6", "6")],
    ]
    assert values["code"] == "one of 1 (one), 2 (two)"
    assert values["en"] == "one of 0.5, 6"
    assert values["y"] == "at least 0800, less than 2100"
    assert values["bo"] == "one of true"
