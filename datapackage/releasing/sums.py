"""Sums: `SHA256SUMS`, the list of all files of a release with their SHA-256, as sha256sum writes and checks it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..codes import RULES
from ..describing.descriptor import read_descriptor
from ..errors import ReleaseError
from ..filenames import DESCRIPTOR
from ..finding import Finding, Origin
from ..progress import announce
from ..storing.digest import PREFIX
from ..storing.filehash import sha256_of
from ..threads import side_by_side
from ..untrusted.limits import RELEASE_TEXT
from ..untrusted.paths import PathError, bytes_of
from .commit import SUMS

_LINE = re.compile(r"([0-9a-f]{64})  ([^/\s\\][^\\\n]*)")
_FORM = "64 digits, two spaces, and a path, with a line feed at the end"


def listed(folder: Path) -> list[str]:
    """Return the paths of all files below `folder` except `SHA256SUMS`, sorted by code point; links count as files."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not _is_folder(path))
    return sorted(path for path in paths if path != SUMS)


def sums(folder: Path, known: Mapping[str, str] | None = None) -> str:
    """Return the text of `SHA256SUMS` for a folder.

    known: the SHA-256, by path, of the files for which it was computed while they were written.
    """
    known = known or {}
    return "".join(f"{known.get(path) or sha256_of(folder / path)}  {path}\n" for path in listed(folder))


def parsed(text: str) -> dict[str, str]:
    """Return the SHA-256 of each path that a `SHA256SUMS` lists.

    Raises ValueError, with the number of the line and what was expected there, where it is not as `sums` writes it.
    """
    found: dict[str, str] = {}
    lines, last = text.split("\n"), ""
    for number, line in enumerate(lines[:-1], 1):
        match = _LINE.fullmatch(line)
        if not match:
            raise ValueError(number, _FORM)
        if match[2] <= last:
            raise ValueError(number, f"a path that comes after {last!r}, found {match[2]!r}")
        last = match[2]
        found[last] = match[1]
    if lines[-1] or not found:
        raise ValueError(len(lines), _FORM)
    return found


def read_sums(folder: Path) -> bytes:
    """Return what is in the `SHA256SUMS` of a release. Raises PathError where it cannot be read, or is too long to be one."""
    content = bytes_of(folder / SUMS, RELEASE_TEXT.most)
    if RELEASE_TEXT.exceeded(len(content)):
        raise PathError("source-error", f"a file of {RELEASE_TEXT}")
    return content


def check_files(folder: Path) -> tuple[list[Finding], dict[str, str]]:
    """Return what is wrong with the files of a release, and the hashes of the others, as a descriptor gives them.

    The files are checked whatever is in them: every bit of every file is covered.
    """
    promised = _promised(folder)
    if isinstance(promised, Finding):
        return [promised], {}
    found = list(_empty_folders(folder))
    there = set(listed(folder))
    names = sorted({*promised, *there})
    announce("hash", filter(_is_regular, (folder / name for name in names)))
    faults = side_by_side(lambda name: _fault(folder, name, promised.get(name), name in there), names)
    for name, (code, expected) in zip(names, faults, strict=True):
        if code:
            found.append(Origin("", name).finding(RULES[code], expected=expected))
    faulty = {finding.file for finding in found}
    return found, {name: PREFIX + value for name, value in promised.items() if name not in faulty}


def _empty_folders(folder: Path) -> Iterator[Finding]:
    for path in sorted(folder.rglob("*/")):
        if _is_folder(path) and not any(path.iterdir()):
            origin = Origin("", path.relative_to(folder).as_posix())
            yield origin.finding(RULES["extra-file"], expected="only files, found an empty folder")


def _promised(folder: Path) -> dict[str, str] | Finding:
    """Return the SHA-256 of each path that `SHA256SUMS` lists, or what is wrong with that file itself."""
    origin = Origin("", SUMS)
    line: int | None = None
    if (folder / SUMS).exists() and not _is_regular(folder / SUMS):
        return origin.finding(RULES["sums-error"], expected="a regular file")
    try:
        return parsed(read_sums(folder).decode())
    except PathError as error:
        expected = str(error)
    except UnicodeDecodeError:
        expected = "text in UTF-8"
    except ValueError as error:
        line, expected = error.args
    return replace(origin.finding(RULES["sums-error"], expected=expected), line=line)


def _fault(folder: Path, name: str, promised: str | None, there: bool) -> tuple[str, str]:
    """Return the code of what is wrong with a file, and what was expected; empty texts where nothing is."""
    path = folder / name
    if promised is None:
        return "extra-file", f"only files that {SUMS} lists; this is not one of them"
    if not there:
        return "missing-file", f"the file, which {SUMS} lists; it is missing"
    if not _is_regular(path):
        return "extra-file", "only regular files; this is not one"
    if (actual := sha256_of(path)) != promised:
        return "hash-count", f"{promised}, found {actual}"
    return "", ""


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_regular(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def insist_on_sums(folder: Path, release: Path) -> None:
    """Raise ReleaseError where a folder has no `SHA256SUMS`, so that it is not a release.

    release: what was given: the folder, or the archive that was unpacked into it.
    """
    if not (folder / SUMS).exists():
        raise ReleaseError(
            f"{release}: has no {SUMS}, so it is not a release. Build one with communique build."
        )


def insist_on_files(folder: Path) -> None:
    """Raise ReleaseError where files of a release differ from its sums, or tables from its descriptor.

    Raises DescriptorError where the descriptor cannot be understood.
    """
    found, hashes = check_files(folder)
    if found:
        raise ReleaseError(
            f"{folder}: does not keep its promises: {found[0].code} at {found[0].file}. See communique verify."
        )
    for resource in read_descriptor(folder).resources:
        if hashes.get(resource.path) != resource.hash:
            raise ReleaseError(
                f"{folder}: {resource.path} is not the file that {DESCRIPTOR} describes. See communique verify."
            )
