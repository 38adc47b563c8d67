"""A column: everything known about it that Pandera cannot express."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from .codelists import CodeList
from .rules import CellRule

if TYPE_CHECKING:
    import narwhals as nw

Plain: TypeAlias = Literal["string", "edtf", "date", "boolean", "integer"]
"""The types of our own columns; to others an `edtf` is a string."""

Other: TypeAlias = Literal[
    "number",
    "datetime",
    "time",
    "year",
    "yearmonth",
    "duration",
    "object",
    "array",
    "list",
    "geopoint",
    "geojson",
    "any",
]
"""Further types that others' Table Schemas may use: https://datapackage.org/standard/table-schema/#field-types"""

ColumnType: TypeAlias = Plain | Other
"""The grammar in which a source cell is written."""

METADATA = "communique"
"""The key of Pandera's column metadata under which a `Column` is kept."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """Everything known about a column, for code that checks, writes, describes or compares it.

    required: whether a cell must have a value.
    term: the standard term that it maps to, such as `schema:startDate` of schema.org.
    codes: the code list of which its values are.
    minimum: the smallest number allowed.
    rules: the rules over its cells.
    pattern: a regular expression that the whole text matches.
    derived: how it is computed from the columns of the source; None for a column that curators write.
    source: the column that curators write; for a derived column, the one that a finding points to.
    published: whether it is part of the package; a list of ids is not: it becomes rows of another table.
    declared: the whole field of another party's Table Schema, where it says more than the attributes above.
    """

    name: str = ""
    type: ColumnType = "string"
    required: bool = True
    title: str = ""
    description: str = ""
    term: str | None = None
    codes: CodeList | None = None
    pattern: str | None = None
    minimum: int | None = None
    rules: tuple[CellRule, ...] = ()
    derived: nw.Expr | None = None
    source: str = ""
    published: bool = True
    declared: Mapping[str, Any] | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the column itself: it is immutable, and Pandera deep-copies everything in a schema."""
        return self
