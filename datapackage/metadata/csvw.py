"""csv-metadata.json: the CSV files for tools of CSV on the Web, with types, keys and references.

It is beside the CSV files, under the name by which such a tool searches for it when it is given one of them
(https://www.w3.org/TR/tabular-data-model/, section 5.3). The format is at https://www.w3.org/TR/tabular-metadata/.
CSVW has no enumerations, so a code list is a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from ..describing.allowed import LENGTHS, LOWER, NUMBERS, UPPER, constraint, number
from ..describing.describe import Json
from ..filenames import CSVW
from .about import About, DescribedTable, File, text
from .fields import codes, kind, required
from .iris import segment, term
from .schemaorg import licence_iri, said

_TYPES = {
    "integer": "integer",
    "number": "number",
    "date": "date",
    "datetime": "dateTime",
    "time": "time",
    "year": "gYear",
    "yearmonth": "gYearMonth",
    "duration": "duration",
    "object": "json",
    "array": "json",
    "geojson": "json",
}
_ORDERED = ("integer", "number", "date", "datetime", "time")
"""The types that have limits. The CSVW reader that the tests use refuses limits of gYear and gYearMonth, and CSVW compares
durations in another way than a Table Schema does."""
_EXCLUSIVE = {"exclusiveMinimum": "minExclusive", "exclusiveMaximum": "maxExclusive"}
_MOMENTS: dict[str, type[date | datetime | time]] = {"date": date, "datetime": datetime, "time": time}
_SYNTAX = re.compile(r"[\\^$.|?*+()\[\]{}/]")
"""The characters that mean something in a pattern of ECMAScript, which CSVW asks for."""


def table_group(about: About) -> Json | None:
    """Return the CSV files as a group of tables; None where there are none."""
    tables = {table.name: table for table in about.tables if table.fields and _csv(table)}
    if not tables:
        return None
    language = [{"@language": about.language}] if about.language else []
    return {
        "@context": ["http://www.w3.org/ns/csvw", *language],
        **said(
            {
                "dc:title": about.title,
                "dc:description": about.description,
                "dc:license": {"@id": licence_iri(about)} if licence_iri(about) else None,
                "dc:creator": [contributor.title for contributor in about.creators],
                "dc:issued": {"@value": about.released, "@type": "xsd:date"} if about.released else None,
            }
        ),
        "tables": [_table(table, tables) for table in tables.values()],
    }


def _csv(table: DescribedTable) -> File | None:
    """Return the file that has all rows of the table as CSV; None unless there is exactly one."""
    found = [file for file in table.files if file.format == "csv"]
    return found[0] if len(found) == 1 else None


def _url(table: DescribedTable) -> str:
    """Return the address of the CSV file as seen from where the metadata lies."""
    file = _csv(table)
    assert file is not None  # only such tables are in the group
    if urlsplit(file.path).scheme:
        return file.path
    own = CSVW.rpartition("/")[0] + "/"
    return file.path.removeprefix(own) if file.path.startswith(own) else f"../{file.path}"


def _table(table: DescribedTable, tables: dict[str, DescribedTable]) -> Json:
    keys = [key for key in table.foreign_keys if _known(key[2], tables.get(key[1]))]
    return {
        "url": _url(table),
        **said({"dc:title": table.title, "dc:description": table.description}),
        **_null(table.schema, [""]),
        "tableSchema": {
            "columns": [_column(field) for field in table.fields],
            **said({"primaryKey": [_name(name) for name in table.primary_key]}),
            **said({"foreignKeys": [_foreign_key(key, tables) for key in keys]}),
        },
    }


def _null(said_of: Json, otherwise: list[str] | None = None) -> Json:
    """Return which texts are no value; nothing where that is not said, or is what holds otherwise."""
    missing = said_of.get("missingValues")
    texts = isinstance(missing, list) and all(isinstance(item, str) for item in missing)
    return {"null": missing} if texts and missing != otherwise else {}


def _known(names: list[str], table: DescribedTable | None) -> bool:
    return bool(names) and table is not None and set(names) <= {field["name"] for field in table.fields}


def _foreign_key(key: tuple[list[str], str, list[str]], tables: dict[str, DescribedTable]) -> Json:
    columns, table, references = key
    far = {"resource": _url(tables[table]), "columnReference": [_name(name) for name in references]}
    return {"columnReference": [_name(name) for name in columns], "reference": far}


def _column(field: Json) -> Json:
    """Return a column. Its title is its header, by which the two are matched; the title for people is `dc:title`."""
    return {
        "name": _name(field["name"]),
        "titles": field["name"],
        **said({"dc:title": text(field, "title"), "dc:description": text(field, "description")}),
        "datatype": _datatype(field),
        **_null(field),
        **({"required": True} if required(field) else {}),
        **said({"propertyUrl": term(field.get("rdfType"))}),
    }


def _name(name: str) -> str:
    """Return a name as CSVW allows it: the name of a variable of a URI template, which no underscore begins."""
    spelt = segment(name).replace("-", "%2D").replace(".", "%2E").replace("~", "%7E")
    return f"%5F{spelt[1:]}" if spelt.startswith("_") else spelt


def _datatype(field: Json) -> Json | str:
    name = kind(field)
    if name == "boolean":
        return {"base": "boolean", "format": "true|false"}
    lengths = {limit: number(field, limit) for limit in LENGTHS} if name == "string" else {}
    limits = {**_limit(field, name, LOWER, max), **_limit(field, name, UPPER, min)}
    pattern = _pattern(field) if name == "string" else ""
    base = _TYPES.get(name, "string")
    details = said({**lengths, **limits, "format": pattern})
    return {"base": base, **details} if details else base


def _limit(field: Json, name: str, bounds: tuple[str, str], stricter: Callable[..., Any]) -> Json:
    """Return the limit at one end, by its name in CSVW, which allows only one; of two, the stricter one.

    bounds: the names of the inclusive and of the exclusive limit. stricter: max or min.
    """
    if name not in _ORDERED:
        return {}
    given = {bound: _bound(field, name, bound) for bound in bounds}
    found = {bound: value for bound, value in given.items() if value is not None}
    if not found:
        return {}
    limit = stricter(found.values())
    bound = [bound for bound, value in found.items() if value == limit][-1]
    return {_EXCLUSIVE.get(bound, bound): limit}


def _bound(field: Json, name: str, bound: str) -> int | float | str | None:
    """Return a limit: a number, or a day or time as ISO 8601 text, which sorts chronologically."""
    if name in NUMBERS:
        return number(field, bound)
    given = constraint(field, bound)
    if not isinstance(given, str):
        return None
    try:
        _MOMENTS[name].fromisoformat(given)
    except ValueError:
        return None
    return given


def _pattern(field: Json) -> str:
    """Return the pattern of a text, anchored at both ends."""
    given = constraint(field, "pattern")
    listed = [_SYNTAX.sub(r"\\\g<0>", str(code)) for code, _ in codes(field)]
    pattern = "|".join(listed) or (given if isinstance(given, str) else "")
    return f"^(?:{pattern})$" if pattern else ""
