"""Structures in a cell: object, array, list, geopoint, geojson.

Their values stay text: JSON in one canonical form, so that two spellings of one value are equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from ...untrusted.document import DocumentError, load
from .grammar import FieldError, Grammar, by_python, each_once, where

NESTED = ("object", "array", "list", "geopoint", "geojson")
"""The types whose values have parts."""
_POSITION = "a point such as 27.56, 53.9: longitude from -180 to 180, then latitude from -90 to 90"
_GEOMETRIES = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""How deep the positions of each geometry are nested in lists."""


def object_(field: Mapping[str, Any]) -> Grammar:
    """JSON objects."""
    return Grammar("a JSON object", pl.String, by_python(_canonical(dict), pl.String), _items)


def array(field: Mapping[str, Any]) -> Grammar:
    """JSON arrays."""
    return Grammar("a JSON array", pl.String, by_python(_canonical(list), pl.String), _items)


def geopoint(field: Mapping[str, Any]) -> Grammar:
    """Places, in the three forms of the standard. Raises FieldError."""
    readers: dict[str, Callable[[str], tuple[Any, Any]]] = {
        "default": _pair,
        "array": _array_point,
        "object": _object_point,
    }
    form = field.get("format", "default")
    if form not in readers:
        raise FieldError(f"one of the formats {', '.join(readers)}")
    read = readers[form]
    return Grammar(_POSITION, pl.String, by_python(lambda text: _place(*read(text)), pl.String))


def geojson(field: Mapping[str, Any]) -> Grammar:
    """GeoJSON (RFC 7946), or TopoJSON. Raises FieldError."""
    forms = {"default": ("GeoJSON", _is_geojson), "topojson": ("TopoJSON", _is_topology)}
    form = field.get("format", "default")
    if form not in forms:
        raise FieldError(f"one of the formats {', '.join(forms)}")
    name, fits = forms[form]

    def read(text: str) -> str:
        content = _loaded(text)
        if not isinstance(content, dict) or not fits(content):
            raise ValueError
        return _dumped(content)

    return Grammar(f"a {name} object", pl.String, by_python(read, pl.String))


def list_(field: Mapping[str, Any], item: Grammar) -> Grammar:
    """Lists of values in one cell, with a separator between them. Raises FieldError."""
    separator = field.get("delimiter", ",")
    if not isinstance(separator, str) or not separator:
        raise FieldError("a delimiter of at least one character")

    def parse(text: pl.Series) -> pl.Series:
        split = pl.DataFrame({"row": pl.int_range(len(text), eager=True), "part": text.str.split(separator)})
        parts = split.explode("part")
        lists = parts.with_columns(value=_parts(item, parts["part"])).group_by("row", maintain_order=True)
        arrays = [
            None if given is None or None in values else _dumped(values)
            for given, values in zip(text, lists.agg("value")["value"].to_list(), strict=True)
        ]
        return pl.Series(text.name, arrays, pl.String)

    return Grammar(
        f"a list with {separator!r} between its parts, each {item.wording}",
        pl.String,
        each_once(parse),
        _items,
        list_of_json(field, item).parse,
    )


def list_of_json(field: Mapping[str, Any], item: Grammar) -> Grammar:
    """Lists where values already have types: arrays of JSON, or texts with the separator between their parts."""
    separator = field.get("delimiter", ",")

    def read(text: str) -> str:
        array = _array_in(text)
        content = text.split(separator) if array is None else array
        values = _parts(item, pl.Series(_texts_of(content), dtype=pl.String))
        if values.null_count() or any(isinstance(part, (list, dict, type(None))) for part in content):
            raise ValueError
        return _dumped(values.to_list())

    return Grammar(
        f"a list whose parts are each {item.wording}", pl.String, by_python(read, pl.String), _items
    )


def _array_in(text: str) -> list[Any] | None:
    """Return an array of JSON; None where a text is none. Raises ValueError where it is one that no field may have."""
    if not text.startswith("["):
        return None
    try:
        array: list[Any] = _loaded(text)
    except ValueError:
        if _is_json(text):
            raise
        return None
    return array


