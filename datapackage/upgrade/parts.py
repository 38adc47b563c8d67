"""Parts of descriptors: what is common to both ways between the versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

BASE = "https://datapackage.org/profiles/2.0"
"""Where the profiles of version 2 are published."""
_OF_STANDARD = r"https://datapackage\.org/profiles/2\.[0-9x]+/{}\.json"


def standard(profile: Any, kind: str) -> bool:
    """Say whether that is the standard's own profile of version 2 for a kind of descriptor."""
    return isinstance(profile, str) and re.fullmatch(_OF_STANDARD.format(kind), profile) is not None


def mapped(content: Json, key: str, change: Callable[[Json, str], Json], where: str = "") -> Json:
    """Return the descriptor with each object of a list changed; what is no object stays as it is."""
    items = content.get(key)
    if not isinstance(items, list):
        return content
    place = f"{where}.{key}".strip(".")
    changed = [
        change(item, f"{place}[{number}]") if isinstance(item, dict) else item
        for number, item in enumerate(items)
    ]
    return {**content, key: changed}
