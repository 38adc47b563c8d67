"""The next release has the version that its changes require, lists the changes, and is never left half done."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from communique.datapackage import (
    CommuniqueError,
    DatasetError,
    Plan,
    ReleaseError,
    TargetError,
    build,
    open_dataset,
    plan,
    release,
    verify,
)
from communique.datapackage.releasing.commit import alone
from communique.datapackage.releasing.kinds import Bump
from communique.schemas import SCHEMAS

from ..releases import covered_up, descriptor, edited
from .test_build import contents

DAY = date(2025, 3, 1)
WITH_DORA = "person_id,name,name_ru,country_code,source_ids\ndora-lis,Dora Lis,,BY,daily\n"


@pytest.fixture
def target(released: Path, tmp_path: Path) -> Path:
    """Return the first release of the base dataset."""
    return Path(shutil.copytree(released, tmp_path / "out"))


def planned(base: Path, target: Path, bump: Bump | None = None) -> Plan:
    return plan(base, SCHEMAS, target, DAY, bump)


def test_a_correction_gives_a_patch_with_its_changelog(base: Path, target: Path) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    found = planned(base, target)
    assert (found.previous, found.bump, found.version) == ("1.0.0", "patch", "1.0.1")
    assert release(base, SCHEMAS, target, DAY, found, "The source was read again.").built
    assert descriptor(target)["version"] == "1.0.1"
    assert descriptor(target)["created"] == "2025-03-01T00:00:00Z"
    assert verify(target).ok
    dataset = open_dataset(base)
    assert (dataset.version, dataset.release_date) == ("1.0.1", DAY)
    page = (target / "CHANGELOG.md").read_text("utf-8")
    assert (
        "## 1.0.1 - 2025-03-01\n\nThe source was read again.\n\n### Changed\n\n- `participants`: 1 row\n"
        in page
    )
    assert "note `Ill, as the office said.` → `Ill.`" in page
    (entry,) = json.loads((base / "changelog.json").read_text("utf-8"))["releases"]
    assert entry["evidence"] == {"cell-corrected": 1}
    assert contents(base).keys() >= {"CHANGELOG.md", "changelog.json"}


@pytest.mark.no_cover
def test_releases_one_after_the_other_are_listed_newest_first(base: Path, target: Path) -> None:
    for number in (1, 2):
        edited("participants.csv", "as the office said", f"as the office said in {number}")(base)
        release(base, SCHEMAS, target, DAY, planned(base, target))
    page = (base / "CHANGELOG.md").read_text("utf-8")
    assert page.index("## 1.0.2") < page.index("## 1.0.1")


@pytest.mark.no_cover
def test_new_rows_demand_a_minor_step_and_a_smaller_one_is_refused(base: Path, target: Path) -> None:
    edited("persons.csv", "person_id,name,name_ru,country_code,source_ids\n", WITH_DORA)(base)
    before = contents(base), contents(target)
    small = planned(base, target, "patch")
    assert (small.demanded, small.version, small.report.ok) == ("1.1.0", "1.0.1", False)
    (finding,) = small.report.findings
    assert (finding.code, finding.file, finding.line, finding.value) == (
        "version-too-small",
        "dataset.yaml",
        4,
        "1.0.1",
    )
    with pytest.raises(CommuniqueError, match="nothing to release"):
        release(base, SCHEMAS, target, DAY, small)
    assert (contents(base), contents(target)) == before
    assert planned(base, target).version == "1.1.0"
    assert planned(base, target, "major").version == "2.0.0"


def test_a_dataset_with_unwritten_text_is_not_released(base: Path, target: Path) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    edited("dataset.yaml", "languages: [en]", "languages: [en]\nkeywords: [TODO more, TODOS]")(base)
    found = planned(base, target)
    (finding,) = found.report.findings
    assert (finding.code, finding.file, finding.value) == ("unwritten-text", "dataset.yaml", "TODO more")
    assert "keywords" in (base / "dataset.yaml").read_text("utf-8").splitlines()[(finding.line or 0) - 1]
    with pytest.raises(CommuniqueError, match="nothing to release"):
        release(base, SCHEMAS, target, DAY, found)


@pytest.mark.parametrize(
    ("declared", "version", "ok"),
    [("1.0.1", "1.0.1", False), ("1.2.0", "1.2.0", True), ("0.9.0", "0.9.0", False)],
)
def test_a_version_that_is_set_by_hand_is_used_if_it_is_high_enough(
    base: Path, target: Path, declared: str, version: str, ok: bool
) -> None:
    edited("persons.csv", "person_id,name,name_ru,country_code,source_ids\n", WITH_DORA)(base)
    edited("dataset.yaml", "version: 1.0.0", f"version: {declared} # ours")(base)
    found = planned(base, target)
    assert (found.version, found.report.ok) == (version, ok)


def test_without_a_change_there_is_nothing_to_release(base: Path, target: Path) -> None:
    found = planned(base, target)
    assert (found.bump, found.version) == ("none", None)
    with pytest.raises(CommuniqueError, match="nothing to release"):
        release(base, SCHEMAS, target, DAY, found)


def test_the_first_release_has_the_version_of_the_dataset(base: Path, tmp_path: Path) -> None:
    found = planned(base, tmp_path / "first")
    assert (found.previous, found.version) == (None, "1.0.0")
    release(base, SCHEMAS, tmp_path / "first", DAY, found)
    assert "The first release." in (tmp_path / "first" / "CHANGELOG.md").read_text("utf-8")


def test_a_dataset_with_errors_is_not_released(base: Path, target: Path) -> None:
    edited("persons.csv", ",BY,", ",XX,")(base)
    found = planned(base, target)
    assert [finding.code for finding in found.report.findings] == ["constraint-error"]
    assert found.version is None


def test_a_last_release_that_was_tampered_with_stops_the_next_one(base: Path, target: Path) -> None:
    (target / "README.md").write_text("x")
    with pytest.raises(ReleaseError, match=r"does not keep its promises: hash-count at README\.md"):
        planned(base, target)


def test_a_failure_leaves_dataset_and_release_as_they_were(
    base: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    found = planned(base, target)
    before = contents(base), contents(target)

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys.modules[release.__module__], "build_into", fails)
    with pytest.raises(CommuniqueError, match="No space left"):
        release(base, SCHEMAS, target, DAY, found)
    assert (contents(base), contents(target)) == before


@pytest.mark.parametrize("change", [("Ill.", "Sick."), (",stated,", ",nonsense,")], ids=["other", "broken"])
def test_tables_that_changed_since_the_plan_are_not_released(
    base: Path, target: Path, change: tuple[str, str]
) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    found = planned(base, target)
    edited("participants.csv", *change)(base)
    before = contents(base), contents(target)
    with pytest.raises(DatasetError, match="changed since the release was planned"):
        release(base, SCHEMAS, target, DAY, found)
    assert (contents(base), contents(target)) == before


@pytest.mark.no_cover
def test_a_release_that_is_in_place_is_not_taken_back_in_the_dataset(
    base: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    found = planned(base, target)

    def unable(descriptor: int, sync: Callable[[int], None] = os.fsync) -> None:
        if os.path.samestat(os.fstat(descriptor), target.parent.stat()):
            raise OSError(5, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", unable)
    with pytest.raises(TargetError, match="what was written is in place"):
        release(base, SCHEMAS, target, DAY, found)
    assert (descriptor(target)["version"], open_dataset(base).version) == ("1.0.1", "1.0.1")
    assert contents(base)["changelog.json"] == contents(target)["changelog.json"]
    assert planned(base, target).bump == "none"


@pytest.mark.no_cover
def test_a_release_after_a_kill_comes_to_the_same_version(base: Path, target: Path) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    edited("dataset.yaml", "version: 1.0.0", "version: 1.0.1")(
        base
    )  # stamped, and killed before it was built
    assert planned(base, target).version == "1.0.1"


def test_damaged_changelogs_and_unusual_descriptions_are_said(base: Path, target: Path) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    found = planned(base, target)
    (base / "changelog.json").write_text("{}")
    with pytest.raises(DatasetError, match="Restore it from git"):
        release(base, SCHEMAS, target, DAY, found)
    (base / "changelog.json").unlink()
    edited("dataset.yaml", "version: 1.0.0", "'version': 1.0.0")(base)
    with pytest.raises(DatasetError, match="one line that begins with version"):
        release(base, SCHEMAS, target, DAY, found)


@pytest.mark.no_cover
def test_line_ends_and_comments_of_the_description_stay(base: Path, target: Path) -> None:
    path = base / "dataset.yaml"
    path.write_bytes(
        path.read_bytes().replace(b"version: 1.0.0\n", b"version: 1.0.0  # ours\n").replace(b"\n", b"\r\n")
    )
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    release(base, SCHEMAS, target, DAY, planned(base, target))
    assert b"version: 1.0.1  # ours\r\nrelease_date: 2025-03-01\r\n" in path.read_bytes()


def test_pipes_in_the_place_of_changelogs_and_notes_that_are_no_text_are_refused(
    base: Path, target: Path
) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    found = planned(base, target)
    with pytest.raises(CommuniqueError, match="note: has characters"):
        release(base, SCHEMAS, target, DAY, found, "\udcff")
    os.mkfifo(base / "CHANGELOG.md")
    with pytest.raises(DatasetError, match="expected a regular file"):
        release(base, SCHEMAS, target, DAY, found)
    os.mkfifo(base / "changelog.json")
    with pytest.raises(DatasetError, match="cannot be read"):
        planned(base, target)


@pytest.mark.no_cover
def test_a_release_whose_changes_would_go_unreported_is_refused(
    base: Path, target: Path, tmp_path: Path
) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    release(base, SCHEMAS, target, DAY, planned(base, target))
    with pytest.raises(ReleaseError, match="there is no release, but"):
        planned(base, tmp_path / "elsewhere")
    with pytest.raises(ReleaseError, match=r"before the last release, .* Give that day or a later one\."):
        plan(base, SCHEMAS, target, date(2025, 2, 1))
    edited("participants.csv", "Ill.", "Sick.")(base)
    build(open_dataset(base), SCHEMAS, target, force=True)
    with pytest.raises(ReleaseError, match="would go unrecorded"):
        planned(base, target)


def test_two_releases_of_a_dataset_keep_apart(base: Path, target: Path) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    found = planned(base, target)
    before = contents(base), contents(target)
    with alone(base), pytest.raises(TargetError, match="another release, or quarantine apply, is writing"):
        release(base, SCHEMAS, target, DAY, found)
    assert (contents(base), contents(target)) == before
    release(base, SCHEMAS, target, DAY, found)
    after = contents(base), contents(target)
    with pytest.raises(ReleaseError, match=r"expected 1\.0\.0, found 1\.0\.1"):
        release(base, SCHEMAS, target, DAY, found, "Another note.")
    assert (contents(base), contents(target)) == after


def test_a_changelog_whose_entries_have_no_digest_is_taken_as_it_is(
    base: Path, target: Path, tmp_path: Path
) -> None:
    told = {"version": "1.0.0", "released": "2025-01-31", "note": ""}
    (base / "changelog.json").write_text(json.dumps({"form": 1, "name": "base", "releases": [told]}), "utf-8")
    with pytest.raises(ReleaseError, match=r"there is no release, but .* lists 1\.0\.0"):
        planned(base, tmp_path / "elsewhere")
    ahead = told | {"version": "1.0.1", "evidence": {}}
    (base / "changelog.json").write_text(json.dumps({"form": 1, "name": "base", "releases": [ahead, told]}))
    with pytest.raises(ReleaseError, match=r"has 1\.0\.1, but .* is 1\.0\.0"):
        planned(base, target)


def test_a_former_key_that_the_last_release_does_not_have_is_found(base: Path, target: Path) -> None:
    for name in ("persons", "participants", "memberships"):
        edited(f"{name}.csv", "vera-sidorova", "vera-sidorowa", 99)(base)
    with (base / "dataset.yaml").open("a") as file:
        file.write("formerly:\n  - {table: persons, key: vera-sidorowa, formerly: never-there}\n")
    (finding,) = planned(base, target).report.findings
    assert (finding.code, finding.key) == ("unknown-former-key", "vera-sidorowa")
    assert "found never-there" in str(finding.expected)


def test_a_last_release_whose_version_no_other_follows_is_refused(base: Path, target: Path) -> None:
    content = descriptor(target) | {"version": "1.0"}
    (target / "datapackage.json").write_text(json.dumps(content), "utf-8")
    covered_up(target, descriptor_too=False)
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    with pytest.raises(ReleaseError):
        planned(base, target)


@pytest.mark.no_cover
def test_a_changelog_that_has_lost_a_version_is_refused(base: Path, target: Path) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    release(base, SCHEMAS, target, DAY, planned(base, target))
    (base / "changelog.json").unlink()
    edited("participants.csv", "Ill.", "Ill, he said.")(base)
    with pytest.raises(ReleaseError, match=r"does not have 1\.0\.1, which the changelog of .* has"):
        planned(base, target)


def test_words_in_the_changelog_that_a_release_would_not_write_again_are_refused(
    base: Path, target: Path, tmp_path: Path
) -> None:
    page = base / "CHANGELOG.md"
    page.write_text("# Ours\n\nKept by hand.\n", "utf-8")
    with pytest.raises(ReleaseError, match=r"CHANGELOG\.md:3: this line does not come from changelog\.json"):
        planned(base, tmp_path / "first")
    page.unlink()
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    release(base, SCHEMAS, target, DAY, planned(base, target), "The source was read again.")
    edited("CHANGELOG.md", "was read again", "was read twice")(base)
    assert planned(base, target).bump == "none"
    edited("participants.csv", "Ill.", "Ill, he said.")(base)
    with pytest.raises(ReleaseError, match=r"CHANGELOG\.md:8: this line does not come from changelog\.json"):
        planned(base, target)
    edited("changelog.json", "was read again", "was read twice")(base)
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    release(base, SCHEMAS, target, DAY, planned(base, target))
    assert "The source was read twice." in page.read_text("utf-8")


@pytest.mark.no_cover
def test_a_release_that_was_cut_short_is_made_again_as_it_was_or_not_at_all(base: Path, target: Path) -> None:
    old = contents(base), contents(target)
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    release(base, SCHEMAS, target, DAY, planned(base, target), "The source was read again.")
    shutil.rmtree(target)
    for name, content in old[
        1
    ].items():  # as after a kill: the dataset is stamped, the release is the last one
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    stamped = contents(base)
    release(base, SCHEMAS, target, DAY, planned(base, target))
    assert contents(base) == stamped
    assert "The source was read again." in (target / "CHANGELOG.md").read_text("utf-8")
    shutil.rmtree(target)
    for name, content in old[1].items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    edited("participants.csv", "Ill.", "Ill, as the office said.")(base)
    with pytest.raises(ReleaseError, match=r"has 1\.0\.1, but .* is 1\.0\.0: a release was interrupted"):
        planned(base, target)


@pytest.mark.no_cover
def test_a_first_release_that_was_cut_short_can_be_made_again(base: Path, tmp_path: Path) -> None:
    target = tmp_path / "first"
    release(base, SCHEMAS, target, DAY, planned(base, target), "The first.")
    shutil.rmtree(target)
    assert release(base, SCHEMAS, target, DAY, planned(base, target)).built
    assert "The first." in (target / "CHANGELOG.md").read_text("utf-8")
