"""Measure Communique next to its rivals: python benchmarks/bench.py --participations 1000000"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from measuring.figures import FIGURES, Figure
from measuring.measure import Measured, RunError, run
from measuring.workload import Workload


@click.command()
@click.option("--participations", type=click.IntRange(min=1), default=1_000_000, show_default=True)
@click.option("--repetitions", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--only", multiple=True, metavar="FIGURE", help="Measure this figure; may be repeated.")
@click.option(
    "--json", "report", type=click.Path(path_type=Path), help="Write all figures to this file, too."
)
@click.option(
    "--work", type=click.Path(path_type=Path), help="A folder for the data, which is removed afterwards."
)
def main(
    participations: int,
    repetitions: int,
    seed: int,
    only: tuple[str, ...],
    report: Path | None,
    work: Path | None,
) -> None:
    """Run each figure and each rival in turn, again and again, and compare them."""
    figures, skipped = _wanted(only)
    if work:
        work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=work) as folder:
        results = _measured(figures, Workload(Path(folder), participations, seed), repetitions, skipped)
    from measuring.show import as_data, show  # now, because a child counts as at least as large as its parent

    show(results)
    if report:
        data = as_data(results, skipped, participations)
        report.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _wanted(only: Sequence[str]) -> tuple[list[Figure], dict[str, str]]:
    """Return the figures to measure, and those to skip with the reason."""
    names = [figure.name for figure in FIGURES]
    for name in set(only) - set(names):
        raise click.UsageError(f"There is no figure {name!r}. The figures are: {'; '.join(names)}.")
    figures = [figure for figure in FIGURES if not only or figure.name in only]
    skipped = {figure.name: reason for figure in figures if (reason := figure.missing())}
    for name, reason in skipped.items():
        click.echo(f"{name}: skipped, {reason}", err=True)
    return [figure for figure in figures if figure.name not in skipped], skipped


def _measured(
    figures: list[Figure], workload: Workload, repetitions: int, skipped: dict[str, str]
) -> dict[str, Measured]:
    """Run the figures in turn, so that whatever else the machine does falls on all of them alike."""
    results: dict[str, Measured] = {}
    for repetition in range(repetitions):
        for figure in figures:
            if figure.name not in skipped:
                click.echo(f"{repetition + 1}/{repetitions} {figure.name}", err=True)
                _measure(figure, workload, results, skipped)
    return {name: measured for name, measured in results.items() if name not in skipped}


def _measure(
    figure: Figure, workload: Workload, results: dict[str, Measured], skipped: dict[str, str]
) -> None:
    """Run a figure once. One that fails is skipped from then on."""
    try:
        ran = run(figure.command(workload), figure.end)
    except RunError as error:
        skipped[figure.name] = f"it failed: {error}"
        click.echo(f"{figure.name}: {skipped[figure.name]}", err=True)
        return
    if figure.name not in results:
        results[figure.name] = Measured(figure.rows_in(workload))
    results[figure.name].runs.append(ran)


if __name__ == "__main__":
    main()
