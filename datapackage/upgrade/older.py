"""From version 2 to version 1: what version 1 has no word for is put in the nearest one, and is a loss.

The differences are those of https://datapackage.org/overview/changelog/ and of the published profiles.
"""

from __future__ import annotations

from typing import Any

from ..loss import Losses
from .bounds import Reader
from .parts import Json, mapped, standard

_DIALECT = (
    "headerRows",
    "headerJoin",
    "commentRows",
    "property",
    "itemType",
    "itemKeys",
    "sheetNumber",
    "sheetName",
    "table",
)
"""What a dialect of version 1 cannot say."""
_BOUNDS = {"exclusiveMinimum": ("minimum", 1), "exclusiveMaximum": ("maximum", -1)}


def package(content: Json, losses: Losses) -> Json:
    """Return a package of version 1."""
    older = _profiled(content, "datapackage", losses, "")
    older = mapped(older, "contributors", lambda item, where: _contributor(item, losses, where))
    older = mapped(older, "sources", lambda item, where: _source(item, losses, where))
    older = mapped(older, "resources", lambda item, where: resource(item, losses, where))
    resources = older.get("resources")
    tabular = isinstance(resources, list) and bool(resources) and all(map(_is_tabular, resources))
    return {"profile": "tabular-data-package", **older} if tabular and "profile" not in older else older


def _is_tabular(item: Any) -> bool:
    return isinstance(item, dict) and item.get("profile") == "tabular-data-resource"


def resource(content: Json, losses: Losses, where: str = "") -> Json:
    """Return a resource of version 1."""
    older = _profiled(content, "dataresource", losses, where)
    kind = older.pop("type", None)
    if kind == "table":
        older.setdefault("profile", "tabular-data-resource")
    elif kind is not None:
        losses.add(where, f"the type {kind!r}, which version 1 does not have")
    if isinstance(older.get("schema"), dict):
        older["schema"] = schema(older["schema"], losses, f"{where}.schema".strip("."))
    if isinstance(older.get("dialect"), dict):
        older["dialect"] = dialect(older["dialect"], losses, f"{where}.dialect".strip("."))
    return mapped(older, "sources", lambda item, place: _source(item, losses, place), where)


def _profiled(content: Json, kind: str, losses: Losses, where: str) -> Json:
    older = {key: value for key, value in content.items() if key != "$schema"}
    profile = content.get("$schema")
    if profile is not None and not standard(profile, kind):
        if isinstance(profile, str) and "profile" not in older:
            older = {"profile": profile, **older}
        else:
            losses.add(where, f"$schema {profile!r}")
    return older


def _contributor(item: Json, losses: Losses, where: str) -> Json:
    older = {key: value for key, value in item.items() if key not in ("roles", "givenName", "familyName")}
    names = [str(item[key]) for key in ("givenName", "familyName") if key in item]
    if names:
        losses.add(where, "givenName and familyName; a title replaces them")
    if "title" not in older:
        others = [older[key] for key in ("organization", "email", "path") if key in older]
        older["title"] = " ".join(names) or str(others[0] if others else "unnamed")
        if not names:
            losses.add(where, "that there is no title, which version 1 demands")
    roles = item.get("roles")
    if isinstance(roles, list) and roles:
        if older.get("role", roles[0]) != roles[0]:
            losses.add(where, f"role {older['role']!r}, beside roles")
        older["role"] = roles[0]
        if len(roles) > 1:
            losses.add(where, f"all roles but the first, of {', '.join(map(str, roles))}")
    return older


def _source(item: Json, losses: Losses, where: str) -> Json:
    if "title" in item:
        return item
    losses.add(where, "that there is no title, which version 1 demands")
    return {"title": str(item.get("path") or item.get("email") or "unnamed"), **item}


def dialect(content: Json, losses: Losses, where: str = "") -> Json:
    """Return a dialect of version 1."""
    older = {key: value for key, value in content.items() if key != "$schema"}
    _tell_of_profile(content, "tabledialect", losses, where)
    for key in _DIALECT:
        if key in older:
            losses.add(where, f"{key} {older.pop(key)!r}")
    return {"doubleQuote": True, **older}  # the profile of version 1 demands it


def schema(content: Json, losses: Losses, where: str = "") -> Json:
    """Return a Table Schema of version 1."""
    older = {key: value for key, value in content.items() if key not in ("$schema", "fieldsMatch")}
    _tell_of_profile(content, "tableschema", losses, where)
    match = content.get("fieldsMatch", "exact")
    if match not in ("exact", ["exact"]):
        losses.add(where, f"fieldsMatch {match!r}: in version 1 columns are in the order of the fields")
    shared = _missing(older.get("missingValues", [""]), losses, where)
    if "missingValues" in older:
        older["missingValues"] = shared
    _hoist_missing(older, shared, losses, where)
    older = mapped(older, "fields", lambda item, place: field(item, losses, place), where)
    _unique_keys(older, losses, where)
    return mapped(older, "foreignKeys", lambda item, _: _foreign_key(item), where)


def _tell_of_profile(content: Json, kind: str, losses: Losses, where: str) -> None:
    if "$schema" in content and not standard(content["$schema"], kind):
        losses.add(where, f"$schema {content['$schema']!r}")


