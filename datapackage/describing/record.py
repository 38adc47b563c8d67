"""Record: how a release was made, in `report.json`: from which sources, with which libraries, and what was found.

Nothing in it depends on when, where or by whom it was built, or on the order of rows. A source table is therefore
identified by the digest of its rows, not of its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import requires
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from ..finding import Finding, Report, TableCount
from ..storing.filehash import hash_of

RECORD_FILE = "report.json"
_PROGRAM = "communique"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class SourceRecord:
    """A source table that went into a release: what was read of it, its rows, and their digests (see `digest`).

    digest: that of the published rows, as in the descriptor. unpublished: that of their key together with the
        unpublished columns that curators write; None where there are none.
    """

    count: TableCount
    rows: int
    digest: str
    unpublished: str | None = None


def record(
    name: str, version: str, description: Path, report: Report, sources: Iterable[SourceRecord]
) -> dict[str, Any]:
    """Return the content of `report.json`. description: the file that describes the source."""
    return {
        "name": name,
        "version": version,
        "today": report.today and report.today.isoformat(),
        "made_with": lock(),
        "description": {"path": description.name, "hash": hash_of(description)},
        "sources": [
            {
                "path": source.count.file,
                "read": source.count.read,
                "rejected": source.count.read - source.rows,
                "rows": source.rows,
                "digest": source.digest,
                "unpublished": source.unpublished,
                "rules": list(source.count.rules),
            }
            for source in sources
        ],
        "findings": _known(report.findings),
        "waived": _known(report.waived),
    }


def lock() -> Mapping[str, str]:
    """Return the versions of the program and of the libraries that it requires."""
    names = [_PROGRAM]
    for requirement in requires(_PROGRAM) or ():
        found = _NAME.match(requirement)
        if found and "extra ==" not in requirement:
            names.append(found.group().lower())
    return {name: installed(name) for name in sorted(names)}


def _known(findings: Iterable[Finding]) -> list[dict[str, str | None]]:
    """Return findings without their lines, which depend on the order of the rows."""
    listed = [
        {
            "code": finding.code,
            "severity": finding.severity,
            "table": finding.table,
            "key": finding.key,
            "column": finding.column,
            "value": finding.value,
        }
        for finding in findings
    ]
    return sorted(listed, key=lambda finding: [value or "" for value in finding.values()])
