"""Validate: check a dataset, and, if asked, write the rejected rows into files, or report only what is new."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from communique.schemas import Schemas

from .arguments import insist_on, optional_path
from .check import check, check_into, insist_on_dataset
from .checking.cascade import rejects
from .checking.quarantine import counted, write_quarantine
from .dataset import Dataset
from .finding import Report
from .releasing.commit import refuse_overlap
from .since import only_changed


def validate(
    dataset: Dataset,
    schemas: Schemas,
    today: date | None = None,
    quarantine: str | Path | None = None,
    since: str | None = None,
) -> Report:
    """Check a dataset and return what was found. Bad data raises no exception.

    dataset: what `open_dataset` returned.
    schemas: those of its tables, such as `communique.schemas.SCHEMAS`.
    today: the day that counts as today; by default the release date of the dataset.
    quarantine: a folder for the rows that a build would leave out; `apply_fixes` puts them back once repaired.
    since: a revision of git; findings that it had already are counted, as `older`, and not reported.
    Raises CommuniqueError where there is no such revision, and TargetError where the folder cannot be written.
    """
    quarantine = optional_path(quarantine)
    insist_on((str, type(None)), since, "a revision of git, as a string")
    if quarantine:
        report = check_with_quarantine(dataset, schemas, quarantine, today)
    else:
        report = check(dataset, schemas, today)
    return report if since is None else only_changed(report, since, schemas, today)


def check_with_quarantine(
    dataset: Dataset, schemas: Schemas, quarantine: Path, today: date | None = None
) -> Report:
    """Check a dataset, and write the rows that a build would leave out to the folder `quarantine`."""
    insist_on_dataset(dataset, schemas, today)
    refuse_overlap(quarantine, dataset.folder)
    today = today or dataset.release_date
    with TemporaryDirectory(prefix="communique-") as work:
        report, checked = check_into(Path(work), dataset, schemas, today)
        if not all(item.spool for item in checked):
            return report
        found = rejects(report, checked, schemas, today)
        write_quarantine(quarantine, dataset.folder, checked, found)
        return counted(report, found)
