"""Diffs of external packages with types that our own tables lack: each value has one spelling, that of the CSV."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from communique.cli.diffs import rendered
from communique.datapackage import diff, prove
from communique.datapackage.storing import ordered

from .sample_packages import package, schema


def lone(folder: Path, kind: str, *rows: str, key: str | list[str] = "id", other: str = "string") -> Path:
    """Write a package of one table with the key `id` of a type and the column `x` of another."""
    fields = schema(("id", kind), ("x", other), primaryKey=key)
    text = "".join(f"{row}\n" for row in ("id,x", *rows))
    return package(
        folder, {"name": "rows", "path": "rows.csv", "schema": fields}, files={"rows.csv": text}, version="1.0.0"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "stays", "goes"),
    [
        ("datetime", "2020-01-01T00:00:00.5", "2020-01-01T00:00:00"),
        ("time", "10:00:00.25", "10:00:00"),
        ("number", "1", "1e20"),
        ("number", "INF", "-INF"),
        ("year", "0999", "2020"),
    ],
)
def test_a_key_of_any_type_is_known_again_where_a_diff_is_applied(
    tmp_path: Path, kind: str, stays: str, goes: str
) -> None:
    old = lone(tmp_path / "old", kind, f"{stays},a", f"{goes},b")
    new = lone(tmp_path / "new", kind, f"{stays},c")
    with diff(old, new) as found:
        assert dict(found.tables[0].counts) == {"changed": 1, "removed": 1}
        prove(found)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("number", "1.5", "1e20"),
        ("number", "1.50", "INF"),
        ("year", "2020", "0999"),
        ("time", "10:00:00", "10:00:00.500"),
        ("datetime", "2020-01-01T00:00:00", "2020-01-01T00:00:00.500"),
    ],
)
def test_every_form_of_a_diff_has_values_as_the_csv_has_them(
    tmp_path: Path, kind: str, old: str, new: str
) -> None:
    pair = [
        lone(tmp_path / side, "integer", f"1,{value}", other=kind)
        for side, value in (("old", old), ("new", new))
    ]
    spelt = {"1e20": "1e+20"}.get(new, new)
    with diff(*pair) as found:
        for form in ("text", "html", "markdown"):
            assert spelt in "".join(rendered(form, found, 9)).replace("&#x27;", "")
        prove(found)


def test_a_key_of_another_type_is_the_same_key_where_it_is_spelt_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordered, "RUN", 30)
    rows = [f"{number},a" for number in range(1, 101)]
    old, new = lone(tmp_path / "old", "integer", *rows), lone(tmp_path / "new", "string", *rows[:99], "x,b")
    for pair in ((old, new), (new, old)):
        with diff(*pair) as found:
            assert dict(found.tables[0].counts) == {"added": 1, "removed": 1}
            assert found.kinds["column-retyped"] == 1
            prove(found)
    with diff(old, lone(tmp_path / "empty", "string")) as found:
        assert dict(found.tables[0].counts) == {"removed": 100}


@pytest.mark.parametrize("key", ["x", ["id", "x"]])
def test_a_table_whose_key_was_a_column_that_has_gone_is_compared_as_another(
    tmp_path: Path, key: str | list[str]
) -> None:
    old = lone(tmp_path / "old", "integer", "1,b", "2,a", key=key)
    table = {"name": "rows", "path": "rows.csv", "schema": schema(("id", "string"), primaryKey="id")}
    new = package(tmp_path / "new", table, files={"rows.csv": "id\n1\n"}, version="1.0.0")
    with diff(old, new) as found:
        assert dict(found.tables[0].counts) == {"added": 1, "removed": 2}
        assert found.kinds["primary-key-changed"] == 1


@pytest.mark.parametrize(
    ("kinds", "same", "old", "new"),
    [
        (("integer", "number"), "1", "2", "2.5"),
        (("number", "string"), "1", "INF", "NaN"),
        (("datetime", "string"), "2020-01-01T00:00:00", "2020-01-01T00:00:01", "x"),
        (("year", "integer"), "2020", "2021", "22"),
        (("boolean", "string"), "true", "false", "no"),
    ],
)
def test_values_of_another_type_are_the_same_where_they_are_spelt_the_same(
    tmp_path: Path, kinds: tuple[str, str], same: str, old: str, new: str
) -> None:
    pair = [
        lone(tmp_path / kind, "integer", f"1,{same}", f"2,{value}", other=kind)
        for kind, value in zip(kinds, (old, new), strict=True)
    ]
    with diff(*pair) as found:
        [change] = found.tables[0].changes()
        assert change.cells == {"x": (old, new)}
        assert found.kinds["cell-corrected"] == found.kinds["column-retyped"] == 1
        prove(found)


def test_nan_is_the_same_as_nan_and_json_has_numbers_that_it_knows(tmp_path: Path) -> None:
    made = []
    for side, end in (("old", "1"), ("new", "INF")):
        fields = schema(("id", "number"), ("x", "number"), ("y", "number"), primaryKey="id")
        table = {"name": "rows", "path": "rows.csv", "schema": fields}
        text = f"id,x,y\n1,NaN,{end}\n2,NaN,3\nINF,-INF,{end}\n"
        made.append(package(tmp_path / side, table, files={"rows.csv": text}))
    with diff(*made) as found:
        assert [(change.kind, change.cells) for change in found.tables[0].changes()] == [
            ("changed", {"y": (1, float("inf"))})
        ] * 2
        told = json.loads("".join(rendered("json", found, 0)), parse_constant=pytest.fail)
        cells = {"y": {"old": 1, "new": "INF"}}
        assert told["tables"][0]["changes"] == [
            {"change": "changed", "key": {"id": 1}, "cells": cells},
            {"change": "changed", "key": {"id": "INF"}, "cells": cells},
        ]
        prove(found)
