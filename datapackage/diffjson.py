"""A diff as JSON, for programs, and the proof that it is complete: applied to the old rows it gives the new ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from .describing.descriptor import Package, Resource
from .diff import Cell, Diff, RowChange, TableDiff
from .errors import CommuniqueError
from .reading.parse import GRAMMARS
from .storing.arrowfile import spooled
from .storing.digest import spelled, table_digest, text_of
from .storing.ordered import LazyRows, in_order
from .storing.parquet import ROW_GROUP, rows_by_key

_BETWEEN = "\x1f"
"""Separates the parts of a key; no text of a release contains it."""
FORM = 1
"""The version of the format, raised by every change that could break a reader."""


def summary(diff: Diff) -> dict[str, Any]:
    """Return what changed, without the rows: versions, verdict with its evidence, and changes of the schemas."""
    return {
        "form": FORM,
        "old": _identity(diff.old),
        "new": _identity(diff.new),
        "bump": diff.bump,
        "evidence": dict(sorted(diff.kinds.items())),
        "schema": [
            {
                "kind": change.kind,
                "table": change.table,
                "name": change.name,
                "old": change.old,
                "new": change.new,
            }
            for change in diff.changes
        ],
    }


def _identity(package: Package) -> dict[str, str]:
    return {"name": package.name, "version": package.version, "digest": package.digest}


def table_summary(table: TableDiff) -> dict[str, Any]:
    """Return what changed in a table, without its rows."""
    return {
        "table": table.table,
        "key": list(table.key),
        "columns": dict(table.columns),
        "counts": dict(sorted(table.counts.items())),
    }


def entry(diff: Diff, limit: int) -> dict[str, Any]:
    """Return the whole diff as one value that `json.dumps` takes, with the first `limit` rows of each table; counts are of all rows."""
    tables = [
        {
            **table_summary(table),
            "changes": [change_entry(change) for change in islice(table.changes(), limit)],
        }
        for table in diff.tables
        if table.counts
    ]
    return {**summary(diff), "tables": tables}


def change_entry(change: RowChange) -> dict[str, Any]:
    """Return the change of a row: the whole row where it was added or removed, else the cells that differ."""
    told: dict[str, Any] = {"change": change.kind, "key": _row(change.key)}
    if change.formerly:
        told["formerly"] = _row(change.formerly)
    if change.kind in ("added", "removed"):
        told["row"] = _row(change.new or change.old or {})
    else:
        told["cells"] = {
            name: {"old": _cell(old), "new": _cell(new)} for name, (old, new) in change.cells.items()
        }
    return told


def _row(row: Mapping[str, Cell]) -> dict[str, Any]:
    return {name: _cell(cell) for name, cell in row.items()}


def _cell(cell: Cell) -> Any:
    """Return a value for JSON; one that JSON cannot express becomes text, spelt as in the CSV."""
    plain = not isinstance(cell, (date, time)) and not (isinstance(cell, float) and not isfinite(cell))
    return cell if plain else text_of(cell)


def json_parts(diff: Diff) -> Iterator[str]:
    """Yield the whole diff as one JSON object, row by row, so that memory does not grow with it."""
    head = json.dumps(summary(diff), ensure_ascii=False, indent=2)
    yield head.removesuffix("\n}") + ',\n  "tables": ['
    for number, table in enumerate(table for table in diff.tables if table.counts):
        told = json.dumps(table_summary(table), ensure_ascii=False)
        yield f'{"," if number else ""}\n    {told[:-1]}, "changes": ['
        for place, change in enumerate(table.changes()):
            told = json.dumps(change_entry(change), ensure_ascii=False, allow_nan=False)
            yield f"{',' if place else ''}\n      {told}"
        yield "\n    ]}"
    yield "\n  ]\n}\n"


def prove(diff: Diff) -> None:
    """Prove that the rows of the old release are those of the new one once the diff is applied to them.

    The changes are applied in their JSON form, which is held in memory table by table.
    Raises CommuniqueError, naming the table, where the rows differ, or the table has no key.
    """
    olds, news = diff.old.of("parquet"), diff.new.of("parquet")
    for table in diff.tables:
        if not table.key:
            raise CommuniqueError(f"{table.table}: has no key, so a diff cannot be applied.")
        if table.table in news:
            path = diff.folders[1] / news[table.table].path
            rows = rows_by_key(path, table.key, diff.work)
            actual = table_digest(rows, list(table.columns))
            if _digest_after(table, olds.get(table.table), diff.folders[0], diff.work) != actual:
                raise CommuniqueError(
                    f"{table.table}: the old rows with the diff applied are not the new ones."
                )


def _digest_after(table: TableDiff, resource: Resource | None, old: Path, work: Path) -> str:
    told = [json.loads(json.dumps(change_entry(change))) for change in table.changes()]
    rows: Iterable[pl.DataFrame] = ()
    if resource and resource.table_schema.primary_key == list(table.key):
        rows = rows_by_key(old / resource.path, table.key, work)
    texts = spooled(_after(table, rows, told), work / f"{table.table}.applied")
    typed = pl.scan_ipc(texts.path, glob=False).select(
        GRAMMARS[kind].parse(pl.col(name)).alias(name) for name, kind in table.columns.items()
    )
    return table_digest(in_order(LazyRows(typed), table.key, ROW_GROUP, work), list(table.columns))


def _after(
    table: TableDiff, rows: Iterable[pl.DataFrame], told: list[dict[str, Any]]
) -> Iterator[pl.DataFrame]:
    """Yield the rows of the new release as text: the added ones, the unchanged ones, the changed ones."""
    yield _texts((change["row"] for change in told if change["change"] == "added"), table)
    touched = {_key(change.get("formerly", change["key"]), table): change for change in told}
    known = pl.concat_str(table.key, separator=_BETWEEN).is_in(list(touched))
    for part in rows:
        spelt = pl.DataFrame([spelled(column) for column in part])
        text = spelt.select(
            (pl.col(name) if name in part.columns else pl.lit(None)).cast(pl.String).alias(name)
            for name in table.columns
        )
        yield text.filter(~known)
        yield _texts(_changed(text.filter(known), touched, table), table)


def _changed(
    rows: pl.DataFrame, touched: dict[str, dict[str, Any]], table: TableDiff
) -> Iterator[dict[str, Any]]:
    for row in rows.iter_rows(named=True):
        change = touched[_key(row, table)]
        if "cells" in change:
            yield {**row, **change["key"], **{name: cell["new"] for name, cell in change["cells"].items()}}


def _texts(rows: Iterable[Mapping[str, Any]], table: TableDiff) -> pl.DataFrame:
    texts = [[_text(row[name], kind) for name, kind in table.columns.items()] for row in rows]
    return pl.DataFrame(texts, schema=dict.fromkeys(table.columns, pl.String()), orient="row")


def _text(value: Any, kind: str) -> str | None:
    return None if value is None else text_of(value, kind)


def _key(row: Mapping[str, Any], table: TableDiff) -> str:
    return _BETWEEN.join(text_of(row[name], table.columns[name]) for name in table.key)
