"""Metadata: files beside a package that describe it in other formats, each a projection of the descriptor alone.

docs/metadata.md says which file is for whom, and where each value comes from.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from ..describing.describe import Json, as_json
from ..filenames import CITATION, CROISSANT, CSVW, DCAT, SCHEMA_ORG
from . import cff, croissant, csvw, dcat, schemaorg
from .about import About, about

__all__ = ["FILES", "about", "metadata"]


def _json(make: Callable[[About], Json | None]) -> Callable[[About], str | None]:
    def written(package: About) -> str | None:
        content = make(package)
        return None if content is None else as_json(content)

    return written


_MAKERS: dict[str, Callable[[About], str | None]] = {
    CITATION: cff.citation,
    CROISSANT: _json(croissant.dataset),
    SCHEMA_ORG: _json(schemaorg.dataset),
    DCAT: _json(dcat.dataset),
    CSVW: _json(csvw.table_group),
}
FILES = tuple(_MAKERS)
"""The paths of the files within the package."""


def metadata(descriptor: Json) -> dict[str, str]:
    """Return the text of each file by its path; one for which the descriptor says too little is left out."""
    whole = json.dumps(descriptor, ensure_ascii=False).encode(errors="replace")  # replaces lone surrogates
    package = about(json.loads(whole))
    texts = {path: make(package) for path, make in _MAKERS.items()}
    return {path: text for path, text in texts.items() if text is not None}
