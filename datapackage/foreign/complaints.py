"""Complaints: what is wrong with a descriptor, collected while it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ..finding import Finding
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
)
"""Properties that are for people: one that is misspelt leaves no data unchecked."""


@dataclass
class Complaints:
    """Findings about one descriptor.

    file: the file that the descriptor is in.
    declared: how many constraints the schemas in it declare.
    """

    file: str
    findings: list[Finding] = field(default_factory=list[Finding])
    declared: int = 0

    def add(self, code: str, where: str, expected: str, table: str = "") -> None:
        """Say that a rule is broken at a place such as `resources[0].path`. table: the name of the resource there."""
        rule = FOREIGN[code]
        if table and where.startswith("resources["):  # with their name, for nobody counts them
            where = where.replace("]", f"] ({table[:100]})", 1)
        place = f"{where}: {expected}" if where else expected
        self.findings.append(Finding(code, self.file, table, rule.severity, expected=place))

    def unknown(self, given: Mapping[str, Any], known: Iterable[str], where: str, table: str = "") -> None:
        """Say which keys are not known: a key that is misspelt is a promise that nobody keeps."""
        names = list(known)
        for key in given:
            if key.split("@")[0] in names or key.startswith("$"):  # title@fr is a translation of title
                continue
            if ":" in key:  # with a prefix it is somebody's own
                continue
            plain = {name.lower(): name for name in names}
            near = get_close_matches(key.lower(), plain, n=1, cutoff=0.75)
            if near and plain[near[0]] in _OF_PEOPLE:
                said = f"a known property such as {plain[near[0]]!r}, found {key!r}"
                self.add("unknown-property", where, said, table)
            elif near:
                said = f"{plain[near[0]]!r}, found {key!r}, which means nothing"
                self.add("misspelt-property", where, said, table)
            else:
                self.add("unknown-property", where, f"a known property, found {key!r}", table)

    @property
    def has_errors(self) -> bool:
        """Whether something was found that is an error."""
        return any(finding.severity == "error" for finding in self.findings)
