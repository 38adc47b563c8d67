"""Metadata: files beside a package that describe it in other formats, each a projection of the descriptor alone.

docs/metadata.md says which file is for whom, and where each value comes from.
"""

from __future__ import annotations

from collections.abc import Callable

from ..describing.describe import Json, as_json
from ..describing.descriptor import Package
from ..filenames import CITATION, CROISSANT, CSVW, DCAT, SCHEMA_ORG
from . import cff, croissant, csvw, dcat, schemaorg

__all__ = ["FILES", "metadata"]


def _json(make: Callable[[Package], Json]) -> Callable[[Package], str]:
    return lambda package: as_json(make(package))


_MAKERS: dict[str, Callable[[Package], str | None]] = {
    CITATION: cff.citation,
    CROISSANT: _json(croissant.dataset),
    SCHEMA_ORG: _json(schemaorg.dataset),
    DCAT: _json(dcat.dataset),
    CSVW: _json(csvw.table_group),
}
FILES = tuple(_MAKERS)
"""The paths of the files within the package."""


def metadata(package: Package) -> dict[str, str]:
    """Return the text of each file by its path; one for which the descriptor says too little is left out."""
    texts = {path: make(package) for path, make in _MAKERS.items()}
    return {path: text for path, text in texts.items() if text is not None}
