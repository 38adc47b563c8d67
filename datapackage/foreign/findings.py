"""Findings: what is wrong with a descriptor, collected while it is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ..finding import Finding
from ..untrusted.limits import SIMILAR
from .codes import FOREIGN

_OF_PEOPLE = (
    *(
        "title",
        "description",
        "homepage",
        "licenses",
        "contributors",
        "sources",
        "keywords",
        "image",
        "version",
    ),
    *("created", "id", "languages", "example", "rdfType", "mediatype"),
    "stats",
)
"""Properties for people: misspelling one leaves no data unchecked. The standard does not have stats."""
_LONGEST = 100
"""A key with more characters is like none of the standard's."""


def subject(said: str, keys: Collection[str]) -> str:
    """Return the key with which a text such as `created as a date` begins, or "" where it begins with none."""
    word = said.split(" ", 1)[0]
    return word if word in keys else ""


def _close(key: str, names: Sequence[str], cutoff: float) -> str:
    """Return the name that is most like a key, or ""."""
    return next(iter(get_close_matches(key, names, n=1, cutoff=cutoff)), "")


@dataclass
class DescriptorFindings:
    """Findings about one descriptor.

    file: the file of the descriptor.
    schema: the file of the schema, where it was given beside a lone table.
    places: the place of each finding in its file: where, and the key there that it is about, or "".
    declared: how many constraints the schemas declare.
    """

    file: str
    schema: str = ""
    listed: list[Finding] = field(default_factory=list[Finding])
    places: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    declared: int = 0
    _near: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    _has_too_many: bool = False

    def add(self, code: str, where: str, expected: str, table: str = "", key: str = "") -> None:
        """Add a finding at a place such as `resources[0].path`.

        table: the name of the resource. key: the property, of the object at that place, that the finding is about.
        """
        rule, file = FOREIGN[code], self.file
        if self.schema and (where or key).split(".")[0] == "schema":
            file, where, key = self.schema, where[len("schema.") :], key if where else ""
        self.places.append((where, key))
        if table and where.startswith("resources["):  # with its name, for nobody counts resources
            where = where.replace("]", f"] ({table[:100]})", 1)
        place = f"{where}: {expected}" if where else expected
        self.listed.append(Finding(code, file, table, rule.severity, expected=place))

    def take(self, others: DescriptorFindings) -> None:
        """Add the findings of others."""
        self.listed += others.listed
        self.places += others.places

    def unknown_in(self, listed: Any, known: Iterable[str], where: str, table: str = "") -> None:
        """Report unknown keys in a list of objects for people. Each is reported once, for every object may have it."""
        first = dict[str, int]()
        items: list[Any] = listed if isinstance(listed, list) else []
        for number, item in enumerate(items):
            for key in item if isinstance(item, dict) else ():
                first.setdefault(key, number)
        for key, number in first.items():
            self.unknown([key], known, f"{where}[{number}]", table, is_for_people=True)

    def unknown(
        self,
        given: Iterable[str],
        known: Iterable[str],
        where: str,
        table: str = "",
        is_for_people: bool = False,
    ) -> None:
        """Report unknown keys. A misspelt one is an error where data goes unchecked for it.

        is_for_people: whether misspelling a key of this object leaves no data unchecked.
        """
        names, there = list(known), set(given)
        for key in given:
            if key.split("@")[0] in names or key.startswith("$"):  # title@fr is a translation of title
                continue
            if ":" in key:  # a prefix marks a property of somebody's own
                continue
            near = self._nearest(key, names, there)
            if near and (is_for_people or near in _OF_PEOPLE):
                said = f"a known property such as {near!r}, found {key!r}"
                self.add("unknown-property", where, said, table, key)
            elif near:
                said = f"{near!r}, found {key!r}, which means nothing"
                self.add("misspelt-property", where, said, table, key)
            else:
                self.add("unknown-property", where, f"a known property, found {key[:200]!r}", table, key)

    def _nearest(self, key: str, known: Iterable[str], there: Collection[str]) -> str:
        """Return the known property that a key seems to misspell, or "".

        there: the keys of the object. `num_resources` beside `resources` is a property of its own; `shema` without
        `schema` is misspelt. Many fields may have the same key of their own, which is looked up once.
        """
        if len(key) > _LONGEST:
            return ""
        plain = {name.lower(): name for name in known}
        beside = [name for name in plain if plain[name] in there]
        absent = [name for name in plain if plain[name] not in there]
        asked = (key.lower(), *beside, "", *absent)
        if asked not in self._near:
            if SIMILAR.exceeded(len(self._near) + 1):
                self._say_too_many()
                return ""
            near = _close(key.lower(), beside, 0.85) or _close(key.lower(), absent, 0.75)
            self._near[asked] = plain[near] if near else ""
        return self._near[asked]

    def _say_too_many(self) -> None:
        if not self._has_too_many:
            self._has_too_many = True
            said = f"{SIMILAR} that are unknown, found more, which were not compared with the known ones"
            self.add("not-checked", "", said)

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return self.has_errors_after(0)

    def has_errors_after(self, count: int) -> bool:
        """Say whether any finding after the first `count` is an error."""
        return any(finding.severity == "error" for finding in self.listed[count:])
