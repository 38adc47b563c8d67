"""Descriptor: read `datapackage.json` strictly, as the subset of the standard in which releases are described.

Unknown properties are refused, never ignored: a promise that is not understood cannot be verified.
The specification is at https://datapackage.org/standard/data-package/.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from communique.schemas.column import ColumnType
from communique.schemas.rules import RECORD

from ..dataset import Link, SourceNote
from ..edition import edition, stem
from ..errors import DescriptorError, why
from ..filenames import DESCRIPTION, DESCRIPTOR, TWIN
from ..untrusted.document import DocumentError, read_json
from ..untrusted.limits import RELEASE_TEXT

_Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
_Name = Annotated[str, Field(pattern=r"^[a-z0-9._-]+$")]
VERSION = r"^([A-Za-z0-9][A-Za-z0-9.+_-]{0,63})?$"
"""What a version may look like: it becomes part of file names."""
MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$"
_LONGEST = 1000
UNSTATED = "not stated"
"""The title of the licence of a package that names none."""


Bound: TypeAlias = int | float | str | None
"""A bound of values: a number, or a moment as text."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


def usable(name: str) -> str:
    """Return the name of a column; raise ValueError if no release may have it: Polars takes some names for patterns."""
    if not name.isprintable() or not name or len(name) > _LONGEST:
        raise ValueError(f"a name of visible characters, at most {_LONGEST}")
    if name == "*" or (name.startswith("^") and name.endswith("$")):
        raise ValueError("a name that is not a pattern")
    return name


class Licence(_Strict):
    """A licence, as far as known.

    name: its SPDX identifier.
    title: what it is called in full.
    path: the address of its text, as a string.
    """

    name: str = ""
    title: str = ""
    path: Link | None = None

    @property
    def called(self) -> str:
        """The name to show to people."""
        return self.title or self.name


class Contributor(_Strict):
    """Somebody who contributed, with Data Package roles."""

    title: str
    roles: list[str] = []
    path: Link | None = None
    email: str | None = None
    organization: str | None = None
    given_name: Annotated[str | None, Field(alias="givenName")] = None
    family_name: Annotated[str | None, Field(alias="familyName")] = None


class Category(_Strict):
    """A code of a code list."""

    value: str | int
    label: str | None = None


class Constraints(_Strict):
    """The constraints of a field; `foreign.fields.constraints` says which of them its type may have."""

    required: bool = False
    enum: list[Any] | None = None
    pattern: str | None = None
    minimum: Bound = None
    maximum: Bound = None
    exclusive_minimum: Annotated[Bound, Field(alias="exclusiveMinimum")] = None
    exclusive_maximum: Annotated[Bound, Field(alias="exclusiveMaximum")] = None
    min_length: Annotated[int | None, Field(alias="minLength", ge=0)] = None
    max_length: Annotated[int | None, Field(alias="maxLength", ge=0)] = None
    json_schema: Annotated[dict[str, Any] | None, Field(alias="jsonSchema")] = None


class TableField(_Strict):
    """A column of a table, as the descriptor of its release has it.

    type: the type in the descriptor; `format` may narrow it.
    rdf_type: the address of the standard term that it maps to.
    categories: its codes, each with value and label.
    constraints: what its values must be: required, enum, pattern, minimum, maximum and so on.
    missing_values: an empty list for required texts, where the empty text is a value.
    """

    name: Annotated[str, AfterValidator(usable)]
    type: ColumnType
    title: str = ""
    description: str = ""
    rdf_type: Annotated[str | None, Field(alias="rdfType")] = None
    format: str | None = None
    missing_values: Annotated[list[str] | None, Field(alias="missingValues", max_length=0)] = None
    true_values: Annotated[list[str] | None, Field(alias="trueValues")] = None
    false_values: Annotated[list[str] | None, Field(alias="falseValues")] = None
    categories: list[Category] | None = None
    categories_ordered: Annotated[bool | None, Field(alias="categoriesOrdered")] = None
    constraints: Constraints = Constraints()

    @property
    def dump(self) -> dict[str, Any]:
        """The field as it stands in the descriptor."""
        return self.model_dump(by_alias=True, exclude_unset=True)


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
    primary_key: Annotated[list[str], Field(alias="primaryKey")] = []
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
        return self.name.removesuffix(TWIN) if self.format == "parquet" else self.name


