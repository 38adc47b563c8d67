"""The commands for whoever uses a release: what they print, and what they exit with."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from communique.cli.main import communique
from communique.cli.using import TOOLS
from communique.datapackage.describe import snippets_of
from communique.datapackage.releasing.archive import pack

from ..conftest import ROOT
from ..releases import ROWS

RELEASE = ROOT / "output" / "union-state"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(communique, [str(argument) for argument in arguments])


def test_export_writes_what_is_asked_for_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    result = run("export", "--to", "sqlite", "-o", tmp_path / "x.sqlite")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Wrote {tmp_path / 'x.sqlite'}\n")
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM who_met_whom").fetchone() != (0,)
    again = run("export", RELEASE, "--to", "sqlite", "-o", tmp_path / "x.sqlite")
    assert (again.exit_code, "already exists" in str(again.exception)) == (1, True)
    assert run("export", RELEASE, "--to", "sqlite", "-o", tmp_path / "x.sqlite", "--force").exit_code == 0
    assert run("export", RELEASE).exit_code == 2
    assert run("export", RELEASE, "--to", "parquet").exit_code == 2


def test_what_was_written_is_said_in_one_inert_line(tmp_path: Path) -> None:
    folder = tmp_path / "a\n\x1b[31m##[error]b"
    commands = [
        ("init", folder),
        ("export", RELEASE, "--to", "sqlite", "-o", folder / "x.sqlite"),
        ("pack", RELEASE, "-o", folder / "x.zip"),
    ]
    for command in commands:
        said = run(*command).stderr
        assert said.count("\n") == 1
        assert r"a↵\u{1B}[31m\u{23}#[error]b" in said


def test_snippets_are_printed_for_all_tools_or_as_code_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    every = run("snippets")
    assert every.exit_code == 0
    assert every.stdout.count("```") == 2 * len(TOOLS)
    one = run("snippets", RELEASE, "--tool", "duckdb")
    assert run("snippets", RELEASE, "--tool", "DuckDB").stdout == one.stdout
    joined = duckdb.sql(one.stdout.rstrip(";\n"))
    assert joined
    assert joined.shape[0] == ROWS["participants"]
    far = run("snippets", RELEASE, "--tool", "polars", "--location", "https://example.org/r")
    assert '"https://example.org/r/data/participants.parquet"' in far.stdout


def test_snippets_read_a_folder_where_the_release_is_named_by_its_archive_or_its_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = pack(RELEASE, tmp_path / "r.zip")
    monkeypatch.chdir(tmp_path)
    shutil.unpack_archive(archive, tmp_path / "output" / "union-state")
    for named in (archive, RELEASE / "datapackage.json"):
        joined = duckdb.sql(run("snippets", named, "--tool", "duckdb").stdout.rstrip(";\n"))
        assert joined
        assert joined.shape[0] == ROWS["participants"]


def test_an_export_to_duckdb_says_one_line(tmp_path: Path) -> None:
    words = ("export", str(RELEASE), "--to", "duckdb", "-o", "x.duckdb")
    ran = subprocess.run(
        [sys.executable, "-m", "communique.cli", *words], cwd=tmp_path, check=True, capture_output=True
    )
    assert (ran.stdout, ran.stderr) == (b"", b"Wrote x.duckdb\n")


def test_the_commands_offer_what_the_library_has() -> None:
    assert tuple(snippet.title.lower() for snippet in snippets_of(RELEASE, "x")) == TOOLS
