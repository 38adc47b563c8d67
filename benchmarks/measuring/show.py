"""Show the measurements: as tables on the terminal, and as JSON."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from rich.console import Console
from rich.table import Table

from .measure import Measured
from .targets import Results, Target, reached

_LIBRARIES = ("communique", "pandera", "polars", "pyarrow", "frictionless")


def show(results: Results) -> None:
    """Print the figures and how they compare with the targets."""
    console = Console()
    console.print(_figures(results))
    console.print(_ratios(results))


def _figures(results: Results) -> Table:
    table = _table("figure", "seconds", "least", "most", "CPU s", "peak MB", "rows/s")
    for name, measured in results.items():
        times = (measured.wall, *measured.spread, measured.cpu)
        rate = f"{measured.rate:,.0f}" if measured.rate else ""
        table.add_row(name, *(f"{seconds:.2f}" for seconds in times), f"{measured.memory:,.0f}", rate)
    return table


def _ratios(results: Results) -> Table:
    table = _table("ratio", "value", "must", "aim", "reached")
    for target, value in reached(results):
        limits = (_limit(target, limit) for limit in (target.must, target.aim))
        table.add_row(target.name, _amount(target, value), *limits, target.verdict(value))
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, pad_edge=False)
    for other in others:
        table.add_column(other, justify="right")
    return table


def _limit(target: Target, limit: float | None) -> str:
    return "" if limit is None else f"{'≥' if target.more else '≤'} {limit:g}"


def _amount(target: Target, value: float) -> str:
    return f"{value:,.0f}{target.unit}" if value >= 100 else f"{value:.2f}{target.unit}"


def as_data(results: Results, skipped: dict[str, str], participations: int) -> dict[str, Any]:
    """Return everything that was measured, and on what, for JSON."""
    return {
        "participations": participations,
        "machine": {
            "processors": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "libraries": {name: version(name) for name in _LIBRARIES},
        "figures": {name: _figure(measured) for name, measured in results.items()},
        "ratios": [_ratio(target, value) for target, value in reached(results)],
        "skipped": skipped,
    }


def _figure(measured: Measured) -> dict[str, Any]:
    middle = {"wall": measured.wall, "cpu": measured.cpu, "memory": measured.memory}
    return {"rows": measured.rows, "median": middle, "runs": [asdict(run) for run in measured.runs]}


def _ratio(target: Target, value: float) -> dict[str, Any]:
    limits = {"must": target.must, "aim": target.aim, "more_is_better": target.more}
    return {"name": target.name, "value": value, **limits, "reached": target.verdict(value)}
