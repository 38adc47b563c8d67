"""Packages: a `datapackage.json` of version 1 or 2, as resources that can be read, and findings.

https://datapackage.org/standard/data-package/. Properties that the standard does not have are reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ...untrusted.limits import RESOURCES
from ...untrusted.paths import folded
from ..findings import DescriptorFindings, subject
from .properties import report_objects, report_profile, wrong_metadata
from .resource import Reader, Resource, read_resource
from .versions import untyped_in

_PACKAGE = (
    *("resources", "profile", "name", "id", "title", "description", "homepage", "version", "created"),
    *("contributors", "keywords", "image", "licenses", "sources", "languages", "digest"),
)


def read_package(content: Any, findings: DescriptorFindings, read: Reader) -> list[Resource]:
    """Return the resources that can be checked.

    read: reads a schema or dialect that is in a file of its own.
    """
    if not isinstance(content, dict):
        findings.add("package-error", "", "an object")
        return []
    findings.unknown(content, _PACKAGE, "")
    for wrong in wrong_metadata(content):
        findings.add("package-error", "", wrong, key=subject(wrong, _PACKAGE))
    report_objects(content, "", findings)
    report_profile(content, "", findings)
    listed = content.get("resources")
    if not isinstance(listed, list) or not listed:
        findings.add("package-error", "", "resources as a list of at least one resource", key="resources")
        return []
    if RESOURCES.exceeded(len(listed)):
        findings.add("package-error", "", f"{RESOURCES}, found {len(listed):,}", key="resources")
        return []
    names = Counter(
        item.get("name") for item in listed if isinstance(item, dict) and isinstance(item.get("name"), str)
    )
    for name, count in names.items():
        if count > 1:
            findings.add(
                "package-error",
                "",
                f"unique names of resources, found {str(name)[:100]!r} {count} times",
            )
    _report_twins(listed, findings)
    untyped = untyped_in(content)
    found = [
        read_resource(item, f"resources[{number}]", findings, read, untyped)
        for number, item in enumerate(listed)
    ]
    known = {resource.name: resource for resource in found if resource}
    there = {str(name) for name in names}
    for resource in known.values():
        _check_references(resource, known, there, findings)
    return list(known.values())


def read_lone_resource(content: Any, findings: DescriptorFindings, read: Reader) -> list[Resource]:
    """Return the resource of a descriptor that describes a single resource."""
    found = read_resource(content, "", findings, read)
    if found is None:
        return []
    _check_references(found, {found.name: found}, {found.name}, findings)
    return [found]


def _report_twins(listed: list[Any], findings: DescriptorFindings) -> None:
    seen, counts = dict[str, str](), Counter[str]()
    for path in chain.from_iterable(map(_named, listed)):
        twin = seen.setdefault(folded(path), path)
        counts[path] += 1
        if twin != path:
            findings.add(
                "unsafe-path", "", f"paths that differ in more than case, found {twin!r} and {path!r}"
            )
        elif counts[path] > 1:
            findings.add("repeated-file", "", f"each file once, found {path[:200]!r} again")


def _named(item: Any) -> Iterator[str]:
    """Yield the paths that the descriptor of a resource names, whether or not it is valid."""
    for key in ("path", "extrapaths"):
        given = item.get(key) if isinstance(item, dict) else None
        yield from (path for path in (given if isinstance(given, list) else [given]) if isinstance(path, str))


def _check_references(
    resource: Resource, known: Mapping[str, Resource], names: set[str], findings: DescriptorFindings
) -> None:
    """Report references to what does not exist; a resource that could not be understood does exist."""
    for key in resource.schema.foreign_keys if resource.schema else ():
        where = f"{resource.where}.schema".strip(".")
        far = known.get(key.table)
        if key.table not in names:
            findings.add(
                "table-schema-error",
                where,
                f"a reference to a resource, found {key.table[:100]!r}",
                resource.name,
                "foreignKeys",
            )
        elif far and far.schema:
            for name in key.references:
                if name not in far.schema.index:
                    said = f"a reference to fields of {key.table}, found {name[:100]!r}"
                    findings.add("table-schema-error", where, said, resource.name, "foreignKeys")
        elif far:
            findings.add(
                "table-schema-error",
                where,
                f"a schema of {key.table}, which is referred to",
                resource.name,
                "foreignKeys",
            )