class About(_Strict):
    """What a descriptor says of a package as a whole; most of it is optional."""

    name: _Name
    title: str
    description: str
    version: Annotated[str, Field(pattern=VERSION)] = ""
    created: Annotated[str | None, Field(pattern=MOMENT)] = None
    id: str | None = None
    homepage: Link | None = None
    keywords: list[str] = []
    licenses: list[Licence] = []
    contributors: list[Contributor] = []
    sources: list[SourceNote] = []
    languages: list[str] = []

    @property
    def released(self) -> date | None:
        """The day of the release; None where the descriptor does not say."""
        return date.fromisoformat(self.created[:10]) if self.created else None

    @property
    def license(self) -> Licence:
        """The first licence, or one that says that none is stated."""
        return self.licenses[0] if self.licenses else Licence(title=UNSTATED)

    @property
    def edition(self) -> str:
        """The name with the version, where there is one."""
        return edition(self.name, self.version)

    @property
    def stem(self) -> str:
        """Name and version as the stem of a file name."""
        return stem(self.name, self.version)


class Package(About):
    """What `datapackage.json` says."""

    profile: Annotated[str, Field(alias="$schema")]
    digest: _Digest
    resources: Annotated[list[Resource], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_are_there(self) -> Self:
        for form in ("csv", "parquet"):
            tables = self.of(form)
            for resource in tables.values():
                _check_keys(resource, {table.name: table for table in tables.values()})
        return self

    def of(self, form: str) -> dict[str, Resource]:
        """Return the resources in a format, by table."""
        return {resource.table: resource for resource in self.resources if resource.format == form}


def _check_keys(resource: Resource, tables: dict[str, Resource]) -> None:
    """Refuse a key that names a field or a table that does not exist, and a duplicate field."""
    schema = resource.table_schema
    fields = [field.name for field in schema.fields]
    keys = [schema.primary_key, *schema.unique_keys, *(key.fields for key in schema.foreign_keys)]
    if len({*fields, RECORD}) <= len(fields):
        raise ValueError(f"{resource.name}: the name of a field occurs twice, or is {RECORD}")
    if any(not set(key) <= set(fields) or len(set(key)) < len(key) for key in keys):
        raise ValueError(f"{resource.name}: a key names a field that does not exist, or one field twice")
    for key in schema.foreign_keys:
        far = tables.get(key.reference.resource or resource.name)
        there = [field.name for field in far.table_schema.fields] if far else []
        if len(key.fields) != len(key.reference.fields) or not set(key.reference.fields) <= set(there):
            raise ValueError(
                f"{resource.name}: a foreign key refers to something that is not a column of a table"
            )


def read_descriptor(folder: Path) -> Package:
    """Return the descriptor of the release in `folder`.

    Raises DescriptorError where it cannot be read, is not JSON, or has a duplicate or an unknown property.
    """
    path = folder / DESCRIPTOR
    try:
        if not path.exists():
            hint = (
                "It is a dataset: build it first." if (folder / DESCRIPTION).exists() else "Give a release."
            )
            raise DescriptorError(f"{folder}: there is no {DESCRIPTOR}, so this is not a release. {hint}")
        if path.is_symlink() or not path.is_file() or RELEASE_TEXT.exceeded(path.stat().st_size):
            raise DescriptorError(f"{path}: expected a regular file of {RELEASE_TEXT}.")
        package = Package.model_validate(read_json(path.read_bytes()))
        package.released  # noqa: B018  a day that does not exist raises here
    except ValidationError as error:
        raise DescriptorError(f"{path}: {first_fault(error)}") from error
    except (OSError, ValueError, DocumentError) as error:
        raise DescriptorError(f"{path}: cannot be read: {why(error)}") from error
    return package


def first_fault(error: ValidationError) -> str:
    """Return where the first fault is, and what it is."""
    first = error.errors()[0]
    return f"{'.'.join(str(step) for step in first['loc']) or 'the document'}: {first['msg']}"
