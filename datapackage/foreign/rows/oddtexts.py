"""Odd texts: those that are not what they seem (white space at an end, invisible characters, formulas …).

They are reported in any text, whatever its schema says.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from communique.schemas.rules import cell_checks
from communique.schemas.texts import TEXT

from ...arrays import Ints, series
from ...found import Group
from ..codes import FOREIGN
from ..fields.field import Field
from ..fields.grammar import WRONG
from .judge import broken_by
from .typedrows import deduplicated

NONE: Ints = np.empty(0, np.int64)


def odd_texts(places: Ints, cells: pl.Series, declared: Field, records: Ints, plain: bool) -> Iterator[Group]:
    """Yield what is odd about the texts of a column at the places where one may be odd.

    cells: the column, without the texts that stand for no value.
    """
    if not len(places):
        return
    few, those = cells.gather(series(places)).alias("cell"), records[places]
    few = few.set((few == WRONG).fill_null(False), None)
    if _are_usual(deduplicated(few), plain):
        return
    kept = few.to_frame().select(rule.holds(pl.col("cell")).fill_null(True).alias(rule.code) for rule in TEXT)
    for rule in TEXT:
        if not kept[rule.code].all():
            yield Group(FOREIGN[rule.code], declared.name, those[~kept[rule.code].to_numpy()])
    if not plain:
        changed = (few != few.str.normalize("NFC")).fill_null(False)
        yield Group(FOREIGN["not-nfc"], declared.name, those[changed.to_numpy()])


def _are_usual(texts: pl.Series, plain: bool) -> bool:
    """Say whether nothing is odd about any of these texts, in as few passes as can be."""
    if broken_by(texts.to_frame(), list(cell_checks(TEXT, pl.col(texts.name)))):
        return False
    return plain or (texts == texts.str.normalize("NFC")).all()
