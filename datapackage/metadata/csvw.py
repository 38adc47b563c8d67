"""csv-metadata.json: the CSV files for tools of CSV on the Web, with types, keys and references.

It is beside the CSV files, under the name by which such a tool searches for it when it is given one of them
(https://www.w3.org/TR/tabular-data-model/, section 5.3). The format is at https://www.w3.org/TR/tabular-metadata/.
CSVW has no enumerations, so a code list is a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from ..describing.allowed import LENGTHS, LOWER, NUMBERS, UPPER, codes, constraint, number
from ..describing.describe import Json
from ..describing.descriptor import ForeignKeyEntry, Package, Resource
from ..filenames import CSVW
from .about import creators, fields, language, licence_iri, released, said, tables, title
from .iris import segment, term

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


def table_group(package: Package) -> Json:
    """Return the CSV files as a group of tables."""
    day = released(package)
    urls = {table.name: _url(table.path) for table in tables(package)}
    return {
        "@context": ["http://www.w3.org/ns/csvw", *filter(None, [language(package)])],
        **said(
            {
                "dc:title": title(package),
                "dc:description": package.description.strip(),
                "dc:license": {"@id": licence_iri(package)} if licence_iri(package) else None,
                "dc:creator": [contributor.title for contributor in creators(package)],
                "dc:issued": {"@value": day, "@type": "xsd:date"} if day else None,
            }
        ),
        "tables": [_table(table, urls) for table in tables(package)],
    }


def _url(path: str) -> str:
    """Return the address of a CSV file as seen from where the metadata lies."""
    return path.removeprefix(CSVW.rpartition("/")[0] + "/")


def _table(table: Resource, urls: Mapping[str, str]) -> Json:
    schema = table.table_schema
    return {
        "url": urls[table.name],
        **said({"dc:title": title(table), "dc:description": table.description.strip()}),
        "tableSchema": {
            "columns": [_column(field) for field in fields(table)],
            **said({"primaryKey": _names(schema.primary_key)}),
            **said({"foreignKeys": [_foreign_key(key, table, urls) for key in schema.foreign_keys]}),
        },
    }


def _foreign_key(key: ForeignKeyEntry, table: Resource, urls: Mapping[str, str]) -> Json:
    far = {
        "resource": urls[key.reference.resource or table.name],
        "columnReference": _names(key.reference.fields),
    }
    return {"columnReference": _names(key.fields), "reference": far}


def _names(columns: list[str]) -> list[str]:
    return [_name(column) for column in columns]


def _column(field: Json) -> Json:
    """Return a column. Its title is its header, by which the two are matched; the title for people is `dc:title`."""
    return {
        "name": _name(field["name"]),
        "titles": field["name"],
        **said({"dc:title": field.get("title"), "dc:description": field.get("description")}),
        "datatype": _datatype(field),
        **({"null": field["missingValues"]} if "missingValues" in field else {}),
        **({"required": True} if constraint(field, "required") else {}),
        **said({"propertyUrl": term(field.get("rdfType"))}),
    }


def _name(name: str) -> str:
    """Return a name as CSVW allows it: the name of a variable of a URI template, which no underscore begins."""
    spelt = segment(name).replace("-", "%2D").replace(".", "%2E").replace("~", "%7E")
    return f"%5F{spelt[1:]}" if spelt.startswith("_") else spelt


def _datatype(field: Json) -> Json | str:
    name: str = field["type"]
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
