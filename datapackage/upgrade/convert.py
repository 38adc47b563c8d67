"""Convert: a package, a resource, a schema or a dialect to the other version of the standard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ..arguments import as_path, optional_path
from ..errors import CommuniqueError
from ..foreign.descriptor.versions import Version, version_of
from ..foreign.opening import descriptor_in, is_yaml
from ..loss import Loss, Losses
from ..untrusted.document import DocumentError, load
from ..untrusted.limits import DOCUMENT
from ..untrusted.paths import PathError, bytes_of
from . import newer, older
from .parts import BASE, Json


class UpgradeError(CommuniqueError, ValueError):
    """What was given is no descriptor that can be converted, or there is no such version."""


@dataclass(frozen=True)
class Converted:
    """A descriptor of the version that was asked for.

    content: the descriptor.
    losses: what it does not say any more; whoever gets nothing back into the first form lost nothing else.
    changed: whether it was of the other version.
    """

    content: Json
    losses: tuple[Loss, ...]
    changed: bool


def upgrade(source: str | Path, to: Version = 2, output: str | Path | None = None) -> Converted:
    """Return the descriptor in a file, or in the folder of a package, in version 1 or 2; nothing is written.

    output: where it will be written.
    Raises CommuniqueError where the file cannot be read or is no descriptor, or `output` is there already.
    """
    source, output = as_path(source), optional_path(output)
    if output is not None:
        _refuse_overwriting(output)
    path = descriptor_in(source) if source.is_dir() else source
    if path is None:
        raise UpgradeError(f"{source}: there is no datapackage.json. Give the descriptor itself.")
    try:
        content = load(bytes_of(path, DOCUMENT.most), is_yaml(path))
        return convert(content, to)
    except DocumentError as error:
        raise UpgradeError(
            f"{path}: expected a descriptor, which is JSON or YAML: {error}. Give a datapackage.json (or .yaml), or the "
            "folder of one."
        ) from error
    except PathError as error:
        raise UpgradeError(f"{path}: cannot be read: expected {error}.") from error
    except ValueError as error:
        raise UpgradeError(f"{path}: {error}") from error


def _refuse_overwriting(output: Path) -> None:
    """Refuse to write over what may be somebody's work; a device such as /dev/stdout has none."""
    is_there = output.is_file() or output.is_dir() or output.is_symlink()
    if is_there and not output.is_relative_to("/dev"):
        raise UpgradeError(f"{output}: already exists. Move it, or give another name.")


def convert(content: Any, to: Version) -> Converted:
    """Return a descriptor, as read from JSON, in version 1 or 2 of the standard.

    Raises CommuniqueError where it is no package, resource, schema or dialect, or there is no such version.
    """
    if to not in (1, 2):
        raise UpgradeError(f"There is no version {to!r} of the standard. Give 1 or 2.")
    kind = _kind(content)
    if version_of(content) == to:
        return Converted(content, (), changed=False)
    losses = Losses()
    there: ModuleType = newer if to == 2 else older
    given = {key: value for key, value in content.items() if to == 1 or key != "$schema"}
    converted: Json = getattr(there, kind)(given, losses)
    if to == 2:
        profile = {"package": "datapackage", "resource": "dataresource", "schema": "tableschema"}
        converted = {"$schema": f"{BASE}/{profile.get(kind, 'tabledialect')}.json", **converted}
    for where, path in _elsewhere(converted):
        losses.add(where, f"nothing, but {path!r} is a separate file: convert it separately")
    return Converted(converted, losses.of(), changed=True)


def _kind(content: Any) -> str:
    if isinstance(content, dict):
        if isinstance(content.get("resources"), list):
            return "package"
        if isinstance(content.get("fields"), list):
            return "schema"
        if "path" in content or "data" in content:
            return "resource"
        if {"delimiter", "quoteChar", "header", "csvddfVersion", "headerRows"} & set(content):
            return "dialect"
    raise UpgradeError("expected a package (resources), a resource (path), a schema (fields), or a dialect.")


def _elsewhere(content: Json) -> Iterator[tuple[str, str]]:
    """Yield the schemas and dialects that a descriptor only names."""
    listed = content.get("resources")
    items = enumerate(listed) if isinstance(listed, list) else [(-1, content)]
    for number, item in items:
        for key in ("schema", "dialect") if isinstance(item, dict) else ():
            if isinstance(item.get(key), str):
                yield f"resources[{number}].{key}" if number >= 0 else key, item[key]
