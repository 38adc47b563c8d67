"""Table Schema → Pandera: the fields of a schema of others as a Pandera schema, and what it finds in rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrorReason

from communique.schemas import Code, CodeList, Column
from communique.schemas.column import METADATA, ColumnType

from ...arrays import Ints
from ...checking.judge import refusals, refused_rows
from ...codes import LAST_WORD
from ...found import Group
from ..codes import FOREIGN
from .constraints import Check
from .field import Field

_KINDS: dict[str, ColumnType] = {"date": "date", "boolean": "boolean", "integer": "integer"}


def to_pandera(fields: Sequence[Field], names: Sequence[str]) -> pa.DataFrameSchema:
    """Return the Pandera schema of typed columns with these names: types, required values, constraints."""
    columns = {name: _column(field) for name, field in zip(names, fields, strict=True)}
    return pa.DataFrameSchema(columns, strict=True)


def _column(field: Field) -> pa.Column:
    listed = tuple(Code(value, value, "") for value in field.categories)
    column = Column(
        title=field.title,
        type="any" if _has_own_form(field.descriptor or {}) else _KINDS.get(field.kind, "string"),
        codes=CodeList(field.name, field.title, listed) if listed else None,
    )
    return pa.Column(
        field.grammar.dtype,
        checks=[_check(check) for check in field.checks if not check.implied],
        nullable=not field.required,
        title=field.title,
        metadata={METADATA: column},
    )


def _has_own_form(given: Mapping[str, Any]) -> bool:
    """Say whether a field writes its values in a form of its own, which hints do not know."""
    words = "trueValues" in given or "falseValues" in given
    return words or given.get("format", "default") not in ("default", "any")


def _check(check: Check) -> pa.Check:
    def holds(data: pa.PolarsData) -> Any:
        return data.lazyframe.select(check.holds(pl.col(str(data.key))))

    return pa.Check(holds, name=check.name)


def judged(fields: Mapping[str, Field], typed: pl.DataFrame, records: Ints) -> Iterator[Group]:
    """Yield the constraints that rows break, as Pandera finds them.

    fields: by the names of their columns in `typed`. records: the numbers of the rows.
    """
    for error in refusals(to_pandera(list(fields.values()), list(fields)), typed):
        places = list(refused_rows(error.check_output))
        field = fields.get(str(error.schema.name))
        if field is None or not places:
            yield Group(LAST_WORD, None, records[:1], str(error)[:500])
        elif error.reason_code is SchemaErrorReason.SERIES_CONTAINS_NULLS:
            # To Pandera NaN is null too.
            none = typed[str(error.schema.name)].is_null().to_numpy()[places]
            yield Group(FOREIGN["constraint-error"], field.name, records[places][none], "a value")
        else:
            check = next(check for check in field.checks if check.name == error.check.name)
            yield Group(FOREIGN["constraint-error"], field.name, records[places], check.expected)
