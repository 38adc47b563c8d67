"""citations: which source supports which row. It is not written by hand, but derived from the `source_ids` of all rows."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandera.polars as pa
import polars as pl

from . import columns
from .claims import CLAIMS
from .initiative_events import INITIATIVE_EVENTS
from .initiatives import INITIATIVES
from .meetings import MEETINGS
from .memberships import MEMBERSHIPS
from .organizations import ORGANIZATIONS
from .participants import PARTICIPANTS
from .persons import PERSONS
from .rules import LIST_SEPARATOR
from .sources import SOURCES
from .table import KEY_SEPARATOR, Derivation, ForeignKey, Table

CITING = (ORGANIZATIONS, PERSONS, MEMBERSHIPS, MEETINGS, PARTICIPANTS, INITIATIVES, INITIATIVE_EVENTS, CLAIMS)
"""The tables whose rows cite sources. A source documents itself."""
_PLACE = "place"
"""The position of a row in its frame."""


class Citation(pa.DataFrameModel):
    """One source that supports one row."""

    table_name: pl.String = columns.text("Table", "The table of the row.")
    row_key: pl.String = columns.text("Row", "The key of the row; the parts of a key are joined by a slash.")
    source_id: pl.String = columns.identifier(
        "Source", "The source that supports the row.", term="schema:citation"
    )


def row_key(table: Table) -> nw.Expr:
    """Return the key of a row as one text."""
    return nw.concat_str([nw.col(part) for part in table.primary_key], separator=KEY_SEPARATOR)


def _derivation(table: Table) -> Derivation:
    def rows(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
        sourced = frame.with_row_index(_PLACE).lazy().drop_nulls("source_ids")
        keyed = sourced.select(_PLACE, "source_ids", table_name=nw.lit(table.name), row_key=row_key(table))
        # Many rows cite the same list of sources: each list is split once.
        lists = sourced.select("source_ids").unique()
        each = nw.col("source_ids").str.split(LIST_SEPARATOR).list.unique().list.sort()
        joined = keyed.join(lists.with_columns(source_id=each), on="source_ids", how="left")
        listed = joined.sort(_PLACE)  # a join guarantees no order
        return listed.explode("source_id").select("table_name", "row_key", "source_id").collect()

    return Derivation(table.name, (*table.primary_key, "source_ids"), rows)


def _own_support(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    source = nw.col("source_id")
    return frame.select(table_name=nw.lit(SOURCES.name), row_key=row_key(SOURCES), source_id=source)


CITATIONS = Table(
    name="citations",
    title="Citations",
    row="one source that supports one row",
    description="Which source supports which row of which table; every row of every other table has at least one.",
    usage="Join on table_name and row_key. A source is listed as its own support.",
    model=Citation,
    primary_key=("table_name", "row_key", "source_id"),
    foreign_keys=(ForeignKey(("source_id",), "sources", ("source_id",)),),
    derive=(
        *map(_derivation, sorted(CITING, key=lambda table: table.name)),
        Derivation(SOURCES.name, SOURCES.primary_key, _own_support),
    ),
)
