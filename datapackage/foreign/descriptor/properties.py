"""Properties that packages and resources share: metadata for people, and the profile.

https://datapackage.org/standard/data-package/#properties
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ..findings import DescriptorFindings

_OBJECTS = {"licenses": ("name", "path"), "sources": (), "contributors": ()}
_KEYS = {
    "licenses": ("name", "path", "title", *("id", "type", "url", "version")),
    "sources": ("title", "path", "email", "version", *("name", "web")),
    "contributors": (
        *("title", "givenName", "familyName", "path", "email", "roles", "organization"),
        *("role", "name", "web"),
    ),
}
"""The properties of those objects; the last ones are those of version 1 and earlier."""
_TEXTS = (
    "id",
    "title",
    "description",
    "homepage",
    "image",
    "version",
    "profile",
    "mediatype",
    "format",
    "scheme",
)


def wrong_metadata(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the metadata for people."""
    for key in _TEXTS:
        if key in content and not isinstance(content[key], str):
            yield f"{key} as a string"
    name = content.get("name", "a")
    if not isinstance(name, str) or not name:
        yield "name as a string"
    created = content.get("created")
    if created is not None and not _is_datetime(created):
        yield "created as a date and time such as 2024-12-06T15:00:00Z"
    keywords = content.get("keywords", ["a"])
    if not isinstance(keywords, list) or not all(isinstance(word, str) for word in keywords):
        yield "keywords as a list of strings"
    for key, either in _OBJECTS.items():
        items = content.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            yield f"{key} as a list of objects"
        elif either and not all(set(either) & set(item) for item in items):
            yield f"{key} that have {' or '.join(either)}"


def report_objects(
    content: Mapping[str, Any], where: str, findings: DescriptorFindings, table: str = ""
) -> None:
    """Report unknown properties of licences, sources and contributors."""
    for key, known in _KEYS.items():
        findings.unknown_in(content.get(key), known, f"{where}.{key}".strip("."), table)


def _is_datetime(text: Any) -> bool:
    try:
        return bool(datetime.fromisoformat(text)) and len(text) > 10
    except (TypeError, ValueError):
        return False


def report_profile(
    content: Mapping[str, Any], where: str, findings: DescriptorFindings, table: str = ""
) -> None:
    """Report that a profile other than the standard's own is not fetched, and so not checked."""
    for key in ("profile", "$schema"):
        given = content.get(key)
        if (
            isinstance(given, str)
            and "://" in given
            and not re.match(r"https?://(?:datapackage|specs\.frictionlessdata|frictionlessdata)\.", given)
        ):
            findings.add(
                "not-checked", where, f"a profile of the standard, found {given[:200]!r}", table, key
            )
