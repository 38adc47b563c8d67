"""A diff reports exactly what changed, by key, and applying it to the old rows gives the new rows."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from communique.cli.diffs import rendered
from communique.datapackage import (
    CommuniqueError,
    Diff,
    RowChange,
    adopt,
    diff,
    diff_entry,
    json_parts,
    prove,
)
from communique.datapackage import diffjson as diffjson_module
from communique.datapackage.storing import ordered

from ..conftest import ROOT
from ..releases import built, descriptor, edited
from .foreign import package

RELEASE = ROOT / "output" / "union-state"
KEY = ["id", "part"]
COLUMNS = {"id": pl.String, "part": pl.Int64, "name": pl.String, "born": pl.Date, "held": pl.Boolean}
KINDS = {pl.String: "string", pl.Int64: "integer", pl.Date: "date", pl.Boolean: "boolean"}


def written(folder: Path, rows: list[dict[str, Any]], formerly: dict[str, str] | None = None) -> Path:
    """Write what diff reads of a release: a descriptor, and one table as Parquet."""
    (folder / "data").mkdir(parents=True)
    frame = pl.DataFrame(rows, schema=COLUMNS)
    pq.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), folder / "data" / "people.parquet")
    content = descriptor(RELEASE)
    table, twin = content["resources"][:2]
    fields = [{"name": name, "type": KINDS[kind], "title": name} for name, kind in COLUMNS.items()]
    for resource, form in ((table, "csv"), (twin, "parquet")):
        resource["name"] = "people" if form == "csv" else "people-parquet"
        resource["path"] = f"data/people.{form}"
        resource["schema"] = {"$schema": "x", "fields": fields, "missingValues": [""], "primaryKey": KEY}
        resource["formerly"] = [{"key": new, "formerly": old} for new, old in (formerly or {}).items()]
    content["resources"] = [table, twin]
    (folder / "datapackage.json").write_text(json.dumps(content), "utf-8")
    return folder


@contextmanager
def difference(
    folder: Path, old: list[dict[str, Any]], new: list[dict[str, Any]], formerly: dict[str, str] | None = None
) -> Generator[Diff]:
    with diff(written(folder / "old", old), written(folder / "new", new, formerly)) as found:
        yield found


ROW = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b/c", "я", "Z"]),
        "part": st.integers(-2, 20),
        "name": st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=3),
        "born": st.none() | st.dates(),
        "held": st.none() | st.booleans(),
    }
)
ROWS = st.lists(ROW, unique_by=lambda row: (row["id"], row["part"]), max_size=25)


def expected(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[tuple[Any, ...], Any]:
    """Return what plain Python says of two lists of rows: by key the row before and after."""
    before, after = ({(row["id"], row["part"]): row for row in rows} for rows in (old, new))
    pairs = {key: (before.get(key), after.get(key)) for key in {**before, **after}}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


@pytest.mark.no_cover
@settings(max_examples=60)
@given(ROWS, ROWS, st.booleans())
def test_the_diff_of_any_two_tables_is_exact_and_complete(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[dict[str, Any]],
    new: list[dict[str, Any]],
    mixed: bool,
) -> None:
    new = (
        [*new, *(row for row in old if (row["id"], row["part"]) not in {(r["id"], r["part"]) for r in new})]
        if mixed
        else new
    )
    with difference(tmp_path_factory.mktemp("diff"), old, new) as found:
        (table,) = found.tables
        told = {tuple(change.key.values()): (change.old, change.new) for change in table.changes()}
        assert told == expected(old, new)
        assert sum(table.counts.values()) == len(told)
        prove(found)


def test_a_thousand_random_edits_are_found_and_nothing_else(tmp_path: Path) -> None:
    chance = random.Random(3)
    old: list[dict[str, Any]] = [
        {"id": f"p-{n:05}", "part": 1, "name": f"n{n}", "born": None, "held": True} for n in range(20_000)
    ]
    new = {row["id"]: dict(row) for row in old}
    touched = chance.sample(sorted(new), 1_000)
    for number, key in enumerate(touched):
        if number % 3 == 0:
            del new[key]
        elif number % 3 == 1:
            new[key]["name"] = f"{key} corrected"
        else:
            new[f"{key}-new"] = {**new[key], "id": f"{key}-new"}
    rows = list(new.values())
    chance.shuffle(rows)
    with difference(tmp_path, old, rows) as found:
        (table,) = found.tables
        assert table.counts == {"removed": 334, "changed": 333, "added": 333}
        told = {tuple(change.key.values()): (change.old, change.new) for change in table.changes()}
        assert told == expected(old, rows)
        assert found.bump == "minor"
        prove(found)


def test_a_shuffled_file_is_no_difference_even_where_it_must_be_sorted_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordered, "RUN", 100)
    rows = [{"id": "a", "part": n, "name": "x", "born": None, "held": None} for n in range(2_000)]
    shuffled = rows.copy()
    random.Random(1).shuffle(shuffled)
    with difference(tmp_path, rows, shuffled) as found:
        assert found.empty
        assert found.bump == "none"


def test_a_row_that_was_renamed_is_one_change_where_formerly_says_so(tmp_path: Path) -> None:
    row = {"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}
    new = {**row, "id": "b", "name": "Anne"}
    with difference(tmp_path / "said", [row], [new], {"b/1": "a/1", "c/1": "d/1"}) as found:
        (change,) = found.tables[0].changes()
        assert (change.kind, change.formerly, change.cells) == (
            "renamed",
            {"id": "a", "part": 1},
            {"name": ("Anna", "Anne")},
        )
        assert found.kinds == {"row-renamed": 1, "cell-corrected": 1}
        prove(found)
    with difference(tmp_path / "not", [row], [new]) as found:
        assert found.tables[0].counts == {"removed": 1, "added": 1}
    with difference(tmp_path / "half", [], [new], {"b/1": "a/1"}) as found:
        assert found.tables[0].counts == {"added": 1}


def test_a_row_is_renamed_once_where_two_are_given_its_key(tmp_path: Path) -> None:
    row = {"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}
    new = [{**row, "id": "b"}, {**row, "id": "c"}]
    with difference(tmp_path, [row], new, {"b/1": "a/1", "c/1": "a/1"}) as found:
        assert found.tables[0].counts == {"renamed": 1, "added": 1}
        assert [change.key["id"] for change in found.tables[0].changes()] == ["c", "b"]
        prove(found)


def test_of_entries_that_name_a_row_or_a_former_key_again_the_first_counts(tmp_path: Path) -> None:
    row = {"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}
    old, new = written(tmp_path / "old", [row]), written(tmp_path / "new", [{**row, "id": "b"}])
    content = descriptor(new)
    entries = [("b/1", "a/1"), ("b/1", "d/1"), ("c/1", "a/1")]
    for resource in content["resources"]:
        resource["formerly"] = [{"key": key, "formerly": formerly} for key, formerly in entries]
    (new / "datapackage.json").write_text(json.dumps(content), "utf-8")
    with diff(old, new) as found:
        assert found.tables[0].counts == {"renamed": 1}
        prove(found)


def test_a_diff_that_leaves_something_out_is_not_proved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}

    def forgetful(change: RowChange) -> dict[str, object]:
        return {"change": "removed", "key": change.key}

    monkeypatch.setattr(diffjson_module, "change_entry", forgetful)
    with (
        difference(tmp_path, [row], [{**row, "name": "Anne"}]) as found,
        pytest.raises(CommuniqueError, match="people"),
    ):
        prove(found)


def test_the_json_of_a_diff_is_written_row_by_row_and_has_everything(tmp_path: Path) -> None:
    row = {"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}
    with difference(
        tmp_path, [row, {**row, "part": 2}], [{**row, "held": True}, {**row, "part": 3}]
    ) as found:
        content = json.loads("".join(json_parts(found)))
        assert content == diff_entry(found, 99)
        changes = content["tables"][0]["changes"]
        assert [change["change"] for change in changes] == ["changed", "removed", "added"]
        assert changes[0]["cells"] == {"held": {"old": None, "new": True}}


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_every_form_shows_the_change_and_makes_markup_and_control_characters_inert(
    tmp_path: Path, form: str
) -> None:
    row = {"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}
    evil = {**row, "name": "<script>`|\x1b[31m\u202e\x9b\x7f"}
    with difference(tmp_path, [row], [evil, {**row, "part": 2}, {**row, "part": 3}]) as found:
        text = "".join(rendered(form, found, 1))
    assert "Anna" in text
    assert not {"\x1b", "\x9b", "\x7f"} & set(text)
    if form == "html":
        assert "<script>" not in text
    assert "\u202e" not in text
    if form in ("text", "html"):
        assert "more" in text


@pytest.mark.parametrize("odd", ["a`b", "``", "` [x](https://evil.example) `", " a", "<b>"])
def test_markdown_has_values_and_names_of_columns_as_they_are(tmp_path: Path, odd: str) -> None:
    table = {"name": "t", "path": "t.csv"}
    pair = [
        package(
            tmp_path / side,
            {"t.csv": f'id,"{odd}"\n1,"{value}"\n'},
            {
                "name": "p",
                "resources": [{**table, "schema": {"fields": fields(odd, side), "primaryKey": "id"}}],
            },
        )
        for side, value in (("old", "x"), ("new", odd))
    ]
    with diff(*pair) as found:
        page = html.fromstring(MarkdownIt().render("".join(rendered("markdown", found, 9))))
    assert page.xpath("//a | //b") == []
    assert [code.text for code in page.xpath("//li//li//code")] == ["1", odd, "x", odd]
    assert f"t.{odd}" in [code.text for code in page.xpath("//li/code")]


def test_a_table_without_a_key_has_no_former_keys(tmp_path: Path) -> None:
    pair = [tmp_path / side for side in ("old", "new")]
    for folder in pair:
        name = package(tmp_path / "source", {"t.csv": f"id,name\n1,{folder.name}\n"})
        assert adopt(name, folder).report.built
        content = descriptor(folder)
        for resource in content["resources"]:
            resource["formerly"] = [{"key": "new", "formerly": "old"}]
        (folder / "datapackage.json").write_text(json.dumps(content), "utf-8")
    with diff(*pair) as found:
        assert dict(found.tables[0].counts) == {"added": 1, "removed": 1}


def test_no_line_of_a_diff_is_a_command_to_the_log_of_a_job(tmp_path: Path) -> None:
    odd = "::error::x"
    with difference(tmp_path, [], [{"id": odd, "part": 1, "name": odd, "born": None, "held": None}]) as found:
        found = replace(found, tables=tuple(replace(table, table=odd) for table in found.tables))
        text = "".join(rendered("text", found, 9))
    assert odd[1:] in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def fields(odd: str, title: str) -> list[dict[str, str]]:
    return [{"name": "id", "type": "integer"}, {"name": odd, "type": "string", "title": title}]


@pytest.mark.no_cover
def test_real_releases_are_compared_schema_and_all(released: Path, tmp_path: Path) -> None:
    old = released
    new = built(tmp_path / "new", edited("persons.csv", "Anna Ivanova", "Anne Ivanova"))
    for pair, empty in (((old, old), True), ((old, new), False)):
        with diff(*pair) as found:
            assert found.empty is empty
            prove(found)
    with diff(old, RELEASE) as found:
        assert {"package-renamed"} <= set(found.kinds)


def rows_of(path: Path) -> set[tuple[str, ...]]:
    return {tuple(row) for row in csv.reader(io.StringIO(path.read_text("utf-8")), strict=True)}


def test_the_diff_agrees_with_the_csv_files(released: Path, tmp_path: Path) -> None:
    """An independent reading: the rows of both CSV files as sets."""
    old = released
    new = built(tmp_path / "new", edited("participants.csv", "Ill, as the office said.", "Ill."))
    with diff(old, new) as found:
        for table in found.tables:
            before, after = (rows_of(release / "data" / f"{table.table}.csv") for release in (old, new))
            assert len(after - before) == table.counts["added"] + table.counts["changed"]
            assert len(before - after) == table.counts["removed"] + table.counts["changed"]


def test_a_table_that_comes_or_goes_is_told_with_its_rows(tmp_path: Path) -> None:
    release = Path(shutil.copytree(RELEASE, tmp_path / "fewer"))
    content = descriptor(release)
    content["resources"] = [r for r in content["resources"] if not r["name"].startswith("claims")]
    (release / "datapackage.json").write_text(json.dumps(content), "utf-8")
    with diff(RELEASE, release) as found:
        assert found.bump == "major"
        assert found.kinds["table-removed"] == 1
        prove(found)
    with diff(release, RELEASE) as found:
        assert found.bump == "minor"
        assert next(table for table in found.tables if table.table == "claims").counts == {"added": 24}
        prove(found)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    row = {"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}
    old, new = written(tmp_path / "old", [row]), written(tmp_path / "new", [row])
    (new / "data" / "people.parquet").write_bytes(b"PAR1")
    with pytest.raises(CommuniqueError, match=r"people\.parquet"), diff(old, new):
        pass
    pq.write_table(pa.table({"id": ["a"]}), new / "data" / "people.parquet")
    with pytest.raises(CommuniqueError, match=r"people\.parquet"), diff(old, new):
        pass


def test_rows_without_a_key_or_with_that_of_another_row_are_refused(tmp_path: Path) -> None:
    row = {"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}
    none = {**row, "id": None}
    for name, rows in (("no", [row, none]), ("alone", [none]), ("twice", [row, {**row, "name": "Anne"}])):
        with (
            pytest.raises(CommuniqueError, match="See communique verify"),
            difference(tmp_path / name, [row], rows),
        ):
            pass


@pytest.mark.parametrize("name", ["*", "^.*$", "a\tb", ""])
def test_a_field_whose_name_means_something_else_somewhere_is_refused(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path / "old", [])
    content = descriptor(folder)
    for resource in content["resources"]:
        resource["schema"]["fields"][2]["name"] = name
    (folder / "datapackage.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(CommuniqueError, match=r"datapackage\.json"), diff(folder, folder):
        pass


@pytest.mark.parametrize(
    "column", [[1.5], [["x"]], [b"x"], [{"a": 1}]], ids=["float", "list", "binary", "struct"]
)
def test_a_column_of_another_type_than_its_descriptor_says_is_refused(
    tmp_path: Path, column: list[Any]
) -> None:
    folder = written(tmp_path / "old", [{"id": "a", "part": 1, "name": "Anna", "born": None, "held": None}])
    path = folder / "data" / "people.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(1, "part", pa.array(column)), path)
    with pytest.raises(CommuniqueError, match="other columns"), diff(folder, folder):
        pass
