"""Dataset file: read `dataset.yaml`, and report each fault in it with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .arguments import as_path
from .dataset import Dataset
from .draft import refuse_draft
from .errors import DatasetError
from .filenames import DESCRIPTION, DESCRIPTOR
from .untrusted.document import DocumentError
from .untrusted.limits import DATASET_FILE
from .untrusted.yamldocument import DIGITS, within_limits

_EXPECTED = {
    "name": "a name in a-z, 0-9 and hyphens, such as my-dataset",
    "title": "text",
    "description": "text",
    "version": "a version of three numbers in quotes or plain, such as 0.1.0",
    "release_date": "a day such as 2025-01-31",
    "languages": "a list of language codes, such as [en, ru]",
    "license": "a licence with name (SPDX), title and path",
    "license.name": "an SPDX identifier, such as CC-BY-4.0",
    "contributors": "a list of contributors, each with title and roles",
    "roles": "a list of roles, such as [curator]",
    "sources": "a list of sources, each with title and, if there is one, path",
    "path": "a web address that begins with https:// or http://",
    "keywords": "a list of words",
    "homepage": "a web address that begins with https:// or http://",
    "waivers": "a list of waivers, each with rule, table, key, reason, owner and expires",
    "rule": "the code of a rule",
    "table": "the name of a table",
    "key": "the key of a row; the parts of a key are joined by a slash",
    "formerly": "a list of former keys, each with table, key and formerly; or the key that a row had",
    "reason": "text",
    "owner": "the person or body that is responsible for it",
    "expires": "a day such as 2025-01-31",
}
"""What each key of dataset.yaml expects, in words."""
_ENTRIES = {
    "languages": "a language code of two or three small letters, such as en",
    "contributors": "a contributor with title and roles",
    "roles": "a role, such as curator",
    "sources": "a source with title and, if there is one, path",
    "keywords": "a word",
    "waivers": "a waiver with rule, table, key, reason, owner and expires",
    "formerly": "a former key with table, key and formerly",
}
"""What each entry of a list in dataset.yaml expects, in words."""
_WORDS = frozenset(_EXPECTED) - {"version", "path", "homepage", "languages"}
"""The keys of dataset.yaml, and of lists in it, for which any word will do, also a number or a day in quotes."""
_OURS = {"folder", "lines", "unwritten"}
_UNWRITTEN = re.compile(r"TODO\b")
_LISTS = ("waivers", "formerly")
"""The keys of lists whose entries findings can point to."""


def open_dataset(folder: str | Path) -> Dataset:
    """Read the `dataset.yaml` in the folder of a dataset. No table is read yet.

    Raises DatasetError, with file and line, where the folder is not a dataset.
    """
    folder = as_path(folder)
    if not folder.exists():
        raise DatasetError(
            f"{folder}: there is no such file or folder. Give the path of a folder with a {DESCRIPTION}, or of a file in it."
        )
    if not folder.is_dir():
        raise DatasetError(
            f"{folder}: this is a file. Give the folder that holds {DESCRIPTION} and the tables."
        )
    path = folder / DESCRIPTION
    content = _load(path)
    refuse_draft(content, path)
    for key in _OURS & set(content):
        raise DatasetError(f"{path}:{_line(content, (key,))}: {key} is not a known key. Remove it.")
    try:
        lines = {
            (name, number): _line(content, (name, number))
            for name in _LISTS
            if isinstance(entries := content.get(name), list)
            for number in range(len(entries))
        }
        unwritten = dict(_unwritten(content, content, ()))
        return Dataset.model_validate({**content, "folder": folder, "lines": lines, "unwritten": unwritten})
    except ValidationError as error:
        raise DatasetError("\n".join(_explain(path, content, error))) from error


def _unwritten(content: object, part: object, place: tuple[int | str, ...]) -> Iterator[tuple[int, str]]:
    """Yield line and text of each value that has yet to be written. part: a part of the content, at `place`."""
    if isinstance(part, dict | list):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from _unwritten(content, value, (*place, key))
    elif isinstance(part, str) and _UNWRITTEN.match(part):
        yield _line(content, place), str(part)


def _load(path: Path) -> dict[str, object]:
    text = decoded(path, _bytes(path))
    try:
        with catch_warnings():
            simplefilter("error")
            within_limits(text)
            content = _reader().load(text)
    except DocumentError as error:
        raise DatasetError(f"{path}: {error}. Keep to plain keys and values.") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = (error.problem or "").split("\n")[0]
        raise DatasetError(f"{place}: not valid YAML: {problem}. Correct the line.") from error
    except (YAMLError, Warning, RecursionError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise DatasetError(
            f"{path}: not valid YAML: {(str(error).split() or ['?'])[0]} … Keep to plain keys and values."
        ) from error
    if not isinstance(content, dict):
        raise DatasetError(f"{path}:1: expected keys with values, such as name: my-dataset.")
    return content


def decoded(path: Path, raw: bytes) -> str:
    """Return the text of a file of a dataset. Raises DatasetError, with its line, where it is not UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DatasetError(f"{path}:{line}: not UTF-8. Save the file as UTF-8.") from error


