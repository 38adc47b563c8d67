"""A build writes the whole release or changes nothing, and always writes the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from communique.datapackage import DatasetError, Report, TargetError, build, open_dataset
from communique.datapackage.metadata import FILES
from communique.datapackage.releasing import commit as commit_module
from communique.schemas import SCHEMAS


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_release_has_each_table_twice_its_descriptor_and_its_sums(base: Path, tmp_path: Path) -> None:
    report = build(open_dataset(base), SCHEMAS, tmp_path / "out")
    assert report.ok
    names = [table.name for table in SCHEMAS.tables]
    data = [f"data/{name}.{form}" for name in names for form in ("csv", "parquet")]
    assert sorted(contents(tmp_path / "out")) == sorted(
        [*data, *FILES, "README.md", "SHA256SUMS", "datapackage.json", "report.json"]
    )
    assert sorted(os.listdir(tmp_path)) == ["base", "out"]
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out", check=False
    )
    assert checked.returncode == 0


def test_a_folder_may_be_called_what_is_a_pattern_to_polars(base: Path, tmp_path: Path) -> None:
    target = tmp_path / "a[1]*?{b}"
    assert build(open_dataset(base), SCHEMAS, target).built
    assert (target / "datapackage.json").is_file()


def test_a_dataset_with_errors_is_not_built_and_the_old_release_stays(
    base: Path, released: Path, tmp_path: Path
) -> None:
    shutil.copytree(released, tmp_path / "out")
    before = contents(released)
    with (base / "persons.csv").open("a") as file:
        file.write("x,X,,XX,daily\n")
    report = build(open_dataset(base), SCHEMAS, tmp_path / "out")
    assert [finding.code for finding in report.findings] == ["constraint-error"]
    assert contents(tmp_path / "out") == before
    assert sorted(os.listdir(tmp_path)) == ["base", "out"]


def test_a_readme_has_no_tags_headings_or_controls_of_the_dataset(base: Path, tmp_path: Path) -> None:
    path = base / "dataset.yaml"
    text = path.read_text("utf-8").splitlines()
    hostile = r'title: "<b>x</b>\e[31m\n# H"'
    path.write_text("\n".join(hostile if line.startswith("title:") else line for line in text), "utf-8")
    build(open_dataset(base), SCHEMAS, tmp_path / "out")
    readme = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert readme.startswith("# &lt;b>x&lt;/b>\\u{1B}\\[31m # H\n")
    assert not {"\x1b", "<"} & set(readme)
    assert "\n# H" not in readme


@pytest.mark.parametrize("name", ["CHANGELOG.md", "changelog.json"])
def test_a_changelog_that_is_not_utf_8_is_refused_with_its_line(
    base: Path, tmp_path: Path, name: str
) -> None:
    (base / name).write_bytes(b"# Changelog\n\nM\xffnchen\n")
    with pytest.raises(DatasetError, match=rf"{name}:3: not UTF-8"):
        build(open_dataset(base), SCHEMAS, tmp_path / "out")
    assert os.listdir(tmp_path) == ["base"]


def test_line_ends_of_a_changelog_become_those_of_a_release(base: Path, tmp_path: Path) -> None:
    (base / "CHANGELOG.md").write_bytes("# Журнал\r\nx\ry\n".encode())
    build(open_dataset(base), SCHEMAS, tmp_path / "out")
    assert (tmp_path / "out" / "CHANGELOG.md").read_bytes().decode() == "# Журнал\nx\ny\n"


@pytest.fixture
def built_with(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Report]:
    """Return what builds the base dataset into the folder out, as with some version of a library."""

    def run(version: str) -> Report:
        versions = {"communique": "1", "pydantic": version}
        monkeypatch.setattr("communique.datapackage.describing.record.lock", lambda: versions)
        return build(open_dataset(base), SCHEMAS, tmp_path / "out")

    return run


def test_the_same_release_made_with_other_libraries_stays_and_another_one_is_refused(
    base: Path, tmp_path: Path, built_with: Callable[[str], Report]
) -> None:
    assert not built_with("1").kept
    before = (tmp_path / "out" / "SHA256SUMS").read_bytes()
    report = built_with("2")
    assert (report.built, report.kept) == (True, True)
    assert (tmp_path / "out" / "SHA256SUMS").read_bytes() == before
    assert not list(tmp_path.glob(".*"))
    path = base / "persons.csv"
    path.write_text(path.read_text("utf-8").replace("Anna", "Anne"), "utf-8")
    with pytest.raises(TargetError, match="another release"):
        built_with("2")


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ["CHANGELOG.md", "changelog.json"])
def test_a_release_with_another_changelog_is_another_release(
    base: Path, tmp_path: Path, built_with: Callable[[str], Report], name: str
) -> None:
    built_with("1")
    (base / name).write_bytes(b"[]\n")
    with pytest.raises(TargetError, match="another release"):
        built_with("1")
    (tmp_path / "out" / name).write_bytes(b"[ ]\n")
    with pytest.raises(TargetError, match="another release"):
        built_with("2")


def test_a_release_with_another_schema_is_another_release(
    base: Path, tmp_path: Path, built_with: Callable[[str], Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    built_with("1")
    first, *others = SCHEMAS.tables
    schemas = replace(SCHEMAS, tables=(replace(first, description="Other words."), *others))
    monkeypatch.setitem(globals(), "SCHEMAS", schemas)
    with pytest.raises(TargetError, match="another release"):
        built_with("2")


@pytest.mark.parametrize(
    ("name", "fault"),
    [("SHA256SUMS", "sums-error at SHA256SUMS"), ("data/persons.csv", r"hash-count at data/persons\.csv")],
)
def test_the_same_release_does_not_stay_where_its_files_are_damaged(
    tmp_path: Path, built_with: Callable[[str], Report], name: str, fault: str
) -> None:
    built_with("1")
    with (tmp_path / "out" / name).open("ab") as file:
        file.write(b"junk\n")
    before = contents(tmp_path / "out")
    with pytest.raises(TargetError, match=rf"{fault}.*with --force"):
        built_with("2")
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("kind", ["deep", "pipe"])
def test_a_damaged_record_is_that_of_another_release(
    base: Path, released: Path, tmp_path: Path, kind: str
) -> None:
    out = Path(shutil.copytree(released, tmp_path / "out"))
    (out / "SHA256SUMS").write_text("junk")
    (out / "report.json").unlink()
    os.mkfifo(out / "report.json") if kind == "pipe" else (out / "report.json").write_text("[" * 100_000)
    with pytest.raises(TargetError, match="another release"):
        build(open_dataset(base), SCHEMAS, out)


def test_a_new_release_takes_the_place_of_the_old_one(base: Path, released: Path, tmp_path: Path) -> None:
    shutil.copytree(released, tmp_path / "out")
    (tmp_path / "out" / "stale.txt").touch()
    build(open_dataset(base), SCHEMAS, tmp_path / "out")
    assert not (tmp_path / "out" / "stale.txt").exists()


def test_without_an_exchange_of_names_two_renames_do(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(*_: object) -> bool:
        return False

    monkeypatch.setattr(commit_module, "_exchange", unable)
    for _ in range(2):
        assert build(open_dataset(base), SCHEMAS, tmp_path / "out").ok
    assert sorted(os.listdir(tmp_path)) == ["base", "out"]


def test_a_target_that_is_no_release_is_left_alone(base: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    for target in ("file", "photos", "link"):
        with pytest.raises(TargetError, match=target):
            build(open_dataset(base), SCHEMAS, tmp_path / target)
    assert contents(tmp_path / "photos") == {"a.jpg": b""}


def test_a_target_below_a_file_cannot_be_written(base: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TargetError, match="cannot be written"):
        build(open_dataset(base), SCHEMAS, tmp_path / "file" / "out")


def test_a_failure_while_writing_leaves_the_old_release_and_nothing_else(
    base: Path, released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(released, tmp_path / "out")
    before = contents(released)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "data/x.csv")

    monkeypatch.setattr(commit_module, "_sync_tree", full)
    with pytest.raises(TargetError, match="No space left on device"):
        build(open_dataset(base), SCHEMAS, tmp_path / "out")
    assert contents(tmp_path / "out") == before
    assert sorted(os.listdir(tmp_path)) == ["base", "out"]


def test_a_target_that_holds_the_dataset_is_refused(base: Path) -> None:
    for target in (base, base.parent):
        (target / "SHA256SUMS").touch()
        with pytest.raises(TargetError, match="contains the input"):
            build(open_dataset(base), SCHEMAS, target)
    assert (base / "persons.csv").exists()


@pytest.mark.parametrize(("target", "quarantine"), [("out", "out"), ("out", "out/q"), ("q/out", "q")])
def test_release_and_quarantine_never_replace_one_another(
    base: Path, tmp_path: Path, target: str, quarantine: str
) -> None:
    with pytest.raises(TargetError, match="each of the two is replaced as a whole"):
        build(open_dataset(base), SCHEMAS, tmp_path / target, quarantine=tmp_path / quarantine)
    assert {path.name for path in tmp_path.iterdir()} == {base.name}
