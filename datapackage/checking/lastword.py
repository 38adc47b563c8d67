"""Last word: each slice of rows is given to Pandera once more, whole, before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date

import polars as pl
import pyarrow as pa

from communique.schemas import Table
from communique.schemas.table import KEY_SEPARATOR

from ..arrays import Ints
from ..errors import CommuniqueError
from ..reading.oddplaces import odd_of
from .contract import brief_schema, pandera_schema
from .judge import Broken, judge


def last_word(
    frame: pl.DataFrame, table: Table, today: date, odd: Mapping[str, Ints] | None = None
) -> list[Broken]:
    """Return the errors that Pandera finds in rows that should have none; an empty list where it accepts them all.

    odd: as for `judge_suspects`.
    """
    if not judge(brief_schema(table, today, odd), frame, table):
        return []
    return judge(pandera_schema(table, today), frame, table)


def refuse_broken(
    rows: pl.DataFrame,
    published: pa.Table,
    table: Table,
    today: date,
    tolerated: AbstractSet[tuple[str, str | None]] = frozenset(),
) -> None:
    """Raise CommuniqueError where Pandera does not accept the rows; columns that the table does not have are ignored.

    published: the published columns of the rows, as an Arrow table.
    tolerated: the rules and keys of rows for which the dataset has a waiver.
    """
    whole = rows.select(column.name for column in table.columns)
    odd = odd_of(table.published_columns, published, plain=False)
    broken = [
        item
        for item in last_word(whole, table, today, odd)
        if not _is_tolerated(item, whole, table, tolerated)
    ]
    if broken:
        codes = ", ".join(sorted({item.rule.code for item in broken}))
        raise CommuniqueError(f"{table.name}: Pandera does not accept rows that were to be written: {codes}.")


def _is_tolerated(
    item: Broken, rows: pl.DataFrame, table: Table, tolerated: AbstractSet[tuple[str, str | None]]
) -> bool:
    """Say whether each row that Pandera refuses has a waiver for the rule that it breaks."""
    keys = rows[list(item.rows)].select(pl.concat_str(table.primary_key, separator=KEY_SEPARATOR)).to_series()
    return bool(item.rows) and all((item.rule.code, key) in tolerated for key in keys)
