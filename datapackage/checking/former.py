"""Former keys: check what `formerly` in dataset.yaml says of rows that had another key before.

The key of a row derived from such a row, such as a citation, changes too: `with_followers` adds these former keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import narwhals as nw
import polars as pl

from communique.schemas import Schemas, Table
from communique.schemas.table import KEY_SEPARATOR, Derivation

from ..codes import RULES
from ..dataset import Dataset, Formerly
from ..filenames import DESCRIPTION
from ..finding import Finding, Origin
from ..storing.ordered import Rows


def misnamed(dataset: Dataset, schemas: Schemas, rows: Mapping[str, pl.LazyFrame]) -> Iterator[Finding]:
    """Yield a finding for each entry whose key is not that of a row, whose former key still is, or that repeats another entry.

    rows: the keys of all rows of the tables that could be read, by name, also of rows that are not well formed.
    """
    firsts: dict[tuple[str, str, str], int] = {}
    for number, entry in enumerate(dataset.formerly):
        faults = {
            "unknown-former-key": _fault(entry, schemas, rows),
            "repeated-former-key": _repeat(entry, number, dataset, firsts),
        }
        for code, fault in faults.items():
            if fault:
                found = Origin("", DESCRIPTION).finding(RULES[code], expected=fault)
                yield replace(found, line=dataset.lines.get(("formerly", number)), key=entry.key)


def _repeat(
    entry: Formerly, number: int, dataset: Dataset, firsts: dict[tuple[str, str, str], int]
) -> str | None:
    """Return the expectation that an entry breaks by naming the same row, or the same former key, as an earlier one.

    firsts: the first entry to name each row, or former key, of a table; this one is added.
    """
    row = firsts.setdefault((entry.table, "key", entry.key), number)
    former = firsts.setdefault((entry.table, "formerly", entry.formerly), number)
    if row == former == number:
        return None
    first = dataset.formerly[min(row, former)]
    named = "row" if row <= former else "former key"
    line = dataset.lines.get(("formerly", min(row, former)))
    return f"a {named} of {entry.table} that line {line} does not name; it says that {first.key} was {first.formerly}"


def _fault(entry: Formerly, schemas: Schemas, rows: Mapping[str, pl.LazyFrame]) -> str | None:
    names = [table.name for table in schemas.written]
    if entry.table not in names:
        return f"one of the tables {', '.join(names)}; found {entry.table}"
    if entry.table not in rows:
        return None
    key = _key(schemas.table(entry.table)).alias("key")
    keys = rows[entry.table].select(key).filter(pl.col("key").is_in([entry.key, entry.formerly]))
    there = set(keys.collect()["key"].to_list())
    if entry.key not in there:
        return f"the key of a row of {entry.table}; no row has {entry.key}"
    if entry.formerly in there:
        return f"a key that no row of {entry.table} has any longer; a row still has {entry.formerly}"
    return None


def with_followers(dataset: Dataset, schemas: Schemas, rows: Mapping[str, Rows]) -> Dataset:
    """Return the dataset with the former keys of derived rows added.

    rows: the rows of each table that go into the release.
    """
    followers = [
        entry
        for table in schemas.tables
        for derivation in table.derive
        for entry in _followers(dataset, schemas.table(derivation.table), table, derivation, rows)
    ]
    return dataset.model_copy(update={"formerly": [*dataset.formerly, *followers]})


def _followers(
    dataset: Dataset, table: Table, derived: Table, derivation: Derivation, rows: Mapping[str, Rows]
) -> Iterator[Formerly]:
    """Yield the former keys of the rows derived from one table: the keys that they would have had with its old keys."""
    former = {entry.key: entry.formerly for entry in dataset.formerly if entry.table == table.name}
    if not former:
        return
    for batch in rows[table.name].batches(derivation.columns):
        named = batch.filter(_key(table).is_in(list(former)))
        keys, formerly = (
            derivation.rows(nw.from_native(frame, eager_only=True))
            .to_native()
            .select(_key(derived))
            .to_series()
            for frame in (named, _as_before(named, table, former))
        )
        for key, before in zip(keys, formerly, strict=True):
            if before is not None:  # the former key of an entry may not be a valid key of this table
                yield Formerly(table=derived.name, key=key, formerly=before)


def _as_before(rows: pl.DataFrame, table: Table, former: Mapping[str, str]) -> pl.DataFrame:
    """Return rows with the keys that they had before."""
    parts = _key(table).replace_strict(former).str.splitn(KEY_SEPARATOR, len(table.primary_key))
    return rows.with_columns(
        parts.struct.field(f"field_{number}").cast(rows.schema[name], strict=False).alias(name)
        for number, name in enumerate(table.primary_key)
    )


def _key(table: Table) -> pl.Expr:
    """Return the key of a row as one text."""
    return pl.concat_str(table.primary_key, separator=KEY_SEPARATOR)
