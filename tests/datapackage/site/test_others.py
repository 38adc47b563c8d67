"""The site of an external package: numbers of every type sort as numbers, and every constraint of a column is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from communique.datapackage.site import site
from communique.schemas import Story

from .browser import DESKTOP, Browser
from .pages import broken, parsed, text

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


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of one table that refers to itself, described in several lines, under two licences."""
    folder = tmp_path_factory.mktemp("tree")
    fields: list[dict[str, Any]] = [
        {"name": "id", "type": "string", "description": "A\nkey."},
        {"name": "parent", "type": "string"},
    ]
    own = {"fields": ["parent"], "reference": {"resource": "", "fields": ["id"]}}
    source = package(folder / "source", fields, "id,parent\na,a\n", primaryKey=["id"], foreignKeys=[own])
    content = json.loads((source / "datapackage.json").read_text("utf-8"))
    licences = [{"name": "MIT"}, {"name": "CC0-1.0"}]
    content |= {"description": "Two\n\nparagraphs.", "version": "1.0.0", "licenses": licences}
    content["resources"][0]["description"] = "A\r\ntable."
    (source / "datapackage.json").write_text(json.dumps(content), "utf-8")
    site(source, folder / "site", Story())
    return folder / "site"


def test_a_text_of_several_lines_is_read_as_one(tree: Path) -> None:
    table = parsed(tree / "tables" / "things.html")
    front = parsed(tree / "index.html")
    assert front.xpath("string(//p[@class='lead'])") == "Two paragraphs."
    assert table.xpath("string(//p[@class='lead'])") == "A table."
    assert front.xpath("string(//td[@data-title='What it has'])") == "A table."
    assert table.xpath("string(//div[@id='column-id']/dd/p)") == "A key."


def test_licences_do_not_run_into_what_stands_before(tree: Path) -> None:
    front = text(tree / "index.html")
    assert front.count(" Licence: MIT. Licence: CC0-1.0.") == 2
    assert "Version 1.0.0. Licence: MIT." in front


def test_the_diagram_has_all_of_the_line_of_a_table_that_refers_to_itself(
    browser: Browser, tree: Path
) -> None:
    browser.look(DESKTOP, "light")
    browser.driver.get((tree / "index.html").as_uri())
    box, line, natural = browser.driver.execute_script(
        "const drawn = document.querySelector('.diagram svg'), frame = (part) => part.getBoundingClientRect().toJSON();"
        "return [frame(drawn), frame(drawn.querySelector('.line')), Number(drawn.getAttribute('width'))]"
    )
    assert box["width"] == natural  # not blown up to the width of the page
    assert "1 row, 2 columns" in text(tree / "index.html")
    assert box["left"] < line["left"] < line["right"] < box["right"]


def test_tables_that_do_not_refer_to_each_other_have_no_diagram(numbers: Path) -> None:
    assert not parsed(numbers / "index.html").xpath("//svg")
    assert "refer to each other" not in text(numbers / "index.html")


def limited(kind: str, **constraints: Any) -> dict[str, Any]:
    """Return a field that is called after its first constraint."""
    return {"name": next(iter(constraints)).lower(), "type": kind, "constraints": constraints}


LIMITED: list[dict[str, Any]] = [
    limited("integer", minimum=1, maximum=10),
    limited("number", exclusiveMinimum=-0.5, exclusiveMaximum=0.5),
    limited("string", minLength=2, maxLength=4, pattern="[a-z<]+"),
    limited("string", unique=True, required=True),
    limited("integer", enum=[1, 2, 3]),
    limited("string", required=True, enum=["a", "b"]),
    {"name": "many", "type": "integer", "constraints": {"enum": list(range(30))}},
    {"name": "mail", "type": "string", "format": "email"},
    {"name": "free", "type": "string"},
]


