"""A dataset: what the `dataset.yaml` in a folder of tables says of them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from .edition import LONGEST_NAME

SEMVER = r"^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$"
_AS_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""How a day is written; weeks and days of a year, which ISO 8601 has too, are not meant."""
_Text = Annotated[str, Field(min_length=1)]


def _unquoted(value: object) -> object:
    """Return the date that a quoted text stands for; any other value unchanged."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _AS_WRITTEN.fullmatch(value) else value
    except ValueError:
        return value


_Day = Annotated[date, BeforeValidator(_unquoted)]
Link = Annotated[str, Field(pattern=r"^https?://\S+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Licence(_Strict):
    """A licence: its SPDX identifier, its title, and the address of its text."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]+$")]
    title: _Text
    path: Link


class Contributor(_Strict):
    """Somebody who contributed, with Data Package roles."""

    title: _Text
    roles: Annotated[list[_Text], Field(min_length=1)]


class SourceNote(_Strict):
    """A document or collection that the dataset draws on."""

    title: _Text
    path: Link | None = None


class Waiver(_Strict):
    """A known exception: the rule that one row may break, why, who is responsible, and its last day."""

    rule: _Text
    table: _Text
    key: _Text
    reason: _Text
    owner: _Text
    expires: _Day

    @property
    def place(self) -> tuple[str, str, str | None]:
        """The rule, the table and the key of the row."""
        return self.rule, self.table, self.key


class Formerly(_Strict):
    """The key of a row, and the key that the row had in an earlier release; parts are joined by a slash."""

    table: _Text
    key: _Text
    formerly: _Text


class Dataset(_Strict):
    """What `dataset.yaml` says; property names are those of Data Package v2 where it has the concept.

    folder: where it was read from.
    lines: the line of each waiver and each former key in dataset.yaml, by key and number.
    unwritten: the texts that still begin with TODO, as in a new dataset, by line.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=LONGEST_NAME)]
    title: _Text
    description: _Text
    version: Annotated[str, Field(pattern=SEMVER)]
    release_date: _Day
    languages: Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]], Field(min_length=1)]
    license: Licence
    contributors: Annotated[list[Contributor], Field(min_length=1)]
    sources: list[SourceNote]
    keywords: list[_Text] = []
    homepage: Link | None = None
    waivers: list[Waiver] = []
    formerly: list[Formerly] = []
    folder: Path
    lines: dict[tuple[str, int], int] = {}
    unwritten: dict[int, str] = {}
