"""A site in Chromium: over HTTP and as files, light and dark, on a phone and without scripts."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from .browser import DESKTOP, PHONE, Browser, axe, served
from .conftest import rows
from .pages import text

KINDS = (
    "index.html",
    "tables/meetings.html",
    "tables/citations/2.html",
    "lists/meetings/1.html",
    "lists/initiatives/1.html",
    "rows/meetings/ssc-2024-12-06.html",
    "rows/persons/mikhail-mishustin.html",
    "rows/initiatives/comfortable-comm-tariffs.html",
    "rows/organizations/ssc.html",
)
"""A page of each kind."""


@pytest.fixture(scope="module", params=["http", "file"])
def address(request: pytest.FixtureRequest, made: Path) -> Generator[str]:
    """Give the address of the site, from a server and as files."""
    if request.param == "file":
        yield f"{made.as_uri()}/"
    else:
        with served(made) as root:
            yield root


def found(browser: Browser, query: str) -> list[str]:
    """Return what search finds, as its titles."""
    from selenium.webdriver.support.ui import WebDriverWait

    field = browser.driver.find_element("id", "search")
    field.clear()
    field.send_keys(query)
    status = browser.driver.find_element("css selector", ".found p")
    WebDriverWait(browser.driver, 30).until(lambda _: status.text)
    WebDriverWait(browser.driver, 30).until(lambda _: "result" in status.text)
    return [link.text.splitlines()[0] for link in browser.driver.find_elements("css selector", ".found a")]


@pytest.mark.parametrize("query", ["Mishustin", "Мишустин", "мишуст", "MIKHAIL mish"])
def test_search_finds_a_person_in_either_script(browser: Browser, address: str, query: str) -> None:
    browser.look(DESKTOP, "light")
    browser.driver.get(f"{address}rows/meetings/ssc-2024-12-06.html")
    assert found(browser, query)[0] == "Mikhail Mishustin"
    browser.driver.find_element("css selector", ".found a").click()
    assert browser.driver.current_url.endswith("rows/persons/mikhail-mishustin.html")


@pytest.mark.parametrize(
    "query",
    [
        "6 December 2024",
        "december 2024",
        "2024 Minsk",
        "Minsk 2024",
        "2024-12-06",
        "belarus DECEMBER minsk high held 6",  # a badge and facts of the page
    ],
)
def test_search_finds_a_meeting_by_what_its_page_shows(browser: Browser, address: str, query: str) -> None:
    browser.look(DESKTOP, "light")
    browser.driver.get(f"{address}index.html")
    found(browser, query)
    results = browser.driver.find_elements("css selector", ".found a")
    places = [result.get_attribute("href").removeprefix(address) for result in results]
    assert "rows/meetings/ssc-2024-12-06.html" in places
    shown = results[places.index("rows/meetings/ssc-2024-12-06.html")].text
    assert "Meeting · 6 December 2024 · Held" in shown
    if "ecember 2024" in query:  # it stands in the result itself
        assert shown == results[0].text


def test_search_says_when_there_is_nothing(browser: Browser, address: str) -> None:
    browser.driver.get(f"{address}index.html")
    assert found(browser, "xyzzy") == []
    assert browser.driver.find_element("css selector", ".found p").text == "No results"


@pytest.mark.parametrize("width", [360, 640, 720, 780, 1000, 1400])
def test_results_lie_within_the_window_whatever_its_width(browser: Browser, made: Path, width: int) -> None:
    browser.look((width, 700), "light")
    browser.driver.get(f"{made.as_uri()}/index.html")
    found(browser, "meeting")
    box = browser.driver.find_element("css selector", ".found").rect
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_all_results_can_be_reached_by_the_keyboard(browser: Browser, address: str) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.driver.get(f"{address}index.html")
    assert len(found(browser, "meeting")) == 30
    status = browser.driver.find_element("css selector", ".found p[role=status]")
    shown, of = map(int, re.findall(r"\d+", status.text))
    while shown < of:
        links = browser.driver.find_elements("css selector", ".found a")
        browser.driver.execute_script("arguments[0].focus()", links[-1])
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        assert browser.driver.switch_to.active_element.text == "More results"
        browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
        links = browser.driver.find_elements("css selector", ".found a")
        assert browser.driver.switch_to.active_element == links[shown]
        shown = len(links)
        assert status.text == (f"{shown} of {of} results" if shown < of else f"{of} results")
    assert of > 30
    assert not browser.driver.find_element("css selector", ".found button").is_displayed()
    assert len(found(browser, "meeting")) == 30


def visible(browser: Browser, column: int) -> list[str]:
    """Return the cells of a column in the rows that are shown."""
    script = (
        "return [...document.querySelectorAll('#preview tbody tr')].filter(row => !row.hidden)"
        ".map(row => row.cells[arguments[0]].textContent.trim())"
    )
    return list(browser.driver.execute_script(script, column))


def test_tables_can_be_sorted_and_filtered(browser: Browser, address: str) -> None:
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select

    browser.look(DESKTOP, "light")
    browser.driver.get(f"{address}tables/meetings.html")
    cities = sorted(filter(None, visible(browser, 12)))
    header = browser.driver.find_elements("css selector", "#preview th")[12]
    button = header.find_element("tag name", "button")
    button.send_keys(Keys.ENTER)
    assert header.get_attribute("aria-sort") == "ascending"
    assert [cell for cell in visible(browser, 12) if cell] == cities
    button.send_keys(Keys.ENTER)
    assert [cell for cell in visible(browser, 12) if cell] == cities[::-1]
    assert visible(browser, 12)[-1] == ""
    browser.driver.find_element("id", "filter").send_keys("VOLODIN covid")
    assert visible(browser, 0) == ["ssc-2024-12-06"]
    browser.driver.find_element("id", "filter").clear()
    browser.driver.find_element("id", "filter").send_keys(" ")
    statuses = [row["status"] for row in rows("meetings")]
    Select(browser.driver.find_element("id", "filter-3")).select_by_value("postponed")
    assert visible(browser, 3) == ["postponed"] * statuses.count("postponed")
    assert browser.driver.find_element("css selector", ".tools .status").text.startswith(
        f"{statuses.count('postponed')} of {len(statuses)} rows, sorted by "
    )


def test_a_table_of_many_pages_says_that_sorting_is_within_one(browser: Browser, address: str) -> None:
    browser.look(DESKTOP, "light")
    browser.driver.get(f"{address}tables/citations/2.html")
    within = browser.driver.find_element("id", "within")
    assert "rows of this page, not the whole table" in within.text
    preview = browser.driver.find_element("id", "preview")
    assert preview.get_attribute("aria-describedby") == "within"
    status = browser.driver.find_element("css selector", ".tools .status")
    assert re.fullmatch(r"(\d+) of \1 rows on this page", status.text)
    header = preview.find_element("tag name", "th")
    name = header.text.split()[0]
    for order in ("ascending", "descending"):
        header.find_element("tag name", "button").click()
        assert status.text.endswith(f" rows on this page, sorted by {name}, {order}")
    files = [
        link.get_attribute("href").rsplit("/", 1)[1]
        for link in browser.driver.find_elements("css selector", "#rows ~ p a")
    ]
    assert files[:2] == ["citations.csv", "citations.parquet"]


def test_a_snippet_can_be_copied(browser: Browser, address: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    browser.driver.get(f"{address}index.html")
    place = ("css selector", ".snippet .copy")
    WebDriverWait(browser.driver, 30).until(lambda driver: driver.find_elements(*place))
    button = browser.driver.find_element(*place)
    browser.driver.execute_script(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", button
    )
    button.click()
    WebDriverWait(browser.driver, 30).until(lambda _: button.text in ("Copied", "Selected"))


def test_no_page_complains_asks_others_or_is_wider_than_a_phone(browser: Browser, address: str) -> None:
    browser.look(PHONE, "dark")
    browser.driver.get("about:blank")
    browser.complaints()
    browser.asked()
    for page in KINDS:
        browser.driver.get(address + page)
        found(browser, "minsk")
        assert browser.driver.execute_script("return document.documentElement.scrollWidth") <= PHONE[0], page
    assert browser.complaints() == []
    assert {host for host in browser.asked() if not address.startswith(host)} == set()


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)], ids=["light-desktop", "dark-phone"]
)
def test_axe_finds_nothing_serious_and_each_landmark_has_its_own_name(
    browser: Browser, made: Path, scheme: str, size: tuple[int, int]
) -> None:
    script = axe()
    if script is None:
        pytest.skip("axe-core is not installed: npm install --no-save axe-core")
    browser.look(size, scheme)
    browser.driver.set_script_timeout(400)  # computing the contrast of each cell takes long on a busy machine
    for page in (kind for kind in KINDS if "citations" not in kind):
        browser.driver.get(f"{made.as_uri()}/{page}")
        browser.driver.execute_script(
            "document.querySelectorAll('details').forEach(part => (part.open = true))"
        )
        found(browser, "minsk")
        browser.command(
            "Runtime.evaluate", expression=script
        )  # the policy of the page stops scripts from elsewhere
        result: dict[str, Any] = browser.driver.execute_async_script(
            "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(done, error => done({error: String(error)}))"
        )
        serious = [
            (entry["id"], entry["impact"], entry["nodes"][0]["html"])
            for entry in result["violations"]
            if entry["impact"] in ("serious", "critical") or entry["id"] == "landmark-unique"
        ]
        assert serious == [], page


def test_on_paper_no_part_of_a_page_is_cut(browser: Browser, made: Path) -> None:
    browser.look((718, 1000), "light")  # A4
    browser.command("Emulation.setEmulatedMedia", media="print")
    for page in KINDS:
        browser.driver.get(f"{made.as_uri()}/{page}")
        cut = browser.driver.execute_script(
            "return [...document.querySelectorAll('html, .scroll, .code pre')]"
            ".filter(part => part.scrollWidth > part.clientWidth).map(part => part.className)"
        )
        assert cut == [], page
    browser.command("Emulation.setEmulatedMedia", media="")


def test_the_keyboard_reaches_content_and_results(browser: Browser, made: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.look(DESKTOP, "light")
    browser.driver.get(f"{made.as_uri()}/index.html")
    browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.driver.switch_to.active_element.text == "Skip to the content"
    found(browser, "mishustin")
    browser.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert browser.driver.switch_to.active_element.text.startswith("Mikhail Mishustin")
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert browser.driver.switch_to.active_element.get_attribute("id") == "search"


def test_results_are_put_away_when_the_focus_leaves_them(browser: Browser, made: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.look(DESKTOP, "light")
    browser.driver.get(f"{made.as_uri()}/index.html")
    results = browser.driver.find_element("css selector", ".found")
    stops = len(found(browser, "mishustin"))
    for _ in range(stops):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert results.is_displayed()
    for _ in range(2):  # what scrolls is a stop, too
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert not results.is_displayed()


def test_a_dark_screen_prints_dark_on_light(browser: Browser, made: Path) -> None:
    browser.look(DESKTOP, "dark")
    browser.driver.get(f"{made.as_uri()}/index.html")
    ink = "return getComputedStyle(document.body).color"
    assert browser.driver.execute_script(ink) == "rgb(230, 231, 227)"
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.command("Emulation.setEmulatedMedia", media="print", features=dark)
    assert browser.driver.execute_script(ink) == "rgb(30, 37, 41)"
    browser.command("Emulation.setEmulatedMedia", media="")


def test_without_scripts_the_text_is_all_there(made: Path) -> None:
    plain = Browser(scripts=False)
    try:
        for page in KINDS:
            plain.driver.get(f"{made.as_uri()}/{page}")
            shown = " ".join(plain.driver.find_element("tag name", "main").text.split())
            main = plain.driver.find_element("tag name", "main").get_attribute("textContent")
            assert " ".join(main.split()) in text(made / page)
            assert len(shown) > 300
            assert not plain.driver.find_element("css selector", "form.search").is_displayed()
            assert plain.driver.find_element("tag name", "h1").is_displayed()
    finally:
        plain.close()
