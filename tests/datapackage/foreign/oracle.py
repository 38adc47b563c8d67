"""An independent check of a table: plain Python, one cell at a time, written from the text of the standard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

Broken = tuple[str, int, int | None]
"""A code, the row with the header as 1, and the field, from 1; None where a key is meant."""

_DAY, _CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}:[0-9]{2}:[0-9]{2}"


def value(text: str, field: dict[str, Any]) -> Any:
    """Return what a cell says. Raises ValueError where it does not fit the type of its field."""
    kind = field["type"]
    if kind == "integer":
        if not re.fullmatch("[-+]?[0-9]+", text) or not -(2**63) <= int(text) < 2**63:
            raise ValueError
        return int(text)
    if kind == "number":
        return _number(text, field)
    if kind == "boolean":
        if text in field.get("trueValues", ["true", "True", "TRUE", "1"]):
            return True
        if text in field.get("falseValues", ["false", "False", "FALSE", "0"]):
            return False
        raise ValueError
    if kind == "date":
        return date.fromisoformat(_like(_DAY, text))
    if kind == "time":
        return time.fromisoformat(_like(_CLOCK, text))
    if kind == "datetime":
        return datetime.fromisoformat(_like(f"{_DAY}T{_CLOCK}", text))
    if kind == "year":
        return int(_like("-?[0-9]{4,9}", text))
    if kind == "yearmonth":
        return _like("[0-9]{4}-(0[1-9]|1[0-2])", text)
    return text


def _like(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError
    return text


def _number(text: str, field: dict[str, Any]) -> float:
    group, point = field.get("groupChar"), field.get("decimalChar", ".")
    plain = re.sub(f"(?<=[0-9]){re.escape(group)}(?=[0-9])", "", text) if group else text
    if not re.fullmatch(
        f"[-+]?([0-9]+({re.escape(point)}[0-9]*)?|{re.escape(point)}[0-9]+)([eE][-+]?[0-9]+)?", plain
    ):
        raise ValueError
    found = float(plain.replace(point, "."))
    if found in (float("inf"), float("-inf")):
        raise ValueError
    return found


def _keeps(found: Any, text: str, field: dict[str, Any]) -> bool:
    rules = field.get("constraints", {})
    keeps = [
        "minimum" not in rules or found >= value(rules["minimum"], field),
        "maximum" not in rules or found <= value(rules["maximum"], field),
        "exclusiveMinimum" not in rules or found > value(rules["exclusiveMinimum"], field),
        "exclusiveMaximum" not in rules or found < value(rules["exclusiveMaximum"], field),
        "minLength" not in rules or len(text) >= rules["minLength"],
        "maxLength" not in rules or len(text) <= rules["maxLength"],
        "pattern" not in rules or re.fullmatch(rules["pattern"], text),
        "enum" not in rules or found in [value(item, field) for item in rules["enum"]],
    ]
    return all(keeps)


def check(rows: list[list[str]], schema: dict[str, Any]) -> set[Broken]:
    """Return what is broken in rows that all have a cell for each field."""
    fields = schema["fields"]
    broken, parsed = set[Broken](), list[list[Any]]()
    absent: list[list[bool]] = []
    for number, row in enumerate(rows, start=2):
        values: list[Any] = []
        missing: list[bool] = []
        for place, (text, field) in enumerate(zip(row, fields, strict=True), start=1):
            is_missing = text in field.get("missingValues", schema.get("missingValues", [""]))
            found = None
            if is_missing and field.get("constraints", {}).get("required"):
                broken.add(("constraint-error", number, place))
            elif not is_missing:
                try:
                    found = value(text, field)
                    if not _keeps(found, text, field):
                        broken.add(("constraint-error", number, place))
                except ValueError:
                    broken.add(("type-error", number, place))
            values.append(found)
            missing.append(is_missing)
        parsed.append(values)
        absent.append(missing)
    broken |= set(_keys(parsed, absent, schema))
    return broken


def _keys(rows: list[list[Any]], absent: list[list[bool]], schema: dict[str, Any]) -> Iterator[Broken]:
    names = [field["name"] for field in schema["fields"]]
    # A part that is required has its finding already, and one fault is one finding.
    free = {n for n, field in enumerate(schema["fields"]) if not field.get("constraints", {}).get("required")}
    primary = [names.index(name) for name in schema.get("primaryKey", [])]
    unique = [[names.index(name) for name in key] for key in schema.get("uniqueKeys", [])]
    unique += [[n] for n, field in enumerate(schema["fields"]) if field.get("constraints", {}).get("unique")]
    for code, places in [("primary-key", primary), *(("unique-error", key) for key in unique)]:
        seen = set[tuple[Any, ...]]()
        for number, row in enumerate(rows, start=2):
            key = tuple(row[place] for place in places)
            if not places or None in key:
                if code == "primary-key" and any(
                    absent[number - 2][place] for place in places if place in free
                ):
                    yield code, number, None
                continue
            if key in seen:
                yield code, number, None
            seen.add(key)
    for key in schema.get("foreignKeys", []):
        near = [names.index(name) for name in key["fields"]]
        far = [names.index(name) for name in key["reference"]["fields"]]
        known = {tuple(row[place] for place in far) for row in rows}
        for number, row in enumerate(rows, start=2):
            wanted = tuple(row[place] for place in near)
            if None not in wanted and wanted not in known:
                yield "foreign-key", number, None
