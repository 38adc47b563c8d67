"""Charts: counts as SVG, drawn by Vega-Lite (vl-convert), with the same numbers as a table for whoever cannot see them.

Colours are variables of the style sheet, so that a chart is light or dark as the page is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import vl_convert
from markupsafe import Markup, escape

from communique.schemas.story import Page

from ..visible import visible
from .dates import year_of
from .render import trusted
from .shape import Shape

YEARS = 60
"""How many years a chart shows: the last ones."""
BARS = 15
"""How many groups a chart shows: the largest ones; the others are one group."""
_COLOURS = [f"var(--chart-{number})" for number in range(1, 7)]
_GRAMMAR = "6.4"
"""The version of Vega-Lite: another one may draw other bytes."""
_WIDTH, _HEIGHT = 880, 210
_BAR_WIDTH, _BAR_HEIGHT = 280, 26
_CONFIG = {
    "background": None,
    "font": "inherit",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 12,
        "labelLimit": 220,
    },
    "legend": {"labelColor": "currentColor", "titleColor": "currentColor", "labelFontSize": 12},
}


@dataclass(frozen=True)
class Chart:
    """A chart: its title, its picture, and its numbers under their headings."""

    title: str
    svg: Markup
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    wide: bool = True


class Counts:
    """Counts the entries of a table with pages, by year and group."""

    def __init__(self) -> None:
        self.of: Counter[tuple[str | None, str]] = Counter()
        self.total = 0

    def add(self, entries: pl.DataFrame) -> None:
        """Count some entries."""
        self.total += len(entries)
        for when, group in entries.select("when", "group").iter_rows():
            self.of[year_of(when), visible(group or "Not given")] += 1


def charts_of(shape: Shape, page: Page, counts: Counts) -> list[Chart]:
    """Return the charts of a table with pages: by year where its rows are events, else by group."""
    title = visible(shape.tables[page.table].parquet.title)
    group = visible(shape.tables[page.table].fields[page.group].title) if page.group else ""
    if page.when and any(year for year, _ in counts.of):
        return [_by_year(title, group, counts)]
    return [_by_group(title, group, counts)] if page.group and counts.total else []


def _by_year(title: str, group: str, counts: Counts) -> Chart:
    years = [int(year) for year, _ in counts.of if year]
    last = max(years)
    first = max(last - YEARS + 1, min(years))
    shown = range(first, last + 1)
    groups = _largest(counts, len(_COLOURS))
    table = Counter[tuple[int, str]]()
    for (year, name), number in counts.of.items():
        if year and int(year) >= first:
            table[int(year), name if name in groups else "Other"] += number
    used = [name for name in _with_other(groups) if any(table[year, name] for year in shown)]
    values = [
        {"year": str(year), "group": name, "rank": used.index(name), "count": table[year, name]}
        for year in shown
        for name in used
    ]
    most = max(sum(table[year, name] for name in used) for year in shown)
    heading = f"{title} by year" + (f" and {group.lower()}" if group else "")
    if min(years) < first:
        heading += f", since {first}"
    undated = sum(number for (year, _), number in counts.of.items() if not year)
    if undated:
        heading += f" ({undated:,} without a date left out)"
    encoding: dict[str, Any] = {
        "x": {
            "field": "year",
            "type": "ordinal",
            "title": None,
            "axis": {"labelAngle": -60, "labelOverlap": True},
        },
        "y": {"field": "count", "type": "quantitative", "title": None, "axis": _whole(most)},
        "order": {"field": "rank"},
        "color": {
            "field": "group",
            "type": "nominal",
            "scale": {"domain": used, "range": _COLOURS[: len(used)]},
            "legend": {"orient": "top", "title": None} if len(used) > 1 else None,
        },
    }
    rows = [(str(year), *(str(table[year, name]) for name in used)) for year in shown]
    return Chart(heading, _drawn(heading, values, encoding, (_WIDTH, _HEIGHT)), ("Year", *used), rows)


def _by_group(title: str, group: str, counts: Counts) -> Chart:
    totals = Counter[str]()
    largest = _largest(counts, BARS)
    for (_, name), number in counts.of.items():
        totals[name if name in largest else "Other"] += number
    ranked = [name for name in _with_other(largest) if totals[name]]
    values = [{"group": name, "count": totals[name]} for name in ranked]
    heading = f"{title} by {group.lower()}"
    encoding = {
        "y": {"field": "group", "type": "nominal", "sort": ranked, "title": None},
        "x": {"field": "count", "type": "quantitative", "title": None, "axis": _whole(max(totals.values()))},
        "color": {"value": _COLOURS[0]},
    }
    rows = [(name, f"{totals[name]:,}") for name in ranked]
    svg = _drawn(heading, values, encoding, (_BAR_WIDTH, _BAR_HEIGHT * len(ranked)))
    return Chart(heading, svg, (group, "Number"), rows, wide=False)


def _whole(most: int) -> dict[str, Any]:
    """Return an axis for numbers up to `most` that has marks at whole numbers alone."""
    return {"format": ",d", "tickCount": min(5, most)}


def _largest(counts: Counts, most: int) -> list[str]:
    """Return the groups with most entries, fewer than `most` where others are left for another one."""
    totals = Counter[str]()
    for (_, name), number in counts.of.items():
        totals[name] += number
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    return ranked if len(ranked) <= most else ranked[: most - 1]


def _with_other(groups: Sequence[str]) -> list[str]:
    """Return the groups, followed by the one of all others; a group of the data may have its name."""
    return list(dict.fromkeys((*groups, "Other")))


def _drawn(
    title: str, values: Sequence[dict[str, Any]], encoding: dict[str, Any], size: tuple[int, int]
) -> Markup:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": list(values)},
        "mark": {"type": "bar", "aria": False},
        "encoding": encoding,
        "width": size[0],
        "height": size[1],
        "config": _CONFIG,
    }
    svg = vl_convert.vegalite_to_svg(spec, vl_version=_GRAMMAR, allowed_base_urls=[])
    # What is in the picture stands in the table below it, too: to a screen reader it is one thing with a name.
    named = f'<svg role="img" aria-label="{escape(title)}. The numbers are in the table below." '
    return trusted(svg.replace("<svg ", named, 1))
