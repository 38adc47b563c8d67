"""Checks: turn Pandera's built-in checks into constraints of a field. Every other check is a loss."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pandera.api.function_dispatch import Dispatcher

from ..describing.allowed import LOWER, UPPER
from ..loss import Losses
from .patterns import beginning, containing, ending, starting
from .values import written

_ORDERED = ("integer", "number", "date", "time", "datetime", "duration")


@dataclass
class Limits:
    """The constraints of a field, collected while its checks are read.

    kind: its type. lower, upper: the bound, and whether it is exclusive. plain: whether checks see values as the
    descriptor writes them; they do not where values are bytes. nullable: whether a row may have no value.
    """

    kind: str
    where: str
    losses: Losses
    plain: bool = True
    nullable: bool = False
    lower: tuple[Any, bool] | None = None
    upper: tuple[Any, bool] | None = None
    enum: list[Any] | None = None
    lengths: dict[str, int] = field(default_factory=dict[str, int])
    pattern: str | None = None

    def read(self, check: Any) -> None:
        """Add the constraint of a check, or note that it is lost."""
        name, given = str(check.name or "without a name"), dict(check.statistics or {})
        if check.raise_warning:
            self.losses.add(self.where, f"the check {name}, which only warns")
        elif check.groupby is not None:
            self.losses.add(self.where, f"the check {name}, which compares groups of rows")
        elif not _is_built_in(check, name):
            self.losses.add(self.where, f"the check {name}: only built-in checks of Pandera are carried over")
        elif name not in _READERS:
            self.losses.add(self.where, f"the check {_shown(check)}: no constraint says this")
        else:
            try:
                _READERS[name](self, given)
            except (ValueError, TypeError) as error:
                self.losses.add(self.where, f"the check {_shown(check)}: {error}")
                return
            self._said(check, name)

    def _said(self, check: Any, name: str) -> None:
        """Note what else of a check is lost, although its constraint is kept."""
        if check.title or check.description or not str(check.error or name).startswith(name):
            self.losses.add(self.where, f"the title, description or message of the check {name}")
        if not check.ignore_na and self.nullable:
            said = "fails where there is no value: a constraint applies only to values, and required says that there is one"
            self.losses.add(self.where, f"that the check {name} {said}")

    def within(self, values: Iterable[Any]) -> None:
        """Allow only these values; those that the field cannot have are left out."""
        found = [value for value in values if value is not None]
        known = [written(value, self.kind) for value in found if self._can_be(value)]
        known = list(dict.fromkeys(known))
        self.enum = known if self.enum is None else [value for value in self.enum if value in known]

    def _can_be(self, value: Any) -> bool:
        return not (self.kind == "integer" and isinstance(value, float) and not value.is_integer())

    def above(self, bound: Any, exclusive: bool) -> None:
        """Set a lower bound, unless there is a tighter one."""
        bound, exclusive = self._bound(bound, exclusive, math.ceil, math.floor)
        if self.lower is None or (bound, exclusive) > self.lower:
            self.lower = bound, exclusive

    def below(self, bound: Any, exclusive: bool) -> None:
        """Set an upper bound, unless there is a tighter one."""
        bound, exclusive = self._bound(bound, exclusive, math.floor, math.ceil)
        if self.upper is None or bound < self.upper[0] or (bound == self.upper[0] and exclusive):
            self.upper = bound, exclusive

    def _bound(
        self, bound: Any, exclusive: bool, inner: Callable[[float], int], outer: Callable[[float], int]
    ) -> tuple[Any, bool]:
        if self.kind not in _ORDERED or not self.plain:
            raise ValueError(f"the type {self.kind} has no bounds")
        if self.kind == "integer" and isinstance(bound, float) and math.isfinite(bound):
            bound = outer(bound) if exclusive else inner(bound)
        written(bound, self.kind)
        return bound, exclusive

    def length(self, least: int | None, most: int | None) -> None:
        """Bound the length of texts. Raises ValueError where the type has no length, or no text has that length."""
        if self.kind != "string" or not self.plain:
            raise ValueError(f"the type {self.kind} has no length")
        if most is not None and most < 0:
            raise ValueError("a negative length")
        if least is not None:
            self.lengths["minLength"] = max(least, self.lengths.get("minLength", 0))
        if most is not None:
            self.lengths["maxLength"] = min(most, self.lengths.get("maxLength", most))

    def match(self, pattern: str) -> None:
        """Require a pattern. Raises ValueError where the type has none, or the field already has another one."""
        if self.kind != "string" or not self.plain:
            raise ValueError(f"the type {self.kind} has no pattern")
        if self.pattern not in (None, pattern):
            raise ValueError(f"a field has only one pattern, which is {self.pattern!r}")
        self.pattern = pattern

    @property
    def constraints(self) -> dict[str, Any]:
        """The constraints as a descriptor of version 2 has them."""
        found: dict[str, Any] = {}
        for names, limit in ((LOWER, self.lower), (UPPER, self.upper)):
            if limit is not None:
                bound, exclusive = limit
                found[names[exclusive]] = written(bound, self.kind)
        found |= self.lengths
        if self.pattern is not None:
            found["pattern"] = self.pattern
        if self.enum:
            found["enum"] = self.enum
        elif self.enum is not None:
            self.losses.add(self.where, "that no value at all is allowed: an enum cannot be empty")
        return found


def _in_range(limits: Limits, given: Mapping[str, Any]) -> None:
    limits.above(given["min_value"], not given.get("include_min", True))
    limits.below(given["max_value"], not given.get("include_max", True))


def _length(limits: Limits, given: Mapping[str, Any]) -> None:
    exact = given.get("exact_value")
    if exact is not None:
        limits.length(exact, exact)
    else:
        limits.length(given.get("min_value"), given.get("max_value"))


def _all_there(limits: Limits, given: Mapping[str, Any]) -> None:
    limits.within(sorted(given["values"], key=repr))
    limits.losses.add(limits.where, "the check unique_values_eq: that each of the values is there")


def _text(pattern: str | re.Pattern[str]) -> str:
    return pattern.pattern if isinstance(pattern, re.Pattern) else pattern


_READERS: dict[str, Callable[[Limits, Mapping[str, Any]], None]] = {
    "equal_to": lambda limits, given: limits.within([given["value"]]),
    "isin": lambda limits, given: limits.within(given["allowed_values"]),
    "greater_than": lambda limits, given: limits.above(given["min_value"], True),
    "greater_than_or_equal_to": lambda limits, given: limits.above(given["min_value"], False),
    "less_than": lambda limits, given: limits.below(given["max_value"], True),
    "less_than_or_equal_to": lambda limits, given: limits.below(given["max_value"], False),
    "in_range": _in_range,
    "str_length": _length,
    "str_matches": lambda limits, given: limits.match(starting(_text(given["pattern"]))),
    "str_contains": lambda limits, given: limits.match(containing(_text(given["pattern"]))),
    "str_startswith": lambda limits, given: limits.match(beginning(given["string"])),
    "str_endswith": lambda limits, given: limits.match(ending(given["string"])),
    "unique_values_eq": _all_there,
}


def _is_built_in(check: Any, name: str) -> bool:
    """Say whether a check is Pandera's own, and not a user's check of the same name."""
    return check.is_builtin_check(name) and isinstance(check._check_fn, Dispatcher)


def _shown(check: Any) -> str:
    given = ", ".join(f"{key}={value!r}" for key, value in dict(check.statistics or {}).items())
    return f"{check.name}({given})"[:200]
