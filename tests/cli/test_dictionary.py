"""The data dictionary says of a dataset and of any release what they are, and nothing in it gets out of its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result
from lxml import html
from markdown_it import MarkdownIt

from communique.cli.dictionary import page
from communique.cli.main import communique
from communique.datapackage import data_dictionary, dictionary_page, json_schema, pack
from communique.schemas import SCHEMAS

from ..conftest import ROOT
from ..datapackage.exports.made import Made, release_of
from ..datapackage.foreign import package
from ..releases import ROWS

RELEASE = ROOT / "output" / "union-state"
DATASET = ROOT / "data" / "union-state"
TABLE_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
HOSTILE = "<script>alert(1)</script> [x](https://evil.example) ![y](z) | `\u202e\n\n# heading"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(communique, ["describe", *(str(argument) for argument in arguments)])


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a release whose texts want to be something else."""
    rows = pl.DataFrame({"id": ["a"], "to": ["a"]})
    release = release_of(tmp_path / "made", {"one": Made(rows, "id", {"to": "one"}, HOSTILE)})
    content: dict[str, Any] = json.loads((release / "datapackage.json").read_text("utf-8"))
    content |= {"title": HOSTILE, "description": HOSTILE}
    content["licenses"][0] |= {"title": HOSTILE, "path": 'https://x)"><b>(y'}
    for resource in content["resources"]:
        resource["schema"]["fields"][0]["constraints"] = {"enum": [HOSTILE]}
        resource["schema"]["fields"][0]["rdfType"] = HOSTILE
    (release / "datapackage.json").write_text(json.dumps(content), "utf-8")
    return release


@pytest.mark.parametrize("place", [RELEASE, DATASET], ids=["release", "dataset"])
def test_the_page_has_every_column_and_its_links_lead_somewhere(place: Path) -> None:
    result = run(place, "--format", "html")
    assert result.exit_code == 0
    tree = html.fromstring(result.stdout)
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)
    assert {link[1:] for link in tree.xpath("//a/@href") if link.startswith("#")} <= set(ids)
    for table in SCHEMAS.tables:
        heads = tree.xpath(f"//section[@aria-labelledby='{table.name}']//tbody/tr/th/code/text()")
        assert heads == [column.name for column in table.published_columns]
    assert tree.xpath("//script | //img | //link[@href != 'data:,'] | //*[@src]") == []
    rows = tree.xpath("//nav//td[@class='n']/text()")
    assert rows[3:5] == ([str(ROWS["meetings"]), str(ROWS["participants"])] if place == RELEASE else [])


def test_no_text_becomes_markup(hostile: Path) -> None:
    text = page(data_dictionary(hostile, SCHEMAS))
    tree = html.fromstring(text)
    assert tree.xpath("//script | //b | //img") == []
    assert "\u202e" not in text
    assert tree.xpath("//h1/text()")[0].startswith("<script>alert(1)</script> [x]")
    markdown = dictionary_page(data_dictionary(hostile, SCHEMAS))
    assert "<script" not in markdown
    assert "](https://evil" not in re.sub(r"\\\[x\\?\]\(https://evil", "", markdown)
    assert "![y]" not in markdown
    assert "(https://x%29" in markdown
    assert sum(line.startswith("#") for line in markdown.splitlines()) == 2


@pytest.mark.parametrize(
    "odd",
    [
        "a \\[b](https://evil.example) \\![c](https://evil.example)",
        "CC](https://evil.example) ` \\",
        "```",
        "~~~ x",
        "a\n---",
        "a\n===",
        "a\\|b | c",
        "\x1b[31m\x9b\u2028",
        "` <b> | [x](https://evil.example) `",
    ],
)
def test_the_dictionary_has_the_same_structure_whatever_its_texts_say(tmp_path: Path, odd: str) -> None:
    def described(text: str, form: str) -> str:
        name, place = (" ".join(text.split()) if text.isprintable() else "x"), f"https://example.org/{text}"
        link = place if not any(letter.isspace() for letter in place) else "https://example.org"
        field = {"name": name, "type": "string", "title": text, "description": text, "rdfType": text}
        schema = {"fields": [{**field, "categories": [text]}], "primaryKey": name}
        folder = package(
            tmp_path / form / str(len(text)),
            {"t.csv": ""},
            {
                "name": "p",
                "title": text,
                "description": text,
                "licenses": [{"name": "x", "title": text, "path": link}],
                "contributors": [{"title": text}],
                "resources": [
                    {"name": "t", "path": "t.csv", "title": text, "description": text, "schema": schema}
                ],
            },
        )
        return run(folder, "--format", form).stdout

    def structure(text: str, form: str) -> list[str]:
        shown = described(text, form)
        assert not {"\x1b", "\x9b", "\u2028"} & set(shown)
        tree = html.fromstring(render(shown) if form == "md" else shown)
        assert "evil" not in "".join(tree.xpath("//a/@href"))
        return [element.tag for element in tree.iter() if element.tag not in ("code", "br")]

    render = MarkdownIt("commonmark").enable("table").render
    for form in ("md", "html"):
        assert structure(odd, form) == structure("plain", form)


