"""Values that are typed already, in Parquet or in a descriptor, as the text in which their fields write them.

So they go the same way as CSV. A value of another type than its field's is said to be so here, for as text it might
pass: the number 12 is not the text "12".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from ..errors import ParquetError
from ..found import Group
from ..parquet import columns_of, parquet_rows
from .codes import FOREIGN
from .field import Field, grammar_of
from .origins import Origins, Stretch
from .paths import PathError
from .strict import Source, Strict
from .tableschema import TableSchema

_NULL = '""'
_TEXTS = ("string", "any", "date", "time", "datetime", "year", "yearmonth", "duration", "geopoint", "geojson")
_NESTED = ("object", "array", "list", "any", "geojson", "geopoint")
_NATIVE_KEYS = ("name", "type", "title", "constraints", "itemType", "categories", "categoriesOrdered")


def native(schema: TableSchema) -> TableSchema:
    """Return a schema for values that are typed already: without formats and words that are of texts alone."""
    return replace(schema, fields=tuple(map(_native, schema.fields)))


def _native(field: Field) -> Field:
    if field.kind in ("string", "geopoint", "geojson", "any"):
        return field
    given = {key: value for key, value in (field.descriptor or {}).items() if key in _NATIVE_KEYS}
    return replace(field, grammar=grammar_of(given, field.kind))


def from_parquet(sources: Sequence[Source], schema: TableSchema, target: Path) -> tuple[Strict, list[Group]]:
    """Write the rows of Parquet files in the strict form; return them, and the columns of a wrong type.

    Raises PathError where a file is damaged.
    """
    origins, record, groups, labels = Origins(lined=False), 0, list[Group](), list[str]()
    with target.open("xb") as file:
        for source in sources:
            try:
                types = columns_of(source.path)
                if not labels:
                    labels = list(types)
                    file.write((_line(labels) + "\n").encode())
                    groups = list(_wrong_types(types, schema))
                    origins.add(Stretch(0, 1, source.file, 1, 1))
                    record = 1
                elif labels != list(types):
                    raise PathError(
                        "source-error", f"the columns of the first file, found: {', '.join(types)[:200]}"
                    )
                origins.add(Stretch(record, 1, source.file, 1, record + 1))
                for rows in parquet_rows(source.path):
                    record += len(rows)
                    texts = rows.select(_text(column) for column in rows)
                    texts.write_csv(file, include_header=False, null_value=_NULL)
            except ParquetError as error:
                raise PathError(
                    "source-error", f"a Parquet file, found one that {_why(error, source.path)}"
                ) from error
    return Strict(target, origins, has_header=True), groups


def _why(error: ParquetError, path: Path) -> str:
    """Return what is wrong with a file, without its path, which is that of one machine."""
    return str(error).removeprefix(f"{path}: ")[:300]


def _line(labels: Iterable[str]) -> str:
    return ",".join('"' + label.replace('"', '""') + '"' for label in labels)


def _wrong_types(types: Mapping[str, pa.DataType], schema: TableSchema) -> Iterator[Group]:
    for place, (label, kind) in enumerate(types.items()):
        fields = schema.fields[place : place + 1] if schema.by_place else schema.fields
        for field in fields:
            if (schema.by_place or field.name == label) and not _fits(kind, field.kind):
                expected = f"a column of the type {field.kind}, found {kind}"
                yield Group(FOREIGN["type-error"], field.name, np.zeros(1, np.int64), expected)


def _fits(kind: pa.DataType, wanted: str) -> bool:
    if pa.types.is_dictionary(kind):
        return _fits(kind.value_type, wanted)
    if pa.types.is_null(kind) or wanted == "any":
        return True
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return wanted in _TEXTS or wanted in _NESTED
    tests: tuple[tuple[bool, tuple[str, ...]], ...] = (
        (pa.types.is_integer(kind), ("integer", "number", "year")),
        (pa.types.is_floating(kind) or pa.types.is_decimal(kind), ("number",)),
        (pa.types.is_boolean(kind), ("boolean",)),
        (pa.types.is_date(kind), ("date",)),
        (pa.types.is_timestamp(kind), ("datetime",)),
        (pa.types.is_time(kind), ("time",)),
        (pa.types.is_duration(kind), ("duration",)),
        (pa.types.is_list(kind) or pa.types.is_large_list(kind), ("array", "list", "geopoint")),
        (pa.types.is_struct(kind) or pa.types.is_map(kind), ("object", "geojson", "geopoint")),
    )
    return any(wanted in kinds for fits, kinds in tests if fits)


def _text(column: pl.Series) -> pl.Series:
    """Return a column as the text that its field's native grammar reads."""
    kind = column.dtype
    if kind == pl.Boolean:
        return column.cast(pl.String)
    if isinstance(kind, pl.Datetime):
        universal = column.dt.convert_time_zone("UTC") if kind.time_zone else column
        return universal.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("Z" if kind.time_zone else ""))
    if kind == pl.Time:
        return column.dt.strftime("%H:%M:%S%.6f")
    if isinstance(kind, pl.Duration):
        return (
            (column.dt.total_microseconds() / 1e6)
            .cast(pl.String)
            .map_elements(_duration, return_dtype=pl.String)
        )
    if kind.is_float():
        special = {"inf": "INF", "-inf": "-INF"}
        return column.cast(pl.String).replace(special)
    if isinstance(kind, (pl.List, pl.Array, pl.Struct)) or kind == pl.Binary or kind.is_nested():
        try:
            values = [None if value is None else _dumped(value) for value in column.to_list()]
        except OverflowError as error:
            said = f"moments of the years 1 to 9999 within the values of {column.name[:100]!r}"
            raise PathError("source-error", said) from error
        return pl.Series(column.name, values, pl.String)
    return column.cast(pl.String)


