"""Bounds and listed values of a field, compared by what they mean and not by how they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..foreign.fields.grammar import Grammar


class Reader:
    """Reads the values that the constraints of a field name, by the grammar of the field."""

    def __init__(self, field: Mapping[str, Any], kind: str) -> None:
        """Read nothing yet. kind: the type of the field."""
        self._field, self._kind = field, kind

    @cached_property
    def _grammar(self) -> Grammar | None:
        from ..foreign.fields.field import TYPES, grammar_of  # few fields need it, and Polars takes a while
        from ..foreign.fields.grammar import FieldError

        with suppress(FieldError):
            return grammar_of(self._field, self._kind) if self._kind in TYPES else None
        return None

    def _value(self, given: Any, key: str) -> Any:
        """Return the value that is meant; None where it is none that the constraint `key` of the field may name."""
        if self._grammar is None:
            return None
        from ..foreign.fields.constraints import checks, value_of
        from ..foreign.fields.grammar import FieldError

        with suppress(FieldError):
            if key != "enum":
                list(checks(self._kind, self._grammar, {key: given}, None, []))
            value = value_of(given, self._grammar, key)
            return None if isinstance(value, float) and isnan(value) else value
        return None

    def shifted(self, bound: Any, step: int, key: str) -> Any:
        """Return the value next to a bound, written as the bound is; None where there is none, or it is not known."""
        if self._kind in ("integer", "year") and isinstance(bound, int) and not isinstance(bound, bool):
            return bound + step if abs(bound + step) < 2**63 else None
        if self._kind not in ("integer", "year", "date"):
            return None
        value = self._value(bound, key)
        written = None if value is None else _next(value, step)
        if written is None or self._value(written, key) is None:
            return None
        return written if isinstance(bound, str) else int(written)

    def is_tighter(self, bound: Any, other: Any, key: str, step: int) -> bool | None:
        """Say whether a bound leaves less than another one of the same direction; None where nobody can tell."""
        one, two = self._value(bound, key), self._value(other, key)
        if one is None or two is None:
            return None
        return bool(one > two if step == 1 else one < two)

    def shared(self, listed: Sequence[Any], others: Sequence[Any]) -> list[Any]:
        """Return those listed values that are among others too."""
        known = [self._meant(other) for other in others]
        return [value for value in listed if self._meant(value) in known]

    def _meant(self, given: Any) -> Any:
        value = self._value(given, "enum")
        return given if value is None else value


def _next(value: int | date, step: int) -> str | None:
    """Return the next whole number, year or day as text; None where the calendar ends."""
    if isinstance(value, int):
        return str(value + step)
    with suppress(OverflowError):
        return (value + timedelta(days=step)).isoformat()
    return None
