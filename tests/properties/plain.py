"""An independent check of packages: plain Python, one cell at a time, written from the text of the standard.

It shares nothing with the program. Cells become Python values; one that does not fit its type is a ValueError.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

Broken = tuple[str, str, int, int | None]
"""Table, code, row with the header as 1, and field from 1; None where a row or a key is meant."""
Json = dict[str, Any]


@dataclass
class Table:
    """A table: its schema, the labels of its columns, and its rows as text."""

    schema: Json
    labels: list[str]
    rows: list[list[str]]
    kept: list[list[Any]] = field(default_factory=list[list[Any]])


def check(tables: Mapping[str, Table]) -> set[Broken]:
    """Return what is broken."""
    broken = {(name, *found) for name, table in tables.items() for found in (*_labels(table), *_rows(table))}
    for name, table in tables.items():
        for row in _dangling(name, table, tables):
            broken.add((name, "foreign-key", row, None))
    return broken


def _labels(table: Table) -> Iterator[tuple[str, int, int | None]]:
    names = [field["name"] for field in table.schema["fields"]]
    match = table.schema.get("fieldsMatch", "exact")
    for place, label in enumerate(table.labels, start=1):
        if match in ("equal", "superset") and label not in names:
            yield "extra-label", 1, place
    if match == "partial" and not set(names) & set(table.labels):
        yield "missing-label", 1, 1
        return
    for place, given in enumerate(table.schema["fields"], start=1):
        needed = match in ("equal", "subset") or given.get("constraints", {}).get("required")
        if given["name"] not in table.labels and (needed or given["name"] in _primary(table.schema)):
            yield "missing-label", 1, place


def _primary(schema: Json) -> list[str]:
    key = schema.get("primaryKey", [])
    return [key] if isinstance(key, str) else list(key)


def _rows(table: Table) -> Iterator[tuple[str, int, int | None]]:
    by_name = {given["name"]: given for given in table.schema["fields"]}
    absent, faulty = list[list[bool]](), set[tuple[int, int]]()
    for row, cells in enumerate(table.rows, start=2):
        table.kept.append([None] * len(table.labels))
        absent.append([False] * len(table.labels))
        if not any(cells) and len(cells) == len(table.labels) and not _lone_value(table, by_name):
            yield "blank-row", row, None
            if _primary(table.schema) and set(_primary(table.schema)) <= set(table.labels):
                yield "primary-key", row, None
            continue
        if len(cells) != len(table.labels):
            code = "missing-cell" if len(cells) < len(table.labels) else "extra-cell"
            for place in range(*sorted((len(cells), len(table.labels)))):
                yield code, row, place + 1
            continue
        for place, (label, cell) in enumerate(zip(table.labels, cells, strict=True)):
            given = by_name.get(label)
            if given is None:
                continue
            constraints = given.get("constraints", {})
            if cell in _missing(given, table.schema):
                absent[-1][place] = True
                if constraints.get("required"):
                    yield "constraint-error", row, place + 1
                continue
            try:
                table.kept[-1][place] = value(cell, given)
            except ValueError:
                yield "type-error", row, place + 1
                continue
            if not _keeps(table.kept[-1][place], cell, given):
                faulty.add((row, place))
                yield "constraint-error", row, place + 1
    yield from _keys(table, absent, faulty)


def _lone_value(table: Table, by_name: dict[str, Json]) -> bool:
    """Say whether an empty cell is a value, and a row has no other: it is quoted then, and not blank."""
    given = by_name.get(table.labels[0]) if len(table.labels) == 1 else None
    return given is not None and "" not in _missing(given, table.schema)


def _missing(given: Json, schema: Json) -> list[str]:
    owner = given if "missingValues" in given else schema
    listed: list[Any] = owner.get("missingValues", [""])
    return [item["value"] if isinstance(item, dict) else item for item in listed]


def _keys(
    table: Table, absent: list[list[bool]], faulty: set[tuple[int, int]]
) -> Iterator[tuple[str, int, int | None]]:
    names = [given["name"] for given in table.schema["fields"]]
    required = {g["name"] for g in table.schema["fields"] if g.get("constraints", {}).get("required")}
    unique = [[name] for name in names if _field(table, name).get("constraints", {}).get("unique")]
    unique += table.schema.get("uniqueKeys", [])
    keys = [("primary-key", _primary(table.schema)), *(("unique-error", key) for key in unique)]
    for code, key in keys:
        if not key or not set(key) <= set(table.labels):
            continue
        places = [table.labels.index(name) for name in key]
        free = [place for name, place in zip(key, places, strict=True) if name not in required]
        numbers = [
            place for place, name in zip(places, key, strict=True) if _field(table, name)["type"] == "number"
        ]
        seen: list[list[Any]] = []
        for row, (values, none) in enumerate(zip(table.kept, absent, strict=True), start=2):
            mine = [values[place] for place in places]
            # NaN is a value, and equals itself; but many programs take it for none, so it names no row.
            nan = [place for place in numbers if values[place] == "nan" and code == "primary-key"]
            # A part that is required, or breaks a constraint, has its finding already, and one fault is one finding.
            nameless = any(none[place] for place in free) or any((row, place) not in faulty for place in nan)
            if code == "primary-key" and nameless:
                yield code, row, None
            if nan or None in mine:
                continue
            if mine in seen:
                yield code, row, None
            seen.append(mine)


def _field(table: Table, name: str) -> Json:
    return next(given for given in table.schema["fields"] if given["name"] == name)


def _dangling(name: str, table: Table, tables: Mapping[str, Table]) -> Iterator[int]:
    for key in table.schema.get("foreignKeys", []):
        near, reference = key["fields"], key["reference"]
        far = tables[reference.get("resource") or name]
        near = [near] if isinstance(near, str) else near
        there = [reference["fields"]] if isinstance(reference["fields"], str) else reference["fields"]
        known = [[row[far.labels.index(part)] for part in there] for row in far.kept]
        for row, values in enumerate(table.kept, start=2):
            wanted = [values[table.labels.index(part)] for part in near]
            if None not in wanted and wanted not in known:
                yield row


def value(text: str, given: Json) -> Any:
    """Return what a cell says. Raises ValueError where it does not fit its field."""
    return _VALUES[given["type"]](text, given)


def _like(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError(text)
    return text


_EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
_TEXTS = {
    "default": "(?s:.*)",
    "email": _EMAIL,
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>\"{}|\\^`]+",
    "uuid": "-".join(f"[0-9a-fA-F]{{{size}}}" for size in (8, 4, 4, 4, 12)),
    "binary": "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
}


def _string(text: str, given: Json) -> str:
    return _like(_TEXTS[given.get("format", "default")], text)


def _bare(text: str, given: Json) -> str:
    if given.get("bareNumber", True):
        return text
    found = re.search("[-+]?[0-9]", text)
    if not found:
        return text
    return (
        re.sub("[^0-9]*$", "", text[found.start() :])
        if re.match("[^-+0-9]*$", text[: found.start()])
        else text
    )


def _digits(text: str, given: Json) -> str:
    group = given.get("groupChar")
    return re.sub(f"(?<=[0-9]){re.escape(group)}(?=[0-9])", "", text) if group else text


def _integer(text: str, given: Json) -> int:
    number = int(_like("[-+]?[0-9]+", _digits(_bare(text, given), given)))
    if not -(2**63) <= number < 2**63:
        raise ValueError(text)
    return number


def _number(text: str, given: Json) -> float | str:
    special = text.lower()
    if re.fullmatch("nan|[-+]?inf", special):
        return special.lstrip("+")
    point = given.get("decimalChar", ".")
    plain = _digits(_bare(text, given), given)
    mark = re.escape(point)
    _like(f"[-+]?(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][-+]?[0-9]+)?", plain)
    number = float(plain.replace(point, "."))
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _boolean(text: str, given: Json) -> bool:
    if text in given.get("trueValues", ["true", "True", "TRUE", "1"]):
        return True
    if text in given.get("falseValues", ["false", "False", "FALSE", "0"]):
        return False
    raise ValueError(text)


_ZONE = "(?:Z|[-+][0-9]{2}:[0-9]{2})?"
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _date(text: str, given: Json) -> date:
    form = given.get("format", "default")
    if form == "default":
        return date.fromisoformat(_like(_DAY, text))
    return datetime.strptime(text, form).date()


def _time(text: str, given: Json) -> time:
    form = given.get("format", "default")
    if form != "default":
        return datetime.strptime(text, form).time()
    moment = datetime.fromisoformat("2000-01-02T" + _like(_CLOCK + _ZONE, text))
    return (moment.astimezone(UTC) if moment.tzinfo else moment).time()


def _datetime(text: str, given: Json) -> datetime:
    form = given.get("format", "default")
    moment = datetime.strptime(text, form) if form != "default" else None
    moment = moment or datetime.fromisoformat(_like(f"{_DAY}T{_CLOCK}{_ZONE}", text))
    try:
        return moment.replace(tzinfo=None) - (moment.utcoffset() or timedelta())
    except OverflowError as error:
        raise ValueError(text) from error


_PARTS = dict(zip("YMWD", (31556952, 2629746, 604800, 86400), strict=True)), {"H": 3600, "M": 60, "S": 1}


def _duration(text: str, given: Json) -> Fraction:
    match = re.fullmatch("(-?)P([^T]*)(?:T(.+))?", text)
    if not match or not (match[2] or match[3]):
        raise ValueError(text)
    total = Fraction(0)
    for part, units in zip((match[2], match[3] or ""), _PARTS, strict=True):
        left = list(units)
        for number, unit in _split(part):
            if unit not in left or ("." in number and unit != "S"):
                raise ValueError(text)
            left = left[left.index(unit) + 1 :]
            total += Fraction(number) * units[unit]
    return -total if match[1] else total


def _split(part: str) -> list[tuple[str, str]]:
    pairs = re.findall(r"([0-9]+(?:\.[0-9]+)?)([A-Z])", part)
    if "".join(number + unit for number, unit in pairs) != part:
        raise ValueError(part)
    return pairs


def _json(text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> Json:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError(text)
        return dict(pairs)

    def never(name: str) -> None:
        raise ValueError(name)

    return json.loads(text, object_pairs_hook=once, parse_constant=never)


def _of(kind: type) -> Callable[[str, Json], Any]:
    def read(text: str, given: Json) -> Any:
        found = _json(text)
        if not isinstance(found, kind):
            raise ValueError(text)  # noqa: TRY004  a value that does not fit
        return found

    return read


def _list(text: str, given: Json) -> list[Any]:
    item = {"type": given.get("itemType", "string")}
    return [value(part, item) for part in text.split(given.get("delimiter", ","))]


def _geopoint(text: str, given: Json) -> tuple[float, float]:
    form = given.get("format", "default")
    parts: Any = [part.strip(" ") for part in text.split(",")] if form == "default" else _json(text)
    if form == "object":
        if not isinstance(parts, dict) or set(parts) != {"lon", "lat"}:
            raise ValueError(text)
        parts = [parts["lon"], parts["lat"]]
    if (
        not isinstance(parts, list)
        or len(parts) != 2
        or any(isinstance(part, (bool, list)) for part in parts)
    ):
        raise ValueError(text)
    longitude, latitude = (float(_like("[-+]?[0-9.]+", str(part))) for part in parts)
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError(text)
    return longitude, latitude


def _geojson(text: str, given: Json) -> Any:
    found = _json(text)
    kinds = ("Topology",) if given.get("format") == "topojson" else ("Point", "Feature")
    if not isinstance(found, dict) or found.get("type") not in kinds:
        raise ValueError(text)
    fits = {
        "Topology": lambda: isinstance(found.get("arcs"), list) and isinstance(found.get("objects"), dict),
        "Point": lambda: isinstance(found.get("coordinates"), list) and len(found["coordinates"]) >= 2,
        "Feature": lambda: {"geometry", "properties"} <= set(found),
    }
    if not fits[found["type"]]():
        raise ValueError(text)
    return found


_VALUES: dict[str, Callable[[str, Json], Any]] = {
    "string": _string,
    "any": lambda text, given: text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "year": lambda text, given: int(_like("-?[0-9]{4,9}", text)),
    "yearmonth": lambda text, given: _like("[0-9]{4}-(0[1-9]|1[0-2])", text),
    "duration": _duration,
    "object": _of(dict),
    "array": _of(list),
    "list": _list,
    "geopoint": _geopoint,
    "geojson": _geojson,
}


def _keeps(found: Any, text: str, given: Json) -> bool:
    rules = given.get("constraints", {})
    categories = [item["value"] if isinstance(item, dict) else item for item in given.get("categories", ())]

    def limit(key: str) -> Any:
        written = rules[key]
        return value(written, given) if isinstance(written, str) else written

    keeps = (
        "minimum" not in rules or found >= limit("minimum"),
        "maximum" not in rules or found <= limit("maximum"),
        "exclusiveMinimum" not in rules or found > limit("exclusiveMinimum"),
        "exclusiveMaximum" not in rules or found < limit("exclusiveMaximum"),
        "minLength" not in rules or len(found) >= rules["minLength"],
        "maxLength" not in rules or len(found) <= rules["maxLength"],
        "pattern" not in rules or re.fullmatch(rules["pattern"], text) is not None,
        "enum" not in rules
        or found in [value(item, given) if isinstance(item, str) else item for item in rules["enum"]],
        "categories" not in given or found in categories,
        "jsonSchema" not in rules or _follows(found, rules["jsonSchema"]),
    )
    return all(keeps)


def _follows(found: Any, schema: Json) -> bool:
    """Hold a value against the few keywords that the tests use."""
    if "minProperties" in schema:
        return bool(len(found) >= schema["minProperties"])
    if "required" in schema:
        return set(schema["required"]) <= set(found)
    return all(isinstance(item, int) and not isinstance(item, bool) for item in found)  # items: integer
