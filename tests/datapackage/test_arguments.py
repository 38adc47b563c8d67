"""What a caller may give: a path as text or as a Path; anything else is refused in words, without an odd traceback."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from communique import CommuniqueError, datapackage
from communique.datapackage import Plan, Report, open_dataset
from communique.datapackage.site import site
from communique.schemas import SCHEMAS, STORY

from ..conftest import ROOT

RELEASE, DATASET = ROOT / "output" / "union-state", ROOT / "data" / "union-state"
DAY = date(2026, 1, 1)
TABLE = RELEASE / "data" / "persons.csv"
PLAN = Plan(Report("a", "", ""))


def _entered(call: Callable[..., AbstractContextManager[Any]], *given: Any) -> Any:
    with call(*given) as value:
        return value


@wraps(datapackage.diff)
def _diff(*given: Any) -> Any:
    return _entered(datapackage.diff, *given)


CALLS: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    "open_dataset": (datapackage.open_dataset, [DATASET]),
    "validate": (datapackage.validate, [open_dataset(DATASET), SCHEMAS, None, Path("quarantine")]),
    "validate_package": (datapackage.validate_package, [TABLE, Path("schema.json")]),
    "apply_fixes": (datapackage.apply_fixes, [Path("quarantine")]),
    "build": (datapackage.build, [open_dataset(DATASET), SCHEMAS, Path("out")]),
    "adopt": (datapackage.adopt, [TABLE, Path("out"), Path("schema.json")]),
    "plan": (datapackage.plan, [DATASET, SCHEMAS, Path("out"), DAY]),
    "release": (datapackage.release, [DATASET, SCHEMAS, Path("out"), DAY, PLAN]),
    "pack": (datapackage.pack, [RELEASE, Path("packed.zip")]),
    "sign": (datapackage.sign, [RELEASE, Path("key"), Path("signature")]),
    "signature_path": (datapackage.signature_path, [RELEASE]),
    "verify": (datapackage.verify, [RELEASE, Path("keys"), Path("signature")]),
    "identify": (datapackage.identify, [TABLE, [RELEASE]]),
    "diff": (_diff, [RELEASE, RELEASE]),
    "export": (datapackage.export, [RELEASE, "sqlite", Path("out.sqlite")]),
    "data_dictionary": (datapackage.data_dictionary, [RELEASE, SCHEMAS]),
    "snippets_of": (datapackage.snippets_of, [RELEASE]),
    "site": (site, [RELEASE, Path("out"), STORY]),
    "infer": (datapackage.infer, [[Path("table.csv")], Path("datapackage.json")]),
    "upgrade": (datapackage.upgrade, [RELEASE, 1, Path("datapackage.json")]),
}
"""A call of each function that takes paths; some of these paths are of files that are not there."""


def _as_text(given: Any) -> Any:
    if isinstance(given, list):
        return [str(path) for path in given]
    return str(given) if isinstance(given, Path) else given


def _outcome(call: Callable[..., Any], given: list[Any]) -> str:
    try:
        return type(call(*given)).__name__
    except CommuniqueError as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name", CALLS)
def test_a_path_may_be_given_as_text(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call, given = CALLS[name]
    said = list[str]()
    for folder, values in (("path", given), ("text", [_as_text(value) for value in given])):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        Path("table.csv").write_text("a\n1\n", "utf-8")
        Path("schema.json").write_text(json.dumps({"fields": [{"name": "a", "type": "any"}]}), "utf-8")
        said.append(_outcome(call, values))
    assert said[0] == said[1]


TYPED = {
    ("validate", 0): "a Dataset, as open_dataset returns it",
    ("validate", 1): "the Schemas of its tables",
    ("build", 0): "a Dataset, as open_dataset returns it",
    ("build", 1): "the Schemas of its tables",
    ("plan", 1): "the Schemas of its tables",
    ("plan", 3): "a day, as a datetime.date",
    ("release", 3): "a day, as a datetime.date",
    ("release", 4): "a Plan, as plan returns it",
    ("site", 2): "a Story",
}
"""What is expected of an argument that is no path, by function and position."""
PATHS = [
    (name, at)
    for name, (_, given) in CALLS.items()
    for at, value in enumerate(given)
    if isinstance(value, Path)
]
SEVERAL = [
    (name, at)
    for name, (_, given) in CALLS.items()
    for at, value in enumerate(given)
    if isinstance(value, list)
]


def _may_be_left_out(name: str, at: int) -> bool:
    return list(inspect.signature(CALLS[name][0]).parameters.values())[at].default is None


@pytest.mark.parametrize(
    ("name", "at", "wrong", "error", "said"),
    [
        *((*place, 7, TypeError, f"expected {said}") for place, said in TYPED.items()),
        *((*place, 7, TypeError, "expected a path") for place in PATHS),
        *((*place, "", CommuniqueError, "The path is empty") for place in PATHS),
        *(
            (*place, None, TypeError, "found NoneType: None")
            for place in PATHS
            if not _may_be_left_out(*place)
        ),
        *((*place, DATASET, TypeError, "Give it in a list") for place in SEVERAL),
        *((*place, str(DATASET), TypeError, "Give it in a list") for place in SEVERAL),
    ],
)
def test_what_is_no_such_argument_is_refused_in_words(
    name: str,
    at: int,
    wrong: object,
    error: type[Exception],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    call, given = CALLS[name]
    with pytest.raises(error, match=said):
        call(*given[:at], wrong, *given[at + 1 :])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", ["2026-01-01", datetime(2026, 1, 1)])
@pytest.mark.parametrize("name", ["validate", "build"])
def test_a_day_is_no_text_and_no_moment(name: str, wrong: object, tmp_path: Path) -> None:
    call = {"validate": datapackage.validate, "build": datapackage.build}[name]
    given = [tmp_path / "out"] if name == "build" else []
    with pytest.raises(TypeError, match="expected a day"):
        call(open_dataset(DATASET), SCHEMAS, *given, today=wrong)  # type: ignore[operator]


def test_a_revision_and_the_name_of_a_model_are_texts() -> None:
    with pytest.raises(TypeError, match="expected a revision of git, as a string, found int: 3"):
        datapackage.validate(open_dataset(DATASET), SCHEMAS, since=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected the name of a model, as a string, found NoneType"):
        datapackage.load_model(None)  # type: ignore[arg-type]


def test_a_word_that_is_no_severity_is_not_taken_for_one_without_findings() -> None:
    report = Report("a", "", "")
    assert report.count("error") == 0
    assert report.clean(None)
    for call in (report.count, report.clean):
        with pytest.raises(
            ValueError, match=r"'errors' is not a severity\. Give one of error, warning, info\."
        ):
            call("errors")  # type: ignore[arg-type]


def test_a_dataset_is_not_said_to_have_no_description(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text("name: a\n", "utf-8")
    for call in (datapackage.validate_package, datapackage.adopt):
        with pytest.raises(CommuniqueError, match=r"is a dataset, .* open_dataset"):
            call(tmp_path)


def test_there_are_two_versions_of_the_standard() -> None:
    for wrong in (0, 3, "1"):
        for call in (datapackage.upgrade, datapackage.convert):
            with pytest.raises(CommuniqueError, match="There is no version"):
                call(RELEASE if call is datapackage.upgrade else {"fields": []}, wrong)  # type: ignore[arg-type]
        with pytest.raises(CommuniqueError, match="There is no version"):
            datapackage.model_schema(SCHEMAS.tables[0].model, wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [7, str, object, "a:b"])
def test_what_is_no_model_has_no_table_schema(wrong: Any) -> None:
    with pytest.raises(datapackage.ModelError, match="expected a DataFrameModel"):
        datapackage.model_schema(wrong)


def test_nothing_is_drafted_from_nothing() -> None:
    with pytest.raises(CommuniqueError, match="Give at least one"):
        datapackage.infer([])
