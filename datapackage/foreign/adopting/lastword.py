"""Last word: Pandera judges rows of a package of others once more, as the release has them, before they are written."""

from __future__ import annotations

import numpy as np
import polars as pl

from communique.schemas import Table

from ...checking.judge import refusals
from ...describing.describe import json_field
from ...errors import CommuniqueError
from ...filenames import DESCRIPTOR
from ..fields.contract import to_pandera
from ..fields.field import Field, read_field
from ..findings import DescriptorFindings
from ..rows.judge import Judge, inner


class LastWord:
    """Has Pandera judge rows a last time, by the schema that the release has."""

    def __init__(self, table: Table) -> None:
        """Compile the schema."""
        self._name, findings = table.name, DescriptorFindings(DESCRIPTOR)
        fields = [
            read_field(json_field(column), ("",), column.name, findings, table.name)
            for column in table.columns
        ]
        if findings.has_errors:
            first = next(finding for finding in findings.listed if finding.severity == "error")
            raise CommuniqueError(f"{table.name}: its schema cannot be carried over: {first.expected}.")
        self._fields = [field for field in fields if field is not None]
        self._judge = Judge(self._fields, [inner(number) for number in range(len(self._fields))])
        self._schema = to_pandera(self._fields, self._judge.names)

    def refuse(self, rows: pl.DataFrame, _: object) -> None:
        """Raise CommuniqueError where Pandera does not accept the rows; it is a `write.Refuse`."""
        columns = [
            _value(field, rows[field.name]).alias(name)
            for field, name in zip(self._fields, self._judge.names, strict=True)
        ]
        typed = pl.DataFrame(columns)
        if refusals(self._schema, typed):  # Pandera takes NaN for null; the judge tells them apart
            records = np.arange(len(typed), dtype=np.int64)
            for group in self._judge.broken(typed, records):
                if len(group.records):
                    said = f"{group.column}: {group.expected}"
                    raise CommuniqueError(
                        f"{self._name}: Pandera does not accept rows that were to be written: {said}."
                    )


def _value(field: Field, column: pl.Series) -> pl.Series:
    """Return stored values with the type that the grammar of their field gives them."""
    return field.grammar.parse(column) if field.kind == "duration" else column.cast(field.grammar.dtype)
