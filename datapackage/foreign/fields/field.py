"""A field of a Table Schema: its grammar and its constraints, ready to run. What cannot be run is a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from ...arrays import arrow
from ...reading.oddplaces import odd_places
from ..findings import DescriptorFindings
from . import datetimes, numbers, structures, texts
from .constraints import KEYS as CONSTRAINTS
from .constraints import Check, checks
from .grammar import FieldError, Grammar

_COMMON = (
    "name",
    "type",
    "format",
    "title",
    "description",
    "example",
    "rdfType",
    "constraints",
    "missingValues",
)
_OF_PEOPLE = ("title", "description", "rdfType")
LABELLED = ("value", "label")
"""The properties of a missing value or a category that is an object."""
_NUMBERS = ("groupChar", "bareNumber")
_OWN_KEYS: dict[str, tuple[str, ...]] = {
    "string": ("categories", "categoriesOrdered"),
    "integer": (*_NUMBERS, "categories", "categoriesOrdered"),
    "number": (*_NUMBERS, "decimalChar"),
    "boolean": ("trueValues", "falseValues"),
    "list": ("delimiter", "itemType"),
}
_ITEM_TYPES = ("string", "integer", "boolean", "number", "datetime", "date", "time")
_GRAMMARS: dict[str, Callable[[Mapping[str, Any]], Grammar]] = {
    "string": texts.string,
    "number": numbers.number,
    "integer": numbers.integer,
    "boolean": numbers.boolean,
    "date": lambda field: datetimes.temporal("date", field),
    "time": lambda field: datetimes.temporal("time", field),
    "datetime": lambda field: datetimes.temporal("datetime", field),
    "year": numbers.year,
    "yearmonth": datetimes.yearmonth,
    "duration": datetimes.duration,
    "object": structures.object_,
    "array": structures.array,
    "geopoint": structures.geopoint,
    "geojson": structures.geojson,
    "any": texts.anything,
}
TYPES = (*_GRAMMARS, "list")
_FORMATTED = ("string", "date", "time", "datetime", "geopoint", "geojson")


@dataclass(frozen=True, eq=False)
class Field:
    """A field.

    kind: its type.
    missing: the texts that stand for no value.
    checks: its constraints.
    unchecked: messages about constraints that cannot be checked.
    missing_numbers: numbers that stand for no value, where values already have types: -99.0 is -99.
    """

    name: str
    kind: str
    grammar: Grammar
    missing: tuple[str, ...]
    checks: tuple[Check, ...]
    required: bool
    unique: bool
    title: str = ""
    categories: tuple[str, ...] = ()
    descriptor: Mapping[str, Any] | None = None
    unchecked: tuple[str, ...] = ()
    missing_numbers: tuple[float, ...] = ()

    @property
    def free(self) -> bool:
        """Whether its values are free text, as against numbers, dates and the like."""
        return self.kind in ("string", "any", "list")

    @cached_property
    def closed(self) -> bool:
        """Whether its values are listed in the schema as they are written, and none of these is odd."""
        if not self.categories or self.kind == "list":
            return False
        values = arrow(pl.Series(self.categories, dtype=pl.String))
        return not len(odd_places([values], plain=False))

    @property
    def takes_all(self) -> bool:
        """Whether any text is accepted, and an empty cell, too."""
        return self._as_it_is and not self.checks and not self.required

    @cached_property
    def words(self) -> tuple[str, str]:
        """The words for false and true: where there are several, ones that do not stand for no value."""
        given, missing = self.descriptor or {}, frozenset(self.missing)
        listed = (given.get("falseValues", ["false"]), given.get("trueValues", ["true"]))
        no, yes = (next((word for word in some if word not in missing), some[0]) for some in listed)
        return no, yes

    @cached_property
    def vouched_for(self) -> bool:
        """Whether another check looks at its texts anyway, and can tell that none is odd."""
        return self.closed or (self._as_it_is and any(check.slow for check in self.checks))

    @property
    def _as_it_is(self) -> bool:
        return self.grammar.parse is texts.as_it_is

    def present(self, text: pl.Series, empty: bool) -> pl.Series:
        """Return the texts, with null where one stands for no value. empty: whether empty ones are null already."""
        marks = [mark for mark in self.missing if mark or not empty]
        given = _without(text, marks)
        if not self.missing_numbers:
            return given
        return given.set(self.grammar.parse(given).is_in(self.missing_numbers).fill_null(False), None)


def _without(text: pl.Series, marks: Sequence[str]) -> pl.Series:
    """Return the texts, with null in place of the marks; most columns have none of them, which is quick to see."""
    if not any((text == mark).any() for mark in marks):
        return text
    return text.set(text.is_in(marks).fill_null(False), None)


def read_field(
    given: Any,
    missing: tuple[str, ...],
    where: str,
    findings: DescriptorFindings,
    table: str,
    untyped: str = "string",
) -> Field | None:
    """Return a field; None where it cannot be understood, which is a finding. untyped: its type if it gives none."""
    if not isinstance(given, dict):
        findings.add("field-error", where, "an object with name and type", table)
        return None
    name, kind = given.get("name"), given.get("type", untyped)
    if not isinstance(name, str) or not name:
        findings.add("field-error", where, "a name", table)
        return None
    if not isinstance(kind, str) or kind not in TYPES:
        said = f"a type that is one of {', '.join(TYPES)}, found {str(kind)[:50]!r}"
        findings.add("field-error", where, said, table)
        return None
    _report_keys(given, kind, where, findings, table)
    own = _missing(given, where, findings, table, untyped) if "missingValues" in given else missing
    try:
        grammar = grammar_of(given, kind)
        constraints = _constraints(given, where, findings, table)
        unchecked = list[str]()
        found = tuple(checks(kind, grammar, constraints, _categories(given, kind), unchecked))
    except FieldError as error:
        findings.add("field-error", f"{where} ({name})", str(error), table)
        return None
    return Field(
        name=name,
        kind=kind,
        grammar=grammar,
        missing=own,
        checks=found,
        required=constraints.get("required") is True,
        unique=constraints.get("unique") is True,
        title=given["title"] if isinstance(given.get("title"), str) else "",
        categories=tuple(str(value) for value in constraints.get("enum") or ()),
        descriptor=given,
        unchecked=tuple(unchecked),
    )


def grammar_of(given: Mapping[str, Any], kind: str, is_typed: bool = False) -> Grammar:
    """Return the grammar of a field. Raises FieldError.

    is_typed: whether values already have types, so that a list is an array.
    """
    if kind == "list":
        item = given.get("itemType", "string")
        if item not in _ITEM_TYPES:
            raise FieldError(f"an itemType that is one of {', '.join(_ITEM_TYPES)}")
        make = structures.list_of_json if is_typed else structures.list_
        return make(given, _GRAMMARS[item]({}))
    form = given.get("format", "default")
    if not isinstance(form, str):
        raise FieldError("a format that is a string")
    if kind not in _FORMATTED and form != "default":
        raise FieldError(f"no format but default for the type {kind}")
    return _GRAMMARS[kind](given)


def missing_values(given: Any, untyped: str) -> tuple[str, ...]:
    """Return the texts that stand for no value: plain, or each with its label. Raises FieldError.

    untyped: the type of a field without one, which tells the versions apart: version 1 allows a text twice.
    """
    values: list[Any] = _values_in(given) if isinstance(given, list) else [None]
    if all(isinstance(value, str) for value in values):
        if given != values or untyped == "any":
            _check_once(values, "missingValues without duplicates")
        _check_labels(given, "missingValues")
        return tuple(values)
    raise FieldError("missingValues as a list of strings, or of objects with value and label")


def _values_in(listed: list[Any]) -> list[Any]:
    """Return the values of a list, all plain or all with labels, and None in place of any other item."""
    plain = not any(isinstance(item, dict) for item in listed)
    return listed if plain else [item.get("value") if isinstance(item, dict) else None for item in listed]


def has_labels(listed: Any) -> bool:
    """Say whether values that are listed have labels."""
    return isinstance(listed, list) and any(isinstance(item, dict) and "label" in item for item in listed)


def _check_labels(listed: list[Any], what: str) -> None:
    """Raise FieldError where a label is not a text, or two are the same."""
    labels = [item["label"] for item in listed if isinstance(item, dict) and "label" in item]
    if not all(isinstance(label, str) for label in labels):
        raise FieldError(f"{what} with labels that are strings")
    _check_once(labels, f"{what} with unique labels")


def _check_once(texts: list[str], wanted: str) -> None:
    """Raise FieldError where a text is there twice."""
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        raise FieldError(f"{wanted}, found {twice[:100]!r} twice")


def _missing(
    given: Mapping[str, Any], where: str, findings: DescriptorFindings, table: str, untyped: str
) -> tuple[str, ...]:
    try:
        return missing_values(given["missingValues"], untyped)
    except FieldError as error:
        findings.add("field-error", where, str(error), table, "missingValues")
        return ("",)


def _report_keys(
    given: Mapping[str, Any], kind: str, where: str, findings: DescriptorFindings, table: str
) -> None:
    for key in _OF_PEOPLE:
        if not isinstance(given.get(key, ""), str):
            findings.add("field-error", where, f"{key} as a string", table, key)
    for key in ("categories", "missingValues"):
        findings.unknown_in(given.get(key), LABELLED, f"{where}.{key}", table)
    if "categoriesOrdered" in given and "categories" not in given and kind in ("string", "integer"):
        said = "no 'categoriesOrdered', which has no meaning without categories"
        findings.add("unknown-property", where, said, table, "categoriesOrdered")
    for key in given:
        if key in CONSTRAINTS:
            findings.add("field-error", where, f"{key!r} within constraints, where it applies", table, key)
    owners = {key for keys in _OWN_KEYS.values() for key in keys}
    for key in sorted({*given} & owners - {*_OWN_KEYS.get(kind, ())}):
        findings.add(
            "unknown-property", where, f"no {key!r}, which does not apply to the type {kind}", table, key
        )
    rest = {key: value for key, value in given.items() if key not in CONSTRAINTS and key not in owners}
    findings.unknown(rest, (*_COMMON, *owners, *CONSTRAINTS), where, table)


def _constraints(
    given: Mapping[str, Any], where: str, findings: DescriptorFindings, table: str
) -> Mapping[str, Any]:
    constraints = given.get("constraints", {})
    if not isinstance(constraints, dict):
        raise FieldError("constraints as an object")
    findings.unknown(constraints, CONSTRAINTS, f"{where}.constraints", table)
    return constraints


def _categories(given: Mapping[str, Any], kind: str) -> list[Any] | None:
    if not isinstance(given.get("categoriesOrdered", False), bool):
        raise FieldError("categoriesOrdered as true or false")
    if "categories" not in given or kind not in ("string", "integer"):
        return None
    listed = given["categories"]
    if not isinstance(listed, list) or not listed:
        raise FieldError("categories as a list of values, or of objects with value and label")
    values = _values_in(listed)
    if None in values:
        raise FieldError("categories that are all values, or all objects with value and label")
    wanted = str if kind == "string" else int
    if not all(isinstance(value, wanted) and not isinstance(value, bool) for value in values):
        raise FieldError(f"categories that are values of the type {kind}")
    if len({str(value) for value in values}) < len(values):
        raise FieldError("categories without duplicates")
    _check_labels(listed, "categories")
    return values
