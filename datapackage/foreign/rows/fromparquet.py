"""Parquet of others: its rows as text, batch by batch, on the threads that check them.

A file in the strict form is written only where there is a finding, for its place is looked up there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from ...arrays import all_polars, arrow, polars
from ...errors import ParquetError
from ...storing.digest import INFINITE
from ...storing.parquet import PER_SECOND, columns_of, decompressed_size, parquet_batches, reading, row_size
from ...untrusted.compression import BEYOND, most_of
from ...untrusted.paths import PathError
from ..descriptor.tableschema import TableSchema
from ..fields.structures import NESTED
from .origins import Origins, Stretch
from .strict import Source, Strict
from .typedvalues import NULL, header_line

_HOLDS: dict[str, tuple[str, ...]] = {
    "integer": ("integer", "number", "year"),
    "string": ("string", "date", "time", "datetime", "year", "yearmonth", "duration", *NESTED),
    "array": ("array", "list", "geopoint"),
    "object": ("object", "geojson", "geopoint"),
}
"""The types of fields that a column may hold, by the type of Table Schema that its own amounts to, if not that alone."""


@dataclass(frozen=True)
class Wrong:
    """A column whose type does not fit that of its field: the first file that has it, the field, what was expected."""

    file: str
    field: str
    expected: str


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of a file, with their types.

    first: the number of the first one. size: their share of the bytes of the file.
    """

    path: Path
    rows: pa.RecordBatch
    first: int
    size: int

    def texts(self) -> pa.Table:
        """Return the rows as text; columns of text stay as they are. Raises PathError where they are damaged."""
        try:
            with reading(self.path):
                return pa.table(list(map(_text, self.rows.columns)), names=self.rows.schema.names)
        except ParquetError as error:
            raise _damaged(error) from error


@dataclass(frozen=True, eq=False)
class ParquetFiles:
    """The files of a table. target: where it is written in the strict form."""

    sources: Sequence[Source]
    labels: tuple[str, ...]
    origins: Origins
    target: Path

    @property
    def size(self) -> int:
        """How many bytes the files have."""
        return sum(source.path.stat().st_size for source in self.sources)

    def batches(self) -> Iterator[Batch]:
        """Yield the rows of all files, and note in `origins` where those of each begin. Raises PathError."""
        record = 1
        for source in self.sources:
            self.origins.add(Stretch(record, 1, source.file, 1, record + 1))
            try:
                each = row_size(source.path)
                for rows in parquet_batches(source.path):
                    yield Batch(source.path, rows, record, round(each * len(rows)))
                    record += len(rows)
            except ParquetError as error:
                raise _damaged(error) from error

    def write(self) -> None:
        """Write the table in the strict form, if that is not done yet."""
        if self.target.exists():
            return
        with self.target.open("xb") as file:
            file.write((header_line(self.labels) + "\n").encode())
            for batch in self.batches():
                texts = pl.DataFrame(all_polars(batch.texts().columns))
                texts.write_csv(file, include_header=False, null_value=NULL)


def _damaged(error: ParquetError) -> PathError:
    why = str(error).partition(": ")[2]  # without the path, which is that of one machine
    return PathError("source-error", f"a Parquet file, found one that {why[:300]}")


def _refuse_bomb(path: Path) -> None:
    """Raise PathError where the pages of a file hold more than a compressed file may, before PyArrow unpacks them."""
    size = decompressed_size(path)
    if size > most_of(path):
        raise PathError("compression-error", f"{BEYOND}, found {size:,} bytes")


