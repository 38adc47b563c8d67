"""The commands for releases: their output and exit codes."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from communique.cli.main import communique

from ..conftest import ROOT
from ..releases import edited

RELEASE = str(ROOT / "output" / "union-state")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(communique, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def built(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / "out"))


def test_verify_says_that_a_release_keeps_its_promises_or_where_it_does_not(built: Path) -> None:
    good = run("verify", built)
    assert (good.exit_code, "No findings in base 1.0.0" in good.stdout) == (0, True)
    (built / "README.md").write_text("x")
    bad = run("verify", built, "--output-format", "json")
    assert bad.exit_code == 1
    assert '"code": "hash-count"' in bad.stdout


def test_a_signature_without_a_trusted_key_is_a_mistake(built: Path) -> None:
    result = run("verify", built, "--signature", "x")
    assert (result.exit_code, "--signature needs --key" in result.stderr) == (2, True)


@pytest.mark.no_cover
def test_another_release_takes_the_place_of_one_only_by_force(base: Path, built: Path) -> None:
    assert run("build", base, "-o", built).exit_code == 0
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    command = [sys.executable, "-m", "communique.cli", "build", str(base), "-o", str(built)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "a release is never changed" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert run("build", base, "-o", built, "--force").exit_code == 0
    assert sorted(os.listdir(built.parent)) == ["base", "out"]


def test_a_diff_takes_the_place_of_no_table_that_is_compared(tmp_path: Path) -> None:
    for name, content in (
        ("a.csv", "id\n1\n"),
        ("b.csv", "id\n2\n"),
        ("s.json", '{"fields": [{"name": "id"}]}'),
    ):
        (tmp_path / name).write_text(content)
    a, b, schema = (tmp_path / name for name in ("a.csv", "b.csv", "s.json"))
    for file in (a, b, schema):
        before = file.read_bytes()
        result = run("diff", a, b, "--schema", schema, "--output-file", file)
        assert (result.exit_code, "would replace it" in result.stderr) == (2, True)
        assert file.read_bytes() == before


def test_a_result_takes_the_place_of_an_earlier_one_however_long_the_texts_of_the_descriptor_are(
    built: Path, tmp_path: Path
) -> None:
    file = built / "datapackage.json"
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**content, "description": "No name of a file is so long. " * 200}), "utf-8")
    for command in (("diff", built, built), ("verify", built), ("validate", built)):
        first, again = (run(*command, "--output-file", tmp_path / command[0]) for _ in range(2))
        assert (again.exit_code, again.stderr) == (first.exit_code, first.stderr)
        assert again.exit_code in (0, 1)


def test_diff_has_one_exit_code_for_equal_and_one_for_different(
    base: Path, built: Path, tmp_path: Path
) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    run("build", base, "-o", tmp_path / "new")
    same = run("diff", built, built)
    assert (same.exit_code, "no difference" in same.stdout) == (0, True)
    other = run("diff", built, tmp_path / "new", "--apply")
    assert other.exit_code == 1
    assert "patch, because of 1 cell-corrected" in other.stdout
    assert "~ council-2014-05-06/boris-petrov" in other.stdout
    assert "note: Ill, as the office said. → Ill." in other.stdout
    assert "Proved" in other.stderr
    for form in ("json", "markdown", "html"):
        file = tmp_path / f"diff.{form}"
        assert (
            run("diff", built, tmp_path / "new", "--output-format", form, "--output-file", file).exit_code
            == 1
        )
        assert "as the office said" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("surroundings", "coloured"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_a_diff_has_colours_on_a_terminal_that_shows_them(
    tmp_path: Path, surroundings: dict[str, str], coloured: bool
) -> None:
    for name, number in (("old.csv", 1), ("new.csv", 2)):
        (tmp_path / name).write_text(f"id\n{number}\n")
    (tmp_path / "s.json").write_text('{"fields": [{"name": "id"}]}')
    terminal, end = os.openpty()
    command = [sys.executable, "-m", "communique", "diff", "old.csv", "new.csv", "--schema", "s.json"]
    around = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment = {**around, "TERM": "xterm", **surroundings}
    done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=end, check=False)
    os.close(end)
    said = os.read(terminal, 10_000)
    os.close(terminal)
    assert (done.returncode, b"\x1b[" in said) == (1, coloured)


def test_a_diff_is_wrapped_at_words_on_a_terminal(tmp_path: Path) -> None:
    for name, number in (("old.csv", 1), ("new.csv", 2)):
        (tmp_path / name).write_text(f"id\n{number}\n")
    (tmp_path / "s.json").write_text('{"fields": [{"name": "id"}]}')
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("4H", 24, 40, 0, 0))
    command = [sys.executable, "-m", "communique", "diff", "old.csv", "new.csv", "--schema", "s.json"]
    around = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environment = {**around, "NO_COLOR": "1", "TERM": "xterm"}
    subprocess.run(command, cwd=tmp_path, env=environment, stdout=end, check=False)
    os.close(end)
    lines = os.read(terminal, 10_000).decode().splitlines()
    os.close(terminal)
    assert lines[:2] == ["old → new: major, because of 1", "package-renamed, 1 table-removed"]
    first = lines.index("  new: The package has another name. old")
    assert lines[first + 1] == "  → new"


def test_release_previews_builds_and_says_what_to_commit(base: Path, built: Path) -> None:
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    arguments = ("release", base, "-o", built, "--date", "2025-03-01")
    told = run(*arguments, "--check")
    assert told.exit_code == 0
    assert "base: 1.0.0 → 1.0.1; the changes demand 1.0.1 (patch):" in told.stderr
    assert "version: 1.0.0" in (base / "dataset.yaml").read_text()
    made = run(*arguments)
    assert made.exit_code == 0
    assert f"git add {base} {built}" in made.stderr
    assert "git tag base-1.0.1" in made.stderr
    again = run(*arguments)
    assert (again.exit_code, "nothing changed since 1.0.1" in again.stderr) == (0, True)


@pytest.mark.no_cover
def test_a_release_that_was_only_built_is_reported_with_the_way_to_release_it(
    base: Path, built: Path
) -> None:
    arguments = ("release", base, "-o", built, "--date", "2025-03-01", "--note", "The first.")
    told = run(*arguments)
    assert (told.exit_code, f"{built} was built but never released" in told.stderr) == (0, True)
    edited("participants.csv", "Ill, as the office said.", "Ill.")(base)
    changed = run(*arguments, "--check")
    assert (changed.exit_code, "1.0.0 → 1.0.1" in changed.stderr) == (0, True)
    assert f"{built} was built but never released" in changed.stderr
    shutil.rmtree(built)
    assert "git tag base-1.0.0" in run(*arguments).stderr
    assert "The first." in (base / "CHANGELOG.md").read_text("utf-8")
    assert "never released" not in run(*arguments).stderr


@pytest.mark.no_cover
def test_a_smaller_step_than_the_changes_demand_is_a_finding(base: Path, built: Path) -> None:
    header = "person_id,name,name_ru,country_code,source_ids\n"
    edited("persons.csv", header, header + "dora-lis,Dora Lis,,BY,daily\n")(base)
    for more in ((), ("--check",)):
        result = run("release", base, "-o", built, "--bump", "patch", "--date", "2025-03-01", *more)
        assert result.exit_code == 1
        assert "version-too-small" in result.stdout
    edited("persons.csv", "dora-lis,Dora Lis", "dora-lis,")(base)
    result = run("release", base, "-o", built, "--check", "--date", "2025-03-01")
    assert (result.exit_code, "has errors" in result.stderr) == (1, True)


@pytest.mark.no_cover
def test_the_day_of_a_release_can_come_from_source_date_epoch(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1740787200")
    assert run("release", base, "-o", tmp_path / "out").exit_code == 0
    assert "release_date: 2025-03-01" in (base / "dataset.yaml").read_text()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert run("release", base, "-o", tmp_path / "out").exit_code == 2
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert run("release", base, "-o", tmp_path / "out", "--check").exit_code == 0


def test_pack_and_sign_name_what_they_wrote(built: Path, tmp_path: Path) -> None:
    packed = run("pack", built)
    assert (packed.exit_code, (tmp_path / "base-1.0.0.zip").exists()) == (0, True)
    assert run("verify", tmp_path / "base-1.0.0.zip").exit_code == 0
    if shutil.which("ssh-keygen"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
        signed = run("sign", tmp_path / "base-1.0.0.zip", "--key", tmp_path / "key")
        assert (signed.exit_code, (tmp_path / "base-1.0.0.zip.sig").exists()) == (0, True)
        assert run("verify", tmp_path / "base-1.0.0.zip", "--key", tmp_path / "key.pub").exit_code == 0


def test_identify_tells_a_file_and_fails_where_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: Path
) -> None:
    monkeypatch.chdir(ROOT)
    found = run("identify", f"{RELEASE}/data/persons.parquet")
    assert found.exit_code == 0
    assert "says it is: union-state" in found.stdout
    assert "table persons (the same file as in output/union-state)" in found.stdout
    (tmp_path / "x.csv").write_text("person_id,name,name_ru,country_code\na,A,,BY\n")
    other = run("identify", tmp_path / "x.csv", "--in", built)
    assert other.exit_code == 1
    assert "has the same columns as base 1.0.0: persons, but other rows" in other.stdout
    assert "none of the releases searched" in other.stdout


def test_identify_names_a_release_without_a_version(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "u.csv").write_text("a\n2\n")
    fields = {"fields": [{"name": "a", "type": "integer"}]}
    resource = {"name": "t", "path": "t.csv", "schema": fields}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}))
    release = tmp_path / "release"
    assert run("build", tmp_path / "datapackage.json", "-o", release).exit_code == 0
    assert "is p, table t (" in run("identify", tmp_path / "t.csv", "--in", release).stdout
    assert "as p: t, but" in run("identify", tmp_path / "u.csv", "--in", release).stdout


@pytest.mark.no_cover
def test_what_makes_the_exit_code_1_stops_a_release(base: Path, tmp_path: Path) -> None:
    edited("meetings.csv", ",Minsk,", ",=Minsk,")(base)
    target = tmp_path / "out"
    result = run("release", base, "-o", target, "--fail-on", "warning")
    assert (result.exit_code, target.exists(), "formula-like" in result.stdout) == (1, False, True)
    assert run("release", base, "-o", target).exit_code == 0


def test_a_release_of_the_future_is_refused(base: Path, tmp_path: Path) -> None:
    result = run("release", base, "-o", tmp_path / "out", "--date", "2999-01-01")
    assert (result.exit_code, "is in the future" in result.stderr) == (2, True)
