"""Broken or unexpected Parquet in a release whose hashes are right: a typed error, never a crash or a hang.

The hashes of such a release prove nothing, because whoever made the file made the hashes too.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import communique
from communique.datapackage.access import probe, vouch

from ...conftest import ROOT
from ...releases import covered_up

UNION_STATE = ROOT / "output" / "union-state"
PERSONS: int = pq.read_metadata(UNION_STATE / "data" / "persons.parquet").num_rows
SUITE = ROOT.parent / "shared" / "suites" / "parquet-testing"
FOREIGN = sorted(path for path in SUITE.rglob("*") if ".parquet" in path.suffixes or path.suffix == ".bin")
BAD = [path for path in FOREIGN if path.parent.name == "bad_data"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(UNION_STATE, tmp_path / "copy"))


@pytest.fixture(scope="module")
def with_foreign(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Return a function that puts a file in the place of a table of a release, and gives the release its hash."""
    folder = Path(shutil.copytree(UNION_STATE, tmp_path_factory.mktemp("foreign") / "release"))

    def put(path: Path) -> Path:
        shutil.copy(path, folder / "data" / "persons.parquet")
        covered_up(folder)
        return folder

    return put


def test_the_suite_is_there() -> None:
    if not SUITE.exists():
        pytest.skip("../shared/suites/parquet-testing is not there")
    assert len(BAD) == 8


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_every_bad_file_of_the_suite_gives_a_typed_error(
    path: Path, with_foreign: Callable[[Path], Path]
) -> None:
    with pytest.raises(communique.ParquetError):
        communique.load("persons", with_foreign(path))
    with pytest.raises(communique.ParquetError):
        communique.open(with_foreign(path), verify=False).join("participants", "persons")
    with pytest.raises(communique.ReleaseError):
        communique.open(path)


def answers(asked: list[dict[str, Any]]) -> list[str | None]:
    """Return what the other process says of each file; where one ends it, the next process takes the rest."""
    found: list[str | None] = []
    while len(found) < len(asked):
        more, end = vouch._answers(asked[len(found) :], 240)  # pyright: ignore[reportPrivateUsage]
        found += more
        if len(found) < len(asked):
            assert end.startswith("it ended the process")
            found.append(end)
    return found


def test_every_other_file_of_the_suite_is_no_table_of_a_release() -> None:
    asked = [{"path": str(path), "columns": [["person_id", "string"]], "rows": PERSONS} for path in FOREIGN]
    assert all(answers(asked))


def test_files_are_read_whole_where_their_own_columns_are_promised() -> None:
    """Whatever the schema lets through: there is an answer to every file, and Polars reads what is accepted."""
    asked: list[dict[str, Any]] = []
    for path in FOREIGN:
        if path.name == "large_string_map.brotli.parquet":
            continue  # it holds 2 GB
        try:
            with pq.ParquetFile(path) as file:
                columns = [[field.name, str(field.type)] for field in file.schema_arrow]
                asked.append({"path": str(path), "columns": columns, "rows": file.metadata.num_rows})
        except (OSError, ValueError, pa.ArrowException):
            continue  # it is refused before its columns are known
    for file, answer in zip(asked, answers(asked), strict=True):
        if answer is None:
            assert len(pl.read_parquet(file["path"], glob=False)) == file["rows"]


def damaged(content: bytes, seed: int) -> bytes:
    random_, changed = random.Random(seed), bytearray(content)
    for _ in range(random_.randint(1, 8)):
        # Most of the bytes that matter are in the footer.
        begin = 4 if random_.random() < 0.5 else len(changed) * 3 // 4
        changed[random_.randrange(begin, len(changed))] = random_.randrange(256)
    return bytes(changed[: random_.randrange(len(changed))] if seed % 6 == 0 else changed)


def test_damaged_tables_are_refused_or_have_the_rows_that_are_promised(tmp_path: Path) -> None:
    path = UNION_STATE / "data" / "persons.parquet"
    columns = [[name, "string"] for name in pl.read_parquet_schema(path)]
    asked: list[dict[str, Any]] = []
    for seed in range(200):
        target = tmp_path / f"{seed}.parquet"
        target.write_bytes(damaged(path.read_bytes(), seed))
        asked.append({"path": str(target), "columns": columns, "rows": PERSONS})
    found = answers(asked)
    assert sum(answer is not None for answer in found) > 100
    for file, answer in zip(asked, found, strict=True):
        if answer is None:
            assert pl.scan_parquet(file["path"]).collect().shape == (PERSONS, 4)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_damaged_table_gives_a_typed_error(seed: int, copy: Path) -> None:
    path = copy / "data" / "persons.parquet"
    path.write_bytes(damaged(path.read_bytes(), seed))
    covered_up(copy)
    with pytest.raises(communique.ParquetError, match=r"persons\.parquet: cannot be read"):
        communique.load("persons", copy)