def test_all_that_is_demanded_of_a_column_is_told_in_one_way(tmp_path: Path) -> None:
    header = ",".join(field["name"] for field in LIMITED)
    source = package(tmp_path / "source", LIMITED, f"{header}\n3,0.25,abc,x,2,a,7,a@example.org,y\n")
    site(source, tmp_path / "site", Story())
    page = parsed(tmp_path / "site" / "tables" / "things.html")
    told = {
        str(entry.get("id")).removeprefix("column-"): [
            " ".join(line.text_content().split()) for line in entry.xpath(".//dd/p[@class]")
        ]
        for entry in page.xpath("//dl[@class='dictionary']/div")
    }
    assert told == {
        "minimum": ["Values: at least 1, at most 10."],
        "exclusiveminimum": ["Values: more than -0.5, less than 0.5."],
        "minlength": ["Values: a length of at least 2, a length of at most 4, matching [a-z<]+."],
        "unique": ["Values: each value once."],
        "enum": ["Values: one of 1, 2, 3."],
        "required": [],
        "many": [f"Values: one of {', '.join(map(str, range(20)))}, …."],
        "mail": ["Values: in the format email."],
        "free": [],
    }
    assert [code.text for code in page.xpath("//div[@id='column-required']//li/code")] == ["a", "b"]
    assert len(page.xpath("//div[@id='column-many']//li/code")) == 30


def test_a_word_that_objects_of_javascript_keep_for_themselves_is_one_of_the_index(tmp_path: Path) -> None:
    field = {"name": "__proto__", "type": "string"}
    site(package(tmp_path / "source", [field], "__proto__\nx\n"), tmp_path / "site", Story())
    script = (tmp_path / "site" / "search" / "0.js").read_text("ascii")
    _, pairs = json.loads(script.replace("communiqueShard(", "[").replace(");", "]"))
    assert "__proto__" in [word for word, _ in pairs]


def test_columns_that_are_called_as_parts_of_the_page_have_ids_of_their_own(tmp_path: Path) -> None:
    names = ["main", "keys", "columns", "rows", "filter", "preview", "search", "filter-1", "a b%20c", "Ä#?"]
    fields = [{"name": name, "type": "string"} for name in names]
    rows = f"{','.join(names)}\n{','.join('x' * len(names))}\n"
    site(package(tmp_path / "source", fields, rows, primaryKey=["a b%20c"]), tmp_path / "site", Story())
    tree = parsed(tmp_path / "site" / "tables" / "things.html")
    ids = [str(one) for one in tree.xpath("//@id")]
    assert len(ids) == len(set(ids))
    assert not any(" " in one for one in ids)
    assert tree.get_element_by_id("preview").tag == "table"
    found = re.findall(r'things\.html#([^"]*)', (tmp_path / "site" / "search" / "0.js").read_text("ascii"))
    anchors = tree.xpath("//dl[@class='dictionary']/div/@id")
    assert set(found) == set(anchors)
    assert len(anchors) == len(names)
    assert not broken(tmp_path / "site")


@pytest.mark.parametrize("letter", ["x", "w"])
def test_names_are_told_once_and_keep_within_their_place_however_long(
    tmp_path: Path, browser: Browser, letter: str
) -> None:
    name = f"a.table-{letter * 90}"
    fields = [{"name": name, "type": "string"} for name in ("id", "up")]
    key = {"fields": ["up"], "reference": {"resource": "", "fields": ["id"]}}
    source = package(tmp_path / "source", fields, "id,up\n1,1\n", primaryKey=["id"], foreignKeys=[key])
    descriptor = source / "datapackage.json"
    descriptor.write_text(
        descriptor.read_text("utf-8").replace('"name": "things"', f'"name": "{name}"'), "utf-8"
    )
    site(source, tmp_path / "site", Story())
    index = "".join(path.read_text("utf-8") for path in (tmp_path / "site" / "search").iterdir())
    assert f',"{name}",null,"Table"' in index
    assert ',"id",null,"Column of' in index
    (page,) = (tmp_path / "site" / "tables").glob("*.html")
    assert parsed(page).xpath("string(//h1)").strip() == name
    browser.look(DESKTOP, "light")
    browser.driver.get((tmp_path / "site" / "index.html").as_uri())
    tables = browser.driver.find_element("css selector", ".scroll:has(.reading)")
    assert browser.driver.execute_script(
        "return arguments[0].scrollWidth <= arguments[0].clientWidth", tables
    )
    room, text = browser.driver.execute_script(
        "return ['.diagram rect', '.diagram .name'].map(part => document.querySelector(part).getBBox().width)"
    )
    assert text + 14 <= room
