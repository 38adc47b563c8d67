"""The digest of a table depends on its rows alone, and independent implementations compute the same one."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import communique
from communique.datapackage.storing import digest
from communique.datapackage.storing.arrow import TYPES
from communique.datapackage.storing.digest import package_digest, spelled, table_digest, text_of
from communique.datapackage.storing.ordered import LazyRows, in_order
from communique.schemas import SCHEMAS

from ...conftest import ROOT
from ...releases import built, descriptor


def documented(name: str = "digest") -> Callable[..., str]:
    """Return a function that docs/digests.md gives to others."""
    page = (ROOT / "docs" / "digests.md").read_text("utf-8")
    block = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert block
    names: dict[str, Any] = {}
    exec(block[1], names)  # noqa: S102  our own page
    function: Callable[..., str] = names[name]
    return function


NUMBER = documented("number")


def test_the_documented_function_comes_to_the_digests_of_the_tracked_release() -> None:
    release = ROOT / "output" / "union-state"
    found = {}
    for resource in descriptor(release)["resources"]:
        if resource["format"] == "parquet":
            table = SCHEMAS.table(resource["name"].removesuffix("-parquet"))
            actual = documented()(release / resource["path"], list(table.primary_key))
            assert actual == resource["digest"]
            found[table.name] = actual
        else:
            assert resource["digest"] == resource["hash"]
    assert descriptor(release)["digest"] == package_digest(found)


ALL_TYPES = {
    "id": ("integer", ["10", "-2", "9"]),
    "text": ("string", ["a,b", 'say "x"', ""]),
    "empty": ("string", ["", " x", "a\nb"]),
    "day": ("date", ["2024-12-06", "0044-01-01", ""]),
    "held": ("boolean", ["true", "false", ""]),
    "sum": ("number", ["3.0", "0.00001234", ""]),
    "more": ("number", ["1e16", "-1.5e-7", "NaN"]),
    "most": ("number", ["INF", "-INF", "-0.0"]),
    "at": ("datetime", ["2024-12-06T15:00:00", "2024-12-06T15:00:00.5", "0999-12-06T15:00:00.000001"]),
    "time": ("time", ["15:00:00", "15:00:00.25", ""]),
    "year": ("year", ["2024", "0044", "-0044"]),
    "month": ("yearmonth", ["2024-12", "", ""]),
    "long": ("duration", ["P1M", "", ""]),
    "place": ("geopoint", ["27.50, 53.9", "", ""]),
    "object": ("object", ['{"b": 1, "a": "x, y"}', "", ""]),
    "array": ("array", ["[1, 2]", "", ""]),
    "list": ("list", ["1,2", "", ""]),
    "geo": ("geojson", ['{"type": "Point", "coordinates": [1, 2]}', "", ""]),
    "any": ("any", ["x", "", ""]),
}
"""Columns of every type, with their values; in `empty` an empty text is a value."""


@pytest.mark.parametrize("key", [["id"], ["time", "id"], []])
def test_the_documented_function_comes_to_the_digest_of_a_table_with_all_types(
    tmp_path: Path, key: list[str]
) -> None:
    assert {kind for kind, _ in ALL_TYPES.values()} == set(TYPES) - {"edtf"}  # a text of our own datasets
    cells = {
        name: [cell or "15:30:00" for cell in cells] if name in key else cells
        for name, (_, cells) in ALL_TYPES.items()
    }
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(cells), *zip(*cells.values(), strict=True)])
    fields = [{"name": name, "type": kind} for name, (kind, _) in ALL_TYPES.items()]
    fields[list(ALL_TYPES).index("empty")]["missingValues"] = []  # type: ignore[assignment]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": key}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}), "utf-8")
    with communique.open(tmp_path) as release:
        table = release["t"]
        path = table.had()
        assert documented()(path, key) == table.resource.digest
        assert table.to_polars()["empty"].null_count() == 0


def test_the_documented_function_takes_a_column_by_itself(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": ["x", None, ""]})
    frame.write_parquet(tmp_path / "t.parquet")
    assert documented()(tmp_path / "t.parquet", []) == table_digest([frame], ["a"])


@given(st.floats() | st.floats(-1e-3, 1e-3) | st.integers(-(2**60), 2**60).map(float))
def test_the_documented_spelling_of_numbers_is_ours(value: float) -> None:
    assert NUMBER(value) == text_of(value)


def test_csv_and_parquet_of_a_table_have_one_digest_and_shuffled_sources_change_nothing(
    released: Path, tmp_path: Path
) -> None:
    def shuffle(folder: Path) -> None:
        for path in folder.glob("*.csv"):
            head, *rows = csv.reader(path.read_text("utf-8").splitlines(keepends=True), strict=True)
            random.Random(1).shuffle(rows)
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([head, *rows])

    shuffled = built(tmp_path / "shuffled", shuffle)
    assert descriptor(released) == descriptor(shuffled)
    digests = [resource["digest"] for resource in descriptor(released)["resources"]]
    assert digests[0::2] == digests[1::2]


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",\n\r;'), min_size=1, max_size=5
)
ROWS = st.lists(
    st.tuples(
        TEXT,
        st.none() | TEXT,
        st.none() | st.dates(),
        st.none() | st.booleans(),
        st.none() | st.integers(-9, 9),
    ),
    unique_by=lambda row: row[0],
    max_size=20,
)
COLUMNS = {"a": pl.String, "b": pl.String, "c": pl.Date, "d": pl.Boolean, "e": pl.Int64}


def _quoted(cell: str) -> str:
    """Return a cell as RFC 4180 has it: Python's own writer leaves a carriage return without quotes."""
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",\r\n') else cell


@pytest.mark.no_cover
@given(ROWS, st.randoms())
def test_any_rows_in_any_order_have_the_digest_that_python_computes(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]], chance: random.Random
) -> None:
    lines = [
        list(COLUMNS),
        *([_spelt(cell) for cell in row] for row in sorted(rows, key=lambda r: str(r[0]))),
    ]
    spelt = "".join(",".join(map(_quoted, line)) + "\n" for line in lines)
    assert list(csv.reader(io.StringIO(spelt, newline=""), strict=True)) == lines
    expected = "sha256:" + hashlib.sha256(spelt.encode()).hexdigest()
    chance.shuffle(rows)
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row").lazy()
    slices = in_order(LazyRows(frame), ["a"], 3, tmp_path_factory.getbasetemp())
    assert table_digest(slices, list(COLUMNS)) == expected


def _spelt(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"{cell:%Y}".zfill(4) + f"{cell:-%m-%d}" if isinstance(cell, date) else str(cell)


@given(
    st.floats()
    | st.integers(-(2**60), 2**60).map(float)
    | st.datetimes()
    | st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]), min_value=datetime(1, 1, 2)
    )
    | st.times()
    | st.dates()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
)
def test_a_value_by_itself_is_spelt_as_in_its_column(value: Any) -> None:
    assert text_of(value) == spelled(pl.Series([value])).cast(pl.String)[0]


@given(st.integers(-20_000, 20_000))
def test_a_year_by_itself_is_spelt_as_in_its_column(year: int) -> None:
    assert text_of(year, "year") == spelled(pl.Series([year], dtype=pl.Int32))[0]


def test_a_value_by_itself_is_spelt_without_a_column_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "pl", None)
    assert [text_of(value) for value in (0.0001, -12.5, time(1, 2, 3, 40_000), datetime(9, 1, 2))] == [
        *("0.0001", "-12.5", "01:02:03.040", "0009-01-02T00:00:00")
    ]
