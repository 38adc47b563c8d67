"""Datetimes that Python cannot represent: a time zone can shift one out of the years 1 to 9999."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from communique.datapackage.foreign.fields.datetimes import Kind, temporal

from .. import codes, report


def _found(tmp_path: Path, cell: str, **field: object) -> list[str]:
    schema = {"fields": [{"name": "id", "type": "datetime", **field}]}
    return [code for code, _, _ in codes(report(tmp_path, {"t.csv": f"id\n{cell}\n"}, schema=schema))]


@pytest.mark.parametrize(
    "cell", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0000-12-31T00:00:00"]
)
def test_a_moment_beyond_the_years_is_a_finding_in_a_cell_and_in_a_constraint(
    tmp_path: Path, cell: str
) -> None:
    assert _found(tmp_path, cell) == ["type-error"]
    assert _found(tmp_path, "2024-12-06T00:00:00", constraints={"minimum": cell}) == ["field-error"]


def test_an_hour_of_twelve_needs_the_half_of_the_day(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "time", "format": "%I:%M"}]}
    found = report(tmp_path, {"t.csv": "id\n11:30\n"}, schema=schema)
    assert [code for code, _, _ in codes(found)] == ["field-error"]
    assert "%p beside %I" in str(found.findings[0].expected)


def test_a_month_that_a_pattern_spells_out_is_spelt_out(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "date", "format": "%d %B %Y"}]}
    text = "id\n6 december 2024\n6 Dec 2024\n"
    assert codes(report(tmp_path, {"t.csv": text}, schema=schema)) == [("type-error", 3, 1)]


def test_times_that_differ_in_parts_of_a_second_are_different_keys(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "time"}], "primaryKey": "id"}
    text = "id\n12:30:00\n12:30:00.5\n12:30:00.50\n"
    assert codes(report(tmp_path, {"t.csv": text}, schema=schema)) == [("primary-key", 4, 1)]


def test_a_date_before_the_first_year_is_a_finding_in_a_pattern_too(tmp_path: Path) -> None:
    schema = {
        "fields": [
            {"name": "id", "type": "date", "format": "%d.%m.%Y", "constraints": {"enum": ["01.01.0000"]}}
        ]
    }
    assert [code for code, _, _ in codes(report(tmp_path, {"t.csv": "id\n"}, schema=schema))] == [
        "field-error"
    ]


@pytest.mark.parametrize("cell", ["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999Z"])
def test_the_first_and_the_last_moment_fit(tmp_path: Path, cell: str) -> None:
    assert _found(tmp_path, cell) == []


@pytest.mark.parametrize(
    ("kind", "form", "cell", "value"),
    [
        ("datetime", "%Y-%m-%dT%H:%M:%SZ", "2020-01-02T03:04:05Z", datetime(2020, 1, 2, 3, 4, 5)),
        ("datetime", "%Y%m%d-%H%M", "20200102-0304", datetime(2020, 1, 2, 3, 4)),
        ("datetime", "%Y-%m-%d -%H:%M", "2020-01-02 -03:04", datetime(2020, 1, 2, 3, 4)),
        ("datetime", "%Y-%m-%dT%H:%M:%S%z", "2020-01-02T03:04:05-0130", datetime(2020, 1, 2, 4, 34, 5)),
        ("datetime", "%a %d.%m.%y %H:%M", "Wed 01.01.69 03:04", datetime(1969, 1, 1, 3, 4)),
        ("datetime", "%d.%m.%y %I%p", "02.01.20 3PM", datetime(2020, 1, 2, 15)),
        ("time", "%H", "15", time(15)),
        ("datetime", "%Y-%m-%d %H%%M", "2020-01-02 15%M", datetime(2020, 1, 2, 15)),
        ("date", "%d/%m/%y", "02/01/68", date(2068, 1, 2)),
        ("date", "%d/%m/%y", "02/01/69", date(1969, 1, 2)),
        ("date", "%y%m%d", "691231", date(1969, 12, 31)),
        ("date", "%Y%m%d", "2020112", date(2020, 11, 2)),
        ("date", "%m%d%Y", "1122020", None),
    ],
)
def test_a_pattern_means_what_it_does_to_python(
    kind: Kind, form: str, cell: str, value: date | time | None
) -> None:
    assert temporal(kind, {"format": form}).parse(pl.Series([cell, None])).to_list() == [value, None]
    if value is not None:
        python = datetime.strptime(cell, form)
        offset = python.utcoffset() or timedelta()
        plain = python.replace(tzinfo=None) - offset
        assert value == {"date": plain.date(), "time": plain.time(), "datetime": plain}[kind]
