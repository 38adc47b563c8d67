"""Texts: the text files of a release, and the list of sums that makes it complete."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..storing.write import Written
from .commit import SUMS
from .sums import sums


def write_text(folder: Path, name: str, text: str) -> None:
    """Write a text file of a release: UTF-8, LF."""
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def write_sums(folder: Path, files: Mapping[str, tuple[Written, ...]]) -> None:
    """Write the sums of all files of a release, once all others are there. files: those whose hashes are known."""
    known = {file.path: file.sha256 for written in files.values() for file in written}
    write_text(folder, SUMS, sums(folder, known))