def from_parquet(sources: Sequence[Source], schema: TableSchema, target: Path) -> tuple[Strict, list[Wrong]]:
    """Return the rows of Parquet files, and the columns of a wrong type. Raises PathError where a file is damaged."""
    try:
        for source in sources:
            _refuse_bomb(source.path)
        types = [columns_of(source.path) for source in sources]
    except ParquetError as error:
        raise _damaged(error) from error
    for others in types:
        if list(others) != list(types[0]):
            raise PathError(
                "source-error", f"the columns of the first file, found: {', '.join(others)[:200]}"
            )
    origins = Origins([Stretch(0, 1, sources[0].file, 1, 1)], lined=False)
    files = ParquetFiles(sources, tuple(types[0]), origins, target)
    wrong = dict[str, Wrong]()
    for source, those in zip(sources, types, strict=True):
        for name, expected in _wrong_types(those, schema):
            wrong.setdefault(name, Wrong(source.file, name, expected))
    return Strict(target, origins, has_header=True, typed=files), list(wrong.values())


def _wrong_types(types: Mapping[str, pa.DataType], schema: TableSchema) -> Iterator[tuple[str, str]]:
    """Yield the fields whose column has a type that does not fit, and what was expected."""
    for place, (label, kind) in enumerate(types.items()):
        fields = schema.fields[place : place + 1] if schema.by_place else schema.fields
        for field in fields:
            if (schema.by_place or field.name == label) and not _fits(kind, field.kind):
                yield field.name, f"a column of the type {field.kind}, found {kind}"


def _fits(kind: pa.DataType, wanted: str) -> bool:
    own = field_type(kind)
    return wanted in ("any", *_HOLDS.get(own, (own,))) or pa.types.is_null(_values_of(kind))


def _values_of(kind: pa.DataType) -> pa.DataType:
    """Return the type of the values of a column, which a dictionary may list."""
    return _values_of(kind.value_type) if pa.types.is_dictionary(kind) else kind


def field_type(column: pa.DataType) -> str:
    """Return the type of Table Schema that a type of Parquet amounts to; any where there is none."""
    kind = _values_of(column)
    tests = (
        ("integer", pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0)),
        ("number", pa.types.is_floating(kind) or pa.types.is_decimal(kind)),
        ("boolean", pa.types.is_boolean(kind)),
        ("date", pa.types.is_date(kind)),
        ("datetime", pa.types.is_timestamp(kind)),
        ("time", pa.types.is_time(kind)),
        ("duration", pa.types.is_duration(kind)),
        (
            "string",
            pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind),
        ),
        (
            "array",
            pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind),
        ),
        ("object", pa.types.is_struct(kind) or pa.types.is_map(kind)),
    )
    return next((name for name, fits in tests if fits), "any")


def _text(column: pa.Array) -> pa.Array:
    """Return a column as the text that its field's native grammar reads."""
    is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return column if is_text else arrow(_spelt(polars(column)))


def _spelt(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if kind == pl.Boolean:
        return column.cast(pl.String)
    if isinstance(kind, pl.Datetime):
        universal = column.dt.convert_time_zone("UTC") if kind.time_zone else column
        return universal.dt.strftime("%Y-%m-%dT%H:%M:%S%.f" + ("Z" if kind.time_zone else ""))
    if kind == pl.Time:
        return column.dt.strftime("%H:%M:%S%.f")
    if isinstance(kind, pl.Duration):
        text = partial(_duration, per_second=PER_SECOND[kind.time_unit])
        return column.to_physical().map_elements(text, return_dtype=pl.String)
    if kind.is_float():
        return column.cast(pl.String).replace(INFINITE)
    if kind.is_nested() or kind == pl.Binary:
        values = [None if value is None else _dumped(value) for value in column.to_list()]
        return pl.Series(column.name, values, pl.String)
    return column.cast(pl.String)


def _duration(parts: int, per_second: int) -> str:
    seconds, rest = divmod(abs(parts), per_second)
    part = f".{rest * 10**9 // per_second:09}".rstrip("0") if rest else ""
    return f"{'-' if parts < 0 else ''}PT{seconds}{part}S"


def _dumped(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=_plain)
    except TypeError:  # a map has keys that are no texts, numbers or booleans
        return json.dumps(_with_text_keys(value), ensure_ascii=False, default=_plain)


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key if isinstance(key, (str, int, float)) else str(_plain(key)): _with_text_keys(part)
            for key, part in value.items()
        }
    return [_with_text_keys(part) for part in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
