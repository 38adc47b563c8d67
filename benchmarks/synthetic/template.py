"""The template: the real tables, from which a synthetic dataset takes all its distributions.

Each synthetic row is a copy of a real row with other ids and prose. So code lists, empty cells, lengths, dates and the
relations between tables are as frequent as in the real tables, and rules that hold continue to hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from communique.schemas import SCHEMAS, Column, Table
from communique.schemas.rules import LIST_SEPARATOR
from communique.schemas.texts import TEXT

ORIGIN = Path(str(files("communique.data"))) / "union-state"


@dataclass(frozen=True)
class Template:
    """The real tables, as text, and which of their columns hold prose."""

    frames: dict[str, pl.DataFrame]
    prose: dict[str, tuple[Column, ...]]


def read_template(terse: bool) -> Template:
    """Read the real tables.

    terse: whether a participation has a short label, and cites its official source only, if there is one.
    """
    frames = {table.name: _read(table) for table in SCHEMAS.written}
    if terse:
        frames["participants"] = _terse(frames["participants"], frames["sources"])
    prose = {table.name: tuple(_prose(table, frames[table.name])) for table in SCHEMAS.written}
    return Template(frames, prose)


def _read(table: Table) -> pl.DataFrame:
    frame = pl.read_csv(ORIGIN / f"{table.name}.csv", infer_schema=False)
    return frame.select(column.name for column in table.source_columns).sort(table.primary_key)


def _terse(frame: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    official = sources.filter(official="true")["source_id"].implode()
    listed = pl.col("source_ids").str.split(LIST_SEPARATOR)
    first = listed.list.eval(pl.element().filter(pl.element().is_in(official))).list.first()
    return frame.with_columns(
        source_ids=first.fill_null(pl.col("source_ids")),
        post_label=pl.col("post_label").str.extract(r"^(\w+)"),
    )


def _prose(table: Table, frame: pl.DataFrame) -> list[Column]:
    """Return the columns of sentences that differ from row to row; names and labels are not among them."""
    unique = {key[0] for key in table.unique_keys if len(key) == 1}
    texts = [column for column in table.source_columns if set(TEXT) <= set(column.rules)]
    return [column for column in texts if column.name not in unique and _is_prose(frame[column.name])]


def _is_prose(cells: pl.Series) -> bool:
    given = cells.drop_nulls()
    distinct = given.n_unique() / max(len(given), 1)
    words = given.str.split(" ").list.len().mean()
    return distinct > 0.4 and isinstance(words, float) and words > 5


def describe(target: Path) -> None:
    """Write the `dataset.yaml` of the real dataset to the folder `target`, under another name and title.

    Former keys are left out: they are of rows that a synthetic dataset has not.
    """
    yaml: Any = YAML()
    content = yaml.load(ORIGIN / "dataset.yaml")
    content["name"] = "synthetic"
    content["title"] = "Synthetic rows for benchmarks; not a record of anything"
    content.pop("formerly", None)
    yaml.dump(content, target / "dataset.yaml")