def _is_json(text: str) -> bool:
    """Say whether a text is JSON, as Python reads it: with NaN, and whatever its size."""
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    except (RecursionError, ValueError):  # it is too deep, or a number is too long
        return True
    return True


def _parts(item: Grammar, texts: pl.Series) -> pl.Series:
    """Return the parts of lists as an array of JSON has them, null where one does not fit; JSON has no NaN."""
    values = item.parse(texts)
    if item.dtype == pl.Float64:
        return where(values, values.is_finite())
    return values if item.dtype in (pl.Int64, pl.Boolean) else where(texts, values.is_not_null())


def _texts_of(parts: list[Any]) -> list[str]:
    """Return the parts of a list of JSON as texts."""
    return [part if isinstance(part, str) else json.dumps(part) for part in parts]


def _loaded(text: str) -> Any:
    try:
        return load(text.encode(), is_yaml=False)
    except DocumentError as error:
        raise ValueError from error


def _dumped(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _canonical(kind: type) -> Callable[[str], str]:
    def read(text: str) -> str:
        content = _loaded(text)
        if not isinstance(content, kind):
            raise ValueError(text)  # noqa: TRY004  a value that does not fit, no mistake of a caller
        return _dumped(content)

    return read


def _items(cell: pl.Expr) -> pl.Expr:
    def count(values: pl.Series) -> pl.Series:
        return pl.Series(values.name, [None if v is None else len(json.loads(v)) for v in values], pl.Int64)

    return cell.map_batches(count, return_dtype=pl.Int64)


def _pair(text: str) -> tuple[Any, Any]:
    longitude, _, latitude = text.partition(",")
    return longitude.strip(" "), latitude.strip(" ")


def _array_point(text: str) -> tuple[Any, Any]:
    content = _loaded(text)
    if not isinstance(content, list) or len(content) != 2:
        raise ValueError
    return content[0], content[1]


def _object_point(text: str) -> tuple[Any, Any]:
    content = _loaded(text)
    if not isinstance(content, dict) or set(content) != {"lon", "lat"}:
        raise ValueError
    return content["lon"], content["lat"]


def _place(longitude: Any, latitude: Any) -> str:
    numbers = [_coordinate(longitude), _coordinate(latitude)]
    if not (-180 <= numbers[0] <= 180 and -90 <= numbers[1] <= 90):
        raise ValueError
    return f"{numbers[0]}, {numbers[1]}"


def _coordinate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(value)  # noqa: TRY004  a value that does not fit, no mistake of a caller
    text = str(value)
    if not text.isascii() or "_" in text or text != text.strip():
        raise ValueError
    return float(text) + 0.0  # -0 is 0


def _is_geojson(content: Any) -> bool:
    kind = content.get("type")
    if kind == "FeatureCollection":
        features = content.get("features")
        return isinstance(features, list) and all(_is_feature(feature) for feature in features)
    return _is_feature(content) if kind == "Feature" else _is_geometry(content)


def _is_feature(content: Any) -> bool:
    if not isinstance(content, dict) or content.get("type") != "Feature":
        return False
    geometry, properties = content.get("geometry", 0), content.get("properties", 0)
    return (geometry is None or _is_geometry(geometry)) and (
        properties is None or isinstance(properties, dict)
    )


def _is_geometry(content: Any) -> bool:
    if not isinstance(content, dict):
        return False
    if content.get("type") == "GeometryCollection":
        parts = content.get("geometries")
        return isinstance(parts, list) and all(map(_is_geometry, parts))
    depth = _GEOMETRIES.get(str(content.get("type")))
    return depth is not None and _are_positions(content.get("coordinates"), depth)


def _are_positions(value: Any, depth: int) -> bool:
    if not isinstance(value, list):
        return False
    if depth:
        return all(_are_positions(item, depth - 1) for item in value)
    return len(value) >= 2 and all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in value)


def _is_topology(content: Any) -> bool:
    return (
        content.get("type") == "Topology"
        and isinstance(content.get("objects"), dict)
        and isinstance(content.get("arcs"), list)
    )
