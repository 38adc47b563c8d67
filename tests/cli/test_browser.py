"""HTML pages that commands write, in Chromium: on a phone and on paper."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from communique.cli import formats
from communique.cli.dictionary import page as dictionary_page
from communique.cli.diffs import rendered
from communique.datapackage import check, data_dictionary, diff, open_dataset
from communique.schemas import SCHEMAS

from ..conftest import ROOT
from ..datapackage.site.browser import DESKTOP, Browser, axe
from ..faulty_datasets import plant, planting_cases
from ..releases import built, edited

PHONE, PAPER = (360, 740), (718, 1000)
PAGES = ("report", "clean", "diff", "dictionary")


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    opened = Browser()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    planted = plant(folder / "planted", planting_cases())
    for name, dataset in (("report", planted), ("clean", ROOT / "data" / "union-state")):
        page = formats.render("html", check(open_dataset(dataset), SCHEMAS), 100)
        (folder / f"{name}.html").write_bytes(page)
    new = built(folder / "new", edited("participants.csv", "Ill, as the office said.", "Ill."))
    with diff(built(folder / "old"), new) as found:
        (folder / "diff.html").write_text("".join(rendered("html", found, 20)), "utf-8")
    dictionary = dictionary_page(data_dictionary(ROOT / "output" / "union-state", SCHEMAS))
    (folder / "dictionary.html").write_text(dictionary, "utf-8")
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone_or_squeezes_its_cells(
    browser: Browser, pages: Path, name: str
) -> None:
    browser.look(PHONE, "dark")
    browser.driver.get((pages / f"{name}.html").as_uri())
    browser.driver.execute_script("document.querySelectorAll('details').forEach(part => (part.open = true))")
    assert browser.driver.execute_script("return document.documentElement.scrollWidth") <= PHONE[0]
    narrow = browser.driver.execute_script(
        "return [...document.querySelectorAll('.stack td')]"
        ".filter(cell => cell.textContent && cell.offsetWidth < 300).map(cell => cell.textContent)"
    )
    assert narrow == []


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_a_page_is_dark_on_light_and_nothing_of_it_is_cut(
    browser: Browser, pages: Path, name: str
) -> None:
    browser.look(PAPER, "dark")
    browser.command(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    browser.driver.get((pages / f"{name}.html").as_uri())
    cut = browser.driver.execute_script(
        "return [...document.querySelectorAll('html, .scroll')]"
        ".filter(part => part.scrollWidth > part.clientWidth).map(part => part.innerHTML)"
    )
    light = browser.driver.execute_script(
        "const bright = part => getComputedStyle(part).color.match(/[0-9]+/g).slice(0, 3).some(value => value > 220);"
        "return [...document.querySelectorAll('.error, .warning, del, ins, a, .soft')].filter(bright)"
        ".map(part => part.outerHTML)"
    )
    browser.command("Emulation.setEmulatedMedia", media="")
    assert (cut, light) == ([], [])


def test_the_filters_of_a_report_choose_among_its_findings_on_a_phone(browser: Browser, pages: Path) -> None:
    browser.look(PHONE, "light")
    browser.driver.get((pages / "report.html").as_uri())
    browser.driver.find_element("css selector", "select[name=code] option:nth-child(2)").click()
    shown = [
        row
        for row in browser.driver.find_elements("css selector", "#findings tbody tr")
        if row.size["height"]
    ]
    assert shown
    assert len({row.get_attribute("data-code") for row in shown}) == 1
    assert f"{len(shown)} of " in browser.driver.find_element("id", "shown").text


def test_a_report_without_findings_has_no_list_of_them(pages: Path) -> None:
    text = (pages / "clean.html").read_text("utf-8")
    assert "No findings." in text
    assert "<form" not in text
    assert "<script" not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_page_light_or_dark(
    browser: Browser, pages: Path, name: str, scheme: str
) -> None:
    script = axe()
    if script is None:
        pytest.skip("axe-core is not installed: npm install --no-save axe-core")
    browser.look(DESKTOP, scheme)
    browser.driver.set_script_timeout(400)  # a busy machine takes long over the contrast of each cell
    browser.driver.get((pages / f"{name}.html").as_uri())
    browser.driver.execute_script("document.querySelectorAll('details').forEach(part => (part.open = true))")
    browser.driver.execute_script(script)
    found = browser.driver.execute_async_script(
        "const done = arguments[0];"
        "axe.run({resultTypes: ['violations']}).then(done, error => done({error: String(error)}))"
    )
    assert not found.get("error")
    assert [(rule["id"], len(rule["nodes"])) for rule in found["violations"]] == []
