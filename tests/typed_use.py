"""The public names as a typed program uses them: read by type checkers, never run.

A line with `type: ignore` must be an error: both checkers report one that is unnecessary.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import assert_type

import polars as pl

import communique
from communique import CommuniqueError, Relation, Release, ReleaseTable

assert_type(communique.__version__, str)
assert_type(communique.load("meetings"), pl.LazyFrame)
assert_type(communique.load("meetings", release=Path("folder")), pl.LazyFrame)
communique.load()  # type: ignore[call-arg]
communique.load("meetings", verify=False)  # type: ignore[call-arg]
nothing = communique.nothing  # type: ignore[attr-defined]

release = communique.open("https://example.org/release.zip", verify=False)
assert_type(release, Release)
assert_type(communique.open(), Release)
assert_type(communique.load("meetings", release=release), pl.LazyFrame)
communique.open(Path("folder"), False)  # type: ignore[call-arg]
communique.open(1)  # type: ignore[arg-type]

assert_type(release.version, str)
assert_type(release.released, date | None)
assert_type(release.license.name, str)
assert_type(release.tables, Mapping[str, ReleaseTable])
assert_type(release.load("meetings"), pl.LazyFrame)
assert_type(release.join("participants", "meetings", via=["participants.meeting_id"]), pl.LazyFrame)
assert_type(release.join("participants", "meetings", via="participants.meeting_id"), pl.LazyFrame)
release.join(["participants", "meetings"])  # type: ignore[arg-type]
assert_type(release.as_of("1.0.0"), Release)
assert_type(release.as_of(date(2025, 1, 1)), Release)
assert_type(release.versions(), tuple[str, ...])
assert_type(release.relations(), tuple[Relation, ...])
assert_type(release.relations()[0].columns, tuple[str, ...])
release.as_of(1.0)  # type: ignore[arg-type]

assert_type(release.codes("meetings", "status"), pl.DataFrame)
assert_type(release.cite(), str)
assert_type(release.cite("bibtex"), str)
assert_type(release.cite("csl"), str)
release.cite("chicago")  # type: ignore[arg-type]

table = release["meetings"]
assert_type(table, ReleaseTable)
assert_type(table.rows, int)
assert_type(table.primary_key, tuple[str, ...])
assert_type(table.columns[0].name, str)
assert_type(table.lazy(), pl.LazyFrame)
assert_type(table.to_polars(), pl.DataFrame)
table.rows = 1  # type: ignore[misc]

with communique.open() as opened:
    assert_type(opened, Release)
try:
    communique.load("meetings")
except (communique.HashError, communique.RemoteError, communique.ParquetError, communique.JoinError) as error:
    known: CommuniqueError = error
except communique.ReleaseError as other:
    known = other
