"""Releases for tests: build them, change their datasets, tamper with them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from communique.datapackage import as_json, build, open_dataset
from communique.datapackage.releasing.sums import sums
from communique.datapackage.storing.filehash import hash_of
from communique.schemas import SCHEMAS

from .conftest import BASE, ROOT

UNION_STATE = ROOT / "output" / "union-state"
ROWS: dict[str, int] = {
    resource["name"]: resource["rows"]
    for resource in json.loads((UNION_STATE / "datapackage.json").read_text("utf-8"))["resources"]
}
"""How many rows each table of union-state has."""


def built(target: Path, change: Callable[[Path], None] | None = None) -> Path:
    """Build the base dataset, after `change`, into `target`."""
    folder = Path(shutil.copytree(BASE, target.with_name(f"{target.name}-source")))
    if change:
        change(folder)
    report = build(open_dataset(folder), SCHEMAS, target)
    assert report.built, report.findings
    shutil.rmtree(folder)
    return target


def edited(name: str, old: str, new: str, count: int = 1) -> Callable[[Path], None]:
    """Return a change that replaces a text in a file of a dataset."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, count), "utf-8")

    return change


def descriptor(release: Path) -> dict[str, Any]:
    """Return the descriptor of a release."""
    return dict(json.loads((release / "datapackage.json").read_text("utf-8")))


def covered_up(release: Path, descriptor_too: bool = True) -> None:
    """Cover up changes of a release: update the hashes and sizes in the descriptor and in the sums."""
    if descriptor_too:
        content = descriptor(release)
        for resource in content["resources"]:
            path = release / resource["path"]
            resource |= {"bytes": path.stat().st_size, "hash": hash_of(path)}
        (release / "datapackage.json").write_text(as_json(content), "utf-8")
    (release / "SHA256SUMS").write_text(sums(release), "utf-8")
