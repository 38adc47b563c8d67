"""Revise a dataset to make a second version to compare with: python benchmarks/revise.py DATASET OUT"""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import polars as pl

EVERY = 100
"""One row in so many is withdrawn, and one in so many is changed."""


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("out", type=click.Path(path_type=Path))
def main(dataset: Path, out: Path) -> None:
    """Write DATASET to the new folder OUT, with some participations withdrawn and some others with another note.

    People who were only invited are withdrawn, so that every meeting keeps its chair.
    """
    shutil.copytree(dataset, out)
    number, invited = pl.int_range(pl.len()), pl.col("role") == "invited"
    rows = pl.read_csv(dataset / "participants.csv", infer_schema=False)
    kept = rows.filter(~invited | (number % (EVERY // 5) > 0))
    revised = pl.when(number % EVERY == 1).then(pl.lit("Revised.")).otherwise(pl.col("note"))
    kept.with_columns(note=revised).write_csv(out / "participants.csv")


if __name__ == "__main__":
    main()
