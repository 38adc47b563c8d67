"""Table Schema: a schema of others, of version 1 or 2, as fields that are checked and keys that are compared.

https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from communique.schemas import ForeignKey, Table

from ...untrusted.limits import FIELDS, KEYS
from ..fields.constraints import declared
from ..fields.field import LABELLED, Field, has_labels, missing_values, read_field
from ..fields.grammar import FieldError
from ..findings import DescriptorFindings, subject
from .versions import untyped_in

if TYPE_CHECKING:
    import pandera.polars as pa

_KEYS = ("fields", "fieldsMatch", "primaryKey", "uniqueKeys", "foreignKeys", "missingValues")
_MORE_KEYS = ("name", "title", "description", "type", "profile", "$schema")
_REFERENCE = ("resource", "fields")
_ELSEWHERE = ("package", "datapackage")
"""The properties by which frictionless and version 0 name another package."""
MATCHES = ("exact", "equal", "subset", "superset", "partial")


@dataclass(frozen=True, eq=False)
class Key:
    """A key of a table's own: the code of its rule, and its fields."""

    code: str
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TableSchema:
    """A schema.

    match: how columns are found: by place (exact), or by label.
    foreign_keys: a reference to the table itself has its name.
    not_carried: its other properties, which nothing here uses.
    """

    name: str
    fields: tuple[Field, ...]
    match: str = "exact"
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    title: str = ""
    missing: tuple[str, ...] = field(default=("",))
    not_carried: tuple[str, ...] = ()

    @property
    def by_place(self) -> bool:
        """Whether the columns stand in the order of the fields."""
        return self.match == "exact"

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each field, by its name."""
        return {field.name: number for number, field in enumerate(self.fields)}

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """The table's own keys, each once; a field whose values are unique is one."""
        primary = (Key("primary-key", self.primary_key),) if self.primary_key else ()
        single = ((field.name,) for field in self.fields if field.unique)
        unique = dict.fromkeys([*single, *self.unique_keys])
        return (*primary, *(Key("unique-error", names) for names in unique))

    @property
    def constraints(self) -> int:
        """How many constraints can be checked, keys and references included."""
        of_fields = sum(len(field.checks) + field.required + field.unique for field in self.fields)
        return of_fields + bool(self.primary_key) + len(self.unique_keys) + len(self.foreign_keys)

    @cached_property
    def table(self) -> Table:
        """The table as the rest of the engine knows it: what is needed to place findings and to suggest."""
        return Table(
            name=self.name,
            title=self.title,
            row="a row",
            description="",
            model=_Model(self.fields),
            primary_key=self.primary_key,
        )


@dataclass(frozen=True)
class _Model:
    """Stands in for the Pandera model that a table of our own has."""

    fields: tuple[Field, ...]

    def to_schema(self) -> pa.DataFrameSchema:
        """Return the schema, whose columns have the names of the fields."""
        from ..fields.contract import (
            to_pandera,  # only what is wrong is given to Pandera, which takes a while to import
        )

        return to_pandera(self.fields, [field.name for field in self.fields])


def read_schema(
    given: Any, name: str, where: str, findings: DescriptorFindings, untyped: str = "string"
) -> TableSchema | None:
    """Return a schema; None where it cannot be used, which is a finding.

    untyped: the type of fields without one, where the schema gives no version of its own.
    """
    before = len(findings.listed)
    if not isinstance(given, dict) or not isinstance(given.get("fields"), list):
        findings.add("table-schema-error", where, "an object with a list of fields", name)
        return None
    if FIELDS.exceeded(len(given["fields"])):
        findings.add("table-schema-error", where, f"{FIELDS}, found {len(given['fields']):,}", name, "fields")
        return None
    keys = sum(map(len, _lists_of_keys(given)))
    if KEYS.exceeded(keys):
        findings.add(
            "table-schema-error", where, f"{KEYS}, unique and foreign, found {keys:,}", name, "uniqueKeys"
        )
        return None
    findings.unknown(given, (*_KEYS, *_MORE_KEYS), where, name)
    findings.declared += _declared(given)
    try:
        schema = _understood(given, name, where, findings, untyped_in(given, untyped))
    except FieldError as error:
        findings.add(
            "table-schema-error", where, str(error), name, subject(str(error), _KEYS[1:])
        )  # those of a foreign key have fields too
        return None
    if not schema.fields:
        if len(findings.listed) == before:
            findings.add("no-schema", where, "at least one field", name)
        return None
    return schema if len(schema.fields) == len(given["fields"]) else None


