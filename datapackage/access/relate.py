"""Relate: how the tables of a release refer to each other, and joins along these references alone.

A join has a well-defined grain: each of its rows is one row of one table, the finest that was named. So a table can be
joined where the rows so far refer to its key (at most one match each), or where it refers to the rows so far (which are
then repeated for each of its rows). A join that would pair unrelated rows is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ..describing.descriptor import Package, Resource
from ..errors import JoinError
from ..filenames import TWIN


@dataclass(frozen=True)
class Relation:
    """A reference: the cells of `columns` of `table` are the key of a row of `to`, or empty.

    table: the table that refers to another, or to itself.
    columns: its columns that do so.
    to: the table that they refer to.
    references: the columns of that key, in the order of `columns`.
    """

    table: str
    columns: tuple[str, ...]
    to: str
    references: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name by which a join refers to it: the table and its columns, such as `participants.person_id`."""
        return f"{self.table}.{'+'.join(self.columns)}"

    def __str__(self) -> str:
        """Return both sides."""
        return f"{self.name} -> {self.to}.{'+'.join(self.references)}"


def relations(package: Package) -> tuple[Relation, ...]:
    """Return the references to keys that a descriptor declares, in its order; others could match several rows."""
    tables = package.of("parquet")
    return tuple(
        Relation(table, tuple(key.fields), far, tuple(key.reference.fields))
        for table, resource in tables.items()
        for key in resource.table_schema.foreign_keys
        for far in [key.reference.resource.removesuffix(TWIN) or table]
        if key.reference.fields in _keys(tables[far])
    )


def _keys(resource: Resource) -> list[list[str]]:
    return [resource.table_schema.primary_key, *resource.table_schema.unique_keys]


def plan(names: Sequence[str], known: Sequence[Relation], via: Sequence[str] = ()) -> tuple[Relation, ...]:
    """Return the relation along which each table but the first is joined to those before it.

    names: tables, each once. via: names of relations to choose where there are several.
    Raises JoinError where there is none, or more than one, or rows would be multiplied.
    """
    if not names or len(set(names)) < len(names):
        raise JoinError(f"join({', '.join(names)}): give at least one table, and each once.")
    unknown = sorted(set(via) - {relation.name for relation in known})
    if unknown:
        told = ", ".join(relation.name for relation in known) or "none"
        raise JoinError(f"via: there is no relation {', '.join(unknown)}. The relations are {told}.")
    grain, steps, unused = names[0], list[Relation](), set(via)
    for number, name in enumerate(names[1:], 1):
        step = _step(name, names[:number], grain, known, via)
        grain = name if step.table == name else grain
        unused.discard(step.name)
        steps.append(step)
    if unused:
        raise JoinError(f"via: {', '.join(sorted(unused))} joins none of the tables in the order given.")
    return tuple(steps)


def _step(
    name: str, before: Sequence[str], grain: str, known: Sequence[Relation], via: Sequence[str]
) -> Relation:
    to_one = [relation for relation in known if relation.to == name and relation.table in before]
    to_many = [relation for relation in known if relation.table == name and relation.to in before]
    fitting = [*to_one, *(relation for relation in to_many if relation.to == grain)]
    chosen = [relation for relation in fitting if relation.name in via] or fitting
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        raise JoinError(_several(name, chosen, via))
    if to_many:
        raise JoinError(
            f"{name}: refers to {to_many[0].to}, but by now each row is one of {grain}, so rows of {name} would be "
            f"paired with rows of {grain} that they have nothing to do with. Join {name} separately."
        )
    told = "; ".join(str(relation) for relation in known if name in (relation.table, relation.to)) or "none"
    raise JoinError(
        f"{name}: no declared key joins it to {', '.join(before)}. Its relations: {told}. "
        "Name the tables between them, each after the one that it is joined to."
    )


def _several(name: str, ways: Sequence[Relation], via: Sequence[str]) -> str:
    """Return the message for a table that can be joined in several ways, of which via names none, or more than one."""
    told = "; ".join(map(str, ways))
    said = f"{name}: can be joined in more than one way: {told}. "
    if not via:
        return f"{said}Choose one, such as via={ways[0].name!r}."
    number = "more than one" if ways[0].name in via else "none"
    return f"{said}Of these via={list(via)!r} names {number}. Name one of them, such as {ways[0].name!r}."


def joined(
    names: Sequence[str], steps: Sequence[Relation], frame: Callable[[str], pl.LazyFrame]
) -> pl.LazyFrame:
    """Return the tables joined as planned; every row of the first is kept.

    Each column is called by its table and its name, such as `meetings.status`.
    """
    frames = {name: frame(name).select(pl.all().name.prefix(f"{name}.")) for name in names}
    _insist_on_distinct(frames)
    whole = frames[names[0]]
    for name, step in zip(names[1:], steps, strict=True):
        here = [f"{step.table}.{column}" for column in step.columns]
        there = [f"{step.to}.{column}" for column in step.references]
        left, right = (there, here) if step.table == name else (here, there)
        whole = whole.join(
            frames[name],
            left_on=left,
            right_on=right,
            how="left",
            coalesce=False,
            maintain_order="left_right",
        )
    return whole


def _insist_on_distinct(frames: Mapping[str, pl.LazyFrame]) -> None:
    """Refuse tables of which two have a column of one full name: `c` of `a.b`, and `b.c` of `a`."""
    tables = dict[str, str]()
    for name, frame in frames.items():
        for column in frame.collect_schema().names():
            if column in tables:
                raise JoinError(
                    f"join({', '.join(frames)}): {tables[column]} and {name} would both have a column {column}. "
                    "Load them, rename it in one of them, and join them yourself."
                )
            tables[column] = name
