"""From version 1 to version 2. Little is lost; what version 1 left to a default that has changed is written out."""

from __future__ import annotations

from ..loss import Losses
from .parts import Json, mapped

_NO_PROFILE = {"data-package": "datapackage", "data-resource": "dataresource"}
_PACKAGE, _RESOURCE = "tabular-data-package", "tabular-data-resource"


def package(content: Json, losses: Losses) -> Json:
    """Return a package of version 2."""
    profile = content.get("profile")
    newer = _unprofiled(content, losses, "", _PACKAGE)
    newer = mapped(newer, "contributors", lambda item, where: _contributor(item, losses, where))
    newer = mapped(newer, "resources", lambda item, where: resource(item, losses, where))
    if profile == _PACKAGE:
        newer = mapped(newer, "resources", lambda item, where: _as_table(item, losses, where))
    return newer


def _as_table(item: Json, losses: Losses, where: str) -> Json:
    if "type" not in item:
        losses.add(where, "that only the package said that this is a table: the resource says it now")
    return _table(item, losses, where)


def _table(item: Json, losses: Losses, where: str) -> Json:
    """Return a resource whose profile says that it is a table, with the type that says so."""
    kind = item.get("type", "table")
    if kind != "table":
        losses.add(where, f"the profile of tables, beside the type {kind!r}")
    return {**item, "type": kind}


def resource(content: Json, losses: Losses, where: str = "") -> Json:
    """Return a resource of version 2."""
    newer = _unprofiled(content, losses, where, _RESOURCE)
    if content.get("profile") == _RESOURCE:
        newer = _table(newer, losses, where)
    if isinstance(newer.get("schema"), dict):
        newer["schema"] = schema(newer["schema"], losses, f"{where}.schema".strip("."))
    if isinstance(newer.get("dialect"), dict):
        newer["dialect"] = dialect(newer["dialect"], losses, f"{where}.dialect".strip("."))
    return newer


def _unprofiled(content: Json, losses: Losses, where: str, tabular: str) -> Json:
    """Return a package or resource without its profile. tabular: the profile that version 2 says with types."""
    newer = {key: value for key, value in content.items() if key != "profile"}
    profile = content.get("profile")
    if isinstance(profile, str) and profile in _NO_PROFILE:
        losses.add(where, f"that the profile {profile!r}, which is the default, was written out")
    elif isinstance(profile, str) and ("/" in profile or profile.endswith(".json")):
        newer["$schema"] = profile
    elif profile not in (None, tabular):
        losses.add(where, f"the profile {profile!r}, which version 2 does not have")
    return newer


def _contributor(item: Json, losses: Losses, where: str) -> Json:
    if "role" not in item:
        return item
    if "roles" in item:
        losses.add(where, f"role {item['role']!r}, beside roles")
    newer = {key: value for key, value in item.items() if key != "role"}
    return {**newer, "roles": newer.get("roles", [item["role"]])}


def dialect(content: Json, losses: Losses, where: str = "") -> Json:
    """Return a dialect of version 2."""
    if "csvddfVersion" in content:
        losses.add(where, f"csvddfVersion {content['csvddfVersion']!r}")
    return {key: value for key, value in content.items() if key != "csvddfVersion"}


def schema(content: Json, losses: Losses, where: str = "") -> Json:
    """Return a Table Schema of version 2, which lists each missing value once."""
    newer = mapped(content, "fields", lambda item, place: field(item, losses, place), where)
    missing = newer.get("missingValues")
    if isinstance(missing, list) and all(isinstance(text, str) for text in missing):
        once = list(dict.fromkeys(missing))
        if once != missing:
            losses.add(where, "that missingValues had a text twice")
        newer = {**newer, "missingValues": once}
    return newer


def field(content: Json, losses: Losses, where: str = "") -> Json:
    """Return a field of version 2: without a type it would be of any, where version 1 meant string."""
    newer = dict(content)
    if "type" not in newer:
        losses.add(where, "that the type was left out: string, which version 1 meant, is written out")
        newer["type"] = "string"
    form = newer.get("format")
    if isinstance(form, str) and form.startswith("fmt:"):
        losses.add(where, f"the prefix of the format {form!r}, which is from before version 1")
        newer["format"] = form.removeprefix("fmt:")
    return newer
