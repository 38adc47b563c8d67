"""A site, as a visitor without a browser sees it: links, contents, paging, refusals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from communique.datapackage import CommuniqueError, ReleaseError, TargetError, pack
from communique.datapackage.site import lists, search, site, tables
from communique.schemas import STORY, Story

from ...releases import ROWS
from .conftest import RELEASE, rows
from .pages import broken, links, pages, parsed, text


def test_each_page_has_a_description_of_its_own(made: Path) -> None:
    told = {page: parsed(page).xpath("//head/meta[@name='description']/@content") for page in pages(made)}
    assert all(len(found) == 1 and 0 < len(found[0]) <= 180 for found in told.values())
    assert Counter(found[0] for found in told.values()).most_common(1)[0][1] == 1
    (meeting,) = told[made / "rows" / "meetings" / "ssc-2024-12-06.html"]
    assert "6 December 2024. " in meeting


def test_the_front_page_carries_what_search_engines_read(made: Path) -> None:
    (script,) = parsed(made / "index.html").xpath("//head/script[@type='application/ld+json']/text()")
    dataset = json.loads(script)
    addresses = [download["contentUrl"] for download in dataset["distribution"]]
    assert len(addresses) == 20
    assert all((made / address).is_file() for address in addresses)
    for download in dataset["distribution"]:
        download["contentUrl"] = download["contentUrl"].removeprefix("release/")
    assert dataset == json.loads((RELEASE / "schema-org.jsonld").read_text("utf-8"))
    assert not list(parsed(made / "tables" / "persons.html").xpath("//script[not(@src)]"))


def landmarks(page: Path) -> list[tuple[str, str]]:
    """Return the kind and name of each part that a screen reader can jump to."""
    tree = parsed(page)
    found: list[tuple[str, str]] = []
    for element in tree.xpath("//nav | //section[@aria-label or @aria-labelledby] | //*[@role='region']"):
        by = element.get("aria-labelledby")
        name = element.get("aria-label") or "".join(tree.xpath(f"//*[@id='{by}']//text()"))
        found.append(("navigation" if element.tag == "nav" else "region", " ".join(name.split()).lower()))
    return found


def test_every_internal_link_resolves(made: Path) -> None:
    assert broken(made) == []


def test_nothing_is_loaded_from_elsewhere_and_links_out_are_guarded(made: Path) -> None:
    outside = 0
    for page in pages(made):
        for element, link in links(page):
            if urlsplit(link).scheme:
                assert element.tag == "a", (page, link)
                assert set(element.attrib["rel"].split()) == {"noopener", "noreferrer"}
                outside += 1
        policy = parsed(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'none'" in "".join(policy)
        assert "unsafe" not in policy[0]
        assert not parsed(page).xpath(
            "//@style | //style | //script[not(@src or @type='application/ld+json')]"
        )
        assert not parsed(page).xpath("//@*[starts-with(name(), 'on')]")
    assert outside > 350


def test_each_row_has_its_page_with_those_who_belong_there(made: Path) -> None:
    people = defaultdict[str, set[str]](set)
    for row in rows("participants"):
        people[row["meeting_id"]].add(f"../persons/{row['person_id']}.html".removeprefix("../"))
    for meeting in rows("meetings"):
        page = made / "rows" / "meetings" / f"{meeting['meeting_id']}.html"
        found = {link.split("rows/")[1] for _, link in links(page) if "rows/persons/" in link}
        assert found == people[meeting["meeting_id"]]
        assert meeting["description"].split(". ")[0] in text(page)


def test_the_life_of_an_initiative_is_a_line_of_its_steps(made: Path) -> None:
    steps = Counter(row["initiative_id"] for row in rows("initiative_events"))
    for initiative in rows("initiatives"):
        page = parsed(made / "rows" / "initiatives" / f"{initiative['initiative_id']}.html")
        assert len(page.xpath("//ol[@class='life']/li")) == steps[initiative["initiative_id"]]
        assert len(page.xpath("//ol[@class='strip']/li")) == steps[initiative["initiative_id"]]


def test_each_page_names_the_sources_of_its_row(made: Path) -> None:
    sources = {row["source_id"]: row for row in rows("sources")}
    cited = defaultdict[str, set[str]](set)
    for row in rows("citations"):
        if row["table_name"] == "persons":
            cited[row["row_key"]].add(sources[row["source_id"]]["title"])
    for person in rows("persons"):
        page = parsed(made / "rows" / "persons" / f"{person['person_id']}.html")
        named = {" ".join(a.text_content().split()) for a in page.xpath("//ol[@class='sources']/li/a")}
        assert named == {" ".join(title.split()) for title in cited[person["person_id"]]}


def test_names_in_russian_are_marked_as_such(made: Path) -> None:
    page = parsed(made / "rows" / "persons" / "mikhail-mishustin.html")
    assert page.xpath("//h1//*[@lang='ru']/text()") == ["Михаил Мишустин"]
    listed = parsed(made / "lists" / "persons" / "1.html")
    assert len(listed.xpath("//*[@lang='ru']")) == sum(bool(row["name_ru"]) for row in rows("persons"))


def test_a_page_for_each_table_shows_every_row(made: Path) -> None:
    for path in sorted((RELEASE / "data").glob("*.csv")):
        shown = [made / "tables" / f"{path.stem}.html", *sorted((made / "tables" / path.stem).glob("*.html"))]
        lines = [line for page in shown for line in parsed(page).xpath("//table[@id='preview']/tbody/tr")]
        assert len(lines) == len(rows(path.stem))
    first = parsed(made / "tables" / "meetings.html").xpath("//table[@id='preview']/tbody/tr[1]/td")
    assert [" ".join(cell.text_content().split()) for cell in first] == list(rows("meetings")[0].values())


def test_the_front_page_has_counts_licence_citation_downloads_and_snippets(made: Path) -> None:
    front = text(made / "index.html")
    version = json.loads((RELEASE / "datapackage.json").read_text("utf-8"))["version"]
    counts = (f"{ROWS['meetings']} Meetings", f"{ROWS['persons']} People")
    for expected in (*counts, "Creative Commons", "Cite and reuse", f"Version {version}"):
        assert expected in front
    hashes = dict(line.split("  ")[::-1] for line in (RELEASE / "SHA256SUMS").read_text("utf-8").splitlines())
    assert len(hashes) == 30
    described = {
        row[0].text_content(): [cell.text_content() for cell in row[1:]]
        for row in parsed(made / "index.html").xpath("//table[@class='reading'][.//code]/tbody/tr")
    }
    assert set(described) == {*hashes, "SHA256SUMS"}
    for name, (what, _, size) in described.items():
        words, digest = what.rsplit(" ", 1)
        assert words
        assert size == f"{(RELEASE / name).stat().st_size:,}"
        assert digest == hashes.get(name, digest)
    assert "pl.read_parquet" in front or "scan_parquet" in front
    assert (made / "release" / "SHA256SUMS").read_bytes() == (RELEASE / "SHA256SUMS").read_bytes()


@pytest.mark.no_cover
def test_the_same_release_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    site(pack(RELEASE, tmp_path / "release.zip"), tmp_path / "again", STORY)
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    assert files == sorted(
        p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*") if p.is_file()
    )
    assert [
        name for name in files if (made / name).read_bytes() != (tmp_path / "again" / name).read_bytes()
    ] == []


@pytest.mark.no_cover
def test_long_lists_tables_and_indexes_are_cut_into_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LENGTH", 10)
    monkeypatch.setattr(tables, "LENGTH", 40)
    monkeypatch.setattr(tables, "PAGES", 3)
    monkeypatch.setattr(search, "SHARD", 50)
    site(RELEASE, tmp_path / "site", STORY)
    assert broken(tmp_path / "site") == []
    assert len(list((tmp_path / "site" / "lists" / "persons").iterdir())) == 7
    assert [path.name for path in sorted((tmp_path / "site" / "tables" / "sources").iterdir())] == [
        "2.html",
        "3.html",
    ]
    assert "the first 120" in text(tmp_path / "site" / "tables" / "sources.html")
    assert len(list((tmp_path / "site" / "search").iterdir())) > 10
    years = [
        str(heading)
        for number in range(1, 5)
        for heading in parsed(tmp_path / "site" / "lists" / "meetings" / f"{number}.html").xpath(
            "//h2/text()"
        )
    ]
    assert years == sorted(years, reverse=True)
    for page in pages(tmp_path / "site"):
        assert len(named := landmarks(page)) == len(set(named)), page


def test_another_release_has_table_pages_alone_where_the_story_does_not_fit(tmp_path: Path) -> None:
    site(RELEASE, tmp_path / "site", Story())
    assert not (tmp_path / "site" / "rows").exists()
    assert not (tmp_path / "site" / "lists").exists()
    assert broken(tmp_path / "site") == []


def test_a_release_that_does_not_keep_its_promises_gets_no_site(release: Path, tmp_path: Path) -> None:
    (release / "data" / "persons.csv").write_text("person_id\n", "utf-8")
    with pytest.raises(ReleaseError, match="does not keep its promises"):
        site(release, tmp_path / "site", STORY)
    assert not (tmp_path / "site").exists()


def test_other_folders_are_left_alone(release: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("years of work", "utf-8")
    for target in (tmp_path / "full", release, release / "site", tmp_path):
        with pytest.raises(TargetError):
            site(release, target, STORY)
    assert (tmp_path / "full" / "thesis.txt").exists()
    assert not (release / "site").exists()


@pytest.mark.no_cover
def test_a_site_is_replaced_as_a_whole(released: Path, tmp_path: Path) -> None:
    site(released, tmp_path / "site", STORY)
    (tmp_path / "site" / "stray.html").write_text("old", "utf-8")
    site(released, tmp_path / "site", STORY)
    assert not (tmp_path / "site" / "stray.html").exists()


def test_a_killed_build_leaves_no_half_site(tmp_path: Path) -> None:
    target = tmp_path / "site"
    command = [sys.executable, "-m", "communique", "site", str(RELEASE), "-o", str(target)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while not (tmp_path / ".site.staging" / "rows").exists() and process.poll() is None:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() in (-signal.SIGKILL, 0)  # it was killed, or had ended before
    assert (target / "site.json").exists() if target.exists() else process.returncode
    shutil.rmtree(tmp_path / ".site.staging", ignore_errors=True)


def test_charts_need_libraries_that_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("communique.datapackage.site")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(CommuniqueError, match="pip install jinja2 vl-convert-python"):
        __import__("communique.datapackage.site")
