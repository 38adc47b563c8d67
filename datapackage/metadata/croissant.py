"""croissant.json: the dataset for machine learning, in Croissant 1.1: its files, and the records in them with types.

The specification is at https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html. A record set is read from
the Parquet file of a table, where there is one. A column with codes refers to an enumeration. References between
tables are left out: mlcroissant 1.1.1, the reader of the format's makers, cannot load a record set that has one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..describing.allowed import NUMBERS
from ..describing.citation import in_words
from ..describing.describe import Json
from .about import About, DescribedTable, File, text
from .fields import codes, kind
from .iris import segment, term
from .schemaorg import header, said

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


def dataset(about: About) -> Json | None:
    """Return the dataset as JSON-LD; None where it has no name, which the format requires.

    The format also requires a description, an address, a licence, creators and a day. An unknown address becomes the folder
    of the file itself; whatever else is unknown is left out. So are files whose hash or format is unknown, because
    mlcroissant refuses them.
    """
    if not about.title:
        return None
    record_sets = [item for table in about.tables for item in _record_sets(table)]
    return {
        "@context": _context(about),
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        **header(about),
        "url": about.homepage or "./",
        "citeAs": in_words(about.contributors, about.released, about.title, about.version),
        "isLiveDataset": False,
        "distribution": [_file_object(file) for file in about.files if _loadable(file)],
        **said({"recordSet": record_sets}),
    }


def _context(about: About) -> Json:
    return {
        "@language": about.language,
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


def _file_object(file: File) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": _file_id(file),
        **said(
            {
                "name": file.name,
                "description": file.title,
                "contentUrl": file.path,
                "contentSize": f"{file.bytes} B" if file.bytes is not None else "",
                "encodingFormat": _PARQUET if file.format == "parquet" else file.mediatype or file.format,
                "sha256": file.sha256,
            }
        ),
    }


def _loadable(file: File) -> bool:
    return bool(file.sha256 and (file.mediatype or file.format))


def _file_id(file: File) -> str:
    return f"{segment(file.name)}+file"  # no name of a table or a field has a plus sign once it is a segment


def _record_sets(table: DescribedTable) -> Iterator[Json]:
    """Yield the record sets of a table and of its code lists; none unless the table is in exactly one file."""
    loadable = [file for file in table.files if _loadable(file)]
    files = [file for file in loadable if file.format == "parquet"] or loadable
    if len(files) != 1 or not table.fields:
        return
    yield {
        "@type": "cr:RecordSet",
        "@id": segment(table.name),
        "name": table.name,
        **said({"description": table.description or table.title}),
        **said({"key": [{"@id": _field_id(table, name)} for name in table.primary_key]}),
        "field": [_field(table, field, files[0]) for field in table.fields],
    }
    for field in table.fields:
        if codes(field):
            yield _code_list(table, field)


def _field_id(table: DescribedTable, name: str) -> str:
    return f"{segment(table.name)}/{segment(name)}"


def _codes_id(table: DescribedTable, field: Json) -> str:
    return f"{_field_id(table, field['name'])}/codes"


def _field(table: DescribedTable, field: Json, file: File) -> Json:
    name = field["name"]
    return {
        "@type": "cr:Field",
        "@id": _field_id(table, name),
        "name": name,
        **said({"description": text(field, "description") or text(field, "title")}),
        "dataType": _TYPES.get(kind(field), "sc:Text"),
        **said({"equivalentProperty": term(field.get("rdfType"))}),
        **({"references": {"field": {"@id": f"{_codes_id(table, field)}/code"}}} if codes(field) else {}),
        "source": {"fileObject": {"@id": _file_id(file)}, "extract": {"column": name}},
    }


def _code_list(table: DescribedTable, field: Json) -> Json:
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
    return _TYPES[kind(field)] if kind(field) in NUMBERS else "sc:Text"
