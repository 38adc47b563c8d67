"""Start: a new dataset from a template."""

from __future__ import annotations

import re
from pathlib import Path

from .commit import staging
from .errors import TargetError
from .filenames import DESCRIPTION

_NAME = "my-dataset"
"""The name that the template has in place of the new one."""
_LONGEST = 100
"""How many characters the name of a dataset has at most."""


def start_dataset(template: Path, folder: Path) -> None:
    """Copy the template to the new folder, and name the dataset after it.

    Raises TargetError where there is something already, or nothing can be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TargetError(f"{folder}: there is something already. Give a new folder.")
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower())[:_LONGEST].strip("-") or _NAME
    with staging(folder, DESCRIPTION) as new:
        for path in sorted(template.rglob("*")):
            # Dots are left out of the names in the template: a package ships no hidden files.
            target = new / path.relative_to(template).as_posix().replace("dot-github", ".github")
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.write_text(path.read_text("utf-8").replace(_NAME, name), "utf-8")
