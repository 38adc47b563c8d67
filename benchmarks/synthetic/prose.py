"""Prose: new sentences made from real ones, so that cells vary and compress as real ones do."""

from __future__ import annotations

from typing import Literal, TypeAlias

import narwhals as nw
import numpy as np
import polars as pl

from communique.schemas import Column

from .template import Template

VARIETY = 1 << 16
"""How many texts a column has at most; more would not fit into the dictionary of a Parquet page either."""
Width: TypeAlias = Literal["real", "wide", "terse"]
WIDTH = 10
"""How many times as long wide text is."""


def write_prose(
    template: Template, rows: dict[str, int], seed: int, width: Width
) -> dict[tuple[str, str], pl.Series]:
    """Return texts for each column of prose, by table and column.

    rows: how many rows each table will have; no column needs more texts than that.
    """
    texts: dict[tuple[str, str], pl.Series] = {}
    for number, (table, column) in enumerate(_columns(template)):
        rng = np.random.default_rng([seed, number])
        cells = template.frames[table][column.name].drop_nulls().to_list()
        texts[table, column.name] = _texts(column, cells, min(rows[table], VARIETY), rng, width)
    return texts


def _columns(template: Template) -> list[tuple[str, Column]]:
    return [(table, column) for table, columns in template.prose.items() for column in columns]


def _texts(column: Column, cells: list[str], count: int, rng: np.random.Generator, width: Width) -> pl.Series:
    sentences = [cell.split()[: 2 if width == "terse" else None] for cell in cells]
    parts = [_blended(sentences, count, rng) for _ in range(WIDTH if width == "wide" else 1)]
    texts = pl.DataFrame({column.name: [" ".join(text) for text in zip(*parts, strict=True)]})
    return _allowed(texts, column)[column.name]


def _blended(sentences: list[list[str]], count: int, rng: np.random.Generator) -> list[str]:
    """Begin as one sentence does and end as another: on average as long as a sentence is."""
    begins, ends = rng.integers(0, len(sentences), (2, count))
    cuts = rng.random(count)
    return [
        " ".join(_head(sentences[begin], cut) + _tail(sentences[end], cut))
        for begin, end, cut in zip(begins, ends, cuts, strict=True)
    ]


def _head(words: list[str], cut: float) -> list[str]:
    return words[: max(1, round(cut * len(words)))]


def _tail(words: list[str], cut: float) -> list[str]:
    return words[max(1, round(cut * len(words))) :]


def _allowed(texts: pl.DataFrame, column: Column) -> pl.DataFrame:
    """Leave out what the rules of the column reject."""
    cell = nw.col(column.name)
    return nw.from_native(texts).filter(*[rule.holds(cell) for rule in column.rules]).to_native()
