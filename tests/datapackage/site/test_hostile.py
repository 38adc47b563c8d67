"""Cells, keys and titles that contain markup, scripts, URLs or paths remain text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest

from communique.datapackage import build, open_dataset
from communique.datapackage.site import site
from communique.schemas import Column, ForeignKey, Schemas, Table
from communique.schemas.column import METADATA
from communique.schemas.story import Evidence, Page, Part, Spoken, Story

from .browser import DESKTOP, Browser
from .pages import broken, links, pages, parsed

MARKUP = '</td></table></script><img src=x onerror="alert(1)"><script>alert(2)</script>{{ 7 * 7 }}'
USER = "https://user:secret@example.org/"
KEYS = [
    "../../escaped",
    "/etc/passwd",
    "CON",
    "a\\b?c#d&e",
    "con",
    "Ünï",
    "x" * 300,
    "<b>key</b>",
    "quo\"te's",
    "1",
    "index",
    "u:p@host",
]
ADDRESSES = [
    "javascript:alert(3)",
    "JaVaScRiPt:alert(3)",
    "data:text/html,<script>alert(4)</script>",
    "http://",
    "https://example.org/?a=b&c='d",
    'https://example.org/" onmouseover="alert(5)',
    "//example.org/",
    "http://[broken",
    " https://example.org/",
    "vbscript:x",
    "file:///etc/passwd",
    USER,
]
TURNED = "abc\u202egnp.exe\u2066\u200b"


def _text(title: str, nullable: bool = True) -> Any:
    return pa.Field(nullable=nullable, metadata={METADATA: Column(title=title, description=MARKUP)})


class Thing(pa.DataFrameModel):
    """A thing of which nothing is demanded."""

    thing_id: pl.String = _text("Key", nullable=False)
    name: pl.String = _text("<i>Name</i>")
    native: pl.String = _text("Own")
    day: pl.String = _text("Day")
    kind: pl.String = _text(MARKUP)
    address: pl.String = _text("Address")
    other_id: pl.String = _text("Other")
    tag: pl.String = _text("Tag")


class Proof(pa.DataFrameModel):
    """What supports a row."""

    of_table: pl.String = _text("Table", nullable=False)
    of_row: pl.String = _text("Row", nullable=False)
    thing_id: pl.String = _text("Thing", nullable=False)


THINGS = Table(
    name="things.1",
    title=MARKUP,
    row=MARKUP,
    description=MARKUP,
    model=Thing,
    primary_key=("thing_id",),
    foreign_keys=(ForeignKey(("other_id",), "things.1", ("thing_id",)),),
)
PROOFS = Table(
    name="proofs",
    title="Proofs",
    row="a proof",
    description="",
    model=Proof,
    primary_key=("of_table", "of_row", "thing_id"),
    foreign_keys=(ForeignKey(("thing_id",), "things.1", ("thing_id",)),),
)
STORY = Story(
    pages=(
        Page(
            table="things.1",
            kind="work",
            noun="thing",
            title="name",
            native="native",
            when="day",
            group="kind",
            summary="address",
            parts=(
                Part(
                    heading="Others",
                    table="things.1",
                    via="other_id",
                    columns=("thing_id", "address", "name"),
                    when="day",
                    stage="kind",
                    order=("day",),
                ),
                Part(heading="No such column", table="things.1", via="other_id", columns=("nothing",)),
                Part(heading="No such table", table="nothing", via="other_id", columns=()),
                Part(heading="No reference", table="things.1", via="name", columns=("name",)),
            ),
        ),
        Page(table="nothing", kind="work", noun="nothing", title="name"),
        Page(table="proofs", kind="work", noun="proof", title="of_row"),
    ),
    evidence=Evidence(
        table="proofs",
        row_table="of_table",
        row_key="of_row",
        source="thing_id",
        sources="things.1",
        title="name",
        url="address",
        language="tag",
        details=("kind", "day"),
    ),
    spoken=(Spoken(column="name", by="tag"), Spoken(column="native", tag="ru")),
)


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def _csv(path: Path, header: str, lines: Sequence[tuple[str | None, ...]]) -> None:
    rows = (",".join(map(_quoted, line)) for line in lines)
    path.write_text("\n".join((header, *rows)) + "\n", "utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site of a release that is as hostile as a release can be."""
    folder = tmp_path_factory.mktemp("hostile")
    source = folder / "source"
    source.mkdir()
    description = {
        "name": "hostile",
        "title": MARKUP,
        "description": MARKUP,
        "version": "1.0.0",
        "release_date": "2026-01-01",
        "license": {"name": "CC0-1.0", "title": MARKUP, "path": "https://example.org/licence"},
        "contributors": [{"title": MARKUP, "roles": ["curator"]}],
        "sources": [{"title": MARKUP, "path": USER}],
        "languages": ["en"],
        "keywords": [],
    }
    (source / "dataset.yaml").write_text(
        json.dumps(description).replace('"2026-01-01"', "2026-01-01"), "utf-8"
    )
    names = [MARKUP, TURNED, None, "plain"]
    days = ["2024-02-30", "2024-12", "0000", None, "<b>", "9999-12-31?", "2024-12-06~"]
    things = [
        (
            key,
            names[number % 4],
            MARKUP if number % 2 else None,
            days[number % 7],
            [MARKUP, TURNED, None][number % 3],
            ADDRESSES[number],
            KEYS[0],
            ["ru", '"><b>', None][number % 3],
        )
        for number, key in enumerate(KEYS)
    ]
    _csv(source / "things.1.csv", "thing_id,name,native,day,kind,address,other_id,tag", things)
    proofs: list[tuple[str | None, ...]] = [("things.1", KEYS[0], key) for key in KEYS]
    _csv(
        source / "proofs.csv",
        "of_table,of_row,thing_id",
        [*proofs, ("gone", "x", "1"), ("things.1", "x", "1")],
    )
    report = build(open_dataset(source), Schemas(tables=(THINGS, PROOFS), cross_rules=()), folder / "release")
    assert report.built, report.findings
    site(folder / "release", folder / "site", STORY)
    return folder / "site"


