"""Former keys: what `formerly` in dataset.yaml says of rows that had another key before, held against the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from communique.schemas import Schemas
from communique.schemas.table import KEY_SEPARATOR

from .codes import RULES
from .dataset import Dataset, Formerly
from .filenames import DESCRIPTION
from .finding import Finding, Origin


def misnamed(dataset: Dataset, schemas: Schemas, frames: Mapping[str, pl.LazyFrame]) -> Iterator[Finding]:
    """Yield a finding for each entry that does not name a row that is there and a key that no row has any more, or repeats one.

    frames: the rows of the tables that could be read, by name.
    """
    firsts: dict[tuple[str, str, str], int] = {}
    for number, entry in enumerate(dataset.formerly):
        faults = {
            "unknown-former-key": _fault(entry, schemas, frames),
            "repeated-former-key": _repeat(entry, number, dataset, firsts),
        }
        for code, fault in faults.items():
            if fault:
                found = Origin("", DESCRIPTION).finding(RULES[code], expected=fault)
                yield replace(found, line=dataset.lines.get(("formerly", number)), key=entry.key)


def _repeat(
    entry: Formerly, number: int, dataset: Dataset, firsts: dict[tuple[str, str, str], int]
) -> str | None:
    """Say what is amiss where an entry before this one names the same row, or the same former key.

    firsts: the first entry that names a row, or a former key, of a table; this one is added.
    """
    row = firsts.setdefault((entry.table, "key", entry.key), number)
    former = firsts.setdefault((entry.table, "formerly", entry.formerly), number)
    if row == former == number:
        return None
    first = dataset.formerly[min(row, former)]
    named = "row" if row <= former else "former key"
    line = dataset.lines.get(("formerly", min(row, former)))
    return f"a {named} of {entry.table} that line {line} does not name; it says that {first.key} was {first.formerly}"


def _fault(entry: Formerly, schemas: Schemas, frames: Mapping[str, pl.LazyFrame]) -> str | None:
    names = [table.name for table in schemas.tables if not table.derive]
    if entry.table not in names:
        return f"one of the tables {', '.join(names)}, which {entry.table} is not"
    if entry.table not in frames:
        return None
    key = pl.concat_str(schemas.table(entry.table).primary_key, separator=KEY_SEPARATOR).alias("key")
    keys = frames[entry.table].select(key).filter(pl.col("key").is_in([entry.key, entry.formerly]))
    there = set(keys.collect()["key"].to_list())
    if entry.key not in there:
        return f"the key of a row of {entry.table}, which {entry.key} is not"
    if entry.formerly in there:
        return f"a key that no row of {entry.table} has any more; a row has {entry.formerly}"
    return None
