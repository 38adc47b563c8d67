"""The tracked release, read by other tools: frictionless, the published profiles, DuckDB, pandas, Polars, PyArrow."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from jsonschema.validators import validator_for

from communique.schemas import SCHEMAS, Table

from ..conftest import ROOT

RELEASE = ROOT / "output" / "union-state"
PROFILES = ROOT.parent / "shared" / "suites" / "datapackage-profiles" / "public" / "profiles"
DESCRIPTOR: dict[str, Any] = json.loads((RELEASE / "datapackage.json").read_text("utf-8"))
TABLES = pytest.mark.parametrize("table", SCHEMAS.tables, ids=lambda table: table.name)


def csv_rows(table: Table) -> list[list[str | None]]:
    """Return the rows of the CSV as Python's strict reader sees them, empty cells as None."""
    with (RELEASE / "data" / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert rows[0] == [column.name for column in table.published_columns]
    return [[cell or None for cell in row] for row in rows[1:]]


def texts(rows: list[tuple[Any, ...]]) -> list[list[str | None]]:
    """Return typed rows as a CSV spells them."""
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str | None:
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return None
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def parquet(table: Table) -> Path:
    return RELEASE / "data" / f"{table.name}.parquet"


@TABLES
def test_every_reader_of_parquet_sees_the_values_of_the_csv(table: Table) -> None:
    expected = csv_rows(table)
    file = parquet(table)
    arrow = pq.read_table(file)
    assert texts(list(zip(*(column.to_pylist() for column in arrow.columns), strict=True))) == expected
    assert texts(pl.read_parquet(file).rows()) == expected
    assert texts(duckdb.connect().execute(f"select * from '{file}'").fetchall()) == expected
    frame = pd.read_parquet(file, dtype_backend="pyarrow")
    assert texts([tuple(row) for row in frame.itertuples(index=False)]) == expected


@TABLES
def test_types_nullability_and_meanings_are_in_the_parquet_file(table: Table) -> None:
    schema = pq.read_schema(parquet(table))
    types = {
        "string": "string",
        "edtf": "string",
        "date": "date32[day]",
        "boolean": "bool",
        "integer": "int64",
    }
    for column, field in zip(table.published_columns, schema, strict=True):
        assert (field.name, str(field.type), field.nullable) == (
            column.name,
            types[column.type],
            not column.required,
        )
        assert field.metadata[b"description"].decode() == column.description
    assert schema.metadata[b"communique:table"].decode() == table.name
    kinds = {
        str(row[1])
        for row in duckdb.connect().execute(f"describe select * from '{parquet(table)}'").fetchall()
    }
    assert kinds <= {"VARCHAR", "DATE", "BOOLEAN", "BIGINT"}


@TABLES
def test_rows_stand_in_the_order_of_the_key_and_the_file_says_so(table: Table) -> None:
    rows = pl.read_parquet(parquet(table)).select(table.primary_key).rows()
    assert rows == sorted(rows)
    metadata = pq.ParquetFile(parquet(table)).metadata
    assert metadata.num_rows == len(rows)
    sorted_by = [
        table.published_columns[item.column_index].name for item in metadata.row_group(0).sorting_columns
    ]
    assert tuple(sorted_by) == table.primary_key


def test_frictionless_accepts_the_descriptor_and_every_csv() -> None:
    tables = {
        **DESCRIPTOR,
        "resources": [item for item in DESCRIPTOR["resources"] if item["format"] == "csv"],
    }
    package = frictionless.Package.from_descriptor(tables, basepath=str(RELEASE))
    report = package.validate()
    assert report.flatten(["name", "type", "message"]) == []
    assert len(package.resources) == len(SCHEMAS.tables)


@pytest.mark.skipif(
    not PROFILES.exists(), reason="the published Data Package profiles are not beside the checkout"
)
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_descriptor_fits_the_published_profile(version: str) -> None:
    profile = json.loads((PROFILES / version / "datapackage.json").read_text("utf-8"))
    validator: Any = validator_for(profile)(profile)
    assert [error.message for error in validator.iter_errors(DESCRIPTOR)] == []


def test_the_descriptor_has_what_the_standard_requires() -> None:
    assert DESCRIPTOR["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert [item["path"] for item in DESCRIPTOR["resources"]] == [
        f"data/{table.name}.{form}" for table in SCHEMAS.tables for form in ("csv", "parquet")
    ]
    for resource in DESCRIPTOR["resources"]:
        path = RELEASE / resource["path"]
        assert resource["bytes"] == path.stat().st_size
        assert resource["hash"].startswith("sha256:")
        assert {"name", "title", "type"} <= set(resource["schema"]["fields"][0])


def test_each_row_of_each_table_has_a_citation_that_resolves() -> None:
    database = duckdb.connect()
    for table in SCHEMAS.tables:
        database.execute(f"create view {table.name} as select * from '{parquet(table)}'")
    for table in SCHEMAS.tables:
        if table.derive:
            continue
        key = " || '/' || ".join(table.primary_key)
        uncited = database.execute(
            f"""select count(*) from {table.name} where not exists (
                select 1 from citations join sources using (source_id)
                where table_name = '{table.name}' and row_key = {key})"""
        ).fetchone()
        assert uncited == (0,), table.name
