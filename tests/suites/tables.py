"""Suites of CSV files: csv-spectrum, csv-test-data, csvlint, goodtables, opendataeditor, duckdb-csv, and naughty strings."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq

from communique.datapackage.foreign.descriptor.dialect import Dialect

from .reading import SUITES, Outcome, checked, errors, rows, texts, verdict


def csv_spectrum(work: Path) -> Outcome:
    """Each file read equals its JSON."""
    folder = SUITES / "csv-spectrum"
    return {
        path.stem: _as_objects(rows(path, work))
        == json.loads((folder / "json" / f"{path.stem}.json").read_text())
        for path in sorted((folder / "csvs").glob("*.csv"))
    }


def csv_test_data(work: Path) -> Outcome:
    """What is good equals its JSON when it is read; what is bad is rejected."""
    folder, found = SUITES / "csv-test-data", Outcome()
    labels = ["foo", "bar", "baz"]
    for path in sorted((folder / "csv").glob("*.csv")):
        name = path.stem
        if name.startswith("bad-"):
            found[name] = errors(checked(path, texts(labels), work)) != []
            continue
        expected = json.loads((folder / "json" / f"{name}.json").read_text())
        read = rows(path, work)
        found[name] = (_as_objects(read) if name.startswith("header-") else read) == expected
    return found


def _as_objects(read: list[list[str]] | None) -> list[dict[str, str]] | None:
    return None if read is None else [dict(zip(read[0], row, strict=True)) for row in read[1:]]


_CSVLINT = {
    "cr-line-endings": ["bare-carriage-return"],
    "invalid-byte-sequence": ["encoding-error"],
    "invalid_many_rows": ["stray-quote", "blank-row"],
    "title-row": ["blank-label", "incorrect-label"],
}
"""The errors of each file; those that are not here have none."""


def csvlint(work: Path) -> Outcome:
    """Each file has the errors that its name tells, and no others."""
    found = Outcome()
    for path in sorted((SUITES / "csvlint-rb" / "features" / "fixtures").glob("*.csv")):
        labels = next(csv.reader([path.read_text("latin-1").splitlines()[0]]))
        wanted = ["Foo", "Bsr", "Baz"] if path.stem == "title-row" else [label or "blank" for label in labels]
        found[path.stem] = sorted(errors(checked(path, texts(wanted), work))) == sorted(
            _CSVLINT.get(path.stem, [])
        )
    return found


_ODE = {
    "column-name-missing": ["blank-label"],
    "duplicate-column-name": ["duplicate-label"],
    "empty-row": ["blank-row"],
    "extra-cell": ["extra-cell"],
    "header-missing": ["blank-header"],
    "wrong-data-type": ["type-error"],
}


def opendataeditor(work: Path) -> Outcome:
    """Each file shows exactly the error in its name."""
    schema = {"fields": [{"name": name, "type": "integer"} for name in ("col1", "col2")]}
    return {
        path.stem: errors(checked(path, schema, work)) == _ODE[path.stem]
        for path in sorted((SUITES / "opendataeditor").rglob("*.csv"))
    }


def duckdb_csv(work: Path) -> Outcome:
    """No file crashes the reader; where Python's strict reader and DuckDB read the same rows, they are ours too.

    All three take commas and no header. Where one of the two others refuses a file, or they differ, ours only has to end.
    """
    found = Outcome()
    folder = SUITES / "duckdb-csv" / "data" / "csv"
    for path in sorted(folder.rglob("*.csv")):
        ours = rows(path, work, Dialect(header_rows=()))
        wanted = _python(path)
        agreed = wanted is not None and _is_even(wanted) and _duckdb(path, len(wanted[0])) == wanted
        found[path.relative_to(folder).as_posix()] = not agreed or ours == wanted
    return found


def _python(path: Path) -> list[list[str]] | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file, strict=True))
    except (csv.Error, UnicodeDecodeError):
        return None


def _is_even(found: list[list[str]]) -> bool:
    return bool(found) and all(len(row) == len(found[0]) for row in found)


def _duckdb(path: Path, width: int) -> list[list[str]] | None:
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(width))
    query = (
        f"from read_csv(?, columns={{{columns}}}, header=false, delim=',', quote='\"', escape='\"', "
        "auto_detect=false, strict_mode=true, nullstr='\\0never', max_line_size=10000000, parallel=false)"
    )
    try:
        found = duckdb.execute(query, [str(path)]).fetchall()
    except duckdb.Error:
        return None
    return [["" if cell is None else cell for cell in row] for row in found]


def blns(work: Path) -> Outcome:
    """Each string is the same after CSV, Parquet and CSV, and is read as it is; none of them is an error."""
    strings: list[str] = json.loads((SUITES / "blns" / "blns.json").read_text())
    path, parquet = work / "blns.csv", work / "blns.parquet"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
            [["n", "s"], *enumerate(strings)]
        )
    read = rows(path, work)
    assert read is not None
    columns = zip(*read[1:], strict=True)
    pl.DataFrame(dict(zip(("n", "s"), map(list, columns), strict=True))).write_parquet(parquet)
    again = pq.read_table(parquet).column("s").to_pylist()
    schema: dict[str, Any] = texts(["n", "s"]) | {"missingValues": []}
    valid = [errors(checked(place, schema, work)) == [] for place in (path, parquet)]
    pairs = zip(strings, again, strict=True)
    return {
        f"{number} {text[:20]!r}": text == last and all(valid) for number, (text, last) in enumerate(pairs)
    }


_TEXT_TABLES = {
    "case_insensitive_headers": [],
    "defective_rows": ["missing-cell", "extra-cell"],
    "duplicate_columns": ["duplicate-label"],
    "duplicate_rows": [],
    "empty": ["source-error"],
    "empty_rows": ["blank-row"],
    "empty_rows_multiple": ["blank-row"],
    "encoding-274": [],
    "fail_fast_two_structure_errors": ["blank-row", "extra-cell"],
    "headerless_columns": ["blank-label"],
    "invalid": ["blank-label", "duplicate-label", "missing-cell", "blank-row", "extra-cell"],
    "invalid-on-structure": ["blank-label", "blank-row", "missing-cell", "extra-cell"],
    "invalid_no_headers": ["extra-cell"],
    "latin1": ["encoding-error"],
    "row_limit_structure": ["blank-row", "extra-cell"],
    "valid": [],
}
"""Tables that are read as text, under their own labels, and the errors of their structure."""
_SCHEMAS = {
    "schema_invalid_empty": False,
    "schema_invalid_pk_array": False,
    "schema_invalid_pk_string": False,
    "schema_invalid_wrong_type": False,
    "schema_valid_full": True,
    "schema_valid_pk_array": True,
    "schema_valid_pk_string": True,
    "schema_valid_simple": True,
    "contacts/schema_valid": True,
    "contacts/schema_invalid": False,
}
"""Whether a schema is one."""
_PACKAGES = {
    "datapackages/geopoint/datapackage.json": [],
    "datapackages/invalid/datapackage.json": ["blank-row", "primary-key"],
    "datapackages/invalid.zip": ["blank-row", "primary-key"],
    "datapackages/multipart/datapackage.json": ["type-error"],
    "datapackages/valid/datapackage.json": [],
    "datapackages/valid.zip": [],
    "datapackages_linked/people/datapackage.json": [],
    "datapackages_linked/cities/datapackage.json": [],
    "datapackages_linked_errors/cities/datapackage.json": ["foreign-key"],
    "invalid_json.json": ["refused"],
    "non_tabular_datapackage.json": ["refused"],
    "number_test/datapackage.json": ["constraint-error", "unique-error", "type-error"],
}


def goodtables(work: Path) -> Outcome:
    """Tables, schemas and packages have the errors that their names tell and the tests of goodtables ask for."""
    folder, found = SUITES / "goodtables-py" / "data", Outcome()
    for name, wanted in _TEXT_TABLES.items():
        path = folder / f"{name}.csv"
        labels = next(csv.reader(path.read_text("latin-1").splitlines()[:1]), ["id"])
        unlike = (
            {"incorrect-label"} if len(set(labels)) < len(labels) else set[str]()
        )  # a schema cannot have them
        schema = texts(
            [f"c{place}" for place in range(len(labels))] if unlike else [t or "blank" for t in labels]
        )
        found[name] = set(errors(checked(path, schema, work))) - unlike == set(wanted)
    for name, valid in _SCHEMAS.items():
        report = checked(folder / "valid.csv", json.loads((folder / f"{name}.json").read_text()), work)
        complained = {"table-schema-error", "field-error", "resource-error"} & set(errors(report))
        found[name] = valid is not bool(complained)
    for name, wanted in _PACKAGES.items():
        found[name] = set(errors(verdict(folder / name))) == set(wanted)
    simple: list[tuple[str, str, dict[str, Any], dict[str, Any], list[str]]] = [
        ("latin1 as declared", "latin1", texts(["id", "name"]), {"encoding": "iso-8859-1"}, []),
        ("required_false", "required_false", _schema(folder, "required_false_schema"), {}, []),
        (
            "unique_field",
            "unique_field",
            _schema(folder, "unique_field"),
            {},
            ["primary-key", "unique-error"],
        ),
        ("valid_header_index_3", "valid_header_index_3", texts(["id", "name", "slug"]), _header(4), []),
        (
            "invalid_header_index_1",
            "invalid_header_index_1",
            texts(["id", "name", "slug"]),
            _header(2),
            ["blank-row"],
        ),
    ]
    for name, table, schema, resource, wanted in simple:
        found[name] = set(errors(checked(folder / f"{table}.csv", schema, work, **resource))) == set(wanted)
    return found


def _schema(folder: Path, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    return schema


def _header(row: int) -> dict[str, Any]:
    return {"dialect": {"headerRows": [row]}}


__all__ = ["blns", "csv_spectrum", "csv_test_data", "csvlint", "duckdb_csv", "goodtables", "opendataeditor"]
