"""Inputs: the files that a check reads, so that no report overwrites them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from os.path import isfile
from pathlib import Path
from typing import Any

from .filenames import DESCRIPTION
from .foreign.opening import DOCUMENTS, NAMES, is_yaml
from .releasing.history import CHANGELOG, CHANGES
from .untrusted.document import DocumentError, load
from .untrusted.limits import DOCUMENT


def inputs(source: Path, schema: Path | None) -> frozenset[Path]:
    """Return the files on this machine that belong to a dataset, a package or a table, as absolute paths without links.

    source: a folder, a file in a dataset, a descriptor, an archive or a table. schema: the Table Schema of a lone table.
    Raises nothing: the check itself reports what cannot be read.
    """
    folder = source if source.is_dir() else source.parent
    found = [source, *([schema] if schema else [])]
    if (folder / DESCRIPTION).exists():
        found += [folder / name for name in (DESCRIPTION, CHANGELOG, CHANGES)]
        found += folder.glob("*.csv")
    else:
        descriptors = [folder / name for name in NAMES] if source.is_dir() else [source]
        for path in filter(_is_document, descriptors):
            found += [path, *_named_in(path)]
    return frozenset(path.resolve() for path in found if isfile(path))  # no text is too long to ask


def _is_document(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in DOCUMENTS and not DOCUMENT.exceeded(path.stat().st_size)


def _named_in(descriptor: Path) -> Iterator[Path]:
    """Yield every path that a text of a descriptor could name: of tables, schemas, dialects."""
    with suppress(DocumentError, OSError):
        content = load(descriptor.read_bytes(), is_yaml(descriptor))
        for text in _texts(content):
            yield descriptor.parent / text


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for part in content.values() if isinstance(content, dict) else content:
            yield from _texts(part)