def _understood(
    given: Mapping[str, Any], name: str, where: str, findings: DescriptorFindings, untyped: str
) -> TableSchema:
    """Return a schema with the fields that can be used. Raises FieldError where the schema itself cannot."""
    missing = missing_values(given.get("missingValues", [""]), untyped)
    findings.unknown_in(given.get("missingValues"), LABELLED, f"{where}.missingValues".strip("."), name)
    fields = [
        read_field(item, missing, f"{where}.fields[{number}]", findings, name, untyped)
        for number, item in enumerate(given["fields"])
    ]
    known = tuple(field for field in fields if field is not None)
    names = Counter(field.name for field in known)
    for name_of_field, count in names.items():
        if count > 1:
            raise FieldError(f"fields with unique names, found {name_of_field!r} twice")
    return TableSchema(
        name=name,
        fields=known,
        match=_match(given),
        primary_key=_names(given.get("primaryKey", []), "primaryKey", names),
        unique_keys=tuple(_unique_keys(given, names)),
        foreign_keys=tuple(_foreign_keys(given, name, names, where, findings)),
        title=given["title"] if isinstance(given.get("title"), str) else "",
        missing=missing,
        not_carried=tuple(_not_carried(given)),
    )


def _not_carried(given: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in given if key not in (*_KEYS, "type", "profile", "$schema"))
    if has_labels(given.get("missingValues")):
        yield "labels of missingValues"


def _declared(given: Mapping[str, Any]) -> int:
    """Return how many constraints a schema declares, keys and references included."""
    keys = bool(given.get("primaryKey")) + sum(map(len, _lists_of_keys(given)))
    return keys + sum(len(declared(item)) for item in given["fields"] if isinstance(item, dict))


def _lists_of_keys(given: Mapping[str, Any]) -> list[list[Any]]:
    lists = (given.get(key) for key in ("uniqueKeys", "foreignKeys"))
    return [item for item in lists if isinstance(item, list)]


def _match(given: Mapping[str, Any]) -> str:
    match = given.get("fieldsMatch", "exact")
    if isinstance(match, list) and len(match) == 1:  # as the published profile of version 2.0 has it
        match = match[0]
    if match not in MATCHES:
        raise FieldError(f"fieldsMatch that is one of {', '.join(MATCHES)}")
    return str(match)


def _names(given: Any, what: str, known: Container[str] | None) -> tuple[str, ...]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise FieldError(f"{what} as the name of a field, or a list of them")
    if len(set(names)) < len(names):
        raise FieldError(f"{what} with each field once")
    for name in names:
        if known is not None and name not in known:
            raise FieldError(f"{what} with names of fields, found {name!r}")
    return tuple(names)


def _unique_keys(given: Mapping[str, Any], names: Container[str]) -> Iterator[tuple[str, ...]]:
    keys = given.get("uniqueKeys", [])
    if not isinstance(keys, list) or ("uniqueKeys" in given and not keys):
        raise FieldError("uniqueKeys as a list of at least one key")
    for key in keys:
        found = _names(key, "uniqueKeys", names)
        if not found:
            raise FieldError("uniqueKeys with at least one field in each")
        yield found


def _foreign_keys(
    given: Mapping[str, Any], table: str, names: Container[str], where: str, findings: DescriptorFindings
) -> Iterator[ForeignKey]:
    keys = given.get("foreignKeys", [])
    if not isinstance(keys, list):
        raise FieldError("foreignKeys as a list")
    for number, key in enumerate(keys):
        reference = key.get("reference") if isinstance(key, dict) else None
        if not isinstance(reference, dict) or "fields" not in key or "fields" not in reference:
            raise FieldError("foreignKeys with fields, and a reference with fields in each")
        near = _names(key["fields"], "fields of a foreign key", names)
        far = _names(reference["fields"], "fields of a reference", None)
        resource = reference.get("resource", "")
        if not near or len(near) != len(far) or not isinstance(resource, str):
            raise FieldError("foreignKeys with as many fields as they refer to")
        if isinstance(key["fields"], str) != isinstance(reference["fields"], str):
            raise FieldError("foreignKeys with fields written alike on both sides: a name, or a list")
        for part in sorted({*key} - {"fields", "reference"}):
            raise FieldError(f"foreignKeys with only fields and reference, found {part!r}")
        if any(reference.get(part) for part in _ELSEWHERE):
            raise FieldError("foreignKeys that refer to tables of this package, found one to another package")
        known, place = (*_REFERENCE, *_ELSEWHERE), f"{where}.foreignKeys[{number}].reference"
        findings.unknown(reference, known, place.strip("."), table)
        yield ForeignKey(near, resource or table, far)
