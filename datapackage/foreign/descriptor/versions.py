"""Versions of the standard: that of a descriptor, and the type that a field without one has in it.

https://datapackage.org/standard/data-package/#dollar-schema: a descriptor without `$schema` is of version 1.
https://specs.frictionlessdata.io/table-schema/#types-and-formats: there a field without a type is a string;
https://datapackage.org/standard/table-schema/#type: in version 2 it is of any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

Version: TypeAlias = Literal[1, 2]

_FIRST = ("/profiles/1.", "//specs.frictionlessdata.io/")
"""Parts of the addresses of the profiles of version 1."""


def version_of(content: Mapping[str, Any]) -> Version:
    """Return the version of a descriptor: 2 where it has a $schema that is not that of version 1."""
    profile = str(content.get("$schema", _FIRST[0]))
    return 1 if any(part in profile for part in _FIRST) else 2


def untyped_in(content: Any, otherwise: str = "string") -> str:
    """Return the type of fields without one in a descriptor.

    otherwise: that type in the enclosing descriptor, which holds where this one gives no version of its own.
    """
    if not isinstance(content, dict) or "$schema" not in content:
        return otherwise
    return "string" if version_of(content) == 1 else "any"
