"""Write a large synthetic dataset: python benchmarks/generate.py OUT --participations 1000000"""

from __future__ import annotations

from pathlib import Path

import click

from synthetic import Width, write_dataset


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--participations", type=click.IntRange(min=1), default=1_000_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--faults", type=click.IntRange(min=0), default=0, help="Plant so many faults of each kind.")
@click.option("--unsorted", is_flag=True, help="Write rows in random order instead of that of their keys.")
@click.option("--wide-text", "width", flag_value="wide", help="Write prose that is ten times as long.")
@click.option(
    "--terse",
    "width",
    flag_value="terse",
    help="Write two words for prose, and of a participation one word of its label and its official source.",
)
def main(out: Path, participations: int, seed: int, faults: int, unsorted: bool, width: Width) -> None:
    """Write a dataset to the new folder OUT, with at least so many participations.

    What a check has to find in a dataset with faults goes to OUT.expected.jsonl.
    """
    if out.exists():
        raise click.UsageError(f"{out} is there already. Give a new folder.")
    rows = write_dataset(out, participations, seed, faults=faults, unsorted=unsorted, width=width or "real")
    for table, count in rows.items():
        click.echo(f"{count:>12,} {table}")
    click.echo(f"{sum(rows.values()):>12,} rows in {out}")


if __name__ == "__main__":
    main()