def _duration(seconds: str) -> str:
    return f"-PT{seconds[1:]}S" if seconds.startswith("-") else f"PT{seconds}S"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def from_data(data: Any, schema: TableSchema, file: str, target: Path) -> tuple[Strict, list[Group]]:
    """Write rows that stand in a descriptor in the strict form; return them, and the values of a wrong type.

    data: a list of objects, or of lists of which the first has the labels. Raises PathError where it is neither.
    """
    if not isinstance(data, list) or not all(isinstance(row, (list, dict)) for row in data):
        raise PathError(
            "source-error", "data as a list of objects, or of lists of which the first has the labels"
        )
    if not data:
        raise PathError("source-error", "data with rows, found none")
    labels, rows = _rows(data)
    by_name = {field.name: field for field in schema.fields}
    owners = [
        (schema.fields[place] if place < len(schema.fields) else None)
        if schema.by_place
        else by_name.get(label)
        for place, label in enumerate(labels)
    ]
    wrong: dict[str, list[int]] = {}
    with target.open("x", encoding="utf-8", errors="backslashreplace", newline="") as written:
        written.write(_line(labels) + "\n")
        for record, row in enumerate(rows, start=1):
            cells: list[str] = []
            for place, value in enumerate(row):
                field = owners[place] if place < len(owners) else None
                if field is not None and not _is_of(value, field.kind):
                    wrong.setdefault(field.name, []).append(record)
                    value = None
                cells.append(_cell(value))
            written.write(",".join(cells) + "\n")
    groups = [
        Group(FOREIGN["type-error"], name, np.array(records, np.int64), by_name[name].grammar.wording)
        for name, records in wrong.items()
    ]
    return Strict(target, Origins([Stretch(0, 1, file, 1, 1)], lined=False), has_header=True), groups


def _rows(data: list[Any]) -> tuple[list[str], Iterable[list[Any]]]:
    if isinstance(data[0], dict):
        labels = list(dict.fromkeys(str(key) for row in data if isinstance(row, dict) for key in row))
        return labels, (
            [row.get(label) for label in labels] if isinstance(row, dict) else row for row in data
        )
    labels = [
        label if isinstance(label, str) else "" if label is None else json.dumps(label) for label in data[0]
    ]
    return labels, (row if isinstance(row, list) else list(row.values()) for row in data[1:])


def _is_of(value: Any, kind: str) -> bool:
    if value is None or kind == "any":
        return True
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, int):
        return kind in ("integer", "number", "year")
    if isinstance(value, float):
        return kind == "number" or (kind == "integer" and value.is_integer())
    if isinstance(value, str):
        return True
    return kind in _NESTED


def _cell(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return '"' + text.replace('"', '""') + '"'
