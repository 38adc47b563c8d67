"""The cases: the input of a tool, the right answer, and the answers of Communique and frictionless.

Each folder of `cases/` is one case: `expected.json`, and the input beside it. Input that is unsuitable for a repository
(links, pipes, bombs, names that some systems cannot have) is made when a case is written to disk.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .communique import Said

CASES = Path(__file__).parent / "cases"
CANARY = "CANARY"
"""Stands in every file outside of a package; who prints it has read what is not to be read."""
_SEED = 20260101


@dataclass(frozen=True)
class Case:
    """A case: its name, which begins with its number in the table, and its `expected.json`."""

    name: str
    expected: dict[str, Any]

    @property
    def number(self) -> int:
        """Its row in the table of risks."""
        return int(self.name.split("-")[0])

    @property
    def source(self) -> str:
        """What is given to the tool, below the folder of the case."""
        return str(self.expected.get("source", "package"))

    @property
    def is_many(self) -> bool:
        """Whether it has so many errors that they are counted, and not listed."""
        return bool(self.expected.get("many"))

    @property
    def is_big(self) -> bool:
        """Whether megabytes are made for it."""
        return (
            any(
                made.get("times", 1) > 200_000
                for step in self.expected.get("make", ())
                for made in step.values()
            )
            or self.is_many
        )

    def agrees(self, said: Said) -> bool:
        """Say whether an answer of Communique is the expected one."""
        return (
            said.code == self.expected["exit"]
            and (self.is_many or said.errors == self.expected["errors"])
            and (self.is_many or sorted(said.warnings) == self.expected.get("warnings", []))
            and self.expected.get("says", "") in said.printed
            and CANARY not in said.printed
        )

    def lay(self, folder: Path) -> Path:
        """Write the case to a folder, and return what is given to the tool."""
        target = folder / self.name
        shutil.copytree(CASES / self.name, target, ignore=shutil.ignore_patterns("expected.json"))
        for step in self.expected.get("make", ()):
            ((kind, arguments),) = step.items()
            path = target / arguments["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            _MAKERS[kind](path, arguments)
        return target / self.source


def cases() -> Iterator[Case]:
    """Yield all cases in the order of their names."""
    for path in sorted(CASES.glob("*/expected.json")):
        yield Case(path.parent.name, json.loads(path.read_text("utf-8")))


def _link(path: Path, given: dict[str, Any]) -> None:
    path.symlink_to(given["to"])


def _pipe(path: Path, _: dict[str, Any]) -> None:
    os.mkfifo(path)


def _folder(path: Path, _: dict[str, Any]) -> None:
    path.mkdir()


def _text(path: Path, given: dict[str, Any]) -> None:
    """Write `begin`, then `repeat` as often as `times` says, then `end`; a name that ends with .gz is compressed."""
    opened: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    times, most = given.get("times", 1), 10_000
    with opened(path, "wb") as file:
        file.write(given.get("begin", "").encode())
        for begun in range(0, times, most):
            file.write(given.get("repeat", "").encode() * min(most, times - begun))
        file.write(given.get("end", "").encode())


def _bytes(path: Path, given: dict[str, Any]) -> None:
    """Write text in an encoding, in which bytes that are no text stand as lone surrogates."""
    path.write_bytes(given["text"].encode(given.get("encoding", "utf-8"), "surrogateescape"))


def _zip(path: Path, given: dict[str, Any]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in given["members"].items():
            archive.writestr(name, text)
        for name, to in given.get("links", {}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, to)


def _table(path: Path, given: dict[str, Any]) -> None:
    """Write a table of random values, always the same; every type that both CSV and Parquet have."""
    import polars as pl

    chance = random.Random(_SEED)
    letters = "aé日😀 ,\";\n'|\t=0".replace("\t", "").replace("=", "")
    count = given["rows"]

    def text() -> str | None:
        word = "".join(chance.choices(letters, k=chance.randint(0, 8))).strip()
        return f"x{word}x" if word else None

    frame = pl.DataFrame(
        {
            "id": list(range(1, count + 1)),
            "text": [text() for _ in range(count)],
            "whole": [chance.choice([None, 0, -1, 2**53 + 1, 2**63 - 1, -(2**63)]) for _ in range(count)],
            "real": [chance.choice([None, 0.1, -1e300, 5e-324, 1 / 3, 123456.789]) for _ in range(count)],
            "flag": [chance.choice([None, True, False]) for _ in range(count)],
        }
    )
    days = pl.Series("day", [chance.choice([None, -25567, 0, 19782, 2932896]) for _ in range(count)])
    frame = frame.with_columns(days.cast(pl.Int32).cast(pl.Date))
    frame.write_parquet(path) if path.suffix == ".parquet" else frame.write_csv(path)


def _swollen(path: Path, given: dict[str, Any]) -> None:
    """Write a Parquet file with one row, whose text has that many bytes, all the same."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"id": [1], "name": ["a" * given["bytes"]]})
    pq.write_table(table, path, compression="zstd", use_dictionary=False, write_statistics=False)


_MAKERS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "link": _link,
    "pipe": _pipe,
    "folder": _folder,
    "text": _text,
    "bytes": _bytes,
    "zip": _zip,
    "table": _table,
    "swollen": _swollen,
}
