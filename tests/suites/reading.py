"""Shared by the tests of external suites: where the suites are, rows as our reader returns them, verdicts on tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from communique.datapackage import CommuniqueError, Report, validate_package
from communique.datapackage.foreign.descriptor.dialect import Dialect
from communique.datapackage.foreign.rows.strict import Source, strict
from communique.datapackage.reading.locate import cells_of
from communique.datapackage.reading.scan import LongLineError, blocks

SUITES = Path(__file__).resolve().parents[3] / "shared" / "suites"
Outcome = dict[str, bool]
"""The cases of a suite, and whether the answer is the one that the suite expects."""


def rows(path: Path, work: Path, dialect: Dialect | None = None) -> list[list[str]] | None:
    """Return all records of a file as text, the header among them; None where it is not well formed."""
    target = work / "strict.csv"
    target.unlink(missing_ok=True)
    found: list[list[str]] = []
    given = strict([Source(path, path.name)], dialect or Dialect(), "utf-8", target)
    try:
        with given.path.open("rb") as file:
            for block in blocks(file):
                if block.faults:
                    return None
                found += [[cell.text for cell in cells_of(block, block.first + n)] for n in range(len(block))]
    except LongLineError:
        return None
    return found


def texts(labels: Sequence[str]) -> dict[str, Any]:
    """Return a schema of text columns, for tables that have none."""
    return {"fields": [{"name": label, "type": "string"} for label in labels]}


def checked(path: Path, schema: dict[str, Any], work: Path, **resource: Any) -> Report | None:
    """Return the report on one table, which is put into a package; None where it is refused as a whole."""
    folder = work / "package"
    folder.mkdir(exist_ok=True)
    link = folder / f"t{path.suffix}"
    link.unlink(missing_ok=True)
    link.hardlink_to(path) if path.stat().st_dev == folder.stat().st_dev else link.write_bytes(
        path.read_bytes()
    )
    described = {"name": "t", "path": link.name, "schema": schema, **resource}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [described]}))
    return verdict(folder)


def verdict(source: Path) -> Report | None:
    """Return the report on a package; None where it is refused as a whole."""
    try:
        return validate_package(source)
    except CommuniqueError:
        return None


def errors(report: Report | None) -> list[str]:
    """Return the codes of the errors, once each; what is refused as a whole has one of its own."""
    if report is None:
        return ["refused"]
    return list(dict.fromkeys(found.code for found in report.findings if found.severity == "error"))
