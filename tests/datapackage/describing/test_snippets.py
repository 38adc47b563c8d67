"""Snippets run in the tools that they are written for, where those are installed; no name is ever executed as code."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.datapackage.describing.snippets import Snippet, snippets

from ...conftest import ROOT

RELEASE = ROOT / "output" / "union-state"
DESCRIPTOR: dict[str, Any] = json.loads((RELEASE / "datapackage.json").read_text("utf-8"))
LEFT = pl.read_csv(RELEASE / "data" / "participants.csv")
_MEETINGS = pl.read_csv(RELEASE / "data" / "meetings.csv").filter(pl.col("status") == "held")
HELD = len(LEFT.join(_MEETINGS, on="meeting_id"))
HOSTILE = "a'b\"c`d\\e\n*/ --; {x} #\u202e\u2028"


def of(tool: str, descriptor: dict[str, Any] = DESCRIPTOR, location: str = str(RELEASE)) -> Snippet:
    return {snippet.title: snippet for snippet in snippets(descriptor, location)}[tool]


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def small(left: str = "id", right: str = "id", name: str = "class", path: str = "data/a.parquet") -> Any:
    """Return the descriptor of two tables, the first of which refers to the second."""
    key = {"fields": [left], "reference": {"resource": name, "fields": [right]}}
    first = {"fields": [{"name": left}, {"name": "note"}], "primaryKey": [left], "foreignKeys": [key]}
    second = {"fields": [{"name": right}, {"name": "note"}], "primaryKey": [right]}
    parquet = {"format": "parquet"}
    return {
        "resources": [
            {**parquet, "name": "first", "path": path, "schema": first},
            {**parquet, "name": name, "path": "data/b.parquet", "schema": second},
        ]
    }


@pytest.mark.parametrize("tool", ["Polars", "pandas"])
def test_the_snippets_for_python_join_the_tables(tool: str, tmp_path: Path) -> None:
    code = of(tool).code + "print(len(rows), (rows['status'] == 'held').sum())\n"
    out = run(sys.executable, "-c", code, folder=tmp_path)
    assert out.splitlines()[-1] == f"{len(LEFT)} {HELD}"


def test_the_snippet_for_duckdb_joins_the_tables() -> None:
    joined = duckdb.sql(of("DuckDB").code.rstrip(";\n"))
    assert joined
    assert joined.shape[0] == len(LEFT)
    assert {"person_id", "status", "start_date"} <= set(joined.columns)
    assert joined.filter("status = 'held'").shape[0] == HELD


def test_the_snippet_for_javascript_joins_the_tables(tmp_path: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    modules = Path(run(npm, "root", "--global", folder=tmp_path).strip()) if npm else tmp_path
    if not node or not (modules / "hyparquet-compressors").is_dir():
        pytest.skip("node with hyparquet and hyparquet-compressors (npm install --global) is not installed")
    (tmp_path / "node_modules").symlink_to(modules)
    told = "console.log(rows.length, rows.filter((row) => row.meetings.status === 'held').length)"
    (tmp_path / "x.mjs").write_text(of("JavaScript").code + told, "utf-8")
    assert run(node, "x.mjs", folder=tmp_path).splitlines()[-1] == f"{len(LEFT)} {HELD}"


def test_an_empty_reference_is_no_text_null_in_javascript(tmp_path: Path) -> None:
    lines = of("JavaScript").code.splitlines()
    key = next(line for line in lines if line.startswith("const key"))
    told = 'console.log(key({ id: null }, "id") === key({ id: "null" }, "id"), key({ id: 7n }, "id"));'
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed")
    (tmp_path / "x.mjs").write_text(f"{key}\n{told}", "utf-8")
    assert run(node, "x.mjs", folder=tmp_path) == "false 7\n"


def test_the_snippet_for_r_joins_the_tables(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if not rscript or subprocess.run([rscript, "-e", "library(arrow)"], check=False).returncode:
        pytest.skip("R with the package arrow is not installed")
    (tmp_path / "x.R").write_text(of("R").code + "cat(nrow(rows))\n", "utf-8")
    assert run(rscript, "x.R", folder=tmp_path).splitlines()[-1] == str(len(LEFT))


def test_the_snippet_for_spark_joins_the_tables(tmp_path: Path) -> None:
    if not find_spec("pyspark") or not shutil.which("java"):
        pytest.skip("pyspark, or the java that it needs, is not installed")
    out = run(sys.executable, "-c", of("Spark").code + "print(rows.count())\n", folder=tmp_path)
    assert out.splitlines()[-1] == str(len(LEFT))


def test_where_no_table_refers_to_another_one_is_read() -> None:
    alone = {"resources": small()["resources"][1:]}
    for snippet in snippets(alone, "x"):
        assert "rows" not in snippet.code.replace("const rows", "")
        assert "table_class" in snippet.code
    assert snippets({"resources": []}, "x") == []


@pytest.mark.parametrize("name", ["true", "false", "compressors", "await", "function", "pl", "rows"])
def test_no_variable_has_a_name_that_a_language_or_the_code_has(name: str, tmp_path: Path) -> None:
    for snippet in snippets(small(name=name), "x"):
        assert f"table_{name}" in snippet.code
        if snippet.language == "javascript" and shutil.which("node"):
            (tmp_path / "x.mjs").write_text(snippet.code, "utf-8")
            run("node", "--check", "x.mjs", folder=tmp_path)


def test_a_reference_to_columns_that_may_be_empty_is_not_joined_along() -> None:
    descriptor = small()
    descriptor["resources"][1]["schema"] |= {"primaryKey": ["note"], "uniqueKeys": [["id"]]}
    for snippet in snippets(descriptor, "x"):
        assert "a.parquet" in snippet.code
        assert "b.parquet" not in snippet.code


def test_a_table_whose_key_refers_to_most_tables_is_joined() -> None:
    assert 'data/participants.parquet")\nmeetings = ' in of("Polars").code


def test_columns_that_differ_in_name_are_joined_and_ones_that_collide_are_set_apart(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    pl.DataFrame({"id of it": [1, 2], "note": ["x", "y"], "note_table_class": [0, 0]}).write_parquet(
        tmp_path / "data/a.parquet"
    )
    pl.DataFrame({"id": [1], "note": ["z"], "note_table_class": [0]}).write_parquet(
        tmp_path / "data/b.parquet"
    )
    descriptor = small(left="id of it")
    for resource in descriptor["resources"]:
        resource["schema"]["fields"].append({"name": "note_table_class"})
    for tool in ("Polars", "pandas"):
        code = of(tool, descriptor, str(tmp_path)).code + "print(len(rows), *rows.columns[:4])"
        out = run(sys.executable, "-c", code, folder=tmp_path)
        assert out.splitlines()[-1].startswith("2 id of it note note_table_class"), out
    joined = duckdb.sql(of("DuckDB", descriptor, str(tmp_path)).code.rstrip(";\n"))
    assert joined
    assert joined.shape[0] == 2


def test_a_web_address_is_fetched_where_a_tool_does_not_read_it() -> None:
    far = "https://example.org/release/"
    assert "asyncBufferFromUrl({ url: place })" in of("JavaScript", location=far).code
    spark = of("Spark", location=far).code
    assert (
        'urlretrieve("https://example.org/release/data/participants.parquet", "participants.parquet")'
        in spark
    )
    assert 'spark.read.parquet("participants.parquet")' in spark


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_no_name_gets_out_of_its_quotes(left: str, right: str, path: str) -> None:
    for hostile in ((left, right, path), (f"{HOSTILE}{left}", f"{HOSTILE}{right}", f"{HOSTILE}{path}")):
        descriptor = small(*hostile[:2], name=hostile[0], path=f"data/{hostile[2]}")
        for snippet in snippets(descriptor, "here"):
            assert all(letter.isprintable() or letter == "\n" for letter in snippet.code) or (
                snippet.language == "sql"
            )
            if snippet.language == "python":
                calls = [
                    ast.unparse(node.func)
                    for node in ast.walk(ast.parse(snippet.code))
                    if isinstance(node, ast.Call)
                ]
                assert {call.rsplit(".", 1)[-1] for call in calls} <= {
                    "read_parquet",
                    "join",
                    "merge",
                    "print",
                    "getOrCreate",
                    "parquet",
                    "show",
                }
            if snippet.language == "sql":
                assert len(duckdb.extract_statements(snippet.code)) == 1
