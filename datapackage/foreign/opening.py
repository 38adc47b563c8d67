"""Opening: a descriptor, a folder or archive that has one, or a lone table becomes a folder and a document."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from threading import Lock
from typing import Any

from ..draft import refuse_draft
from ..errors import ReleaseError
from ..filenames import DESCRIPTION, DESCRIPTOR
from ..untrusted.document import DocumentError, load
from ..untrusted.limits import DOCUMENT
from ..untrusted.paths import PathError, below, bytes_of, is_remote
from .findings import DescriptorFindings

NAMES = (DESCRIPTOR, "datapackage.yaml", "datapackage.yml")
_YAML = (".yaml", ".yml")
DOCUMENTS = (".json", *_YAML)
_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
_COMPRESSED_TABLES = (".csv.zip", ".tsv.zip", ".parquet.zip")


class SourceError(ReleaseError):
    """What was given cannot be checked."""


@dataclass(frozen=True)
class Given:
    """What is to be checked.

    root: the path of the folder as the user gave it. folder: where its files are.
    file: the file of the descriptor, below the folder.
    content: the descriptor; for a lone table one is made.
    data: the bytes of the descriptor, or of the schema of a lone table; empty where there is no file.
    schema: the file of the schema of a lone table, relative to `root`, or absolute.
    """

    root: str
    folder: Path
    file: str
    content: Any
    data: bytes = b""
    schema: str = ""


def is_foreign(path: Path) -> bool:
    """Say whether a path is to be checked as data of others: it is neither a dataset nor a file in one."""
    folder = path if path.is_dir() else path.parent
    if (folder / DESCRIPTION).exists():
        return False
    return not path.is_dir() or descriptor_in(path) is not None


@contextmanager
def given(source: Path, schema: Path | None) -> Generator[Given]:
    """Yield what is to be checked. Raises SourceError where there is nothing to check, or it cannot be read.

    schema: a Table Schema for a lone table.
    """
    name = source.name.lower()
    if schema and (source.is_dir() or name.endswith(DOCUMENTS)):
        raise SourceError(
            f"{source}: says itself which schema each table has, so give none; only a single table needs one."
        )
    if source.is_dir():
        yield _in_folder(source, source, "has neither dataset.yaml nor datapackage.json")
    elif not source.exists():
        raise SourceError(f"{source}: there is no such file or folder.")
    elif not source.is_file():
        raise SourceError(f"{source}: expected a regular file or a folder.")
    elif name.endswith(DOCUMENTS):
        yield _described(source, str(source.parent))
    elif name.endswith(_ARCHIVES) and not name.endswith(_COMPRESSED_TABLES) and schema is None:
        from ..releasing.archive import opened  # brings all that reads releases

        with opened(source) as root:
            yield _in_folder(root, source, "has no datapackage.json")
    else:
        yield _lone(source, schema)


def descriptor_in(folder: Path) -> Path | None:
    """Return the descriptor of the package in a folder; None where there is none."""
    return next((path for name in NAMES if (path := folder / name).exists()), None)


def is_yaml(path: PurePath) -> bool:
    """Say whether a document is YAML by its name."""
    return path.suffix.lower() in _YAML


def is_resource(content: Any) -> bool:
    """Say whether a descriptor is that of a single resource."""
    return isinstance(content, dict) and "resources" not in content and bool({"path", "data"} & set(content))


def _in_folder(folder: Path, source: Path, otherwise: str) -> Given:
    """Return the descriptor in a folder: `source`, or its unpacked content. otherwise: the message where there is none."""
    found = descriptor_in(folder)
    if found is None:
        if (folder / DESCRIPTION).exists():
            raise SourceError(
                f"{source}: is a dataset, but this is for data packages. Read it with open_dataset."
            )
        raise SourceError(f"{source}: {otherwise}, so nothing was checked.")
    return _described(found, str(source), folder)


def _described(path: Path, root: str, folder: Path | None = None) -> Given:
    """Return a descriptor. folder: the one that was given; a link may not lead the descriptor out of it."""
    content, data = _document(_within(folder, path) if folder else path)
    refuse_draft(content, path)
    if isinstance(content, dict) and isinstance(content.get("fields"), list) and "resources" not in content:
        raise SourceError(
            f"{path}: is a schema, not data. Check a table with it: communique validate TABLE --schema {path}"
        )
    return Given(root, path.parent, path.name, content, data)


def _within(folder: Path, path: Path) -> Path:
    try:
        return below(folder, path.name)
    except PathError as error:
        if error.code == "unsafe-path":
            raise SourceError(f"{path}: is a link that leads out of its folder; it is refused.") from error
        raise SourceError(f"{path}: expected {error}.") from error


def _document(path: Path) -> tuple[Any, bytes]:
    """Return the content of a document, and its bytes."""
    try:
        data = bytes_of(path, DOCUMENT.most)
        return load(data, is_yaml(path)), data
    except PathError as error:
        raise SourceError(f"{path}: expected {error}.") from error
    except DocumentError as error:
        raise SourceError(f"{path}: cannot be read: {error}.") from error


def _lone(path: Path, schema: Path | None) -> Given:
    if schema is None:
        raise SourceError(
            f"{path}: there is no schema, so nothing was checked. Give one with --schema (schema= in Python), or a "
            "datapackage.json; communique infer drafts one for CSV and Parquet files."
        )
    content, data = _document(schema)
    if content is None or (isinstance(content, dict) and content.get("fields") == []):
        raise SourceError(
            f"{schema}: names no fields, so nothing was checked. A Table Schema has a list of them."
        )
    resource = {"name": path.name.split(".")[0] or "table", "path": path.name, "schema": content}
    return Given(str(path.parent), path.parent, path.name, resource, data, _from(path.parent, schema))


def _from(folder: Path, path: Path) -> str:
    """Return a path relative to a folder, with `..` only where no link leads elsewhere; else an absolute path."""
    if folder.is_absolute() == path.is_absolute():
        seen = os.path.relpath(path, folder)
        if os.path.realpath(folder / seen) == os.path.realpath(path):
            return PurePath(seen).as_posix()
    return str(path.absolute())


@dataclass(frozen=True)
class Files:
    """The files of a package: those below its folder, and, where the user asks for it, those that are fetched."""

    folder: Path
    work: Path
    remote: bool = False
    _judged: dict[str, Path] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def file(self, path: str) -> Path:
        """Return a file by its path or address: the same one each time. Raises PathError."""
        if not is_remote(path):
            with self._lock:  # all threads read the file that the first one judged
                if path not in self._judged:
                    self._judged[path] = below(self.folder, path)
                return self._judged[path]
        if not self.remote:
            said = "which only validate and build fetch, with --allow-remote: give that if you trust it"
            raise PathError(
                "scheme-error", f"a file of the package, found the address {path[:200]!r}, {said}"
            )
        from .remote import fetched  # most packages need no network, whose libraries take a while

        return fetched(path, self.work)

    def document(self, path: str, where: str, findings: DescriptorFindings) -> Any:
        """Return a document by its path; None where it cannot be read, which is a finding."""
        try:
            return load(bytes_of(self.file(path), DOCUMENT.most), is_yaml(PurePath(path)))
        except PathError as error:
            findings.add(error.code, where, str(error))
        except DocumentError as error:
            findings.add(
                "table-schema-error", where, f"a document that can be read at {path[:200]!r}: {error}"
            )
        return None
