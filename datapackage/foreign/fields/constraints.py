"""Constraints: what the values of a field must be, as expressions that Polars runs and Pandera judges by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import polars as pl

from communique.schemas.rules import full_match

from ...describing.allowed import BOUNDS, LENGTHS, LIMITS
from ...untrusted.patterns import fault, for_polars, wrong
from .grammar import FieldError, Grammar, UncheckableError
from .texts import as_it_is

_ORDERED = ("integer", "number", "date", "time", "datetime", "duration", "year", "yearmonth")
_SIZED = ("string", "array", "object", "list")
_ALL = ("required", "unique", "enum")
KEYS = (*_ALL, *BOUNDS, *LENGTHS, "pattern", "jsonSchema")
"""The constraints that the standard has."""

Holds: TypeAlias = Callable[[pl.Expr], pl.Expr]


@dataclass(frozen=True, eq=False)
class Check:
    """A constraint.

    name: as the standard calls it.
    expected: what values must be, for people.
    holds: the constraint as an expression over values; null where there is no value.
    slow: whether checking a value takes longer than seeing that it is a repeated one.
    implied: whether each value that breaks this constraint also breaks another one of the field.
    """

    name: str
    expected: str
    holds: Holds
    slow: bool = False
    implied: bool = False


def declared(given: Mapping[str, Any]) -> set[str]:
    """Return the constraints that a field declares, `categories` among them."""
    constraints = given.get("constraints")
    named = constraints if isinstance(constraints, dict) else {}
    return {key for key in named if key in KEYS and named[key] is not False} | ({"categories"} & {*given})


def checks(
    kind: str,
    grammar: Grammar,
    constraints: Mapping[str, Any],
    categories: list[Any] | None,
    unchecked: list[str],
) -> Iterator[Check]:
    """Yield the constraints of a field except `required` and `unique`. Raises FieldError.

    unchecked: messages about constraints that cannot be checked are added to it.
    """
    for key in ("required", "unique"):
        if not isinstance(constraints.get(key, False), bool):
            raise FieldError(f"{key} as true or false")
    for key in BOUNDS:
        if key in constraints:
            _insist(kind in _ORDERED, key, kind)
            yield _bound(key, constraints[key], grammar)
    for key in LENGTHS:
        if key in constraints:
            _insist(kind in _SIZED and grammar.sizes is not None, key, kind)
            yield _length(key, constraints[key], grammar)
    if "pattern" in constraints:
        _insist(kind in ("string", "any"), "pattern", kind)
        yield from _if_it_can_be(_pattern, constraints["pattern"], unchecked)
    if "enum" in constraints:
        yield _enum("enum", constraints["enum"], grammar)
    if categories is not None:
        _within(constraints.get("enum", []), categories, grammar)
        same = constraints.get("enum") == categories
        yield replace(_enum("categories", categories, grammar), implied=same)
    if "jsonSchema" in constraints:
        _insist(kind in ("object", "array", "geojson"), "jsonSchema", kind)
        yield from _if_it_can_be(_json_schema, constraints["jsonSchema"], unchecked)


def _within(enum: list[Any], categories: list[Any], grammar: Grammar) -> None:
    known = set(_values_of(categories, grammar, "categories"))
    for value, meant in zip(enum, _values_of(enum, grammar, "enum"), strict=True):
        if meant not in known:
            raise FieldError(f"enum with only values of categories, found {_shown(value)!r}")


def _if_it_can_be(make: Callable[[Any], Check], given: Any, unchecked: list[str]) -> Iterator[Check]:
    try:
        yield make(given)
    except UncheckableError as error:
        unchecked.append(str(error))


def _insist(fits: bool, key: str, kind: str) -> None:
    if not fits:
        raise FieldError(f"no constraint {key}, which the type {kind} does not have")


def _bound(key: str, given: Any, grammar: Grammar) -> Check:
    limit = value_of(given, grammar, key)
    comparisons: dict[str, Holds] = {
        "minimum": lambda cell: cell >= limit,
        "maximum": lambda cell: cell <= limit,
        "exclusiveMinimum": lambda cell: cell > limit,
        "exclusiveMaximum": lambda cell: cell < limit,
    }
    compares = comparisons[key]
    # Polars takes NaN for larger than any number; it is not comparable.
    holds: Holds = (lambda cell: compares(cell) & cell.is_not_nan()) if isinstance(limit, float) else compares
    return Check(key, f"{LIMITS[key]} {_shown(given)}", holds)


def _length(key: str, given: Any, grammar: Grammar) -> Check:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**62:
        raise FieldError(f"{key} as a whole number")
    sizes = grammar.sizes
    assert sizes is not None
    said = f"{LIMITS[key]} {given}"
    if key == "minLength":
        return Check(key, said, lambda cell: sizes(cell) >= given)
    return Check(key, said, lambda cell: sizes(cell) <= given)


def _pattern(given: Any) -> Check:
    whole = linear(given)
    expected = f"a text that matches {given[:200]} as a whole"
    return Check("pattern", expected, lambda cell: cell.str.contains(whole), slow=True)


def linear(pattern: Any) -> str:
    """Return a pattern that matches whole texts, in linear time. Raises FieldError where there is none."""
    if not isinstance(pattern, str):
        raise FieldError("a pattern that is a string")
    why = wrong(pattern)
    whole = "" if why else full_match(for_polars(pattern))
    if why := why or fault(whole):
        raise UncheckableError(f"a pattern that runs in linear time, found {pattern[:200]!r}: {why}")
    return whole


def _enum(key: str, given: Any, grammar: Grammar) -> Check:
    if not isinstance(given, list) or not given:
        raise FieldError(f"{key} as a list of values")
    values = pl.Series(_values_of(given, grammar, key), dtype=grammar.dtype)
    listed = ", ".join(_shown(value) for value in given[:20]) + (", …" if len(given) > 20 else "")
    return Check(key, f"one of: {listed}", lambda cell: cell.is_in(values.implode()))


def _values_of(given: list[Any], grammar: Grammar, key: str) -> list[Any]:
    """Return the same values as `value_of`: texts are parsed at once, for there can be many. Raises FieldError."""
    if grammar.parse is not as_it_is and all(isinstance(value, str) for value in given):
        parsed = grammar.parse(pl.Series(given, dtype=pl.String))
        if not parsed.null_count():
            return parsed.to_list()
    return [value_of(value, grammar, key) for value in given]


def value_of(given: Any, grammar: Grammar, key: str) -> Any:
    """Return a value that a constraint names, written as the values of the field are or as a value of JSON.

    Raises FieldError where it is no value of the field.
    """
    plain = {True: "true", False: "false"}.get(given) if isinstance(given, bool) else None
    text = json.dumps(given) if isinstance(given, (dict, list)) else plain or str(given)
    if (
        isinstance(given, (int, float))
        and grammar.dtype in (pl.Int64, pl.Float64)
        and not isinstance(given, bool)
        and not grammar.is_text
    ):
        if grammar.dtype == pl.Float64:
            return _float(given, key)
        if isinstance(given, int) or given.is_integer():
            return _whole(int(given), key)
    if isinstance(given, bool) and grammar.dtype == pl.Boolean:
        return given
    parse = grammar.listed if grammar.listed and isinstance(given, list) else grammar.parse
    parsed = None if given is None else text if parse is as_it_is else parse(pl.Series([text]))[0]
    if parsed is None and grammar.dtype == pl.Boolean and text in ("true", "false"):
        return text == "true"
    if parsed is None:
        raise FieldError(
            f"{key} with values of the field, that is, {grammar.wording}, found {_shown(given)!r}"
        )
    return parsed


def _float(number: float, key: str) -> float:
    try:
        return float(number)
    except OverflowError as error:
        raise FieldError(f"{key} with numbers of 64 bits") from error


def _whole(number: int, key: str) -> int:
    if not -(2**63) <= number < 2**63:
        raise FieldError(f"{key} with numbers of 64 bits")
    return number


def _shown(given: Any) -> str:
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return re.sub(r"\s+", " ", text)[:100]


def _json_schema(given: Any) -> Check:
    from .jsonchecks import follows  # few need it, and its libraries take a while

    keeps = follows(given)

    def judged(values: pl.Series) -> pl.Series:
        return pl.Series(
            values.name, [None if value is None else keeps(value) for value in values], pl.Boolean
        )

    return Check(
        "jsonSchema",
        "a value that follows the JSON Schema of its field",
        lambda cell: cell.map_batches(judged, return_dtype=pl.Boolean),
    )
