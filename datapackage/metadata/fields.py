"""Fields: the type and the codes of a field of a Table Schema, as far as a file says them in the one default spelling.

The specification is at https://datapackage.org/standard/table-schema/.
"""

from __future__ import annotations

from math import isfinite

from ..describe import Json
from .about import text

_SPELT: dict[str, Json] = {
    "integer": {"bareNumber": True, "groupChar": ""},
    "number": {"bareNumber": True, "groupChar": "", "decimalChar": "."},
    "boolean": {"trueValues": ["true"], "falseValues": ["false"]},
}
"""How numbers and truth are spelt by default in the CSV of a release."""


def kind(field: Json) -> str:
    """Return the type of a field; `string` where its values are spelt in another way than the type's default one."""
    name = text(field, "type") or "string"
    odd = any(field.get(key, default) != default for key, default in _SPELT.get(name, {}).items())
    formatted = name in ("date", "datetime", "time") and field.get("format", "default") != "default"
    return "string" if odd or formatted else name


def codes(field: Json) -> list[tuple[str, str]]:
    """Return the codes of a field with their labels, which may be empty; from `categories`, else from `enum`."""
    listed = field.get("categories") or constraint(field, "enum")
    entries = listed if isinstance(listed, list) else []
    pairs = [(e.get("value"), text(e, "label")) if isinstance(e, dict) else (e, "") for e in entries]
    return [(value, label) for value, label in pairs if isinstance(value, str)]


def constraint(field: Json, name: str) -> object:
    """Return a constraint of a field; None where it has none of that name."""
    constraints = field.get("constraints")
    return constraints.get(name) if isinstance(constraints, dict) else None


def number(field: Json, name: str) -> int | float | None:
    """Return a constraint that is a number; None where it has none of that name."""
    value = constraint(field, name)
    return (
        value if isinstance(value, int | float) and isfinite(value) and not isinstance(value, bool) else None
    )


def required(field: Json) -> bool:
    """Return whether each row has a value."""
    return constraint(field, "required") is True
