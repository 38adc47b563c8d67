"""Validate: a data package of others, or a lone table with a schema. opening → hashing → run

Hashing begins before the libraries that the run needs are loaded: both take a while, and each occupies one processor.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..arguments import as_path, optional_path
from .hashing import Hashing
from .opening import Files, given

if TYPE_CHECKING:
    from ..finding import Report
    from .run import Run


def validate_package(
    source: str | Path, schema: str | Path | None = None, allow_remote: bool = False
) -> Report:
    """Check anybody's data and return what was found. Bad data raises nothing.

    source: a descriptor, a folder or archive that has one, or a table in CSV, TSV or Parquet.
    schema: the file with the Table Schema of a lone table.
    allow_remote: whether to fetch files for which the descriptor gives an address.
    Raises CommuniqueError where there is nothing to check, or nothing to check it against.
    """
    with _begun(as_path(source), optional_path(schema), allow_remote) as run:
        return run.report()


def verify_package(source: Path, schema: Path | None) -> Report:
    """Check a package of others against what it promises: bytes, hashes, rows and schemas; report missing hashes.

    Raises CommuniqueError as `validate` does.
    """
    with _begun(source, schema) as run:
        for resource in run.resources:
            if resource.paths and not resource.digest:
                run.say_unvouched(resource)
        return run.report()


@contextmanager
def _begun(source: Path, schema: Path | None, allow_remote: bool = False) -> Generator[Run]:
    with given(source, schema) as found, TemporaryDirectory(prefix="communique-") as work:
        files = Files(found.folder, Path(work), allow_remote)
        with Hashing() as hashing:
            hashing.begin(found.content, files)
            from .run import Run  # and with it the libraries that read rows

            yield Run(found, Path(work), files, hashing)
