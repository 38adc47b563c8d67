"""The targets: the ratios and limits that define whether Communique is fast enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from .measure import Measured

Results: TypeAlias = Mapping[str, Measured]
"""What was measured, by the name of the figure."""


@dataclass(frozen=True)
class Target:
    """A value to hold against two limits.

    needs: the figures that it is computed from.
    must, aim: the limits; None where it is only of interest.
    more: whether more is better.
    """

    name: str
    needs: tuple[str, ...]
    value: Callable[..., float]
    must: float | None = None
    aim: float | None = None
    more: bool = False
    unit: str = ""

    def verdict(self, value: float) -> str:
        """Say which of the limits a value keeps."""
        if self.must is None or self.aim is None:
            return ""
        sign = -1 if self.more else 1
        if sign * value <= sign * self.aim:
            return "aim"
        return "must" if sign * value <= sign * self.must else "missed"


def _seconds(ours: Measured) -> float:
    return ours.wall


def _peak(ours: Measured) -> float:
    return ours.memory


def _wall(ours: Measured, other: Measured) -> float:
    return ours.wall / other.wall


def _speed(ours: Measured, other: Measured) -> float:
    return (ours.rate or 0) / (other.rate or 1)


def _memory(ours: Measured, other: Measured) -> float:
    return ours.memory / other.memory


def _faster(rival: str) -> Target:
    return Target(f"rows a second: validate ÷ {rival}", ("validate", rival), _speed, more=True)


def _ratio(figure: str, rival: str) -> Target:
    return Target(f"time: {figure} ÷ {rival}", (figure, rival), _wall)


TARGETS: tuple[Target, ...] = (
    Target("time: build ÷ bare Polars", ("build", "bare Polars"), _wall, 1.5, 0.8),
    _ratio("build", "bare Polars, release"),
    _ratio("build", "bare PyArrow"),
    _ratio("build", "bare DuckDB"),
    *(
        Target(
            f"rows a second: validate {package}, {form} ÷ {rival}",
            (f"validate {package}, {form}", rival),
            _speed,
            40,
            150,
            more=True,
        )
        for package, rival in (("sources", "frictionless, sources"), ("package", "frictionless, package"))
        for form in ("CSV", "Parquet")
    ),
    _faster("frictionless, sources"),
    _faster("Pandera"),
    _faster("dataframely"),
    _faster("pointblank"),
    Target("memory: build", ("build",), _peak, 1500, 800, unit=" MB"),
    Target("time: build ÷ build, a tenth", ("build", "build, a tenth"), _wall, 11, 10),
    Target("memory: build ÷ build, a tenth", ("build", "build, a tenth"), _memory, 4, 2),
    _ratio("validate", "validate, a tenth"),
    _ratio("verify", "build"),
    _ratio("diff", "build"),
    Target("time: help", ("help",), _seconds, 0.2, 0.1, unit=" s"),
    Target("time: validate union-state", ("validate union-state",), _seconds, 1.5, 0.8, unit=" s"),
)


def reached(results: Results) -> Iterator[tuple[Target, float]]:
    """Yield each target whose figures were measured, and its value."""
    for target in TARGETS:
        if all(name in results for name in target.needs):
            yield target, target.value(*(results[name] for name in target.needs))