def test_cells_stay_text(hostile: Path) -> None:
    assert broken(hostile) == []
    for page in pages(hostile):
        tree = parsed(page)
        assert not tree.xpath(
            "//img | //b | //i | //script[not(@src or @type='application/ld+json')] | //@*[starts-with(name(), 'on')]"
        ), page
        assert "49" not in tree.xpath("string(//title)")
        assert not set(page.read_text("utf-8")) & set("\u202e\u2066\u200b")
    for script in (hostile / "search").iterdir():
        text = script.read_text("ascii")
        assert "<" not in text
        assert not re.search(r"(?<!\\)\\u202e", text)


def test_only_addresses_of_the_web_become_links(hostile: Path) -> None:
    found = {
        link for page in pages(hostile) for _, link in links(page) if ":" in link or link.startswith("//")
    }
    assert found == {"https://example.org/?a=b&c='d", "https://example.org/licence"}


def test_an_address_that_is_no_link_stands_there_as_text(hostile: Path) -> None:
    first = next(
        path for path in pages(hostile / "rows") if f"<code>{KEYS[0]}</code>" in path.read_text("utf-8")
    )
    sources = parsed(first).xpath("//ol[@class='sources']/li")
    assert [item.xpath("./a") for item in sources if USER in item.text_content()] == [[]]
    main = parsed(hostile / "index.html").xpath("//h3[.='Main sources']/following-sibling::ul/li")
    assert [item.text_content().endswith(USER) for item in main] == [True]


def test_data_in_a_page_does_not_end_its_script(hostile: Path) -> None:
    (script,) = parsed(hostile / "index.html").xpath("//script[not(@src)]")
    assert json.loads(script.text)["name"] == MARKUP
    assert "<" not in script.text


def test_keys_do_not_lead_out_of_the_site(hostile: Path) -> None:
    written = [path for path in (hostile / "rows").rglob("*") if path.is_file()]
    assert len(written) == len(KEYS)
    assert len({path.name.casefold() for path in written}) == len(KEYS)
    assert all(len(path.name) < 120 and path.name.isascii() for path in written)
    assert not list(hostile.parent.glob("escaped*"))


def test_what_does_not_fit_of_a_story_is_left_out(hostile: Path) -> None:
    page = parsed(
        next(path for path in pages(hostile / "rows") if "../../escaped" in path.read_text("utf-8"))
    )
    assert "".join(page.xpath("//h2[@id='part-1']/text()")).strip() == "Others"
    assert not page.xpath("//h2[@id='part-2']")
    assert not (hostile / "lists" / "proofs").exists()


def test_no_script_of_a_cell_runs(hostile: Path) -> None:
    browser = Browser()
    try:
        browser.look(DESKTOP, "light")
        for page in pages(hostile):
            browser.driver.get(page.as_uri())
            browser.driver.find_element("id", "search").send_keys("alert")
            browser.driver.find_element("css selector", ".found")
            assert browser.complaints() == [], page
    finally:
        browser.close()
