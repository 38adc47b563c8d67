"""Table Schema → tables: turn what a descriptor promises of its rows into schemas that Pandera runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, get_args

import pandera.polars as pa

from communique.schemas import CellRule, Code, CodeList, Column, ForeignKey, Schemas, Table
from communique.schemas.column import METADATA, Plain
from communique.schemas.rules import full_match

from ..codes import RULES
from ..errors import DescriptorError
from ..storing.arrow import POLARS
from ..untrusted.patterns import fault
from .describe import json_field
from .descriptor import Package, TableField, TableSchema


@dataclass(frozen=True)
class Model:
    """A stand-in for the Pandera model that a table of our own has."""

    schema: pa.DataFrameSchema

    def to_schema(self) -> pa.DataFrameSchema:
        """Return the schema."""
        return self.schema


def schemas_of(package: Package) -> Schemas:
    """Return the tables that a descriptor describes.

    Raises DescriptorError where a pattern cannot be run.
    """
    resources = package.of("csv").values()
    return Schemas(
        tuple(table_of(each.table, each.title, each.description, each.table_schema) for each in resources), ()
    )


def is_plain(tables: Iterable[Table]) -> bool:
    """Say whether tables are described only by properties that our own tables have."""
    keys = {table.name: table.primary_key for table in tables}
    return all(keys.values()) and not any(
        any(column.declared for column in table.columns)
        or any(keys.get(key.table) != key.references for key in table.foreign_keys)
        for table in tables
    )


def table_of(name: str, title: str, description: str, schema: TableSchema) -> Table:
    """Return the table that a schema describes. Raises DescriptorError where a pattern cannot be run."""
    columns = {field.name: _column(field) for field in schema.fields}
    return Table(
        name=name,
        title=title,
        row="",  # the description says it
        description=description,
        model=Model(pa.DataFrameSchema(columns)),
        primary_key=tuple(schema.primary_key),
        unique_keys=tuple(tuple(key) for key in schema.unique_keys),
        foreign_keys=tuple(
            ForeignKey(tuple(key.fields), key.reference.resource or name, tuple(key.reference.fields))
            for key in schema.foreign_keys
        ),
    )


def _column(field: TableField) -> Any:
    constraints, column = field.constraints, _plain(field)
    if json_field(column) != field.dump or not _is_of_ours(field):
        column = replace(column, declared=field.dump, rules=())
    checks = [pa.Check.isin(column.codes.values)] if column.codes else []
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum))
    return pa.Column(
        POLARS[field.type],
        checks=checks,
        nullable=not constraints.required,
        title=field.title,
        description=field.description,
        metadata={METADATA: column},
    )


def _is_of_ours(field: TableField) -> bool:
    """Say whether our own columns can have the type of a field, and its pattern if it has one."""
    return field.type in get_args(Plain) and (field.constraints.pattern is None or field.type == "string")


def _plain(field: TableField) -> Column:
    """Return a field as a column of our own, as far as that can express it."""
    constraints, minimum = field.constraints, field.constraints.minimum
    whole = isinstance(minimum, int) and field.type == "integer" and -(2**63) <= minimum < 2**63
    return Column(
        name=field.name,
        type=field.type,
        required=constraints.required,
        title=field.title,
        description=field.description,
        term=field.rdf_type,
        codes=_code_list(field),
        pattern=constraints.pattern,
        minimum=minimum if isinstance(minimum, int) and whole else None,
        rules=(_pattern_rule(constraints.pattern),) if constraints.pattern else (),
    )


def _code_list(field: TableField) -> CodeList | None:
    listed = field.constraints.enum or [category.value for category in field.categories or ()]
    if field.type != "string" or not listed or not all(isinstance(value, str) for value in listed):
        return None
    labels = {category.value: category.label for category in field.categories or ()}
    codes = tuple(Code(value, labels.get(value) or value, "") for value in listed)
    return CodeList(field.name, field.title, codes)


def _pattern_rule(pattern: str) -> CellRule:
    if fault(full_match(pattern)):
        raise DescriptorError(f"the pattern {pattern!r} cannot be run in linear time, so it is refused")
    rule = RULES["constraint-error"]
    return CellRule(
        code=rule.code,
        statement=rule.statement,
        remedy=rule.remedy,
        rejects=rule.rejects,
        accepts=rule.accepts,
        matches=pattern,
    )
