"""Kept: an existing release is kept where the new one is the same, and never replaced by a different one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..describing.record import RECORD_FILE
from ..errors import ReleaseError, TargetError
from ..filenames import DESCRIPTOR
from ..storing.filehash import sha256_of
from ..untrusted.document import DocumentError, read_json
from ..untrusted.limits import RELEASE_TEXT
from ..untrusted.paths import PathError, bytes_of
from .commit import SUMS
from .history import CHANGELOG, CHANGES
from .sums import insist_on_files


def keep(release: Path, target: Path) -> bool:
    """Drop the new release if `target` holds the same one, made with other versions of libraries; return whether it does.

    Raises TargetError where a different release is there, or the same one with files that have changed.
    """
    old, new = target / SUMS, release / SUMS
    if not old.exists() or old.read_bytes() == new.read_bytes():
        return False
    made = _made_from(release)
    if made is None or made != _made_from(target):
        raise TargetError(
            f"{target}: has another release, and a release is never changed once it is written. Give another "
            "folder, or replace it with --force; communique release makes the next version of a dataset."
        )
    _insist_on_whole(target)
    new.unlink()
    return True


def _insist_on_whole(target: Path) -> None:
    """Refuse to keep a release whose files do not keep their promises."""
    try:
        insist_on_files(target)
    except ReleaseError as error:
        raise TargetError(
            f"{error} So this release, although it is the one to be built, cannot stay as it is. Get its files back, "
            "or replace it with --force."
        ) from error


def _made_from(release: Path) -> Any:
    """Return what a release says of itself, without the libraries and what depends on them; None where it cannot be read."""
    try:
        said, described = (
            read_json(bytes_of(release / name, RELEASE_TEXT.most)) for name in (RECORD_FILE, DESCRIPTOR)
        )
        for resource in described["resources"]:
            if resource["format"] == "parquet":
                del resource["bytes"], resource["hash"]
        paths = [release / name for name in (CHANGELOG, CHANGES)]
        history = [sha256_of(path) if path.is_file() else None for path in paths]
        return {**said, "made_with": said["made_with"]["communique"]}, described, history
    except (PathError, DocumentError, OSError, KeyError, TypeError):
        return None