def rewritten(path: Path, change: Callable[[pa.Table], Any]) -> None:
    table = pq.read_table(path)
    pq.write_table(change(table), path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("table.slice(1)", f"expected {PERSONS} rows, found {PERSONS - 1}"),
        ("table.drop_columns(['name'])", "expected the columns person_id"),
        ("table.rename_columns(['person_id', 'n', 'name_ru', 'country_code'])", r"found .* n \(string\)"),
        ("table.set_column(1, 'name', pa.array([1] * len(table)))", r"name \(int64\)"),
        ("table.append_column('more', pa.array(['x'] * len(table)))", r"more \(string\)"),
    ],
)
def test_a_table_with_other_columns_or_rows_is_an_error(copy: Path, change: str, said: str) -> None:
    def changed(table: pa.Table) -> pa.Table:
        return eval(change, {"pa": pa, "table": table})

    rewritten(copy / "data" / "persons.parquet", changed)
    covered_up(copy)
    with pytest.raises(communique.ParquetError, match=said):
        communique.load("persons", copy)


def test_metadata_on_which_polars_may_panic_is_read_or_an_error(copy: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        field = table.schema.field("name").with_metadata({b"title": b"\xff\xfe"})
        return table.cast(table.schema.set(1, field))

    rewritten(copy / "data" / "persons.parquet", change)
    covered_up(copy)
    with suppress(communique.ParquetError):  # Polars panics on it in one version, and reads it in another
        communique.load("persons", copy).collect()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import os; os.abort()", r"it ended the process that read it \(-6\)"),
        ("import time; time.sleep(600)", "took longer than"),
        ("print('null'); print('nu', end='')", "ended the process that read it"),
    ],
)
def test_a_process_that_crashes_or_hangs_is_an_error_of_the_file_it_was_at(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    (tmp_path / "probe.py").write_text(script, "utf-8")
    monkeypatch.setattr(probe, "__file__", str(tmp_path / "probe.py"))
    if "sleep" in script:
        monkeypatch.setattr(vouch, "PATIENCE", 0.5)
    with pytest.raises(communique.ParquetError, match=said) as caught:
        communique.open(copy).join("participants", "persons")
    assert ("persons.parquet" if "null" in script else "participants.parquet") in str(caught.value)


@pytest.mark.parametrize(
    ("python", "said"), [("", "there is no Python"), ("/nowhere/python", "could be started")]
)
def test_without_a_process_nothing_is_read(
    copy: Path, monkeypatch: pytest.MonkeyPatch, python: str, said: str
) -> None:
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(communique.ParquetError, match=said):
        communique.load("persons", copy)
    assert communique.load("persons").collect().height == PERSONS  # the package vouches for its own


def test_what_was_looked_at_once_is_not_looked_at_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = communique.open(copy)
    release.load("persons")
    monkeypatch.setattr(sys, "executable", "")
    assert release.load("persons").collect().height == PERSONS
    with pytest.raises(communique.ParquetError):
        release.load("meetings")


def test_the_probe_says_of_each_file_what_is_wrong(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same that the other process does, in this one: coverage sees no other."""
    path = str(copy / "data" / "persons.parquet")
    columns = [[name, "string"] for name in ("person_id", "name", "name_ru", "country_code")]
    assert probe.fault(path, columns, PERSONS) is None
    assert probe.fault(path, columns, PERSONS - 1) == f"expected {PERSONS - 1} rows, found {PERSONS}"
    assert str(probe.fault(path, columns[:1] * 99, PERSONS)).count("person_id") < 99
    asked = '[{"path": "/nowhere.parquet", "columns": [], "rows": 0}]'
    monkeypatch.setattr("sys.stdin", StringIO(asked))
    monkeypatch.setattr("resource.setrlimit", print)
    probe.main()
    assert "nowhere" in capsys.readouterr().out
