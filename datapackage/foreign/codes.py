"""The rules for packages, schemas and tables of others, beside those that hold for every table.

Each names the Frictionless error type that it stands for, so that a report can be given in that form too.
"""

from __future__ import annotations

from dataclasses import replace

from communique.schemas import Rule
from communique.schemas.texts import TEXT

from ..codes import RULES, VALUES

DESCRIPTORS: tuple[Rule, ...] = (
    Rule(
        code="package-error",
        statement="A descriptor follows the Data Package standard.",
        remedy="Correct the descriptor; the standard is at https://datapackage.org/standard/data-package/.",
        rejects='{"resources": {}}',
        accepts='{"resources": [{"name": "cities", "path": "cities.csv", "schema": "cities.json"}]}',
    ),
    Rule(
        code="resource-error",
        statement="A resource has a unique name, and data: in files, or in the descriptor.",
        remedy="Correct the resource; the standard is at https://datapackage.org/standard/data-resource/.",
        rejects='{"name": "cities"}',
        accepts='{"name": "cities", "path": "cities.csv", "schema": "cities.json"}',
    ),
    Rule(
        code="dialect-error",
        statement="A dialect describes how a table is written, and such a table can be read.",
        remedy="Correct the dialect; the standard is at https://datapackage.org/standard/table-dialect/.",
        rejects='{"delimiter": "::"}',
        accepts='{"delimiter": ";"}',
    ),
    Rule(
        code="table-schema-error",
        statement="A schema names each of its fields once, and its keys name fields that exist.",
        remedy="Correct the schema; the standard is at https://datapackage.org/standard/table-schema/.",
        rejects='{"fields": [{"name": "id"}], "primaryKey": ["code"]}',
        accepts='{"fields": [{"name": "id"}], "primaryKey": ["id"]}',
    ),
    Rule(
        code="field-error",
        statement="A field has a type and a format that the standard knows, and constraints that apply to them.",
        remedy="Correct the field; the standard is at https://datapackage.org/standard/table-schema/.",
        rejects='{"name": "id", "type": "integer", "constraints": {"pattern": "[0-9]+"}}',
        accepts='{"name": "id", "type": "integer", "constraints": {"minimum": 1}}',
    ),
    Rule(
        code="misspelt-property",
        statement="The properties of a descriptor are spelt as the standard spells them.",
        remedy="Correct the spelling: as written, the property is ignored, and data goes unchecked.",
        rejects='{"fields": [{"name": "id"}], "primarykey": "id"}',
        accepts='{"fields": [{"name": "id"}], "primaryKey": "id"}',
    ),
    Rule(
        code="unknown-property",
        statement="The properties of a descriptor are those of the standard.",
        remedy="Check whether the property is needed: Communique ignores it.",
        severity="warning",
        rejects='{"name": "cities", "path": "cities.csv", "owner": "me"}',
        accepts='{"name": "cities", "path": "cities.csv", "title": "Cities"}',
    ),
    Rule(
        code="no-schema",
        statement="A table has a schema: without one nothing can be checked.",
        remedy="Add a schema to the resource, or check its file by itself with --schema.",
        rejects='{"name": "cities", "path": "cities.csv"}',
        accepts='{"name": "cities", "path": "cities.csv", "schema": "cities.json"}',
    ),
    Rule(
        code="not-checked",
        statement="Everything in a package is a table that can be checked.",
        remedy="Nothing is wrong, but this part was not checked.",
        severity="warning",
        rejects='{"name": "readme", "path": "readme.txt"}',
        accepts='{"name": "cities", "path": "cities.csv", "schema": "cities.json"}',
    ),
)

