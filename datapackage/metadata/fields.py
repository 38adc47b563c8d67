"""Fields: the type and the codes of a field of a Table Schema, as far as its values have the default spelling.

The specification is at https://datapackage.org/standard/table-schema/.
"""

from __future__ import annotations

from ..describing import allowed
from ..describing.allowed import Code
from ..describing.describe import Json
from .about import text

_SPELT: dict[str, Json] = {
    "integer": {"bareNumber": True, "groupChar": ""},
    "number": {"bareNumber": True, "groupChar": "", "decimalChar": "."},
    "boolean": {"trueValues": ["true"], "falseValues": ["false"]},
}
"""How numbers and truth values are spelt by default in the CSV of a release."""


def kind(field: Json) -> str:
    """Return the type of a field; `string` where its values do not have the default spelling of the type."""
    name = text(field, "type") or "string"
    odd = any(field.get(key, default) != default for key, default in _SPELT.get(name, {}).items())
    formatted = name in ("date", "datetime", "time") and field.get("format", "default") != "default"
    return "string" if odd or formatted else name


def codes(field: Json) -> list[tuple[Code, str]]:
    """Return the codes of a field with their labels, which may be empty; only texts where `kind` falls back to string."""
    own = kind(field) == (text(field, "type") or "string")
    return [(code, label) for code, label in allowed.codes(field) if own or isinstance(code, str)]


def required(field: Json) -> bool:
    """Return whether each row has a value."""
    return allowed.constraint(field, "required") is True
