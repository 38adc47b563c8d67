"""The memory that a site needs does not grow with the release: the rows held at any one time are counted."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from communique.datapackage import build, open_dataset
from communique.datapackage.site import entities, make, merge, pagerows, search, shape, site
from communique.datapackage.site.render import Writer
from communique.datapackage.storing import arrowfile, ordered
from communique.schemas import SCHEMAS, STORY
from synthetic import write_dataset

SMALL, LARGE = 290, 870
"""How many participations the two releases have."""
LOT = 60


class Census:
    """Counts the rows of all frames that are alive, each time that it is asked to, and keeps the largest number."""

    def __init__(self) -> None:
        self.most = 0

    def take(self) -> None:
        held = sum(len(one) for one in gc.get_objects() if isinstance(one, pl.DataFrame))
        self.most = max(self.most, held)

    def after_each(
        self, read: Callable[..., Iterator[pl.DataFrame]]
    ) -> Callable[..., Iterator[pl.DataFrame]]:
        """Return the same frames, with a count after each."""

        def counted(*arguments: Any) -> Iterator[pl.DataFrame]:
            for frame in read(*arguments):
                self.take()
                yield frame

        return counted


@contextmanager
def nothing_else_counted() -> Generator[None]:
    """Within the block, what was there before is not looked at."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def nothing(*_: object, **__: object) -> None:
    """Stand for work that is not looked at."""


@pytest.fixture
def small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, size in (
        (shape, "SLICE", LOT),
        (merge, "SLICE", LOT),
        (merge, "RUN", 4 * LOT),
        (ordered, "BATCH", LOT),
        (ordered, "MERGED", 4),
        (entities, "BATCH", LOT),
        (search, "BATCH", LOT),
    ):
        monkeypatch.setattr(module, name, size)


def most_held(folder: Path, participations: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the largest number of rows that was held at once while the site of a release of that size was made."""
    write_dataset(folder / "tables", participations)
    build(open_dataset(folder / "tables"), SCHEMAS, folder / "release")
    census = Census()
    with monkeypatch.context() as patch, nothing_else_counted():
        patch.setattr(make, "insist_on_promises", nothing)
        patch.setattr(arrowfile.FileRows, "batches", census.after_each(arrowfile.FileRows.batches))
        patch.setattr(shape.Shape, "rows", census.after_each(shape.Shape.rows))
        patch.setattr(pagerows, "joined", census.after_each(merge.joined))
        patch.setattr(Writer, "page", nothing)
        site(folder / "release", folder / "site", STORY)
    return census.most


@pytest.mark.no_cover
@pytest.mark.usefixtures("small_lots")
def test_a_larger_release_is_made_into_a_site_with_no_more_rows_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = (most_held(tmp_path / str(size), size, monkeypatch) for size in (SMALL, LARGE))
    assert LOT < large < small * 1.25  # rows that were held whole would be 2.5 times as many
