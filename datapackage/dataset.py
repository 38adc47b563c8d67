"""A dataset: a folder of tables with a `dataset.yaml` that says what it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .errors import DatasetError

DESCRIPTION = "dataset.yaml"
_LIMIT = 1 << 20
_SEMVER = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$"
_Text = Annotated[str, Field(min_length=1)]
_Link = Annotated[str, Field(pattern=r"^https?://\S+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class License(_Strict):
    """A licence: its SPDX identifier, its title, and where its text stands."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]+$")]
    title: _Text
    path: _Link


class Contributor(_Strict):
    """Somebody who contributed, with Data Package roles."""

    title: _Text
    roles: Annotated[list[_Text], Field(min_length=1)]


class SourceNote(_Strict):
    """A document or collection that the dataset draws on."""

    title: _Text
    path: _Link | None = None


class Waiver(_Strict):
    """A known exception: the rule that one row may break, why, who answers for it, and its last day."""

    rule: _Text
    table: _Text
    key: _Text
    reason: _Text
    owner: _Text
    expires: date


class Dataset(_Strict):
    """What `dataset.yaml` says; the property names are those of Data Package v2 where it has the idea.

    folder: where it was read from.
    waiver_lines: the line of each waiver in dataset.yaml.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: _Text
    description: _Text
    version: Annotated[str, Field(pattern=_SEMVER)]
    release_date: date
    languages: Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]], Field(min_length=1)]
    license: License
    contributors: Annotated[list[Contributor], Field(min_length=1)]
    sources: list[SourceNote]
    keywords: list[_Text] = []
    waivers: list[Waiver] = []
    folder: Path
    waiver_lines: dict[int, int] = {}


def open_dataset(folder: Path) -> Dataset:
    """Read `dataset.yaml`.

    Raises DatasetError, with file and line, where the folder is not a dataset.
    """
    if not folder.exists():
        raise DatasetError(
            f"{folder}: there is no such folder. Give the path of a folder with a {DESCRIPTION}."
        )
    if not folder.is_dir():
        raise DatasetError(
            f"{folder}: this is a file. Give the folder that holds {DESCRIPTION} and the tables."
        )
    path = folder / DESCRIPTION
    content = _load(path)
    try:
        waivers = content.get("waivers")
        count = len(waivers) if isinstance(waivers, list) else 0
        lines = {number: _line(content, ("waivers", number)) for number in range(count)}
        return Dataset.model_validate({**content, "folder": folder, "waiver_lines": lines})
    except ValidationError as error:
        raise DatasetError("\n".join(_explain(path, content, error))) from error


def _load(path: Path) -> dict[str, object]:
    raw = _bytes(path)
    try:
        content = YAML(typ="rt", pure=True).load(raw.decode())
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DatasetError(f"{path}:{line}: not UTF-8. Save the file as UTF-8.") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = (error.problem or "").split("\n")[0]
        raise DatasetError(f"{place}: not valid YAML: {problem}. Correct the line.") from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise DatasetError(f"{path}: not valid YAML: {str(error).splitlines()[0]}.") from error
    if not isinstance(content, dict):
        raise DatasetError(f"{path}:1: expected keys with values, such as name: my-dataset.")
    return content


def _bytes(path: Path) -> bytes:
    if not path.exists():
        raise DatasetError(
            f"{path}: there is no such file, so the folder is not a dataset. Add {DESCRIPTION}."
        )
    if not path.is_file():
        raise DatasetError(f"{path}: expected a regular file.")
    try:
        if path.stat().st_size > _LIMIT:
            raise DatasetError(
                f"{path}: larger than {_LIMIT} bytes, so it is not a description of a dataset."
            )
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}.") from error


def _explain(path: Path, content: dict[str, object], error: ValidationError) -> list[str]:
    return [
        f"{path}:{_line(content, item['loc'])}: {'.'.join(map(str, item['loc']))}: {item['msg']}."
        for item in error.errors()
    ]


def _line(content: object, place: tuple[int | str, ...]) -> int:
    """Return the line of the innermost key or item on the way to `place` that is there."""
    line = 1
    for step in place:
        marks = getattr(getattr(content, "lc", None), "data", None) or {}
        if step not in marks:
            break
        line = marks[step][0] + 1
        content = content[step]  # type: ignore[index]  # a step with a mark is a key or an index of `content`
    return line
