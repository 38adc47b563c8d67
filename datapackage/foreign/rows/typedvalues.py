"""Values that already have types, in a descriptor or in Parquet, as the text in which their fields write them.

So they are checked in the same way as CSV. A value whose type is not that of its field is found here, for as text it
might pass: the number 12 is not the text "12".
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ...arrays import Ints
from ...untrusted.paths import PathError
from ..descriptor.dialect import Dialect
from ..descriptor.tableschema import TableSchema
from ..fields.field import Field, grammar_of
from ..fields.grammar import refusing
from ..fields.numbers import any_year
from ..fields.structures import NESTED
from .origins import Origins, Stretch
from .strict import Strict

NULL = '""'
"""How null is written; where an empty text is a value, `Strict.none` tells which is which."""
_NATIVE_KEYS = ("name", "type", "title", "constraints", "itemType", "categories", "categoriesOrdered")


def native(schema: TableSchema, has_days: bool) -> TableSchema:
    """Return a schema for values that already have types.

    has_days: whether dates and times have types, too, so that formats do not matter. In JSON they are texts in the form
        of their field; values that JSON has types for are written in that form, see `_cell`.
    """
    return replace(schema, fields=tuple(_native(field, has_days) for field in schema.fields))


def _native(field: Field, has_days: bool) -> Field:
    if field.kind in ("string", "geopoint", "geojson", "any"):
        return field
    if field.kind == "list":
        return replace(field, grammar=grammar_of(field.descriptor or {}, field.kind, is_typed=True))
    if not has_days:
        return field
    if field.kind == "year":  # as a number it has as many digits as it needs
        return replace(field, grammar=replace(field.grammar, parse=any_year))
    if field.kind == "number":
        marks = field.grammar.parse(pl.Series(field.missing, dtype=pl.String))
        field = replace(field, missing_numbers=tuple(marks.drop_nulls()))
    given = {key: value for key, value in (field.descriptor or {}).items() if key in _NATIVE_KEYS}
    return replace(field, grammar=grammar_of(given, field.kind))


def header_line(labels: Iterable[str]) -> str:
    """Return labels as the first line of a file in the strict form."""
    return ",".join(map(_quoted, labels))


def from_data(data: Any, schema: TableSchema, dialect: Dialect, file: str, target: Path) -> Strict:
    """Write the rows of a descriptor in the strict form; return them, and which values are of a wrong type.

    data: a list of objects, or a list of lists of which the first has the labels, unless the dialect says that there
        is no header. Raises PathError where it is neither.
    """
    data = _listed(data, dialect)
    _refuse_rows_of_text(data, dialect)
    has_header = bool(dialect.header_rows) or isinstance(data[0], dict)
    names = [field.name for field in schema.fields]
    labels, rows = _rows(data if has_header else [names, *data], names, dialect.json_keys.get("itemKeys"))
    by_name = {field.name: field for field in schema.fields}
    owners = [
        (schema.fields[place] if place < len(schema.fields) else None)
        if schema.by_place
        else by_name.get(label)
        for place, label in enumerate(labels)
    ]
    wrong, none = dict[str, list[int]](), dict[str, list[int]]()
    with target.open("x", encoding="utf-8", errors="backslashreplace", newline="") as written:
        if has_header:
            written.write(header_line(labels) + "\n")
        for record, row in enumerate(rows, start=1):
            cells: list[str] = []
            for place, value in enumerate(row):
                field = owners[place] if place < len(owners) else None
                fits = field is None or _is_of(value, field.kind)
                if field is not None and not fits:
                    wrong.setdefault(field.name, []).append(record)
                elif field is not None and value is None and "" not in field.missing:
                    none.setdefault(field.name, []).append(record)
                cells.append(_cell(value, field) if fits else _quoted(_json(value)))
            written.write(",".join(cells) + "\n")
    stretch = Stretch(0 if has_header else 1, 1, file, 1, 1)
    origins = Origins([stretch], lined=False)
    return Strict(target, origins, has_header, wrong=_arrays(wrong), none=_arrays(none))


def _arrays(numbers: Mapping[str, list[int]]) -> dict[str, Ints]:
    return {name: np.array(records, np.int64) for name, records in numbers.items()}


def _listed(data: Any, dialect: Dialect) -> list[Any]:
    """Return the rows of data, from where and of the kind that the dialect says. Raises PathError."""
    place, kind = (dialect.json_keys.get(key) for key in ("property", "itemType"))
    if place is not None and isinstance(data, dict):
        data = data.get(place)
    kinds = {"array": (list,), "object": (dict,)}.get(str(kind), (list, dict))
    if not isinstance(data, list) or not all(isinstance(row, kinds) for row in data):
        said = "data as a list of objects, or of lists of which the first has the labels"
        raise PathError("source-error", said if kind is None else f"data as a list of {kind}s, its itemType")
    if not data:
        raise PathError("source-error", "data with rows, found none")
    return data


def _refuse_rows_of_text(data: list[Any], dialect: Dialect) -> None:
    """Raise PathError where the dialect says that some rows are comments, or headers below the first one."""
    firsts = (next(iter(row.values() if isinstance(row, dict) else row), None) for row in data)
    texts = (first for first in firsts if isinstance(first, str))
    comments = dialect.comment and any(text.startswith(dialect.comment) for text in texts)
    below = dialect.header_rows not in ((), (1,)) and not isinstance(data[0], dict)
    if comments or below or any(row <= len(data) for row in dialect.comment_rows):
        said = "data whose first row is the header, without comments: headerRows, commentRows and commentChar are for text"
        raise PathError("dialect-error", said)


def without_wrong(schema: TableSchema, wrong: Container[str]) -> TableSchema:
    """Return a schema in which these fields refuse the mark of a value of another type."""
    fields = (
        replace(field, grammar=refusing(field.grammar)) if field.name in wrong else field
        for field in schema.fields
    )
    return replace(schema, fields=tuple(fields))


def _rows(
    data: list[Any], names: list[str], wanted: list[str] | None
) -> tuple[list[str], Iterable[list[Any]]]:
    """Return labels and rows. wanted: the keys of objects that are columns; None where all are."""
    if isinstance(data[0], dict):
        keys = dict.fromkeys(str(key) for row in data if isinstance(row, dict) for key in row)
        # The keys of an object have no order (RFC 8259, section 1): the columns take that of the fields.
        labels = wanted or list(dict.fromkeys([*(name for name in names if name in keys), *keys]))
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
    return kind in NESTED and not (kind == "list" and isinstance(value, dict))


def _cell(value: Any, field: Field | None) -> str:
    """Return a value as its field writes it."""
    if value is None:
        return NULL
    if field and field.kind == "year" and isinstance(value, int):
        return f"{value:0{4 + (value < 0)}}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    given = (field and field.descriptor) or {}
    if field and field.kind == "boolean" and isinstance(value, bool):
        text = field.words[value]
    elif field and field.kind == "number" and isinstance(value, float):
        text = text.replace(".", given.get("decimalChar") or ".")
    return _quoted(text)


def _json(value: Any) -> str:
    """Return a value as JSON without invisible characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
