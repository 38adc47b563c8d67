"""Search: an index of words in scripts of bounded size, each with a range of words in their order.

Whoever searches loads the list of ranges, and then only the scripts whose range has words that begin as asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ..visible import visible
from .merge import Row, arranged
from .render import Writer

SHARD = 300
"""How many entries a script has at most, and a little more."""
PER_WORD = 300
"""How many entries a word has at most; a longer query tells more of them apart."""
WORDS = 48
"""How many words a name is looked up by: those of the name first, then those that its page shows beside it."""
BATCH = 50_000
"""How many words of entries, and a few more, are put aside at a time."""
_WORD = re.compile(r"\w+")
_COLUMNS = ("word", "path", "title", "native", "about", "also")


def folded(text: str) -> str:
    """Return text as it is compared: without case and marks: é is e, and so it is with Cyrillic.

    The script of the site does the same (`assets/search.js`).
    """
    marked = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in marked if not unicodedata.category(letter).startswith("M"))


def words(*texts: str | None) -> list[str]:
    """Return the words of texts, each once."""
    found = (word for text in texts if text for word in _WORD.findall(folded(text)))
    return list(dict.fromkeys(found))[:WORDS]


def postings(entries: Iterator[Row]) -> Iterator[pl.DataFrame]:
    """Yield a row for each word of each entry: what it is found by, where it leads, what is shown, and its other words."""
    batch: list[tuple[str | None, ...]] = []
    for entry in entries:
        names = [entry[name] for name in ("title", "native", "about")]
        found_by = words(*names, entry["key"], entry["also"])
        also = " ".join(found_by[len(words(*names)) :])  # the rest: what is shown is not written again
        batch += [(word, entry["path"], *map(_shown, names), also) for word in found_by]
        if len(batch) > BATCH:
            yield _frame(batch)
            batch = []
    yield _frame(batch)


def _shown(text: str | None) -> str | None:
    return None if text is None else visible(text)


def _frame(batch: list[tuple[str | None, ...]]) -> pl.DataFrame:
    return pl.DataFrame(batch, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")


def write_index(frames: Iterator[pl.DataFrame], writer: Writer, work: Path) -> None:
    """Write the scripts of the index, and the list of their ranges."""
    ranges: list[list[str]] = []
    shard: dict[str, list[list[str | None]]] = {}
    held = 0

    def flush() -> None:
        if shard:
            named = list(shard)  # pairs are written, for in an object of JavaScript __proto__ is no word
            writer.script(f"search/{len(ranges)}.js", "communiqueShard", len(ranges), list(shard.items()))
            ranges.append([named[0], named[-1]])

    for frame in arranged(frames, ("word", "path"), work):
        for word, *shown in frame.iter_rows():
            if word not in shard and held >= SHARD:
                flush()
                shard, held = {}, 0
            of_word = shard.setdefault(word, [])
            if len(of_word) <= PER_WORD:  # one more than is shown tells that there are more
                of_word.append(shown)
                held += 1
    flush()
    writer.script("search/ranges.js", "communiqueRanges", ranges, PER_WORD)
