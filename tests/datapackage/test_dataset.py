"""A folder that is no valid dataset gives a one-line error with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.datapackage import DatasetError, open_dataset


def refusal(folder: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        open_dataset(folder)
    return str(caught.value).replace(f"{folder}", "F")


def test_a_dataset_is_read_with_what_it_says_of_itself(base: Path) -> None:
    dataset = open_dataset(base)
    assert (dataset.name, dataset.version, dataset.release_date.isoformat()) == (
        "base",
        "1.0.0",
        "2025-01-31",
    )
    assert dataset.folder == base


def test_a_day_may_stand_in_quotes(base: Path) -> None:
    path = base / "dataset.yaml"
    path.write_text(path.read_text("utf-8").replace("2025-01-31", '"2025-01-31"'), "utf-8")
    assert open_dataset(base).release_date.isoformat() == "2025-01-31"


def test_a_missing_folder_a_file_and_an_empty_folder_are_refused(tmp_path: Path, base: Path) -> None:
    assert refusal(tmp_path / "nowhere").startswith("F: there is no such file or folder")
    assert refusal(base / "meetings.csv").startswith("F: this is a file")
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path / "empty").startswith("F/dataset.yaml: there is no such file")


def test_a_description_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").mkdir()
    assert refusal(tmp_path) == "F/dataset.yaml: expected a regular file."


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("name: base", "name: [base", "F/dataset.yaml:2:6: not valid YAML"),
        ("name: base", f"name: [{'*a, ' * 101}]", "F/dataset.yaml: expected at most 100 aliases"),
        ("name: base", "name: ba\0se", "F/dataset.yaml:1:9: not valid YAML: found the character U+0000."),
        ("name: base", "name: base\nname: twin", "F/dataset.yaml:2:1: not valid YAML: found duplicate key"),
        ("name: base", "name: Base", "F/dataset.yaml:1: name: expected a name in a-z"),
        (
            "name: base",
            "nmae: base",
            "F/dataset.yaml:1: nmae is not a known key. Did you mean name?",
        ),
        ("version: 1.0.0", "version: 1.0", "F/dataset.yaml:4: version: expected a version"),
        (
            "version: 1.0.0",
            "version: '1.0'",
            "F/dataset.yaml:4: version: expected a version of three numbers",
        ),
        ("2025-01-31", '"31.01.2025"', "F/dataset.yaml:5: release_date: expected a day"),
        ("2025-01-31", "soon", "F/dataset.yaml:5: release_date: expected a day"),
        ("2025-01-31", "2025-W05-5", "F/dataset.yaml:5: release_date: expected a day"),
        ("2025-01-31", "2025-02-30", "F/dataset.yaml:5: release_date: expected a day"),
        ("[curator]", "[]", "F/dataset.yaml:13: contributors.0.roles: expected a list of roles"),
        (
            "languages: [en]",
            "languages: [no, en, EN]",
            "F/dataset.yaml:6: languages.2: expected a language code of two or three small letters, such as en, found 'EN'",
        ),
        (
            "name: CC-BY-4.0",
            "name: CC BY 4.0",
            "license.name: expected an SPDX identifier, such as CC-BY-4.0, found",
        ),
        (
            "  name: CC-BY-4.0\n",
            "",
            "license.name is missing. Add it: an SPDX identifier, such as CC-BY-4.0.",
        ),
        ("name: base", "name: base\nwaivers:", "waivers: expected a list of waivers, each with rule"),
        ("name: base", "name: base\nwaivers:", "owner and expires, found nothing."),
        ("name: base", "name: base\nwaivers: [chair]", "waivers.0: expected a waiver with rule"),
        ("title: A small dataset", "title:", "F/dataset.yaml:2: title: expected text, found nothing."),
        ("title: A small dataset\n", "", "title is missing. Add it: text."),
        (
            "title: A small dataset",
            "title: 2024",
            "title: expected text, found '2024' without quotes. Put it in quotes.",
        ),
        (
            "name: base",
            "name: base\nwaivers: [{key: 7}]",
            "slash, found '7' without quotes. Put it in quotes.",
        ),
        ("name: base", "name: base\nkeywords: [2024-01-01]", "found '2024-01-01' without quotes."),
        ("version: 1.0.0", "version: 1.0", "such as 0.1.0, found '1.0'."),
        ("name: base", "name: !!python/object:os.system base", "F/dataset.yaml"),
        ("title:", "7: x\ntitle:", "F/dataset.yaml:2: the key '7' is not text. Remove it."),
        ("title:", "2024-01-01: x\ntitle:", "F/dataset.yaml:2: the key '2024-01-01' is not text."),
        ("1.0.0", "0x_", "F/dataset.yaml:4: version: expected a version of three numbers"),
        ("1.0.0", f"0x{'F' * 5000}", "F/dataset.yaml:4: version: expected a version of three numbers"),
        ("name: base", 'name: "\\UFFFFFFFF"', "F/dataset.yaml: not valid YAML"),
    ],
)
def test_each_fault_of_a_description_is_named_with_its_line(
    base: Path, before: str, after: str, said: str
) -> None:
    path = base / "dataset.yaml"
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")
    assert said in refusal(base)


def test_a_description_that_is_not_utf_8_is_named_with_its_line(base: Path) -> None:
    (base / "dataset.yaml").write_bytes(b"name: base\ntitle: \xff\n")
    assert refusal(base) == "F/dataset.yaml:2: not UTF-8. Save the file as UTF-8."


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just text\n"])
def test_a_description_without_keys_is_refused(base: Path, content: str) -> None:
    (base / "dataset.yaml").write_text(content, "utf-8")
    assert refusal(base).startswith("F/dataset.yaml:1: expected keys with values")


def test_a_bottomless_description_is_refused(base: Path) -> None:
    (base / "dataset.yaml").write_text("a: " + "[" * 5000, "utf-8")
    assert "at most 64 levels" in refusal(base)


def test_a_description_that_its_aliases_make_endless_is_refused(base: Path) -> None:
    grown = "".join(f"a{level}: &a{level} [{f'*a{level - 1}, ' * 9}]\n" for level in range(1, 11))
    (base / "dataset.yaml").write_text(f"a0: &a0 [x]\n{grown}", "utf-8")
    assert "at most 1,000,000 values" in refusal(base)
    (base / "dataset.yaml").write_text("keywords: &a [*a]\n", "utf-8")
    assert "at most 64 levels" in refusal(base)
