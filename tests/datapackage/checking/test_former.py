"""The former keys in dataset.yaml are checked against the rows and written to the descriptor."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.datapackage import DatasetError, build, check, diff, open_dataset
from communique.schemas import SCHEMAS

from ...releases import descriptor, edited


def named(base: Path, table: str, key: str, formerly: str) -> None:
    with (base / "dataset.yaml").open("a") as file:
        file.write(f"formerly:\n  - {{table: {table}, key: {key}, formerly: {formerly}}}\n")


@pytest.mark.parametrize(
    ("table", "key", "formerly", "expected"),
    [
        ("people", "a", "b", "one of the tables"),
        ("persons", "nobody", "b", "no row has nobody"),
        ("persons", "anna-ivanova", "boris-petrov", "a row still has boris-petrov"),
    ],
)
def test_an_entry_that_names_no_row_or_a_key_in_use_is_found(
    base: Path, table: str, key: str, formerly: str, expected: str
) -> None:
    named(base, table, key, formerly)
    lines = len((base / "dataset.yaml").read_text().splitlines())
    (finding,) = check(open_dataset(base), SCHEMAS).findings
    assert (finding.code, finding.file, finding.line) == ("unknown-former-key", "dataset.yaml", lines)
    assert expected in str(finding.expected)


def test_an_entry_for_a_row_that_is_not_well_formed_is_no_fault(base: Path) -> None:
    edited("persons.csv", "vera-sidorova,", "vera-sidorova,,")(base)
    named(base, "persons", "vera-sidorova", "vera-sidorowa")
    assert [finding.code for finding in check(open_dataset(base), SCHEMAS).findings] == ["extra-cell"]


def test_a_good_entry_reaches_the_descriptor_and_the_diff(base: Path, released: Path, tmp_path: Path) -> None:
    for name in ("persons", "participants", "memberships"):
        edited(f"{name}.csv", "vera-sidorova", "vera-sidorowa", 99)(base)
    named(base, "persons", "vera-sidorowa", "vera-sidorova")
    assert build(open_dataset(base), SCHEMAS, tmp_path / "new").built
    entries = [
        entry["formerly"] for entry in descriptor(tmp_path / "new")["resources"] if "formerly" in entry
    ]
    cited = [{"key": "persons/vera-sidorowa/daily", "formerly": "persons/vera-sidorova/daily"}]
    assert entries == [[{"key": "vera-sidorowa", "formerly": "vera-sidorova"}]] * 2 + [cited] * 2
    with diff(released, tmp_path / "new") as found:
        assert found.tables[1].counts == {"renamed": 1}
        assert found.tables[-1].counts["renamed"] == len(cited)


@pytest.mark.parametrize(
    ("formerly", "cited"),
    [
        ("meeting-x/anna-ivanova", ["participants/meeting-x/anna-ivanova/gazette"]),
        ("no-key-of-two-parts", []),
    ],
)
def test_citations_of_a_row_with_a_key_of_several_parts_follow_it(
    base: Path, tmp_path: Path, formerly: str, cited: list[str]
) -> None:
    key = "council-2014-05-06/anna-ivanova"
    named(base, "participants", key, formerly)
    assert build(open_dataset(base), SCHEMAS, tmp_path / "new").built
    entries = descriptor(tmp_path / "new")["resources"][-1].get("formerly", [])
    assert [entry["formerly"] for entry in entries] == cited
    assert {entry["key"] for entry in entries} <= {f"participants/{key}/gazette"}


def test_entries_that_are_not_as_they_should_be_are_refused_with_their_line(base: Path) -> None:
    with (base / "dataset.yaml").open("a") as file:
        file.write("formerly:\n  - {table: persons, key: a}\n")
    with pytest.raises(DatasetError, match=r"dataset\.yaml:\d+: formerly\.0\.formerly is missing"):
        open_dataset(base)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("{table: persons, key: boris-petrov, formerly: old}", "former key"),
        ("{table: persons, key: anna-ivanova, formerly: older}", "row"),
        ("{table: persons, key: anna-ivanova, formerly: old}", "row"),
    ],
)
def test_a_row_or_a_former_key_that_is_named_twice_is_found(base: Path, second: str, expected: str) -> None:
    named(base, "persons", "anna-ivanova", "old")
    with (base / "dataset.yaml").open("a") as file:
        file.write(f"  - {second}\n")
    lines = len((base / "dataset.yaml").read_text().splitlines())
    (finding,) = check(open_dataset(base), SCHEMAS).findings
    assert (finding.code, finding.file, finding.line) == ("repeated-former-key", "dataset.yaml", lines)
    assert finding.expected == (
        f"a {expected} of persons that line {lines - 1} does not name; it says that anna-ivanova was old"
    )


def test_the_same_key_in_two_tables_is_no_repeat(base: Path) -> None:
    named(base, "persons", "anna-ivanova", "old")
    with (base / "dataset.yaml").open("a") as file:
        file.write("  - {table: sources, key: s-1, formerly: old}\n")
    assert "repeated-former-key" not in {found.code for found in check(open_dataset(base), SCHEMAS).findings}
