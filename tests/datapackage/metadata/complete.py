"""Complete: a package of which a test says only what it is about."""

from __future__ import annotations

from typing import Any

from communique.datapackage.describing.describe import MEDIA_TYPES, PROFILE, SCHEMA_PROFILE, resource_name
from communique.datapackage.describing.descriptor import Package
from communique.datapackage.metadata import metadata

Json = dict[str, Any]
NOTHING = f"sha256:{'0' * 64}"


def completed(**entries: Any) -> Json:
    """Return a descriptor with these entries, and with what every descriptor of a release has besides."""
    needed: Json = {"$schema": PROFILE, "name": "x", "title": "", "description": "", "digest": NOTHING}
    return {**needed, "resources": resources_of({"name": "a"}), **entries}


def resources_of(*fields: Json, table: str = "t", **entries: Any) -> list[Json]:
    """Return the two resources of a table with these fields, which are texts unless they have a type."""
    typed = [{"type": "string", **field} for field in fields]
    schema = {"$schema": SCHEMA_PROFILE, "fields": typed, "missingValues": [""]}
    return [
        {
            "name": resource_name(table, form),
            "type": "table",
            "path": f"data/{table}.{form}",
            "format": form,
            "mediatype": mediatype,
            "bytes": 0,
            "hash": NOTHING,
            "rows": 0,
            "digest": NOTHING,
            "schema": schema,
            **entries,
        }
        for form, mediatype in MEDIA_TYPES.items()
    ]


def texts_of(**entries: Any) -> dict[str, str]:
    """Return the metadata of a package with these entries."""
    return metadata(Package.model_validate(completed(**entries)))