def test_a_release_is_described_by_itself_in_a_folder_or_an_archive(hostile: Path, tmp_path: Path) -> None:
    pack(RELEASE, tmp_path / "x.zip")
    for form in ("md", "markdown", "html", "table-schema"):
        assert run(tmp_path / "x.zip", "--format", form).stdout == run(RELEASE, "--format", form).stdout
    assert json.loads(run(RELEASE).stdout) == json.loads((RELEASE / "datapackage.json").read_text("utf-8"))
    text = run(RELEASE, "--format", "md").stdout
    assert f"| [participants](#participants) | Participants | {ROWS['participants']} |" in text
    assert "One row is a person at a meeting. Who took part" in text
    assert "- `chair`: Chair" in text
    assert "Curators write" not in text
    other = run(hostile, "--table", "one")
    assert json.loads(other.stdout)["primaryKey"] == ["id"]


def test_one_table_is_described_alone_and_as_its_dataset_has_it() -> None:
    assert (
        json.loads(run(RELEASE, "--table", "meetings", "--format", "json-schema").stdout)["required"]
        == (json_schema(SCHEMAS.table("meetings"))["required"])
    )
    markdown = run(RELEASE, "--table", "meetings", "--format", "md").stdout
    assert markdown.startswith("## meetings\n")
    tree = html.fromstring(run(RELEASE, "--table", "participants", "--format", "html").stdout)
    assert tree.xpath("//section/@aria-labelledby") == ["participants"]
    assert {link for link in tree.xpath("//a/@href") if link.startswith("#")} == {"#Content", "#participants"}
    assert "Curators write" in run(DATASET, "--table", "meetings", "--format", "md").stdout


def test_a_table_may_be_called_as_the_place_that_the_page_skips_to(tmp_path: Path) -> None:
    rows = pl.DataFrame({"id": ["a"]})
    tree = html.fromstring(
        run(release_of(tmp_path, {"content": Made(rows, "id")}), "--format", "html").stdout
    )
    ids = [str(one) for one in tree.xpath("//@id")]
    assert sorted(ids) == ["Content", "content"]
    assert {link for link in tree.xpath("//a/@href") if link.startswith("#")} == {f"#{one}" for one in ids}


def test_full_stops_in_the_name_of_a_table_are_no_part_of_its_anchor(tmp_path: Path) -> None:
    tables = {"a.b-c_d": Made(pl.DataFrame({"id": ["a"]}), "id")}
    assert "| [a.b-c_d](#ab-c_d) |" in run(release_of(tmp_path, tables), "--format", "md").stdout


def test_what_is_neither_a_dataset_nor_a_release_is_told(tmp_path: Path) -> None:
    for place, words in (
        (tmp_path, "this is not a release"),
        (tmp_path / "no", "there is no such file or folder"),
        (
            ROOT / "README.md",
            "Give one with --schema (schema= in Python), or a datapackage.json",
        ),  # a lone file may be a table
    ):
        assert words in str(run(place).exception)
    assert "There is no table 'x'" in run(RELEASE, "--table", "x").stderr


def test_what_values_must_be_is_told_of_each_column(tmp_path: Path) -> None:
    fields = [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "minimum": 1, "maximum": 10}},
        {"name": "share", "type": "number", "constraints": {"exclusiveMinimum": 1.5, "enum": [2.5, 3.5]}},
        {
            "name": "mail",
            "type": "string",
            "format": "email",
            "constraints": {"minLength": 1, "maxLength": 9, "pattern": "a|b"},
        },
        {"name": "near", "type": "integer", "constraints": {"exclusiveMaximum": 11}},
    ]
    schema = {
        "fields": fields,
        "uniqueKeys": [["share", "mail"]],
        "foreignKeys": [{"fields": "near", "reference": {"fields": "id"}}],
    }
    place = package(tmp_path, {"t.csv": "id,share,mail,near\n1,2.5,a,1\n"}, schema=schema)
    page = run(place, "--format", "md").stdout
    for words in (
        "No two rows have the same `share`, `mail`.",
        "| `id` | integer, may be empty | Values: at least `1`, at most `10`.",
        "| Values: more than `1.5`, one of `2.5, 3.5`.",
        "| Values: in the format `email`, a length of at least `1`, a length of at most `9`, matching ",
        "| Values: less than `11`.",
    ):
        assert words in page
    tree = html.fromstring(run(place, "--format", "html").stdout)
    told = [cell.text_content() for cell in tree.xpath("//td[@class='wide']")]
    assert told[0] == "Values: at least 1, at most 10"
    assert told[2].endswith("a length of at most 9, matching a|b")
    assert "No two rows have the same share, mail" in tree.text_content()


def test_the_readme_of_a_release_leaves_that_to_its_descriptor() -> None:
    assert "Values: " in run(DATASET, "--format", "md").stdout
    assert "Values: " not in (RELEASE / "README.md").read_text("utf-8")


def test_a_code_of_which_nothing_is_known_is_listed_alone(tmp_path: Path) -> None:
    fields = [
        {"name": "a", "type": "string", "constraints": {"enum": ["x"]}},
        {"name": "b", "type": "string", "categories": [{"value": "y", "label": "Yes"}]},
    ]
    place = package(tmp_path, {"t.csv": "a,b\nx,y\n"}, schema={"$schema": TABLE_SCHEMA, "fields": fields})
    lines = run(place, "--format", "md").stdout.splitlines()
    assert {"- `x`", "- `y`: Yes"} <= set(lines)
