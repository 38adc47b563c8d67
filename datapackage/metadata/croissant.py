"""croissant.json: the dataset for machine learning, in Croissant 1.1: its files, and the records in them with types.

The specification is at https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html. A record set is read from
the Parquet file of a table, where there is one. A column with codes refers to an enumeration. References between
tables are left out: mlcroissant 1.1.1, the reader of the format's makers, cannot load a record set that has one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..describing.allowed import NUMBERS, codes
from ..describing.citation import in_words
from ..describing.describe import Json
from ..describing.descriptor import Package, Resource
from .about import contributors, fields, languages, released, said, sha256, tables, title
from .iris import iri, segment, term
from .schemaorg import header

VERSION = "http://mlcommons.org/croissant/1.1"
_ALIASES = (
    "annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field fileObject "
    "fileProperty fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path "
    "readLines recordSet references regex repeated replace samplingRate sdVersion separator source "
    "subField transform unArchive value"
)
"""Terms of Croissant that are written without its prefix, as in the context that the specification recommends."""
_PARQUET = "application/x-parquet"
"""The media type that Croissant uses for Parquet; the registered one is `application/vnd.apache.parquet`."""
_TYPES = {
    "integer": "sc:Integer",
    "year": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
    "time": "sc:Time",
}


def dataset(package: Package) -> Json:
    """Return the dataset as JSON-LD.

    The format requires a description, an address, a licence, creators and a day. An unknown address becomes the folder of
    the file itself; whatever else is unknown is left out.
    """
    parquet = package.of("parquet")
    record_sets = [
        item for table in tables(package) for item in _record_sets(table, parquet.get(table.name, table))
    ]
    return {
        "@context": _context(package),
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        **header(package),
        "url": iri(package.homepage or "") or "./",
        "citeAs": in_words(contributors(package), released(package), title(package), package.version),
        "isLiveDataset": False,
        "distribution": list(map(_file_object, package.resources)),
        "recordSet": record_sets,
    }


def _context(package: Package) -> Json:
    return {
        "@language": next(iter(languages(package)), None),
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        **{name: f"cr:{name}" for name in _ALIASES.split()},
        "data": {"@id": "cr:data", "@type": "@json"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "name": {"@container": "@language"},
        "description": {"@container": "@language"},
    }


def _file_object(file: Resource) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": _file_id(file),
        **said(
            {
                "name": file.name,
                "description": title(file),
                "contentUrl": file.path,
                "contentSize": f"{file.bytes} B",
                "encodingFormat": _PARQUET if file.format == "parquet" else file.mediatype,
                "sha256": sha256(file),
            }
        ),
    }


def _file_id(file: Resource) -> str:
    return f"{segment(file.name)}+file"  # no name of a table or a field has a plus sign once it is a segment


def _record_sets(table: Resource, file: Resource) -> Iterator[Json]:
    """Yield the record sets of a table and of its code lists. file: what the table is read from."""
    described = fields(table)
    yield {
        "@type": "cr:RecordSet",
        "@id": segment(table.name),
        "name": table.name,
        **said({"description": table.description.strip() or title(table)}),
        **said({"key": [{"@id": _field_id(table, name)} for name in table.table_schema.primary_key]}),
        "field": [_field(table, field, file) for field in described],
    }
    for field in described:
        if codes(field):
            yield _code_list(table, field)


def _field_id(table: Resource, name: str) -> str:
    return f"{segment(table.name)}/{segment(name)}"


def _codes_id(table: Resource, field: Json) -> str:
    return f"{_field_id(table, field['name'])}/codes"


def _field(table: Resource, field: Json, file: Resource) -> Json:
    name = field["name"]
    return {
        "@type": "cr:Field",
        "@id": _field_id(table, name),
        "name": name,
        **said({"description": field.get("description") or field.get("title")}),
        "dataType": _TYPES.get(field["type"], "sc:Text"),
        **said({"equivalentProperty": term(field.get("rdfType"))}),
        **({"references": {"field": {"@id": f"{_codes_id(table, field)}/code"}}} if codes(field) else {}),
        "source": {"fileObject": {"@id": _file_id(file)}, "extract": {"column": name}},
    }


def _code_list(table: Resource, field: Json) -> Json:
    """Return the codes of a field as an enumeration, in the file itself."""
    own, parts = _codes_id(table, field), (("code", _code_type(field)), ("label", "sc:Text"))
    return {
        "@type": "cr:RecordSet",
        "@id": own,
        "name": f"{table.name}.{field['name']}.codes",
        "description": f"The codes of {field['name']} in {table.name}.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{own}/code"},
        "field": [
            {"@type": "cr:Field", "@id": f"{own}/{part}", "name": part, "dataType": type_}
            for part, type_ in parts
        ],
        "data": [{f"{own}/code": code, f"{own}/label": label or str(code)} for code, label in codes(field)],
    }


def _code_type(field: Json) -> str:
    return _TYPES[field["type"]] if field["type"] in NUMBERS else "sc:Text"
