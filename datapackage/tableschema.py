"""Table Schema → tables: what a descriptor promises of its rows, as schemas that Pandera runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandera.polars as pa
import polars as pl
from polars.datatypes import DataTypeClass

from communique.schemas import CellRule, Code, CodeList, Column, ForeignKey, Schemas, Table
from communique.schemas.columns import METADATA
from communique.schemas.rules import full_match

from .codes import RULES
from .descriptor import Package, Resource, TableField
from .errors import DescriptorError

_DTYPES: dict[str, DataTypeClass] = {
    "string": pl.String,
    "date": pl.Date,
    "boolean": pl.Boolean,
    "integer": pl.Int64,
}


@dataclass(frozen=True)
class Model:
    """Stands where a table of our own has its Pandera model."""

    schema: pa.DataFrameSchema

    def to_schema(self) -> pa.DataFrameSchema:
        """Return the schema."""
        return self.schema


def imported(package: Package) -> Schemas:
    """Return the tables that a descriptor describes.

    Raises DescriptorError where a pattern cannot be run.
    """
    return Schemas(tuple(_table(table) for table in package.of("csv").values()), ())


def _table(resource: Resource) -> Table:
    schema = resource.table_schema
    columns = {field.name: _column(field) for field in schema.fields}
    return Table(
        name=resource.name,
        title=resource.title,
        row="",  # the description says it
        description=resource.description,
        model=Model(pa.DataFrameSchema(columns)),
        primary_key=tuple(schema.primary_key),
        unique_keys=tuple(tuple(key) for key in schema.unique_keys),
        foreign_keys=tuple(
            ForeignKey(
                tuple(key.fields),
                key.reference.resource or resource.name,
                tuple(key.reference.fields),
            )
            for key in schema.foreign_keys
        ),
    )


def _column(field: TableField) -> Any:
    constraints = field.constraints
    checks = [] if constraints.enum is None else [pa.Check.isin(constraints.enum)]
    if constraints.minimum is not None:
        checks.append(pa.Check.ge(constraints.minimum))
    column = Column(
        title=field.title,
        description=field.description,
        term=field.rdf_type,
        codes=_code_list(field),
        pattern=constraints.pattern,
        minimum=constraints.minimum,
        rules=(_pattern_rule(constraints.pattern),) if constraints.pattern else (),
    )
    return pa.Column(
        _DTYPES[field.type],
        checks=checks,
        nullable=not constraints.required,
        title=field.title,
        description=field.description,
        metadata={METADATA: column},
    )


def _code_list(field: TableField) -> CodeList | None:
    if field.constraints.enum is None:
        return None
    labels = {category.value: category.label for category in field.categories or ()}
    codes = tuple(Code(value, labels.get(value) or value, "") for value in field.constraints.enum)
    return CodeList(field.name, field.title, codes)


def _pattern_rule(pattern: str) -> CellRule:
    whole = full_match(pattern)
    try:
        pl.Series([""]).str.contains(whole)
    except pl.exceptions.ComputeError as error:
        raise DescriptorError(
            f"the pattern {pattern!r} cannot be run in linear time, so it is refused"
        ) from error
    rule = RULES["constraint-error"]
    return CellRule(
        code=rule.code,
        statement=rule.statement,
        remedy=rule.remedy,
        rejects=rule.rejects,
        accepts=rule.accepts,
        matches=pattern,
    )
