"""Downloads: the release in a site, as it is and as one zip, and what each of its files is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ..describing.descriptor import Resource
from ..describing.record import RECORD_FILE
from ..filenames import CITATION, CROISSANT, CSVW, DCAT, DESCRIPTOR, SCHEMA_ORG
from ..progress import announce
from ..releasing.archive import pack
from ..releasing.commit import SUMS
from ..releasing.history import CHANGES
from ..releasing.sums import listed, parsed
from ..storing.filehash import sha256_of
from .shape import Shape

FOLDER = "release"
"""The folder of a site in which the release lies as it is."""
_WHAT = MappingProxyType(
    {
        "README.md": "What the dataset is, how to cite it, and its data dictionary",
        "CHANGELOG.md": "What changed from version to version",
        CHANGES: "What changed from version to version, for programs",
        DESCRIPTOR: "The descriptor: a Frictionless Data Package",
        CITATION: "How to cite: Citation File Format",
        CROISSANT: "For machine learning: Croissant",
        SCHEMA_ORG: "For search engines: a Dataset of schema.org",
        DCAT: "For data portals: DCAT-AP",
        CSVW: "For tools of CSV on the Web",
        RECORD_FILE: "From what and with what the release was made, and what was checked",
        SUMS: "The SHA-256 of every other file",
    }
)


@dataclass(frozen=True)
class Download:
    """A file: its path from the root of the site, what it is, its rows where it is a table, its size, its SHA-256."""

    path: str
    what: str
    rows: int | None
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The path of a file of the release, below its folder."""
        return self.path.removeprefix(f"{FOLDER}/")


def downloads(shape: Shape, new: Path) -> tuple[list[Download], list[Download]]:
    """Copy the release into the new site `new`; return what there is to download first, and all files, tables first."""
    package = shape.package
    for name in (*listed(shape.folder), SUMS):  # one error ends it; copytree would go on, and list them all
        (new / FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(shape.folder / name, new / FOLDER / name)
    archive = pack(shape.folder, new / f"{package.stem}.zip")
    known = parsed((shape.folder / SUMS).read_text("utf-8"))
    tables = {resource.path: resource for resource in package.resources}
    others = (path for path in (*listed(shape.folder), SUMS) if path not in tables)
    files = [
        Download(
            f"{FOLDER}/{path}",
            _what(path, tables.get(path)),
            tables[path].rows if path in tables else None,
            (shape.folder / path).stat().st_size,
            known.get(path) or sha256_of(shape.folder / path),
        )
        for path in (*tables, *others)
    ]
    announce("hash", [archive])
    whole = Download(archive.name, "Everything in one zip", None, archive.stat().st_size, sha256_of(archive))
    first = [file for file in files if file.path.endswith((f"/{DESCRIPTOR}", f"/{SUMS}"))]
    return [whole, *first], files


def _what(path: str, resource: Resource | None) -> str:
    if resource is None:
        return _WHAT.get(path, "")
    return f"{resource.title or resource.table}, {'CSV' if resource.format == 'csv' else 'Parquet'}"
