"""JSON Lines: a release as one file for each table, one row a line, with a JSON Schema of the rows.

Days are text in ISO 8601, missing values and NaN are null, and letters are not escaped. See https://jsonlines.org/.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import polars as pl

from ..describing.citation import in_words
from ..describing.describe import as_json
from ..describing.rowschema import json_schema
from ..releasing.archive import add_to_zip
from ..storing.digest import spelled
from .numbers import with_nan_as_null
from .source import Source

_MOMENTS = pl.selectors.datetime() | pl.selectors.time()
NOTE = "jsonl-schema.json"
"""The file that describes the others, and marks such a folder."""


def write_jsonl(source: Source, folder: Path) -> None:
    """Write the tables of a release into files in an existing folder.

    Raises ExportError at a number that JSON cannot express.
    """
    for table in source.tables:
        with (folder / f"{table.name}.jsonl").open("wb") as file:
            for rows in with_nan_as_null(table, "JSON", infinite=False):
                rows.with_columns(spelled(column) for column in rows.select(_MOMENTS)).write_ndjson(file)
    (folder / NOTE).write_text(as_json(_note(source)), "utf-8")


def write_jsonl_zip(source: Source, path: Path) -> None:
    """Write the same files into a new zip without compression: the same release gives the same bytes."""
    folder = path.with_name("jsonl")
    folder.mkdir()
    write_jsonl(source, folder)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.iterdir()):
            add_to_zip(archive, file, file.name)
    shutil.rmtree(folder)


def _note(source: Source) -> dict[str, Any]:
    package = source.package
    released = str(package.released or "")
    return {
        "name": package.name,
        "title": package.title,
        "version": package.version,
        "released": released,
        "license": package.license.name,
        "cite_as": in_words(package.contributors, released, package.title, package.version),
        "digest": package.digest,
        "tables": {
            table.name: {
                "path": f"{table.name}.jsonl",
                "rows": table.resource.rows,
                "primary_key": list(table.table.primary_key),
                "row": json_schema(table.table),
            }
            for table in source.tables
        },
    }