def _missing(given: Any, losses: Losses, where: str) -> Any:
    if not isinstance(given, list):
        return given
    if any(isinstance(item, dict) and "label" in item for item in given):
        losses.add(where, "the labels of missingValues")
    return [item.get("value", "") if isinstance(item, dict) else item for item in given]


def _hoist_missing(older: Json, shared: Any, losses: Losses, where: str) -> None:
    """Where all fields have the same missing values of their own, let them be those of the table."""
    fields = older.get("fields")
    if not isinstance(fields, list) or not all(isinstance(item, dict) for item in fields):
        return
    found = [_missing(item.get("missingValues", shared), Losses(), "") for item in fields]
    own = any("missingValues" in item for item in fields)
    if own and all(one == found[0] for one in found):
        for item in fields:
            _missing(item.get("missingValues"), losses, where)  # which may have labels
        older["missingValues"] = found[0]
        kept = [{key: value for key, value in item.items() if key != "missingValues"} for item in fields]
        older["fields"] = kept


def _unique_keys(older: Json, losses: Losses, where: str) -> None:
    keys = older.pop("uniqueKeys", None)
    if keys is None:
        return
    listed = older.get("fields")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    for key in keys if isinstance(keys, list) else [keys]:
        names = [key] if isinstance(key, str) else key
        owner = next((item for item in items if names == [item.get("name")]), None)
        if owner is not None:
            constraints = owner.get("constraints")
            owner["constraints"] = {
                **(constraints if isinstance(constraints, dict) else {}),
                "unique": True,
            }
        else:
            losses.add(where, f"the unique key {key!r}")


def _foreign_key(item: Json) -> Json:
    reference = item.get("reference")
    if not isinstance(reference, dict) or "resource" in reference:
        return item
    return {**item, "reference": {"resource": "", **reference}}


def field(content: Json, losses: Losses, where: str = "") -> Json:
    """Return a field of version 1."""
    place = f"{where} ({content['name']})" if isinstance(content.get("name"), str) else where
    older = {"type": "any", **content} if "type" not in content else dict(content)
    kind = older["type"]
    if "missingValues" in older:
        losses.add(place, f"missingValues of one field, {older.pop('missingValues')!r}")
    if kind == "integer" and "groupChar" in older:
        losses.add(place, f"groupChar {older.pop('groupChar')!r} of an integer")
    constraints = older.pop("constraints", {})
    if not isinstance(constraints, dict):
        return {**older, "constraints": constraints}
    reader = Reader(content, str(kind))
    limits = _constraints(dict(constraints), reader, losses, place)
    if kind == "list":
        _list(older, limits, losses, place)
    _categories(older, limits, reader, losses, place)
    return {**older, "constraints": limits} if limits or "constraints" in content else older


def _list(older: Json, limits: Json, losses: Losses, place: str) -> None:
    older["type"] = "string"
    gone = [key for key in ("delimiter", "itemType") if older.pop(key, None) is not None]
    gone += [key for key in ("minLength", "maxLength", "enum") if limits.pop(key, None) is not None]
    rest = f", with {', '.join(gone)}" if gone else ""
    losses.add(place, f"the type list{rest}: it becomes string")


def _categories(older: Json, limits: Json, reader: Reader, losses: Losses, place: str) -> None:
    listed = older.pop("categories", None)
    ordered = older.pop("categoriesOrdered", None)
    if not isinstance(listed, list):
        if listed is not None:
            losses.add(place, f"categories {listed!r}")
        if ordered:
            losses.add(place, f"categoriesOrdered {ordered!r}")
        return
    values = [item.get("value") if isinstance(item, dict) else item for item in listed]
    labels = any(isinstance(item, dict) and "label" in item for item in listed)
    said = ", with labels" * labels + ", with their order" * bool(ordered)
    enum = limits.get("enum")
    both = reader.shared(enum, values) if isinstance(enum, list) else values
    if both:
        limits["enum"] = both
        losses.add(place, f"categories{said}: an enum of the values replaces them")
    else:
        beside = f", and none is in the enum, which stays {enum!r}" if "enum" in limits else ""
        losses.add(place, f"categories{said}: an enum cannot say that no value is allowed{beside}")


def _constraints(limits: Json, reader: Reader, losses: Losses, place: str) -> Json:
    if "jsonSchema" in limits:
        losses.add(place, f"the constraint jsonSchema {str(limits.pop('jsonSchema'))[:100]}")
    for exclusive, (inclusive, step) in _BOUNDS.items():
        if exclusive not in limits:
            continue
        bound, other = limits.pop(exclusive), limits.get(inclusive)
        shifted = reader.shifted(bound, step, exclusive)
        value = bound if shifted is None else shifted
        surpassed = other is not None and reader.is_tighter(other, value, inclusive, step)
        if surpassed is None:
            losses.add(place, f"{exclusive} {bound!r}, beside {inclusive} {other!r}")
            continue
        if surpassed:
            continue
        limits[inclusive] = value
        if shifted is None:
            losses.add(place, f"that {exclusive} {bound!r} itself is no value: it becomes {inclusive}")
    return limits
