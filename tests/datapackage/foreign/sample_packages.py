"""Small external packages, each with a feature that our own releases never have."""

from __future__ import annotations

import gzip
import json
import tarfile
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Json = dict[str, Any]


def schema(*fields: tuple[str, str] | tuple[str, str, Json], **keys: Any) -> Json:
    """Return a Table Schema. fields: name, type, and what else there is to say."""
    described = ({"name": name, "type": kind, **(more[0] if more else {})} for name, kind, *more in fields)
    return {"fields": list(described), **keys}


def package(
    folder: Path, *resources: Json, files: dict[str, str | bytes] | None = None, **about: Any
) -> Path:
    """Write a package into a new folder, and return that."""
    folder.mkdir(parents=True)
    content = {"name": folder.name, **about, "resources": list(resources)}
    (folder / "datapackage.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    for name, text in (files or {}).items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


CITIES = schema(("id", "integer"), ("City Name", "string"), ("people", "number"), primaryKey="id")


def tsv(folder: Path) -> Path:
    """Tabs, a name with a space, numbers in two spellings, rows in another order than that of their key."""
    table = {"name": "cities", "path": "cities.tsv", "title": "Cities", "schema": CITIES}
    text = "id\tCity Name\tpeople\n2\tMinsk\t1.9e6\n1\tBrest, BY\t340000.5\n"
    return package(folder / "tsv", table, files={"cities.tsv": text}, version="1.0.0")


def semicolons(folder: Path) -> Path:
    """Latin-1, semicolons, CR LF, days, numbers and truth in a country's own way, a name that no file should have."""
    fields = schema(
        ("name", "string"),
        ("day", "date", {"format": "%d/%m/%Y", "constraints": {"minimum": "01/01/1990"}}),
        ("sum", "number", {"decimalChar": ",", "groupChar": "."}),
        ("open", "boolean", {"trueValues": ["ja"], "falseValues": ["nein"]}),
        missingValues=["", "-"],
    )
    dialect = {"delimiter": ";", "lineTerminator": "\r\n"}
    table = {"name": "towns/de", "path": "a.csv", "encoding": "latin-1", "dialect": dialect, "schema": fields}
    text = "name;day;sum;open\r\nMünchen;31/12/1999;1.234,5;ja\r\nKöln;-;-;nein\r\n"
    return package(folder / "semicolons", table, files={"a.csv": text.encode("latin-1")})


def compressed(folder: Path) -> Path:
    """A gzip, and a table without a key that refers to it and has the same row twice."""
    near = {"fields": "of", "reference": {"resource": "far", "fields": "code"}}
    far = schema(("code", "string"), ("value", "integer"), primaryKey=["code"])
    data = gzip.compress(b"code,value\nb,1\na,2\n", mtime=0)
    return package(
        folder / "compressed",
        {"name": "far", "path": "far.csv.gz", "schema": far},
        {"name": "near", "path": "near.csv", "schema": schema(("n", "integer"), ("of", "string"), foreignKeys=[near])},
        files={"far.csv.gz": data, "near.csv": "n,of\n1,a\n1,a\n2,\n"},
    )  # fmt: skip


def parts(folder: Path) -> Path:
    """Two files that are one table."""
    table = {"name": "whole", "path": ["1.csv", "2.csv"], "schema": schema(("a", "integer"), ("b", "string"))}
    return package(folder / "parts", table, files={"1.csv": "a,b\n1,x\n2,\n", "2.csv": "a,b\n1,x\n"})


def inline(folder: Path) -> Path:
    """Rows in the descriptor, with structures and a moment that has a time zone."""
    fields = schema(
        ("id", "integer"), ("tags", "array"), ("more", "object"), ("at", "datetime"), primaryKey="id"
    )
    rows = [
        {"id": 2, "tags": None, "more": None, "at": None},
        {"id": 1, "tags": ["a", 1], "more": {"z": 1, "a": [2]}, "at": "2024-01-01T10:00:00+03:00"},
    ]
    return package(folder / "inline", {"name": "rows", "data": rows, "schema": fields})


def parquet(folder: Path) -> Path:
    """Parquet with moments, times, NaN, and a text with a carriage return."""
    fields = schema(
        ("id", "integer"), ("at", "datetime"), ("time", "time"), ("x", "number"), ("text", "string"), primaryKey="id"
    )  # fmt: skip
    made = package(folder / "parquet", {"name": "rows", "path": "rows.parquet", "schema": fields})
    columns = {
        "id": [3, 1],
        "at": pa.array([datetime(2020, 1, 1, 12), None], pa.timestamp("us")),
        "time": pa.array([time(1, 2, 3, 4), None], pa.time64("us")),
        "x": [float("nan"), 1.5],
        "text": ["a\rb", None],
    }
    pq.write_table(pa.table(columns), made / "rows.parquet")
    return made


def zipped(folder: Path) -> Path:
    """A zip of a package."""
    made, target = tsv(folder / "unpacked"), folder / "tsv.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(made.iterdir()):
            archive.write(path, path.name)
    return target


def tarred(folder: Path) -> Path:
    """A compressed tar of a folder with a package in it."""
    made, target = compressed(folder / "unpacked"), folder / "compressed.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        archive.add(made, made.name)
    return target


MAKERS: dict[str, Callable[[Path], Path]] = {
    made.__name__: made for made in (tsv, semicolons, compressed, parts, inline, parquet, zipped, tarred)
}
