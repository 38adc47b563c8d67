"""Pairs of formats: a table that a package has as CSV and as Parquet becomes one table of its release."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from ...describing.describe import Json
from ...untrusted.compression import compression_of
from ..descriptor.resource import Resource

_BOTH = ({"csv", "parquet"}, {"tsv", "parquet"})


def format_pairs(resources: Iterable[Resource]) -> dict[str, str]:
    """Return the resources that repeat an earlier one in another format: their names, each with that of the earlier one.

    Both have one file, with the same path except for its ending, and the same fields and key.
    """
    first: dict[str, Resource] = {}
    found: dict[str, str] = {}
    for resource in resources:
        if len(resource.paths) == 1 and resource.schema:
            earlier = first.setdefault(_stem(resource.paths[0]), resource)
            if _are_pair(earlier, resource):
                found[resource.name] = earlier.name
    return found


def lost_keys(first: Json, second: Json) -> list[str]:
    """Return the properties in which the schema of the second has keys that the one of the first lacks, and so the release."""
    return [
        key
        for key in ("uniqueKeys", "foreignKeys")
        if any(entry not in first.get(key, ()) for entry in second.get(key, ()))
    ]


def _stem(path: str) -> str:
    plain = PurePosixPath(path)
    if compression_of(path) != "no":
        plain = plain.parent / plain.stem
    return str(plain.parent / plain.stem)


def _are_pair(one: Resource, other: Resource) -> bool:
    forms = {one.form, other.form}
    return forms in _BOTH and _promised(one) == _promised(other)


def _promised(resource: Resource) -> object:
    schema = resource.schema
    assert schema is not None
    return [field.descriptor for field in schema.fields], schema.primary_key
