"""The same types and values in every tool: nulls, days, partial dates, truth values, numbers, Cyrillic.

The oracle is the CSV of the release, read by Python's csv module with the types of the descriptor.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import communique

from ...conftest import ROOT

Rows: TypeAlias = list[tuple[Any, ...]]
DATA = ROOT / "output" / "union-state" / "data"
RELEASE = communique.open()
TABLES = tuple(RELEASE.tables)
PARSE: dict[str, Callable[[str], Any]] = {
    "string": str,
    "date": date.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
    "integer": int,
}
TYPES = {
    "polars": {"string": "String", "date": "Date", "boolean": "Boolean", "integer": "Int64"},
    "arrow": {"string": "string", "date": "date32[day]", "boolean": "bool", "integer": "int64"},
    "duckdb": {"string": "VARCHAR", "date": "DATE", "boolean": "BOOLEAN", "integer": "BIGINT"},
    "spark": {"string": "string", "date": "date", "boolean": "boolean", "integer": "bigint"},
    "r": {"string": "character", "date": "Date", "boolean": "logical", "integer": "integer"},
}


def expected(table: str) -> Rows:
    parsers = [PARSE[column.type] for column in RELEASE[table].columns]
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        assert next(rows) == [column.name for column in RELEASE[table].columns]
        return [
            tuple(parse(cell) if cell else None for parse, cell in zip(parsers, row, strict=True))
            for row in rows
        ]


def types(tool: str, table: str) -> list[str]:
    return [TYPES[tool][column.type] for column in RELEASE[table].columns]


def test_the_values_that_matter_are_among_them() -> None:
    cells = [cell for table in TABLES for row in expected(table) for cell in row]
    texts = [cell for cell in cells if isinstance(cell, str)]
    assert {type(None), str, date, bool, int} == {type(cell) for cell in cells}
    assert any(re.fullmatch(r"\d{4}-\d{2}", text) for text in texts)
    assert any(re.fullmatch(r"\d{4}(-\d{2})?[~?]", text) for text in texts)
    assert any(re.search(r"[\u0410-\u044f]", text) for text in texts)
    assert {True, False} <= {cell for cell in cells if isinstance(cell, bool)}


@pytest.mark.parametrize("table", TABLES)
def test_polars(table: str) -> None:
    frame = communique.load(table)
    assert [str(kind) for kind in frame.collect_schema().dtypes()] == types("polars", table)
    assert frame.collect().rows() == expected(table)
    assert RELEASE[table].schema == frame.collect_schema()


@pytest.mark.parametrize("table", TABLES)
def test_pyarrow(table: str) -> None:
    rows: pa.Table = RELEASE[table].to_arrow()
    assert [str(field.type) for field in rows.schema] == types("arrow", table)
    assert list(zip(*(column.to_pylist() for column in rows.columns), strict=True)) == expected(table)
    for field, column in zip(rows.schema, RELEASE[table].columns, strict=True):
        assert field.nullable is not column.constraints.required
        # The note on how partial dates are written is the descriptor's alone.
        assert column.description.startswith(field.metadata[b"description"].decode())


@pytest.mark.parametrize("table", TABLES)
def test_pandas(table: str) -> None:
    frame: pd.DataFrame = RELEASE[table].to_pandas()
    kinds = [pd.ArrowDtype(field.type) for field in RELEASE[table].to_arrow().schema]
    assert list(frame.dtypes) == kinds
    rows = [tuple(None if cell is pd.NA else cell for cell in row) for row in frame.itertuples(index=False)]
    assert rows == expected(table)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("way", ["the file", "the Arrow table"])
def test_duckdb(table: str, way: str) -> None:
    with duckdb.connect() as connection:
        rows = RELEASE[table].to_arrow()
        relation = (
            connection.sql(f"from '{DATA / table}.parquet'")
            if way == "the file"
            else connection.from_arrow(rows)
        )
        assert [str(kind) for kind in relation.types] == types("duckdb", table)
        assert relation.fetchall() == expected(table)


def test_a_release_that_is_elsewhere_gives_the_same(tmp_path: Path) -> None:
    shutil.copytree(DATA.parent, tmp_path / "release")
    release = communique.open(tmp_path / "release")
    for table in ("meetings", "initiative_events", "claims"):
        assert release.load(table).collect().rows() == expected(table)


SPARK = """
import json, sys
from pyspark.sql import SparkSession

session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
for path in sys.argv[1:]:
    frame = session.read.parquet(path)
    rows = [[str(cell) if hasattr(cell, "isoformat") else cell for cell in row] for row in frame.collect()]
    print(json.dumps({"kinds": [kind for _, kind in frame.dtypes], "rows": rows}))
"""


def test_spark(tmp_path: Path) -> None:
    """Spark runs by its own command: where it is installed beside Pandera, importing that warns of its pandas."""
    if shutil.which("spark-submit") is None:
        pytest.skip("Spark is not installed")
    (tmp_path / "read.py").write_text(SPARK, "utf-8")
    command = [
        "spark-submit",
        str(tmp_path / "read.py"),
        *(str(DATA / f"{table}.parquet") for table in TABLES),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    for table, line in zip(TABLES, done.stdout.splitlines(), strict=True):
        found = json.loads(line)
        assert found["kinds"] == types("spark", table)
        plain = [[str(cell) if isinstance(cell, date) else cell for cell in row] for row in expected(table)]
        assert found["rows"] == plain


SCRIPT = """
library(arrow)
for (path in commandArgs(trailingOnly = TRUE)) {
  frame <- as.data.frame(read_parquet(path))
  kinds <- vapply(frame, function(column) class(column)[1], "")
  text <- lapply(frame, function(column) if (is.logical(column)) tolower(as.character(column)) else as.character(column))
  rows <- lapply(seq_len(nrow(frame)), function(row) unname(vapply(text, function(column) column[row], "")))
  cat(jsonlite::toJSON(list(kinds = unname(kinds), rows = rows), na = "null"), "\\n", sep = "")
}
"""


def test_r(tmp_path: Path) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    needed = "quit(status = !all(c('arrow', 'jsonlite') %in% rownames(installed.packages())))"
    if subprocess.run(["Rscript", "-e", needed], check=False, capture_output=True).returncode:
        pytest.skip("R has no package arrow or jsonlite")
    (tmp_path / "read.R").write_text(SCRIPT, "utf-8")
    files = [str(DATA / f"{table}.parquet") for table in TABLES]
    done = subprocess.run(
        ["Rscript", tmp_path / "read.R", *files], check=True, capture_output=True, text=True
    )
    for table, line in zip(TABLES, done.stdout.splitlines(), strict=True):
        found = json.loads(line)
        assert found["kinds"] == types("r", table)
        plain = [[text(cell) for cell in row] for row in expected(table)]
        assert found["rows"] == plain


def text(cell: object) -> str | None:
    return None if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


def test_without_pandas_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(communique.CommuniqueError, match="pip install pandas"):
        RELEASE["persons"].to_pandas()


def test_frames_are_lazy_and_collected_alike() -> None:
    table = RELEASE["persons"]
    assert isinstance(table.lazy(), pl.LazyFrame)
    assert table.to_polars().rows() == expected("persons")
