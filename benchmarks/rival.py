"""Run one rival by itself: python benchmarks/rival.py bare.polars DATASET WORK"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click


@click.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("work", type=click.Path(path_type=Path))
def main(name: str, folder: Path, work: Path) -> None:
    """Run the rival NAME, such as bare.polars or checks.pandera, on FOLDER. What it writes goes to WORK."""
    module, function = name.split(".")
    work.mkdir(parents=True)
    click.echo(getattr(import_module(f"rivals.{module}"), function)(folder, work))


if __name__ == "__main__":
    main()
