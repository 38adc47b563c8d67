"""A site of a package of others: numbers of all kinds are sorted as numbers."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from communique.datapackage.site import site
from communique.schemas import Story

from .browser import DESKTOP, Browser

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "string"},
    {"name": "whole", "type": "integer"},
    {"name": "number", "type": "number"},
    {"name": "year", "type": "year"},
]
ROWS = """id,whole,number,year
a,-5,INF,-0044
b,-10,-5,
c,9007199254740993,NaN,2024
d,,-10,-0100
e,0,,0999
f,9007199254740992,2e-7,0000
g,-100,1e16,1999
h,10,-INF,1999
i,9,0.25,-0001
"""


def package(folder: Path, fields: list[dict[str, Any]], rows: str, **schema: Any) -> Path:
    """Write a package of one table into a new folder."""
    folder.mkdir()
    resource = {
        "name": "things",
        "type": "table",
        "path": "things.csv",
        "schema": {"fields": fields, **schema},
    }
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "others",
        "resources": [resource],
    }
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    (folder / "things.csv").write_text(rows, "utf-8")
    return folder


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of a table of numbers."""
    folder = tmp_path_factory.mktemp("numbers")
    site(package(folder / "source", FIELDS, ROWS, primaryKey=["id"]), folder / "site", Story())
    return folder / "site"


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    opened = Browser()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("column", "rising", "last"),
    [
        ("whole", "-100 -10 -5 0 9 10 9007199254740992 9007199254740993", [""]),
        ("number", "-INF -10 -5 2e-7 0.25 1e+16 INF", ["NaN", ""]),
        ("year", "-0100 -0044 -0001 0000 0999 1999 1999 2024", [""]),
        ("id", "a b c d e f g h i", []),
    ],
)
def test_numbers_are_sorted_as_numbers(
    browser: Browser, numbers: Path, column: str, rising: str, last: list[str]
) -> None:
    browser.look(DESKTOP, "light")
    browser.driver.get(f"{numbers.as_uri()}/tables/things.html")
    headers = browser.driver.find_elements("css selector", "#preview th")
    place = [header.text.split()[0] for header in headers].index(column)
    script = "return [...document.querySelectorAll('#preview tbody tr')].map(row => row.cells[arguments[0]].textContent)"
    for order in (rising.split(), rising.split()[::-1]):
        headers[place].find_element("tag name", "button").click()
        assert browser.driver.execute_script(script, place) == [*order, *last]
