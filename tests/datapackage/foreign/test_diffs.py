"""Diffs of packages of others, whose types ours do not have: values have one spelling, that of the CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.cli.diffs import render
from communique.datapackage import diff, prove

from .strangers import package, schema


def lone(folder: Path, kind: str, *rows: str, key: str = "id", other: str = "string") -> Path:
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
            assert spelt in render(form, found, 9).replace("&#x27;", "")
        prove(found)