class _Constructor(RoundTripConstructor):
    """Leaves a day that does not exist, or a number without end, as text, so that the model can report where it is."""

    def construct_day(self, node: Any) -> Any:
        """Return a day or a moment."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return node.value

    def construct_number(self, node: Any) -> Any:
        """Return a whole number, unless it has no digits, as 0x_, or more than Python would write."""
        try:
            return node.value if len(node.value) > DIGITS else self.construct_yaml_int(node)
        except (ValueError, IndexError):
            return node.value


_Constructor.add_constructor("tag:yaml.org,2002:int", _Constructor.construct_number)
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_day)


def _reader() -> YAML:
    reader = YAML(typ="rt", pure=True)
    reader.Constructor = _Constructor
    return reader


def _bytes(path: Path) -> bytes:
    if not path.exists() and (path.parent / DESCRIPTOR).exists():
        raise DatasetError(
            f"{path.parent}: is a data package, but this is for datasets, which have a {DESCRIPTION}. "
            "communique validate checks a package, communique build makes a release of it."
        )
    if not path.exists():
        raise DatasetError(
            f"{path}: there is no such file, so the folder is not a dataset. Add {DESCRIPTION}; "
            f"or {DESCRIPTOR}, if the folder is to be a data package."
        )
    if not path.is_file():
        raise DatasetError(f"{path}: expected a regular file.")
    try:
        size = path.stat().st_size
        if DATASET_FILE.exceeded(size):
            raise DatasetError(
                f"{path}: expected {DATASET_FILE}, found {size:,}, so it does not describe a dataset."
            )
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}.") from error


def _explain(path: Path, content: dict[str, object], error: ValidationError) -> list[str]:
    return [f"{path}:{_line(content, item['loc'])}: {_wording(item)}" for item in error.errors()]


def _wording(item: ErrorDetails) -> str:
    """Say what is wrong with a key, what was expected, and what to do."""
    key = ".".join(str(step) for step in item["loc"])
    name = str(item["loc"][-1])
    if item["type"] == "missing":
        return f"{key} is missing. Add it: {_expected(item)}."
    if item["type"] == "invalid_key":
        return f"the key {str(item['input'])[:100]!r} is not text. Remove it."
    if item["type"] == "extra_forbidden":
        near = get_close_matches(name, _EXPECTED)
        return f"{key} is not a known key. {f'Did you mean {near[0]}?' if near else 'Remove it.'}"
    return f"{key}: expected {_expected(item)}, found {_found(item)}{_quoting(item)}."


def _expected(item: ErrorDetails) -> str:
    """Say what the place of a fault wants: a key, or an entry of a list."""
    *_, last = place = item["loc"]
    if isinstance(last, int):
        return _ENTRIES.get(str(place[-2]), "a value of another type")
    return _EXPECTED.get(".".join(map(str, place))) or _EXPECTED.get(str(last), "a value of another type")


def _found(item: ErrorDetails) -> str:
    value = item["input"]
    return "nothing" if value is None else repr(str(value)[:100])


def _quoting(item: ErrorDetails) -> str:
    """Say that quotes are missing where YAML reads a number, a day or a truth value, and its text is what is expected."""
    named = [step for step in item["loc"] if isinstance(step, str)]
    unquoted = item["type"] == "string_type" and isinstance(item["input"], int | float | date)
    return " without quotes. Put it in quotes" if unquoted and named[-1] in _WORDS else ""


def _line(content: object, place: tuple[int | str, ...]) -> int:
    """Return the line of the innermost key or item on the way to `place` that is there."""
    line = 1
    for step in place:
        marks = getattr(getattr(content, "lc", None), "data", None) or {}
        key = step if step in marks else next((key for key in marks if repr(key) == step), None)
        if key is None:
            break
        line = marks[key][0] + 1
        content = content[key]  # type: ignore[index]  # a step with a mark is a key or an index of `content`
    return line
