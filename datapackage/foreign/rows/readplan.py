"""The read plan of a table: which of its columns are fields, what is compared, and which rows are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ...arrays import Ints
from ...storing.spool import Spool
from ..descriptor.tableschema import TableSchema
from ..fields.field import Field
from .columns import Columns
from .judge import Judge, inner
from .keys import Compared
from .origins import Origins


@dataclass(frozen=True)
class ReadPlan:
    """How the rows of a table are read.

    null_text: a text that stands for no value in any field.
    blanks: whether a row without any value is a fault, as it is everywhere but in Parquet.
    origins: where the rows come from.
    rows: where typed rows go, if they are wanted.
    wrong, none: as in `Strict`.
    """

    schema: TableSchema
    columns: Columns
    compared: Compared
    null_text: str | None
    blanks: bool
    origins: Origins
    rows: Spool | None = None
    wrong: Mapping[str, Ints] = field(default_factory=dict[str, Ints])
    none: Mapping[str, Ints] = field(default_factory=dict[str, Ints])

    @cached_property
    def fields(self) -> list[tuple[Field, int]]:
        """The fields that the file has, with the places of their columns."""
        return self.columns.fields(self.schema)

    @cached_property
    def typed(self) -> dict[str, Field]:
        """The fields whose values are looked at; of the others any text is one."""
        names = set(self.compared.names)
        return {
            field.name: field
            for field, _ in self.fields
            if self.rows or not field.takes_all or field.name in names
        }

    @cached_property
    def empty(self) -> bool:
        """Whether an empty cell is no value in any field."""
        return all("" in field.missing for field, _ in self.fields)

    @cached_property
    def judge(self) -> Judge:
        """What judges the typed columns of these fields."""
        fields = list(self.typed.values())
        return Judge(fields, [self.name_of(field) for field in fields])

    @cached_property
    def referred(self) -> list[str]:
        """The fields that references ask for."""
        return list(dict.fromkeys(name for names in self.compared.referred for name in names))

    def name_of(self, field: Field) -> str:
        """Return the safe name of a field."""
        return inner(self.schema.index[field.name])
