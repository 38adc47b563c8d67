"""Texts: the text files of a release, and the list of sums that makes it complete."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from ..describing.describe import Json, as_json
from ..describing.descriptor import Package, read_descriptor
from ..filenames import DESCRIPTOR
from ..metadata import metadata
from ..storing.write import Written
from .commit import SUMS
from .sums import sums


def write_text(folder: Path, name: str, text: str) -> None:
    """Write a text file of a release: UTF-8, LF."""
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def write_description(folder: Path, descriptor: Json) -> tuple[Package, Collection[str]]:
    """Write the descriptor of a release, and the metadata derived from it as users of the release read it.

    Returns the package and the names of the metadata files. Raises DescriptorError where nobody could read it.
    """
    write_text(folder, DESCRIPTOR, as_json(descriptor))
    package = read_descriptor(folder)
    pages = metadata(package)
    for name, text in pages.items():
        write_text(folder, name, text)
    return package, pages


def write_sums(folder: Path, files: Mapping[str, tuple[Written, ...]]) -> None:
    """Write the sums of all files of a release, once all others are there. files: those whose hashes are known."""
    known = {file.path: file.sha256 for written in files.values() for file in written}
    write_text(folder, SUMS, sums(folder, known))
