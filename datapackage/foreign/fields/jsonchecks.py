"""The constraint jsonSchema: JSON values checked against a JSON Schema from others.

Nothing that it refers to is fetched, and its patterns run in linear time, as those of fields do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from threading import local
from typing import Any

import polars as pl
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import SchemaError, UnknownType
from jsonschema.validators import extend, validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from ...untrusted.patterns import for_polars, wrong
from .grammar import FieldError, UncheckableError

_NO_SCHEMA = (UnknownType, AttributeError, TypeError, ValueError, LookupError)
"""What the library raises where a reference leads to what is no schema: it checks only what stands where schemas do."""
_FEW = 20
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def follows(schema: Any) -> Callable[[str], bool]:
    """Return a function that says whether a JSON text follows the schema. Raises FieldError where it cannot be used."""
    followed = _Followed()
    validator = _validator(schema, followed)
    try:
        validator.is_valid(None)
    except (Unresolvable, _EndlessError, RecursionError) as error:
        raise FieldError("a jsonSchema whose references lead somewhere") from error
    except _NO_SCHEMA as error:
        raise FieldError("a jsonSchema that is a JSON Schema") from error

    def keeps(text: str) -> bool:
        followed.said.clear()
        try:
            return bool(validator.is_valid(json.loads(text)))
        # A number of 400 digits, which is no float, is a multiple of nothing.
        except (Unresolvable, _EndlessError, RecursionError, OverflowError, *_NO_SCHEMA):
            return False

    return keeps


def _validator(schema: Any, followed: _Followed) -> Any:
    """Return the library's validator, with our own keywords in place of those that input could make take too long."""
    if not isinstance(schema, (dict, bool)):
        raise FieldError("jsonSchema as an object")
    if isinstance(schema, dict) and not isinstance(schema.get("$schema", ""), str):
        raise FieldError("a jsonSchema whose $schema is a string")
    base = validator_for(schema, default=Draft202012Validator)
    for pattern in _patterns(schema):
        if why := wrong(pattern):
            raise UncheckableError(f"patterns that run in linear time, found {pattern[:200]!r}: {why}")
    try:
        base.check_schema(schema)  # pyright: ignore[reportArgumentType]  true and false are schemas too
    except (SchemaError, RecursionError) as error:
        raise FieldError("a jsonSchema that is a JSON Schema") from error
    own = {
        **{name: followed.by(base.VALIDATORS[name]) for name in _REFERENCES if name in base.VALIDATORS},
        "pattern": _keeps_pattern,
        "patternProperties": _keeps_pattern_properties,
        "uniqueItems": _keeps_unique_items,
    }
    kind = extend(base, own)
    kind.evolve = _evolved
    return kind(schema, registry=Registry())


def _patterns(schema: Any) -> Iterator[str]:
    waiting = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("pattern"), str):
                yield value["pattern"]
            if isinstance(value.get("patternProperties"), dict):
                yield from value["patternProperties"]
            if any(isinstance(value.get(key), str) and not value[key].startswith("#") for key in _REFERENCES):
                raise FieldError("a jsonSchema that refers to nothing outside of itself")
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _evolved(validator: Any, **changes: Any) -> Any:
    """Return a validator for a part. The library would choose one by the `$schema` of the part, without our keywords."""
    kept = {one.alias: getattr(validator, one.name) for one in validator.__attrs_attrs__ if one.init}
    return type(validator)(**{**kept, **changes})


class _EndlessError(ValueError):
    """A reference leads back to itself for the same part of the value."""


class _Followed(local):
    """What each reference said of a part of the current value; without it the work could double at each level."""

    def __init__(self) -> None:
        self.said = dict[tuple[int, int], bool | None]()

    def by(
        self, follow: Callable[..., Iterable[ValidationError]]
    ) -> Callable[..., Iterator[ValidationError]]:
        """Return a keyword that follows a reference once for each part of a value. Raises _EndlessError."""

        def keeps(validator: Any, to: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
            if not isinstance(to, str):
                raise Unresolvable(str(to))
            key = id(schema), id(instance)
            if key not in self.said:
                self.said[key] = None
                errors = iter(follow(validator, to, instance, schema))
                self.said[key] = next(errors, None) is None
            if self.said[key] is None:
                raise _EndlessError(to)
            if not self.said[key]:
                yield ValidationError("does not follow the schema that is referred to")

        return keeps


@lru_cache(4096)
def _found(pattern: str, text: str) -> bool:
    return bool(pl.Series([text]).str.contains(for_polars(pattern))[0])


def _matching(pattern: str, keys: list[str]) -> list[str]:
    """Return the keys that match. Many are asked about at once; a few, which other rows have too, one by one."""
    if len(keys) <= _FEW:
        return [key for key in keys if _found(pattern, key)]
    there = pl.Series(keys, dtype=pl.String)
    return there.filter(there.str.contains(for_polars(pattern))).to_list()


def _keeps_pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _found(pattern, instance):
        yield ValidationError("does not match")


def _keeps_pattern_properties(
    validator: Any, patterns: dict[str, Any], instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for pattern, inner in patterns.items():
            for key in _matching(pattern, list(instance)):
                yield from validator.descend(instance[key], inner, path=key)


def _keeps_unique_items(
    validator: Any, wanted: bool, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Compare items in linear time; the library compares each with every other."""
    if wanted and isinstance(instance, list):
        texts = {json.dumps(_comparable(item), sort_keys=True) for item in instance}
        if len(texts) < len(instance):
            yield ValidationError("has an item twice")


def _comparable(value: Any) -> Any:
    """Return a JSON value in a form in which equal ones are the same: in JSON 1.0 is 1."""
    if isinstance(value, dict):
        return {key: _comparable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_comparable(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
