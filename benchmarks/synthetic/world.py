"""A world: some copies of the real tables that refer to each other and to nothing outside.

    edition   a copy of all meetings; at each of them two delegations, each a copy of all participants
    cast      a copy of all bodies, people and terms of office; two casts make up the delegations of 8 editions
    library   a copy of all sources, initiatives, steps and claims; one for the 64 editions of a world

An id is that of the real row behind the number of its copy, so that rows come in the order of their keys, and
a dataset of any size can be written world by world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import polars as pl

from communique.schemas import SCHEMAS, Column, Table
from communique.schemas.rules import LIST_SEPARATOR
from communique.schemas.table import KEY_SEPARATOR

from .template import Template

Level: TypeAlias = Literal["edition", "cast", "library"]
DELEGATIONS, EDITIONS_OF_CAST, EDITIONS_OF_WORLD = 2, 8, 64
_LEVELS: dict[str, Level] = {
    "meetings": "edition",
    "participants": "edition",
    "organizations": "cast",
    "persons": "cast",
    "memberships": "cast",
}
_DELEGATED = "participants"
_NUMBERS: tuple[Level, ...] = ("edition", "cast", "library")


def level_of(table: str) -> Level:
    """Return which copies the rows of a table belong to."""
    return _LEVELS.get(table, "library")


@dataclass(frozen=True)
class World:
    """The world of that number; the last one of a dataset has fewer editions."""

    number: int
    editions: int

    def copies(self, level: Level) -> pl.DataFrame:
        """Return one row a copy, with the numbers of the copies that its rows refer to."""
        if level == "library":
            return self._numbered(np.zeros(1, np.int64))
        if level == "edition":
            return self._numbered(np.arange(self.editions))
        groups = -(-self.editions // EDITIONS_OF_CAST)
        casts = np.arange(groups * DELEGATIONS)
        return self._numbered(casts // DELEGATIONS * EDITIONS_OF_CAST, casts % DELEGATIONS)

    def _numbered(self, editions: np.ndarray, delegations: np.ndarray | int = 0) -> pl.DataFrame:
        edition = self.number * EDITIONS_OF_WORLD + editions
        cast = edition // EDITIONS_OF_CAST * DELEGATIONS + delegations
        numbers = {"edition": edition, "cast": cast, "library": np.full(len(edition), self.number)}
        return pl.DataFrame(numbers).cast(pl.Int64)


def worlds(participations: int, template: Template) -> list[World]:
    """Return the worlds that hold at least so many participations, with as few editions as that takes."""
    editions = -(-participations // (DELEGATIONS * len(template.frames[_DELEGATED])))
    starts = range(0, editions, EDITIONS_OF_WORLD)
    return [World(number, min(EDITIONS_OF_WORLD, editions - start)) for number, start in enumerate(starts)]


def populate(world: World, template: Template) -> dict[str, pl.DataFrame]:
    """Return the rows of a world by table, each in the order of its key. Their prose is that of the template."""
    return {table.name: _copied(table, world, template) for table in SCHEMAS.written}


def _copied(table: Table, world: World, template: Template) -> pl.DataFrame:
    copies = world.copies(level_of(table.name))
    rows = _delegated(template) if table.name == _DELEGATED else template.frames[table.name]
    frame = copies.join(rows, how="cross", maintain_order="left_right")
    if table.name == _DELEGATED:
        frame = frame.with_columns(pl.col("cast") + pl.col("delegation"))
    numbered = frame.with_columns(pl.col(name).cast(pl.String).str.zfill(6) for name in _NUMBERS)
    return numbered.select(_cell(column, table, world).alias(column.name) for column in table.source_columns)


def _delegated(template: Template) -> pl.DataFrame:
    """Return the participants of one edition: every delegation is whole, and the first one has the chair."""
    rows = template.frames[_DELEGATED]
    delegations = [rows.with_columns(delegation=pl.lit(number)) for number in range(DELEGATIONS)]
    role = pl.col("role")
    member = pl.when((role == "chair") & (pl.col("delegation") > 0)).then(pl.lit("member")).otherwise(role)
    together = pl.concat(delegations).with_columns(role=member)
    meeting, person = SCHEMAS.table(_DELEGATED).primary_key
    return together.sort(meeting, "delegation", person)


def _cell(column: Column, table: Table, world: World) -> pl.Expr:
    """Return the cells of a column: ids with the number of their copy, the rest as it is in the template."""
    cell = pl.col(column.name)
    if column.name == "related_key":
        return _related_key(world)
    if (column.name,) in table.unique_keys:
        return pl.concat_str(cell, pl.lit("#"), pl.col(level_of(table.name)))
    target = _target(column, table)
    if target is None:
        return cell
    mark = pl.concat_str(pl.col(level_of(target)), pl.lit("-"))
    return _listed(cell, world) if not column.published else mark + cell


def _target(column: Column, table: Table) -> str | None:
    """Return the table whose row an id identifies; None for a column that is no id."""
    for key in table.foreign_keys:
        if column.name in key.columns:
            return key.table
    return table.name if table.primary_key == (column.name,) else None


def _listed(cell: pl.Expr, world: World) -> pl.Expr:
    """Number each id of a list; lists are of sources, and a world has one copy of those."""
    mark = f"{world.number:06d}-"
    return pl.lit(mark) + cell.str.replace_all(LIST_SEPARATOR, LIST_SEPARATOR + mark, literal=True)


def _related_key(world: World) -> pl.Expr:
    """Number each id in the key of any table's row; what a claim concerns is in the first copy of each level."""
    first = world.copies("library").row(0, named=True)
    cases = pl.lit(None, pl.String)
    for table in SCHEMAS.written:
        parts = pl.col("related_key").str.split(KEY_SEPARATOR)
        numbered = [
            pl.concat_str(pl.lit(_mark(part, table, first)), parts.list.get(number, null_on_oob=True))
            for number, part in enumerate(table.primary_key)
        ]
        key = pl.concat_str(numbered, separator=KEY_SEPARATOR)
        cases = pl.when(pl.col("related_table") == table.name).then(key).otherwise(cases)
    return cases


def _mark(part: str, table: Table, numbers: dict[str, int]) -> str:
    column = next(column for column in table.source_columns if column.name == part)
    target = _target(column, table)
    return f"{numbers[level_of(target)]:06d}-" if target else ""
