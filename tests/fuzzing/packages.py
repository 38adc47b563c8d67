"""Data packages made from choices: resources with files or inline rows, with references to each other."""

from __future__ import annotations

from typing import Any

from . import schemas
from .choices import Choices

_PATHS = (
    "t.csv",
    "t.parquet",
    ["t.csv", "t.csv"],
    "T.csv",
    "s.json",
    "../t.csv",
    "http://127.0.0.1/t.csv",
    "t.csv.gz",
    "",
)
_NAMES = ("t", "u", "a/b", "é", "t")
_MORE: dict[str, tuple[Any, ...]] = {
    "format": ("csv", "parquet", "tsv", "json", "xlsx", "CSV"),
    "mediatype": ("text/csv", "application/parquet", "text/csv;x"),
    "encoding": ("utf-8", "latin-1", "utf-16", "rot13", "idna", "unicode_escape", "utf-7"),
    "compression": ("gz", "no", "zip", "xz", None),
    "innerpath": ("t.csv", "../t.csv"),
    "extrapaths": (["t.csv"], [], ["u.csv"]),
    "bytes": (15, 0, 2**70),
    "hash": ("sha256:00", "md5:", "x", "crc:1", "sha256:" + "0" * 64),
    "rows": (2, 0),
    "stats": ({"bytes": 15}, {"sha256": "0"}, {"rows": 2}, {"rows": "x"}, {"hash": [1]}, {"sha256": {}}),
    "profile": ("tabular-data-resource", "data-resource", "http://a.b/c"),
    "type": ("table", "x"),
    "licenses": ([{"name": "MIT"}], [{}], {}),
    "sources": ([{"title": "s"}], [1]),
}  # fmt: skip
_DIALECT: dict[str, tuple[Any, ...]] = {
    "delimiter": (",", ";", "\t", "ab", '"'),
    "quoteChar": ('"', "'", "", None),
    "escapeChar": ("\\", None, ","),
    "header": (True, False),
    "headerRows": ([1], [1, 2], [2], [], [10**9], [2, 1]),
    "headerJoin": ("-", ""),
    "commentRows": ([2], [1]),
    "commentChar": ("#", "1"),
    "lineTerminator": ("\n", "\r\n", "\r", "x"),
    "nullSequence": ("1", "a", ""),
    "skipInitialSpace": (True,),
    "caseSensitiveHeader": (False,),
    "csv": ({"delimiter": ";"}, {"delimiter": 1}, []),
    "property": ("x",),
    "itemType": ("array",),
    "itemKeys": (["id"],),
}


def package(choices: Choices) -> Any:
    """Return the descriptor of a package, or of a resource by itself."""
    resources = [_resource(choices, _NAMES[number]) for number in range(choices.count(2) + 1)]
    if choices.chance(8):
        return resources[0]
    given: dict[str, Any] = {"resources": resources}
    for key in ("name", "version", "created", "keywords", "licenses", "$schema", "profile", "missingValues"):
        if choices.chance(8):
            given[key] = choices.value()
    return given


def _resource(choices: Choices, name: str) -> dict[str, Any]:
    resource: dict[str, Any] = {"name": choices.text() if choices.chance(16) else name}
    schema = schemas.schema(choices)
    if choices.chance(2):
        resource["data"] = choices.value() if choices.chance(16) else _rows(choices, schema)
    else:
        resource["path"] = choices.pick(_PATHS) if choices.chance(2) else "t.csv"
    if not choices.chance(8):
        resource["schema"] = "s.json" if choices.chance(4) else schema
    listed = schema.get("foreignKeys")
    for key in listed if isinstance(listed, list) and choices.chance(2) else ():
        if isinstance(key, dict) and isinstance(key.get("reference"), dict):
            key["reference"]["resource"] = choices.pick(_NAMES)
    for _ in range(choices.count(3)):
        key = choices.pick(tuple(_MORE))
        resource[key] = choices.value() if choices.chance(8) else choices.pick(_MORE[key])
    if choices.chance(4):
        resource["dialect"] = dialect = dict[str, Any]()
        for _ in range(choices.count(3)):
            key = choices.pick(tuple(_DIALECT))
            dialect[key] = choices.value() if choices.chance(8) else choices.pick(_DIALECT[key])
    return resource


def _rows(choices: Choices, schema: Any) -> list[Any]:
    labels = [field.get("name", "a") for field in schema["fields"]]
    rows: list[Any] = [labels] if choices.chance(2) else []
    for _ in range(choices.count(5)):
        cells = [_cell(choices) for _ in range(len(labels) + choices.chance(16))]
        rows.append(cells if choices.chance(2) else dict(zip(labels, cells, strict=False)))
    return rows


def _cell(choices: Choices) -> Any:
    return choices.value() if choices.chance(4) else schemas.cell(choices)
