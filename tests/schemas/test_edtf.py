"""The columns derived from a partial date agree with Python's calendar."""

from __future__ import annotations

import calendar
from datetime import date

import narwhals as nw
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from communique.schemas import edtf


def bounds(text: str) -> tuple[date, date]:
    parts = [int(part) for part in text.rstrip("?~%").split("-")]
    year, month, day = (*parts, None, None)[:3]
    if year and month and day:
        return date(year, month, day), date(year, month, day)
    assert year
    first, last = (month, month) if month else (1, 12)
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


@given(
    day=st.dates(date(1000, 1, 1), date(9998, 12, 31)),
    length=st.sampled_from([4, 7, 10]),
    mark=st.sampled_from(["", "?", "~", "%"]),
)
def test_a_partial_date_means_the_days_that_the_calendar_says(day: date, length: int, mark: str) -> None:
    text = day.isoformat()[:length] + mark
    frame = nw.from_native(pl.DataFrame({"text": [text, None]}))
    how = {"day": edtf.day, "earliest": edtf.earliest, "latest": edtf.latest, "precision": edtf.precision}
    rows = (
        frame.select(**{name: function("text") for name, function in how.items()})
        .to_native()
        .rows(named=True)
    )
    earliest, latest = bounds(text)
    exact = {4: "year", 7: "month", 10: "day"}[length]
    assert rows[0] == {
        "day": earliest if length == 10 and not mark else None,
        "earliest": earliest,
        "latest": latest,
        "precision": "approximate" if mark else exact,
    }
    assert set(rows[1].values()) == {None}
