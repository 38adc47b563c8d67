"""A rule is a named predicate: over a cell, over a row, or over several tables.

The name is the rule's `code`. It stands in every finding, report, test and page of documentation, so it
never changes. What a rule says (statement, remedy, examples) is data; how a broken rule is worded for a
person is decided by the renderer of the report.

Predicates are narwhals expressions, so that no single engine owns them. A predicate that comes out as null
could not be decided (an operand is missing); undecided never counts as broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

TODAY_IS = (
    "Today is the release_date of dataset.yaml, or the day of --as-of; communique release takes its own day."
)
"""A sentence for the remedies of rules that depend on the day."""
Severity: TypeAlias = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the most to the least severe."""
Row: TypeAlias = Mapping[str, object]
"""Some cells of one row, by column, as typed values."""
Lazy: TypeAlias = "nw.LazyFrame[Any]"
Frames: TypeAlias = Mapping[str, Lazy]
"""The tables of a dataset by name; besides its own columns each frame has `RECORD`, the row's number."""

Cell = TypeVar("Cell", "nw.Expr", "pl.Expr")
"""A cell as an expression of narwhals or of Polars."""

RECORD = "\x1frecord"
"""The column with the number of a row; no column of a table has this name, because names are printable."""
LIST_SEPARATOR = ";"
"""Separates the members of a source column that holds a list of ids."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule has.

    code: the name of the rule, which never changes.
    statement: what must hold, in one sentence.
    remedy: what to do where it does not.
    severity: what a broken rule means; an error keeps the row out of a release.
    rejects: the smallest example that breaks the rule.
    accepts: the smallest example that keeps it.
    """

    code: str
    statement: str
    remedy: str
    severity: Severity = "error"
    rejects: Any
    accepts: Any


@dataclass(frozen=True, kw_only=True)
class CellRule(Rule):
    """A rule over one cell, declared once and used by many columns: a pattern that the text matches, or patterns that it must not contain.

    matches: the pattern that the whole text matches.
    forbids: patterns that no part of the text may match.
    plain: whether all plain text keeps the rule, so that such text need not be checked: printable ASCII and line feeds,
        neither beginning like a formula nor beginning or ending with white space.
    """

    rejects: object
    accepts: object
    matches: str | None = None
    forbids: tuple[str, ...] = ()
    plain: bool = False

    def holds(self, cell: Cell) -> Cell:
        """Whether the cell keeps the rule; null where it is empty."""
        if self.matches is not None:
            return cell.str.contains(full_match(self.matches))
        return ~cell.str.contains("|".join(self.forbids))


def cell_checks(rules: Iterable[CellRule], cell: Cell) -> Iterator[Cell]:
    """Yield expressions that together say whether a cell keeps all these rules, in as few passes as possible.

    A search takes equally long for one pattern and for many, so they are combined; only where all patterns are anchored,
    and nothing has to be searched for, each is tried by itself.
    """
    rules = list(rules)
    yield from (rule.holds(cell) for rule in rules if rule.matches is not None)
    forbidden = [pattern for rule in rules for pattern in rule.forbids]
    if all(pattern[0] == "^" or pattern[-1] == "$" for pattern in forbidden):
        yield from (~cell.str.contains(pattern) for pattern in forbidden)
    else:
        yield ~cell.str.contains("|".join(forbidden))


@dataclass(frozen=True, kw_only=True)
class RowRule(Rule):
    """A rule over the cells of one row; a finding points to `column`.

    `holds` takes the day that counts as today, which is never read from a clock.
    """

    rejects: Row
    accepts: Row
    column: str
    holds: Callable[[date], nw.Expr]


@dataclass(frozen=True, kw_only=True)
class CrossRule(Rule):
    """A rule over several tables; a finding points to `column` of a row of `table`.

    `broken` returns the rows of `table` that break the rule; of its columns only `RECORD` is read.

    alone: given where each row can be decided without the other rows of its table, so that rows can be judged in parts:
        for each other table, the column in which the rows that matter have the same value as the row. Of tables that are
        not named here, any row may matter. None where a row depends on other rows of its table.
    """

    rejects: Mapping[str, Sequence[Row]]
    accepts: Mapping[str, Sequence[Row]]
    table: str
    column: str
    needs: tuple[str, ...]
    broken: Callable[[Frames, date], Lazy]
    alone: Mapping[str, str] | None = None

    @property
    def reads(self) -> frozenset[str]:
        """The columns of `table` in the examples; all columns that the rule depends on are among them."""
        rows = (*self.rejects.get(self.table, ()), *self.accepts.get(self.table, ()))
        return frozenset(column for row in rows for column in row)


def full_match(pattern: str) -> str:
    """Return the pattern anchored at both ends, grouped so that no alternative escapes the anchors.

    It is for Polars, which uses the Rust regex engine: there `$` matches only at the end of the text. In Python and Java
    it also matches before a final line feed.
    """
    return rf"^(?:{pattern})$"
