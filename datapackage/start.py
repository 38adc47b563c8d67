"""Start: a new dataset from a template."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from .edition import LONGEST_NAME
from .errors import TargetError, why
from .filenames import DESCRIPTION
from .releasing.commit import staging

_NAME = "my-dataset"
"""The placeholder of the template for the name of the dataset."""
_DAY = "2025-01-31"
"""The placeholder of the template for the day on which the dataset is made."""


def start_dataset(template: Path, folder: Path, day: date) -> None:
    """Copy the template to a new folder, or to one that has only a git repository, and name the dataset after it.

    day: the first release date, which rules take for today.
    Raises TargetError where the folder has anything else, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - {".git"}):
        raise TargetError(f"{folder}: already exists. Give a new folder.")
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower())[:LONGEST_NAME].strip("-") or _NAME
    # An existing repository is kept; else the folder appears all at once.
    with _beside_git(folder, template) if (folder / ".git").exists() else staging(folder, DESCRIPTION) as new:
        for path in sorted(template.rglob("*")):
            target = new / _named(path, template)
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            else:
                text = path.read_text("utf-8").replace(_NAME, name).replace(_DAY, day.isoformat())
                target.write_text(text, "utf-8")


def _named(path: Path, template: Path) -> str:
    """Return the name of a file of the template: hidden files are shipped as `dot-…`, since packages leave them out."""
    return path.relative_to(template).as_posix().replace("dot-git", ".git")


@contextmanager
def _beside_git(folder: Path, template: Path) -> Generator[Path]:
    """Give a folder that has only a git repository; where the block fails, files of the template are removed again."""
    try:
        yield folder
    except BaseException as error:
        for path in template.iterdir():
            made = folder / _named(path, template)
            shutil.rmtree(made) if made.is_dir() else made.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise TargetError(f"{folder}: cannot be written: {why(error)}. Nothing was changed.") from error
        raise
