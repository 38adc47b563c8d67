"""A synthetic dataset on disk, written world by world: memory does not grow with its size."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl

from communique.schemas import SCHEMAS

from .expectations import Expectation, write_expectations
from .faults import Plot, plant
from .files import ShuffledFiles, SortedFiles
from .prose import Width, write_prose
from .template import Template, describe, read_template
from .world import World, level_of, populate, worlds


def write_dataset(
    target: Path,
    participations: int,
    seed: int = 1,
    *,
    faults: int = 0,
    unsorted: bool = False,
    width: Width = "real",
) -> dict[str, int]:
    """Write a dataset to the folder `target` and return how many rows each table has.

    participations: the least number of rows of participants; the other tables grow with it.
    seed: the same seed gives the same bytes.
    faults: how many faults of each kind to plant; what a check has to find goes to a file beside the dataset.
    unsorted: whether rows come in random order instead of that of their keys.
    width: how wide rows are; wide ones have prose that is ten times as long, terse ones little text of any kind.
    """
    template = read_template(terse=width == "terse")
    parts = worlds(participations, template)
    prose = write_prose(template, _expected_rows(parts, template), seed, width)
    plot = Plot(faults, len(parts), seed, template)
    target.mkdir(parents=True)
    describe(target)
    expected: list[Expectation] = []
    files = ShuffledFiles(target, SCHEMAS.written, seed) if unsorted else SortedFiles(target, SCHEMAS.written)
    with files:
        for world in parts:
            frames = _told(populate(world, template), prose, [seed, world.number])
            frames, planted = plant(frames, plot, world.number)
            expected += planted
            files.write(frames)
    if faults:
        write_expectations(target, expected)
    return dict(files.rows)


def _expected_rows(parts: list[World], template: Template) -> dict[str, int]:
    copies = Counter[str]()
    for world in parts:
        for level in ("edition", "cast", "library"):
            copies[level] += len(world.copies(level))
    return {name: copies[level_of(name)] * len(frame) for name, frame in template.frames.items()}


def _told(
    frames: dict[str, pl.DataFrame], prose: dict[tuple[str, str], pl.Series], seed: list[int]
) -> dict[str, pl.DataFrame]:
    """Replace the prose of the template; an empty cell stays empty."""
    rng = np.random.default_rng(seed)
    for (table, column), texts in prose.items():
        frame = frames[table]
        chosen = texts.gather(rng.integers(0, len(texts), len(frame)))
        told = pl.when(pl.col(column).is_not_null()).then(chosen).alias(column)
        frames[table] = frame.with_columns(told)
    return frames
