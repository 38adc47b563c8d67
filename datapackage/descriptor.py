"""Descriptor: `datapackage.json` read strictly, as the Table Schema subset in which releases are described.

What is not known here is refused, never passed over: a promise that is not understood cannot be verified.
The specification is at https://datapackage.org/standard/data-package/.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from communique.schemas.rules import RECORD

from .dataset import DESCRIPTION, Contributor, License, SourceNote
from .describe import DESCRIPTOR
from .errors import DescriptorError

_LIMIT = 64 << 20
_Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
_Name = Annotated[str, Field(pattern=r"^[a-z0-9._-]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Category(_Strict):
    """A code of a code list."""

    value: str
    label: str | None = None


class Constraints(_Strict):
    """What the values of a field must be."""

    required: bool = False
    enum: list[str] | None = None
    pattern: str | None = None
    minimum: Annotated[int | None, Field(ge=-(2**63), lt=2**63)] = None


class TableField(_Strict):
    """A field of a table."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    type: Literal["string", "date", "boolean", "integer"]
    title: str = ""
    description: str = ""
    rdf_type: Annotated[str | None, Field(alias="rdfType")] = None
    true_values: Annotated[list[str] | None, Field(alias="trueValues")] = None
    false_values: Annotated[list[str] | None, Field(alias="falseValues")] = None
    categories: list[Category] | None = None
    constraints: Constraints = Constraints()

    @model_validator(mode="after")
    def _constraints_fit(self) -> Self:
        given = self.constraints
        texts_only = given.enum is not None or given.pattern is not None or self.categories is not None
        if (texts_only and self.type != "string") or (given.minimum is not None and self.type != "integer"):
            raise ValueError(f"{self.name}: a constraint that does not go with the type {self.type}")
        return self


class Reference(_Strict):
    """The far side of a foreign key; an empty resource is the table itself."""

    resource: str
    fields: list[str]


class ForeignKeyEntry(_Strict):
    """A foreign key."""

    fields: list[str]
    reference: Reference


class TableSchema(_Strict):
    """The Table Schema of a resource."""

    profile: Annotated[str, Field(alias="$schema")]
    fields: Annotated[list[TableField], Field(min_length=1)]
    missing_values: Annotated[list[Literal[""]], Field(alias="missingValues")]
    primary_key: Annotated[list[str], Field(alias="primaryKey", min_length=1)]
    unique_keys: Annotated[list[list[str]], Field(alias="uniqueKeys")] = []
    foreign_keys: Annotated[list[ForeignKeyEntry], Field(alias="foreignKeys")] = []


class Renamed(_Strict):
    """The key of a row, and the key that it had in an earlier version."""

    key: str
    formerly: str


class Resource(_Strict):
    """A file of a table, with what it promises."""

    name: _Name
    type: Literal["table"]
    title: str = ""
    description: str = ""
    path: Annotated[str, Field(pattern=r"^data/[a-z0-9_-][a-z0-9._-]*$")]
    format: Literal["csv", "parquet"]
    mediatype: str
    encoding: Literal["utf-8"] | None = None
    bytes: int
    hash: _Digest
    rows: int
    digest: _Digest
    formerly: list[Renamed] = []
    table_schema: Annotated[TableSchema, Field(alias="schema")]

    @property
    def table(self) -> str:
        """The table whose rows the file has."""
        return self.name.removesuffix("-parquet") if self.format == "parquet" else self.name


class Package(_Strict):
    """What `datapackage.json` says."""

    profile: Annotated[str, Field(alias="$schema")]
    name: _Name
    title: str
    description: str
    version: str
    created: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T00:00:00Z$")]
    homepage: str | None = None
    keywords: list[str] = []
    licenses: Annotated[list[License], Field(min_length=1, max_length=1)]
    contributors: list[Contributor]
    sources: list[SourceNote]
    languages: list[str]
    digest: _Digest
    resources: Annotated[list[Resource], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_are_there(self) -> Self:
        for form in ("csv", "parquet"):
            tables = self.of(form)
            for resource in tables.values():
                _check_keys(resource, {table.name: table for table in tables.values()})
        return self

    @property
    def released(self) -> date:
        """The day of the release."""
        return date.fromisoformat(self.created[:10])

    def of(self, form: str) -> dict[str, Resource]:
        """Return the resources in a format, by table."""
        return {resource.table: resource for resource in self.resources if resource.format == form}


def _check_keys(resource: Resource, tables: dict[str, Resource]) -> None:
    """Refuse a key that names a field or a table that is not there, and a field that is there twice."""
    schema = resource.table_schema
    fields = [field.name for field in schema.fields]
    keys = [schema.primary_key, *schema.unique_keys, *(key.fields for key in schema.foreign_keys)]
    if len({*fields, RECORD}) <= len(fields):
        raise ValueError(f"{resource.name}: a field is there twice, or is called {RECORD}")
    if any(not set(key) <= set(fields) or len(set(key)) < len(key) for key in keys):
        raise ValueError(f"{resource.name}: a key names a field that is not there, or one twice")
    for key in schema.foreign_keys:
        far = tables.get(key.reference.resource or resource.name)
        if far is None or key.reference.fields != far.table_schema.primary_key:
            raise ValueError(f"{resource.name}: a foreign key refers to what is not the key of a table")


def read_descriptor(folder: Path) -> Package:
    """Return the descriptor of the release in `folder`.

    Raises DescriptorError where it cannot be read, is no JSON, names a key twice, or says what is not known here.
    """
    path = folder / DESCRIPTOR
    try:
        if not path.exists():
            hint = (
                "It is a dataset: build it first." if (folder / DESCRIPTION).exists() else "Give a release."
            )
            raise DescriptorError(f"{folder}: there is no {DESCRIPTOR}, so this is not a release. {hint}")
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LIMIT:
            raise DescriptorError(f"{path}: expected a regular file of at most {_LIMIT} bytes.")
        content = json.loads(path.read_bytes().decode(), object_pairs_hook=_once)
        package = Package.model_validate(content)
        package.released  # noqa: B018  a day that does not exist raises here
    except ValidationError as error:
        raise DescriptorError(f"{path}: {first_fault(error)}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise DescriptorError(f"{path}: cannot be read: {error}") from error
    return package


def first_fault(error: ValidationError) -> str:
    """Return where the first fault is, and what it is."""
    first = error.errors()[0]
    return f"{'.'.join(str(step) for step in first['loc']) or 'the whole'}: {first['msg']}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    for key in set(keys):
        if keys.count(key) > 1:
            raise ValueError(f"the key {key!r} stands there twice")
    return dict(pairs)
