"""Checking a pull request: only findings that its changes cause are reported."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from communique.datapackage import CommuniqueError, Report, check, only_changed, open_dataset, validate
from communique.schemas import SCHEMAS


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def tracked(base: Path) -> Path:
    """Return a dataset in git that has one old fault."""
    add(base, "old,Old One,,XX,daily\n")
    git(base, "init", "--quiet")
    git(base, "add", ".")
    git(base, "commit", "--quiet", "-m", "Old")
    return base


def add(folder: Path, row: str) -> None:
    with (folder / "persons.csv").open("a", encoding="utf-8") as file:
        file.write(row)


def since(folder: Path, revision: str = "HEAD") -> Report:
    return only_changed(check(open_dataset(folder), SCHEMAS), revision, SCHEMAS)


def test_only_findings_on_changed_lines_are_reported_and_the_rest_is_counted(tracked: Path) -> None:
    report = since(tracked)
    assert (report.findings, report.older, report.ok) == ((), 1, True)
    add(tracked, "new,New One,,XX,daily\n")
    report = since(tracked)
    assert [(finding.key, finding.line) for finding in report.findings] == [("new", 6)]
    assert report.older == 1


def test_what_breaks_on_a_line_that_nobody_touched_is_reported(tracked: Path) -> None:
    path = tracked / "organizations.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:1] + lines[2:]), "utf-8")
    whole, report = check(open_dataset(tracked), SCHEMAS), since(tracked)
    assert {finding.code for finding in report.findings} == {"foreign-key"}
    assert report.older == 1
    assert len(report.findings) + 1 == len(whole.findings)


def test_what_another_release_date_breaks_is_reported_and_the_day_of_as_of_is_that_of_both_sides(
    tracked: Path,
) -> None:
    path = tracked / "dataset.yaml"
    released = f"release_date: {open_dataset(tracked).release_date}"
    path.write_text(path.read_text("utf-8").replace(released, "release_date: 1990-01-01"), "utf-8")
    dataset = open_dataset(tracked)
    report = validate(dataset, SCHEMAS, since="HEAD")
    assert {"future-source"} <= {finding.code for finding in report.findings}
    assert report.older == 1
    report = validate(dataset, SCHEMAS, today=dataset.release_date, since="HEAD")
    assert report.findings == ()


def test_all_is_new_where_the_revision_was_a_draft(tracked: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tracked / "more.csv").mkdir()
    (tracked / "more.csv" / "x").touch()
    path = tracked / "dataset.yaml"
    text = path.read_text("utf-8")
    path.write_text(f"{text}communique:draft: true\n", "utf-8")
    git(tracked, "add", ".")
    git(tracked, "commit", "--quiet", "-m", "Draft")
    path.write_text(text, "utf-8")
    report = since(tracked)
    assert "old" in [finding.key for finding in report.findings]
    assert report.older == 0
    assert capfd.readouterr().err == ""


def test_lines_that_only_moved_are_old(tracked: Path) -> None:
    path = tracked / "persons.csv"
    head, rest = path.read_text("utf-8").split("\n", 1)
    path.write_text(f"{head}\nfirst,First One,,BY,daily\n{rest}", "utf-8")
    assert since(tracked).findings == ()


def test_what_git_is_set_to_makes_no_line_a_changed_one(tracked: Path) -> None:
    git(tracked, "config", "diff.interHunkContext", "50")
    path = tracked / "persons.csv"
    head, *rows = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(
        "".join([head, "first,First One,,BY,daily\n", *rows, "last,Last One,,BY,daily\n"]), "utf-8"
    )
    assert (since(tracked).findings, since(tracked).older) == ((), 1)


def test_all_of_a_new_file_is_new_and_what_concerns_a_whole_file_stays(tracked: Path) -> None:
    git(tracked, "rm", "--cached", "--quiet", "persons.csv")
    git(tracked, "commit", "--quiet", "-m", "Untrack")
    assert [finding.key for finding in since(tracked).findings] == ["old"]
    (tracked / "claims.csv").unlink()
    assert "source-error" in [finding.code for finding in since(tracked).findings]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:persons.csv"])
def test_what_is_no_revision_is_refused(tracked: Path, revision: str) -> None:
    with pytest.raises(CommuniqueError, match="revision"):
        since(tracked, revision)
    assert not (tracked / "x").exists()


@pytest.mark.parametrize(
    ("variable", "said"),
    [("GIT_DIR", "not a git repository"), ("GIT_TEST_ASSUME_DIFFERENT_OWNER", "dubious ownership")],
)
def test_where_git_reads_no_repository_it_says_why(
    tracked: Path, monkeypatch: pytest.MonkeyPatch, variable: str, said: str
) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv(variable, "1")
    with pytest.raises(CommuniqueError, match=f"git cannot read a repository there: .*{said}.*trusts"):
        since(tracked)


def test_without_git_it_says_so(tracked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CommuniqueError, match="needs it"):
        since(tracked)


def test_lines_are_those_of_git_also_where_a_cell_has_a_lone_carriage_return(tracked: Path) -> None:
    path = tracked / "persons.csv"
    text = path.read_bytes() + b'cr,"A\rn\r@@ -1 +1,999 @@",,BY,gazette\nlast,Last,,XX,daily\n'
    path.write_bytes(text)
    git(tracked, "commit", "--quiet", "-am", "More")
    assert since(tracked).findings == ()
    path.write_bytes(text.replace(b"Last", b"The Last"))
    assert [(finding.key, finding.column) for finding in since(tracked).findings] == [
        ("last", "country_code")
    ]