FILES: tuple[Rule, ...] = (
    Rule(
        code="no-hash",
        statement="A resource has the hash of its file, so that anybody can tell that the file is the one that was published.",
        remedy="Add it to the descriptor, or let communique build make a release, which has the hashes of all files.",
        severity="info",
        rejects='{"name": "cities", "path": "cities.csv", "bytes": 12}',
        accepts='{"name": "cities", "path": "cities.csv", "hash": "sha256:…"}',
    ),
    Rule(
        code="unsafe-path",
        statement="A path leads to a file in the folder of its package: relative, without .., links out or hidden names.",
        remedy="Put the file into the folder of the package, and write its path with slashes, as in data/cities.csv.",
        rejects="../cities.csv",
        accepts="data/cities.csv",
    ),
    Rule(
        code="repeated-file",
        statement="A file is the data of one resource, once.",
        remedy="Check whether another file is meant.",
        severity="warning",
        rejects='{"path": ["cities.csv", "cities.csv"]}',
        accepts='{"path": ["cities-1.csv", "cities-2.csv"]}',
    ),
    Rule(
        code="empty-file",
        statement="A file of a table in several files has rows, or at least the header.",
        remedy="Check whether the file was cut off. If it should have no rows, give it a header, or remove it from the list.",
        severity="warning",
        rejects='{"path": ["cities-1.csv", "cities-2.csv"]}, the second file with 0 bytes',
        accepts='{"path": ["cities-1.csv", "cities-2.csv"]}, the second file with a header',
    ),
    Rule(
        code="scheme-error",
        statement="Data is in files; what is elsewhere is fetched only on request.",
        remedy="Put the data into the folder of the package. docs/packages.md says which addresses can be fetched.",
        rejects="https://example.org/cities.csv",
        accepts="data/cities.csv",
    ),
    Rule(
        code="format-error",
        statement="A table is CSV, TSV, Parquet, or rows in its descriptor.",
        remedy="State in format and compression of the resource what its file is, or save the table as CSV or Parquet.",
        rejects='{"name": "cities", "path": "cities.xlsx", "schema": "cities.json"}',
        accepts='{"name": "cities", "path": "cities.csv", "schema": "cities.json"}',
    ),
    Rule(
        code="compression-error",
        statement="A compressed file is gzip, bzip2, xz, or a zip of one file; whole, and within the limits.",
        remedy="Compress the file again, or provide it uncompressed; docs/limits.md has the limits.",
        rejects="a gzip that holds a thousand times its own size",
        accepts="cities.csv.gz",
    ),
    Rule(
        code="incorrect-label",
        statement="The columns have the labels of the schema's fields, in the same order.",
        remedy="Correct the label, or set fieldsMatch in the schema so that columns are matched by their labels.",
        rejects="id,town",
        accepts="id,city",
    ),
)

_TEXTS: tuple[Rule, ...] = tuple(replace(rule, severity="warning") for rule in (*TEXT, VALUES[-1]))
"""What a text is looked at for, whatever its schema says. Of one's own data this is demanded; to others it is told."""

_SAID: dict[str, tuple[str, str]] = {
    "type-error": (RULES["type-error"].statement, "Write the value as the type and format of its field say."),
    "constraint-error": (
        RULES["constraint-error"].statement,
        "Give a value that the schema allows, or correct the schema if the value is right.",
    ),
    "source-error": (
        RULES["source-error"].statement,
        "Put a regular file that you may read where the finding says; rows in a descriptor are a list of objects.",
    ),
    "encoding-error": (
        "A file is text in the encoding that its resource names, UTF-8 where it names none.",
        "Name the right encoding, or save the file as UTF-8.",
    ),
    "hash-count": (
        "The files of a resource have the hash that it gives.",
        "Get the file again from where it was published; if its bytes are right, correct the hash.",
    ),
    "byte-count": (
        "The files of a resource have as many bytes as it gives.",
        "Get the file again from where it was published; if it is right, correct the number.",
    ),
    "row-count": (
        "A table has as many rows as its resource gives.",
        "Get the file again from where it was published; if its rows are right, correct the number.",
    ),
}
"""What is said of rules of ours where the schema is another's: statement and remedy."""

_RENAMED = tuple(
    replace(RULES[code], statement=statement, remedy=remedy) for code, (statement, remedy) in _SAID.items()
)
OWN: tuple[Rule, ...] = (*DESCRIPTORS, *FILES)
"""The rules that are declared here."""

FOREIGN: dict[str, Rule] = {**RULES, **{rule.code: rule for rule in (*_RENAMED, *OWN, *_TEXTS)}}
"""Every rule that a finding about data of others may name, by its code."""
