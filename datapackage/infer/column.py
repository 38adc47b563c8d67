"""Columns: what is seen of one while its rows pass by, in memory that does not grow with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from communique.schemas.rules import full_match

from ..checking.hashes import HashFile, hashed, repeated
from ..foreign.rows.fromparquet import field_type
from ..foreign.rows.keys import comparable
from .kinds import AMBIGUOUS, FORMATS, GROUPED, KINDS, LONG, TOKENS, Kind
from .parts import WIDE, is_wide

CODES = 50
"""A code list has no more codes than this,"""
USES = 10
"""each of which is used so often on average,"""
CODE_LENGTH = 60
"""and is no longer than this."""
KEY_LENGTH = 100
"""A key is no longer than this."""
_TOKENS = list(TOKENS)
_NEARLY = 0.95
_SHOWN = 3


class _Block:
    """What a column has in a block of rows.

    counts: distinct texts, with how often each is there. tokens: which of them are tokens. rest: those that are none.
    others: how many cells these are. longest: the length of the longest text.
    """

    def __init__(self, counts: pl.DataFrame) -> None:
        self.counts = counts
        self.tokens = counts["text"].is_in(_TOKENS)
        self.rest = counts.filter(~self.tokens)
        self.others = int(self.rest["count"].sum())
        self.longest = int(counts["text"].str.len_chars().max() or 0)  # type: ignore[arg-type]  # a count


@dataclass(eq=False)
class Compared:
    """The values of a column as they are held against each other.

    hashes: of those that are no tokens, each once in a block. unique: whether none is there twice.
    marks: the tokens that are there. repeated: how many have the value of another row in their block.
    """

    hashes: HashFile
    unique: bool = True
    marks: set[str] = field(default_factory=set[str])
    repeated: int = 0

    def add(self, block: _Block) -> None:
        """Add those of a block."""
        marks = set(block.counts["text"].filter(block.tokens))
        if block.counts["count"].max() != 1 or marks & self.marks or block.longest > KEY_LENGTH:
            self.unique = False
        self.marks |= marks
        self.repeated += block.others - len(block.rest)
        if block.longest <= KEY_LENGTH:
            self.hashes.add(hashed(block.rest.select("text")))

    def copy(self, suffix: str) -> Compared:
        """Return a copy, with a file of its own."""
        return replace(self, hashes=self.hashes.copy(suffix), marks=set(self.marks))


@dataclass
class _Trial:
    """How a kind does.

    hits: the cells that fit. misses: those that do not, and are no token. odd: the first of these.
    compared: the values, from when one is not written as it is compared, such as +1; None as long as all are.
    """

    kind: Kind
    hits: int = 0
    misses: int = 0
    tokens: Counter[str] = field(default_factory=Counter[str])
    proven: set[str] = field(default_factory=set[str])
    odd: list[str] = field(default_factory=list[str])
    compared: Compared | None = None

    def see(self, block: _Block, earlier: Compared) -> bool:
        """Take in distinct texts, and say whether it is still near. Once it is not, nothing else is of interest.

        earlier: the texts of earlier blocks.
        """
        values = self.kind.parse(block.counts["text"])
        fits = values.is_not_null()
        some = fits.any()
        self.hits += int(block.counts["count"].filter(fits).sum()) if some else 0
        rest = block.rest.filter(~fits.filter(~block.tokens)) if some else block.rest
        self.misses += int(rest["count"].sum()) if some else block.others
        if not self.near:
            return False
        good = block.counts["text"].filter(fits)
        if some and self.kind.has_spellings:
            self._compare(comparable(values.filter(fits)), block.counts.filter(fits), earlier)
        self._prove(good)
        self.tokens.update(dict(block.counts.filter(block.tokens & ~fits).iter_rows()))
        if len(self.odd) < _SHOWN:
            self.odd = sorted({*self.odd, *rest["text"].sort().head(_SHOWN).to_list()})[:_SHOWN]
        return True

    def _compare(self, values: pl.Series, counts: pl.DataFrame, earlier: Compared) -> None:
        if self.compared is None and (values != counts["text"]).any():
            self.compared = earlier.copy(str(KINDS.index(self.kind)))
        if self.compared is not None:
            counts = counts.with_columns(text=values).group_by("text").agg(pl.col("count").sum())
            self.compared.add(_Block(counts))

    def _prove(self, good: pl.Series) -> None:
        for proof in self.kind.proofs:
            if proof not in self.proven and good.str.contains(full_match(proof)).any():
                self.proven.add(proof)

    @property
    def near(self) -> bool:
        """Whether it may still be worth a word."""
        return self.misses <= self.hits * (1 - _NEARLY)

    def is_taken(self, label: str) -> bool:
        """Say whether the column is of this kind."""
        named = not self.kind.label or pl.Series([label]).str.contains(self.kind.label)[0]
        return bool(self.hits and not self.misses and named and len(self.proven) == len(self.kind.proofs))


@dataclass(eq=False)
class Seen:
    """What was seen of a column.

    values: how many rows have one. compared: its texts, and once all were seen, its values.
    wide: whether one is beyond what its type in a Table Schema can be.
    codes: how often each value is there; None where there are too many for a code list.
    """

    label: str
    place: int
    compared: Compared | None
    given: dict[str, Any] | None = None
    rows: int = 0
    values: int = 0
    longest: int = 0
    formulas: int = 0
    wide: bool = False
    codes: Counter[str] | None = field(default_factory=Counter[str])
    trials: list[_Trial] = field(default_factory=list[_Trial])
    formats: list[_Trial] = field(default_factory=list[_Trial])

    @classmethod
    def begin(cls, label: str, place: int, file: Path, kind: pa.DataType | None) -> Seen:
        """Begin with no rows. kind: the type in Parquet."""
        given = None if kind is None else {"type": field_type(kind)}
        compared = given is None or given["type"] not in ("array", "object", "duration", "any")
        seen = cls(label, place, Compared(HashFile(file)) if compared else None, given)
        if given is None:
            seen.trials = [_Trial(kind) for kind in KINDS]
        if given is None or given["type"] == "string":
            seen.formats = [_Trial(kind) for kind in FORMATS]
        return seen

    def see(self, cells: pl.Series) -> None:
        """Take in cells."""
        present = cells.drop_nulls()
        if self.given == {"type": "string"}:  # in Parquet an empty text is no value either
            present = present.cast(pl.String)
            present = present.filter(present != "")
        self.rows, self.values = self.rows + len(cells), self.values + len(present)
        self.wide = self.wide or is_wide(present)
        if self.compared is None or not len(present):
            return
        counts = present.cast(pl.String).alias("text").value_counts(sort=False).sort("text")
        block, earlier = _Block(counts), self.compared
        self.longest = max(self.longest, block.longest)
        self._count(counts)
        self.trials = [trial for trial in self.trials if trial.see(block, earlier)]
        self.formats = [trial for trial in self.formats if trial.see(block, earlier)]
        self.compared.add(block)
        formulas = counts.filter(counts["text"].str.contains(r"^[=@\t\r]|^[+-][^0-9.,\s]"))
        self.formulas += int(formulas["count"].sum())

    def _count(self, counts: pl.DataFrame) -> None:
        if self.codes is None:
            return
        if len(counts) <= CODES and self.longest <= CODE_LENGTH:
            self.codes.update(dict(counts.iter_rows()))
        if len(counts) > CODES or len(self.codes) > CODES or self.longest > CODE_LENGTH:
            self.codes = None

    @property
    def taken(self) -> _Trial | None:
        """The kind of the column, and how it did; None where there is none."""
        return next((trial for trial in (*self.trials, *self.formats) if trial.is_taken(self.label)), None)

    def comparable(self, cells: pl.Series) -> pl.Series:
        """Return cells as they are compared with others once all were seen: texts of one value become equal."""
        trial = self.taken
        return comparable(trial.kind.parse(cells)) if trial and trial.compared else cells

    def finish(self) -> InferredColumn:
        """Return what the column is."""
        trial = self.taken
        if trial and trial.compared:
            self.compared = trial.compared
        if self.compared and self.longest <= KEY_LENGTH and self.compared.repeated <= self._few:
            again = repeated(self.compared.hashes)
            self.compared.repeated += again
            self.compared.unique = self.compared.unique and not again
        plain: dict[str, Any] = {"type": "string"} if self.values else {"type": "any"}
        given = {"type": "any"} if self.wide else self.given
        drafted = dict(trial.kind.field) if trial else given or plain
        tokens = dict(sorted(trial.tokens.items())) if trial else {}
        return InferredColumn(
            seen=self,
            kind=trial.kind.name if trial else str(drafted["type"]),
            field=drafted,
            missing=tokens,
            empty=self.rows - self.values + sum(tokens.values()),
            notes=tuple(self._notes(trial, is_text=drafted["type"] == "string")),
        )

    @property
    def _few(self) -> float:
        """So many values may be there twice in a column that is nearly a key."""
        return self.values * (1 - _NEARLY)

    @property
    def is_nearly_unique(self) -> bool:
        """Whether all but a few rows have a value of their own."""
        return 0 < self.repeated <= self._few and self.longest <= KEY_LENGTH

    @property
    def repeated(self) -> int:
        """How many have the value of another row; counted no further once they are many."""
        return self.compared.repeated if self.compared else 0

    def _notes(self, taken: _Trial | None, is_text: bool) -> list[str]:
        found: list[str] = []
        if self.formulas and is_text:
            looks = "value looks like a formula" if self.formulas == 1 else "values look like formulas"
            found.append(f"{self.formulas:,} {looks} of a spreadsheet")
        if self.wide:
            found.append(WIDE[(self.given or {})["type"]])
        if taken is not None and taken.kind is LONG:
            found.append("some whole numbers have more digits than a number keeps, so they are kept as text")
        if taken is not None and taken.kind is GROUPED:
            found.append(
                "all values look like numbers with groups of digits; if they are, give the type number, and groupChar"
            )
        if taken is not None or self.given is not None:
            return found
        for trial in (*self.trials, *self.formats):
            if trial.hits and not trial.misses and trial.kind in AMBIGUOUS and not trial.proven:
                found.append(f"may be a {trial.kind.name}: no value tells the day from the month")
            elif (
                trial.hits
                and trial.misses
                and trial.near
                and not (trial.kind.label or trial.kind in (LONG, GROUPED))
            ):
                odd = ", ".join(repr(text[:40]) for text in trial.odd)
                found.append(f"{trial.hits:,} of {trial.hits + trial.misses:,} values are of the kind {trial.kind.name}; not {odd}")  # fmt: skip
        return found


@dataclass(frozen=True, eq=False)
class InferredColumn:
    """What a column was found to be.

    field: what a descriptor says of its type. missing: the texts that stand for no value, with how often each is there.
    empty: how many rows have no value.
    """

    seen: Seen
    kind: str
    field: dict[str, Any]
    missing: dict[str, int]
    empty: int
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.seen.label

    @property
    def values(self) -> int:
        """How many rows have a value."""
        return self.seen.rows - self.empty

    @property
    def is_unique(self) -> bool:
        """Whether each row has a value, and none is there twice; one row proves nothing."""
        compared = self.seen.compared
        return bool(compared and compared.unique) and self.values > 1 and not self.empty

    @property
    def codes(self) -> dict[str, int] | None:
        """The codes with how often each is used, if this looks like a code list."""
        codes = self.seen.codes
        if self.field != {"type": "string"} or not codes or self.values < USES * len(codes):
            return None
        return dict(sorted(codes.items()))
