"""Each kind of change between two descriptors or rows, and the version step that it requires."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from communique.datapackage.comparing.schemadiff import schema_changes
from communique.datapackage.describing.descriptor import Package
from communique.datapackage.releasing.kinds import KINDS, Bump, next_version, verdict

from ...conftest import ROOT

DESCRIPTOR = json.loads((ROOT / "output" / "union-state" / "datapackage.json").read_text("utf-8"))
Content = dict[str, Any]


def resource(content: Content, table: str) -> Content:
    return next(entry for entry in content["resources"] if entry["name"] == table)


def schema(content: Content, table: str = "meetings") -> Content:
    found: Content = resource(content, table)["schema"]
    return found


def field(content: Content, name: str, table: str = "meetings") -> Content:
    return next(entry for entry in schema(content, table)["fields"] if entry["name"] == name)


def without(content: Content, table: str) -> None:
    content["resources"] = [entry for entry in content["resources"] if not entry["name"].startswith(table)]


def constrain(content: Content, column: str, table: str = "meetings", **constraints: Any) -> None:
    field(content, column, table).setdefault("constraints", {}).update(constraints)


def moved(content: Content) -> None:
    fields = schema(content)["fields"]
    fields.append(fields.pop(2))


def code(content: Content, change: Callable[[list[str], list[Content]], object]) -> None:
    status = field(content, "status")
    change(status["constraints"]["enum"], status["categories"])


Change = Callable[[Content], Any]
BEFORE: dict[str, Change] = {
    "table-added": lambda d: without(d, "claims"),
    "column-added": lambda d: schema(d)["fields"].pop(),
    "column-required": lambda d: constrain(d, "name", required=False),
    "code-added": lambda d: code(d, lambda enum, categories: (enum.pop(), categories.pop())),
    "pattern-added": lambda d: field(d, "meeting_id")["constraints"].pop("pattern"),
    "minimum-raised": lambda d: constrain(d, "paragraph", "claims", minimum=0),
    "constraint-removed": lambda d: constrain(d, "paragraph", "claims", maximum=9),
    "unique-key-added": lambda d: schema(d, "sources").pop("uniqueKeys"),
    "foreign-key-added": lambda d: schema(d)["foreignKeys"].pop(),
}
"""Kinds that are easiest made by a change of the old descriptor."""
AFTER: dict[str, Change] = {
    "package-renamed": lambda d: d.update(name="other"),
    "licence-changed": lambda d: d["licenses"][0].update(name="CC0-1.0"),
    "package-described": lambda d: d["licenses"][0].update(title="Other"),
    "table-removed": lambda d: without(d, "claims"),
    "table-described": lambda d: resource(d, "meetings").update(title="Other"),
    "column-removed": lambda d: schema(d)["fields"].pop(),
    "column-moved": moved,
    "column-retyped": lambda d: field(d, "start_date").update(type="string"),
    "column-optional": lambda d: constrain(d, "name", required=False),
    "column-described": lambda d: field(d, "name").update(description="Other"),
    "code-removed": lambda d: code(d, lambda enum, categories: (enum.pop(), categories.pop())),
    "code-relabelled": lambda d: code(d, lambda enum, categories: categories[0].update(label="Other")),
    "pattern-changed": lambda d: constrain(d, "meeting_id", pattern="[a-z]+"),
    "pattern-removed": lambda d: field(d, "meeting_id")["constraints"].pop("pattern"),
    "minimum-lowered": lambda d: constrain(d, "paragraph", "claims", minimum=0),
    "constraint-added": lambda d: constrain(d, "paragraph", "claims", maximum=9),
    "constraint-changed": lambda d: field(d, "name").update(format="email"),
    "primary-key-changed": lambda d: schema(d, "claims").update(primaryKey=["claim"]),
    "unique-key-removed": lambda d: schema(d, "sources").pop("uniqueKeys"),
    "foreign-key-removed": lambda d: schema(d)["foreignKeys"].pop(),
}
STEPS: dict[str, Bump] = {
    "package-renamed": "major",
    "licence-changed": "major",
    "package-described": "patch",
    "table-removed": "major",
    "table-added": "minor",
    "table-described": "patch",
    "column-removed": "major",
    "column-added": "minor",
    "column-moved": "major",
    "column-retyped": "major",
    "column-required": "minor",
    "column-optional": "major",
    "column-described": "patch",
    "code-added": "minor",
    "code-removed": "major",
    "code-relabelled": "patch",
    "pattern-added": "minor",
    "pattern-changed": "major",
    "pattern-removed": "major",
    "minimum-raised": "minor",
    "minimum-lowered": "major",
    "constraint-added": "minor",
    "constraint-changed": "major",
    "constraint-removed": "major",
    "primary-key-changed": "major",
    "unique-key-added": "minor",
    "unique-key-removed": "major",
    "foreign-key-added": "minor",
    "foreign-key-removed": "major",
    "row-added": "minor",
    "row-removed": "minor",
    "row-renamed": "minor",
    "cell-filled": "patch",
    "cell-corrected": "patch",
    "cell-emptied": "patch",
}


@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
def test_a_change_of_the_descriptor_is_of_its_kind_and_demands_its_step(kind: str) -> None:
    old, new = copy.deepcopy(DESCRIPTOR), copy.deepcopy(DESCRIPTOR)
    if kind in BEFORE:
        BEFORE[kind](old)
    else:
        AFTER[kind](new)
    changes = schema_changes(Package.model_validate(old), Package.model_validate(new))
    assert {change.kind for change in changes} == {kind}
    assert verdict([kind]) == STEPS[kind]


def test_every_kind_is_in_the_table_and_those_of_rows_are_tested_with_the_diff() -> None:
    assert {kind.code: kind.bump for kind in KINDS.values()} == STEPS
    assert len(STEPS) >= 25
    rest = set(STEPS) - {*BEFORE, *AFTER}
    assert rest == {
        "row-added",
        "row-removed",
        "row-renamed",
        "cell-filled",
        "cell-corrected",
        "cell-emptied",
    }


def test_equal_descriptors_have_no_changes() -> None:
    package = Package.model_validate(DESCRIPTOR)
    assert schema_changes(package, package) == []


def test_a_licence_that_comes_or_goes_has_words_for_both_sides() -> None:
    without_one = Package.model_validate(DESCRIPTOR | {"licenses": []})
    (change,) = schema_changes(without_one, Package.model_validate(DESCRIPTOR))
    assert (change.kind, change.old, change.new) == ("licence-changed", "none", "CC-BY-4.0")


def test_the_same_licences_in_another_order_are_no_other_licences() -> None:
    licences = [*DESCRIPTOR["licenses"], {"name": "MIT"}]
    old, new = (Package.model_validate(DESCRIPTOR | {"licenses": licences[::step]}) for step in (1, -1))
    assert [change.kind for change in schema_changes(old, new)] == ["package-described"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("https://creativecommons.org/licenses/by-nc/4.0/", "licence-changed"),
        ("http://www.creativecommons.org/licenses/by/4.0", "package-described"),
    ],
)
def test_a_licence_of_the_same_name_is_another_where_its_text_is(path: str, kind: str) -> None:
    (licence,) = DESCRIPTOR["licenses"]
    licences = [
        {**licence, "path": there} for there in ("https://creativecommons.org/licenses/by/4.0/", path)
    ]
    old, new = (Package.model_validate(DESCRIPTOR | {"licenses": [licence]}) for licence in licences)
    assert [change.kind for change in schema_changes(old, new)] == [kind]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"enum": [1]}, {"enum": ["1"]}),
        ({"enum": []}, {}),
        ({"jsonSchema": {"const": 1}}, {"jsonSchema": {"const": True}}),
        ({"trueValues": ["yes"]}, {"trueValues": ["y"]}),
        ({"enum": ["a"], "categories": ["a", "b"]}, {"enum": ["a"], "categories": ["a"]}),
    ],
    ids=str,
)
def test_what_differs_in_json_alone_is_a_change_and_the_order_of_a_list_is_none(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    sides = []
    for said in (before, after):
        content = copy.deepcopy(DESCRIPTOR)
        one = field(content, "description")
        for key, value in said.items():
            if key == "categories":
                one[key] = [{"value": code} for code in value]
            elif key == "trueValues":
                one[key] = value
            else:
                one.setdefault("constraints", {})[key] = value
        sides.append(Package.model_validate(content))
    assert [change.kind for change in schema_changes(*sides)] == ["constraint-changed"]
    field(content, "description")["title"] = "Other"  # what is told beside it hides nothing
    told = schema_changes(sides[0], Package.model_validate(content))
    assert [change.kind for change in told] == ["column-described", "constraint-changed"]
    turned = copy.deepcopy(DESCRIPTOR)
    field(turned, "status")["constraints"]["enum"].reverse()
    assert schema_changes(Package.model_validate(DESCRIPTOR), Package.model_validate(turned)) == []


def test_a_closed_list_that_comes_or_goes_is_a_pattern_that_comes_or_goes() -> None:
    new = copy.deepcopy(DESCRIPTOR)
    del field(new, "status")["constraints"]["enum"], field(new, "status")["categories"]
    changes = schema_changes(Package.model_validate(DESCRIPTOR), Package.model_validate(new))
    assert [change.kind for change in changes] == ["pattern-removed"]


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        ("duration", "P9D", "P10D", ["minimum-raised"]),
        ("duration", "PT90M", "PT1H", ["minimum-lowered"]),
        ("duration", "P1W", "P7D", []),
        ("duration", "soon", 3, ["constraint-changed"]),
        ("duration", None, "P1D", ["minimum-raised"]),
        ("datetime", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+02:00", ["minimum-lowered"]),
        ("date", "2019-12-31", "2020-01-01", ["minimum-raised"]),
        ("year", "0999", 1000, ["minimum-raised"]),
        ("date", "early", "late", ["constraint-changed"]),
        ("integer", 10, 9, ["minimum-lowered"]),
    ],
)
def test_minima_are_compared_by_what_they_mean(kind: str, old: Any, new: Any, expected: list[str]) -> None:
    sides = [copy.deepcopy(DESCRIPTOR), copy.deepcopy(DESCRIPTOR)]
    for side, minimum in zip(sides, (old, new), strict=True):
        field(side, "name").update(type=kind)
        constrain(side, "name", **({} if minimum is None else {"minimum": minimum}))
    assert [change.kind for change in schema_changes(*map(Package.model_validate, sides))] == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a, b, c", "a, c, b", ["constraint-changed"]),
        ("a, b", "", ["constraint-removed"]),
        ("", "a, b", ["constraint-added"]),
        ("a, b", "a, c, b", ["code-added"]),
        ("a, b", "a, b", []),
    ],
)
def test_another_order_of_ordered_categories_is_told(old: str, new: str, expected: list[str]) -> None:
    sides = [copy.deepcopy(DESCRIPTOR), copy.deepcopy(DESCRIPTOR)]
    for side, ordered in zip(sides, (old, new), strict=True):
        codes = (ordered or old or new).split(", ")
        field(side, "name").update(
            categories=[{"value": code, "label": code} for code in codes], categoriesOrdered=bool(ordered)
        )
    changes = schema_changes(*map(Package.model_validate, sides))
    assert [change.kind for change in changes] == expected
    if expected == ["constraint-changed"]:
        assert (changes[0].old, changes[0].new) == (f"categoriesOrdered {old}", f"categoriesOrdered {new}")


@pytest.mark.parametrize(
    ("bump", "version"), [("none", "1.2.3"), ("patch", "1.2.4"), ("minor", "1.3.0"), ("major", "2.0.0")]
)
def test_the_next_version_follows_by_the_step(bump: Bump, version: str) -> None:
    assert next_version("1.2.3", bump) == version


def test_the_largest_step_wins() -> None:
    assert verdict(["cell-corrected", "column-removed", "row-added"]) == "major"
    assert verdict([]) == "none"


def test_the_documentation_has_each_kind() -> None:
    page = (Path(ROOT) / "docs" / "versions.md").read_text("utf-8")
    assert all(f"| `{kind.code}` | {kind.statement} | {kind.bump} |" in page for kind in KINDS.values())
