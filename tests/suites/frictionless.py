"""frictionless-py's own test cases, run on Communique: the input of each, and how the answers compare.

`frictionless.json` records for each case what its test passes besides the path, whether it is out of scope, and,
where the answers differ, why. A case is identified by its name; `name#2` is the second case of that name.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException
from frictionless.resources import TableResource

from communique.cli.formats.frictionless import render
from communique.datapackage import CommuniqueError, validate_package

SUITE = Path(__file__).resolve().parents[3] / "shared" / "suites" / "frictionless-py"
CASES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "frictionless.json").read_text())


@dataclass(frozen=True)
class Answer:
    """Whether data is valid, and its errors as lists of the fields that a case names."""

    valid: bool
    errors: tuple[tuple[Any, ...], ...]

    def __str__(self) -> str:
        """Return the answer in one line."""
        return "valid" if self.valid else ", ".join(map(str, self.errors)) or "refused"


@dataclass(frozen=True)
class Case:
    """A case: what it is called, what its test expects, and what is known of it here."""

    name: str
    expected: dict[str, Any]

    @property
    def known(self) -> dict[str, Any]:
        """What is said of the case in `frictionless.json`."""
        return CASES.get(self.name, {})

    @property
    def fields(self) -> list[str]:
        """What errors are compared by; the wording of frictionless is its own."""
        return [name for name in self.expected.get("fields") or () if name not in ("note", "message")]

    @property
    def wanted(self) -> Answer:
        """What frictionless' test expects."""
        given = self.expected.get("fields") or ()
        places = [given.index(name) for name in self.fields]
        errors = [
            tuple(_plain(error[place]) for place in places) for error in self.expected.get("errors") or ()
        ]
        return Answer(self.expected["valid"], _sorted(errors))


def cases() -> Iterator[Case]:
    """Yield all cases of the suite."""
    seen = Counter[str]()
    for expected in json.loads((SUITE / "EXPECTATIONS.json").read_text()):
        name = expected["case"]
        seen[name] += 1
        yield Case(name if seen[name] == 1 else f"{name}#{seen[name]}", expected)


def answer(case: Case, folder: Path) -> Answer:
    """Return what Communique says of a case. folder: has a copy of the suite's `data`."""
    valid, errors, number = True, list[tuple[str, tuple[Any, ...]]](), 0
    for source in _sources(case, folder):
        try:
            report = json.loads(render(validate_package(source)))
        except CommuniqueError:
            return Answer(False, ())
        valid = valid and report["valid"]
        for task in report["tasks"]:
            number += 1
            for error in task["errors"]:
                named = {**error, "taskNumber": number}
                errors.append((error["type"], tuple(_plain(named.get(name)) for name in case.fields)))
    return Answer(valid, _sorted(list(_chosen(errors, case.known))) if case.fields else ())


def _chosen(errors: list[tuple[str, tuple[Any, ...]]], known: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the errors that a test asks for: some types, or the first few."""
    kept = [
        error
        for kind, error in errors
        if kind in known.get("pick", [kind]) and kind not in known.get("skip", ())
    ]
    return kept[: known.get("limit")]


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _sorted(errors: list[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(sorted(errors, key=str))


def _sources(case: Case, folder: Path) -> Iterator[Path]:
    """Yield the files that are validated: descriptors in which tables without a schema got that of frictionless."""
    known = case.known
    if "given" in known:
        yield _written(case, copy.deepcopy(known["given"]), folder)
        return
    for path in known.get("paths", case.expected["paths"][:1]):
        source = folder / path
        content = _content(source)
        if content is not None and not known.get("bare"):
            yield _written(case, content, source.parent)
        elif path.endswith((".csv", ".csv.zip")):
            yield _written(case, {"path": path}, folder)
        else:
            yield source


def _content(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text())
    except (ValueError, OSError):
        return None
    return content if isinstance(content, dict) else None


def _written(case: Case, descriptor: dict[str, Any], base: Path) -> Path:
    for resource in descriptor.get("resources", [descriptor]) if not case.known.get("bare") else ():
        _complete(resource, base, case.known.get("match"))
    target = base / f"{case.name.replace('#', '-')}.case.json"
    target.write_text(json.dumps(descriptor))
    return target


def _complete(resource: dict[str, Any], base: Path, match: str | None) -> None:
    """Give a table without a schema the one that frictionless infers, and a schema its way of matching fields."""
    if not {"path", "data"} & set(resource):
        return
    resource.setdefault("name", "table")
    if match:
        resource["schema"] = {**json.loads((base / resource["schema"]).read_text()), "fieldsMatch": match}
    if "schema" in resource:
        return
    inferred = TableResource.from_descriptor(copy.deepcopy(resource), basepath=str(base))
    try:
        inferred.infer()
    except FrictionlessException:  # what it cannot read it cannot infer; Communique gets it as it is
        return
    resource["schema"] = inferred.schema.to_descriptor()
    resource.setdefault("dialect", inferred.dialect.to_descriptor())
    resource.setdefault("encoding", inferred.encoding)
