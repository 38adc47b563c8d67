"""Engine: how a database names types and writes values, so that the same CHECK holds in each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from communique.schemas import Column, Table
from communique.schemas.column import ColumnType

from ..describing.allowed import LENGTHS, NUMBERS, constraint, is_finite, listed, number
from ..describing.describe import json_field
from ..describing.literals import sql_identifier, sql_text
from ..errors import ExportError

_SIGNS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
_MOMENTS: tuple[ColumnType, ...] = ("date", "datetime", "time")
_WHOLE = range(-(2**63), 2**63)


def _any_is_exact(literal: str, value: float) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A database engine.

    name: its name.
    types: the SQL type of each column type.
    checks: for a column type, a condition on its values beyond the SQL type; {0} stands for the column.
    moment: how a day or a time is written; {0} is its text as a literal, {1} its SQL type.
    lengths: the conditions for a text of at least, and of at most, {1} characters; {0} is the column.
    is_exact: whether the engine reads the literal of a number as exactly that number.
    reserved: the prefix of table names that the engine reserves for itself.
    """

    name: str
    types: Mapping[ColumnType, str]
    checks: Mapping[str, str] = field(default_factory=dict[str, str])
    moment: str = "{0}"
    lengths: tuple[str, str] = ("length({0}) >= {1}", "length({0}) <= {1}")
    is_exact: Callable[[str, float], bool] = _any_is_exact
    reserved: str | None = None

    def literal(self, kind: ColumnType, value: object) -> str | None:
        """Return a value of a column of that type as a literal; None where SQL, or this engine, cannot write it."""
        if isinstance(value, bool):
            return str(value).upper() if kind == "boolean" else None
        if isinstance(value, str):
            return self._text(kind, value)
        if not isinstance(value, int | float) or kind not in NUMBERS or not is_finite(value):
            return None
        if kind == "number":
            text = repr(float(value))
            text = text if "e" in text else f"{text}e0"  # without an exponent, some engines read a decimal
            return text if self.is_exact(text, float(value)) else None
        return str(value) if value in _WHOLE else None

    def _text(self, kind: ColumnType, value: str) -> str | None:
        if kind in NUMBERS or kind == "boolean" or "\0" in value:
            return None
        return self.moment.format(sql_text(value), self.types[kind]) if kind in _MOMENTS else sql_text(value)

    def conditions(self, column: Column) -> Iterator[str]:
        """Yield the constraints of a column as SQL conditions, which are null where there is no value.

        Durations have none: P1D and PT24H are the same value in two texts.
        """
        name, declared = sql_identifier(column.name), json_field(column)
        values = [self.literal(column.type, value) for value in listed(declared)]
        written = [value for value in values if value is not None]
        if written and len(written) == len(values) and column.type != "duration":
            yield f"{name} IN ({', '.join(written)})"
        for bound, sign in _SIGNS.items():
            limit = self.literal(column.type, constraint(declared, bound))
            if limit is not None and column.type != "duration":
                yield f"{name} {sign} {limit}"
        for length, condition in zip(LENGTHS, self.lengths, strict=True):
            if column.type == "string" and number(declared, length) is not None:
                yield condition.format(name, number(declared, length))
        if column.type in self.checks:
            yield self.checks[column.type].format(name)

    def insist_on_names(self, tables: Sequence[Table]) -> None:
        """Raise ExportError where a table or its columns have names that this engine does not take."""
        for table in tables:
            if self.reserved and table.name.startswith(self.reserved):
                raise ExportError(
                    f"{table.name}: {self.name} keeps the names of tables that begin with {self.reserved} for itself."
                    " Export to xlsx or jsonl instead, or rename the table."
                )
            found = dict[str, str]()
            for column in table.columns:
                other = found.setdefault(_small(column.name), column.name)
                if other != column.name:
                    raise ExportError(
                        f"{table.name}: the names of the columns {other} and {column.name} differ only in case, and"
                        f" to {self.name} are one name. Export to xlsx or jsonl instead, or rename one of them."
                    )


def _small(name: str) -> str:
    """Return a name with ASCII letters in lower case; databases distinguish Ä from ä."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)
