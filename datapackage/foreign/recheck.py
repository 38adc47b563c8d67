"""Recheck: the CSV files of a release that was made from a package of others, checked against its schemas again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from communique.schemas import Schemas

from ..checking.checked import CheckedTable
from ..describing.descriptor import Package
from ..filenames import DESCRIPTOR
from ..finding import Report
from .opening import Given
from .run import Run


def recheck(
    folder: Path, package: Package, schemas: Schemas, work: Path
) -> tuple[Report, list[CheckedTable]]:
    """Check the rows of a release, and leave the typed ones in the folder `work`. The report has errors alone.

    Warnings are about the data; a release does not promise that there are none.
    """
    resources = [
        {
            "name": resource.table,
            "path": resource.path,
            "format": "csv",
            "schema": resource.table_schema.model_dump(by_alias=True, exclude_unset=True),
        }
        for resource in package.of("csv").values()
    ]
    content = {"name": package.name, "resources": resources}
    run = Run(
        Given(str(folder), folder, DESCRIPTOR, content),
        work,
        keep=lambda resource: schemas.table(resource.name),
    )
    report = run.report()
    errors = tuple(finding for finding in report.findings if finding.severity == "error")
    graver = {key: count for key, count in report.omitted.items() if key[2] == "error"}
    tables: list[CheckedTable] = [
        replace(
            checked.table,
            table=schemas.table(checked.resource.name),
            spool=checked.table.spool if checked.table.reread else None,
        )
        for checked in run.tables
    ]
    return replace(report, version=package.version, findings=errors, omitted=graver), tables
