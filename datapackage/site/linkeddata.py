"""Linked data: the description of a release for search engines, which the first page of its site carries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from ..filenames import SCHEMA_ORG
from .downloads import FOLDER
from .render import as_script, trusted


def linked_data(folder: Path) -> Markup | None:
    """Return the schema.org file of a release as the content of a script; None where the release has none.

    The addresses of its files start from the root of the site; in the file they start from the release.
    """
    path = folder / SCHEMA_ORG
    if not path.is_file():
        return None
    dataset: dict[str, Any] = json.loads(path.read_bytes())
    for download in dataset.get("distribution", []):
        address = download.get("contentUrl", "")
        if address and not urlsplit(address).scheme:
            download["contentUrl"] = f"{FOLDER}/{address}"
    return trusted(as_script(dataset))
