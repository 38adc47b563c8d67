"""Start: a new dataset from a template."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from .edition import LONGEST_NAME
from .errors import TargetError
from .filenames import DESCRIPTION
from .releasing.commit import staging

_NAME = "my-dataset"
"""The name that the template has in place of the new one."""
_DAY = "2025-01-31"
"""The release date that the template has in place of the day on which the dataset is made."""


def start_dataset(template: Path, folder: Path, day: date) -> None:
    """Copy the template to the new folder, or to one in which nothing but git is, and name the dataset after it.

    day: the first release date, until which rules take events for past.
    Raises TargetError where there is something already, or nothing can be written.
    """
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - {".git"}):
        raise TargetError(f"{folder}: there is something already. Give a new folder.")
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower())[:LONGEST_NAME].strip("-") or _NAME
    # A repository that is there stays; else the folder appears as a whole.
    with _beside_git(folder, template) if (folder / ".git").exists() else staging(folder, DESCRIPTION) as new:
        for path in sorted(template.rglob("*")):
            target = new / _named(path, template)
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            else:
                text = path.read_text("utf-8").replace(_NAME, name).replace(_DAY, day.isoformat())
                target.write_text(text, "utf-8")


def _named(path: Path, template: Path) -> str:
    """Return the name of a file of the template, which ships no hidden files: dots are left out there."""
    return path.relative_to(template).as_posix().replace("dot-git", ".git")


@contextmanager
def _beside_git(folder: Path, template: Path) -> Generator[Path]:
    """Give a folder in which nothing but git is; where the block fails, what it has of the template is removed again."""
    try:
        yield folder
    except BaseException as error:
        for path in template.iterdir():
            made = folder / _named(path, template)
            shutil.rmtree(made) if made.is_dir() else made.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise TargetError(
                f"{folder}: cannot be written: {error.strerror or error}. Nothing was changed."
            ) from error
        raise
