"""Findings depend neither on blocks, threads and row order, nor on the fast path that finds the bad rows."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.datapackage import Finding, Report, check, check_with_quarantine, open_dataset
from communique.datapackage.checking.contract import brief_schema, pandera_schema
from communique.datapackage.checking.judge import judge, judge_suspects
from communique.datapackage.checking.lastword import last_word
from communique.datapackage.checking.rows import check_rows
from communique.datapackage.reading.oddplaces import odd_places
from communique.datapackage.threads import each_in_turn, side_by_side
from communique.schemas import SCHEMAS, Table
from communique.schemas.rules import RECORD

from ...conftest import BASE
from ...faulty_datasets import appended, many_findings, plant, planting_cases
from ...frames import TODAY

ACROSS = import_module("communique.datapackage.checking.across")
CHECK = import_module("communique.datapackage.check")
ROWS = import_module("communique.datapackage.checking.rows")
THREADS = import_module("communique.datapackage.threads")
SCAN = import_module("communique.datapackage.reading.scan")
LOCATE = import_module("communique.datapackage.reading.locate")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset with every fault that can be planted."""
    return plant(tmp_path_factory.mktemp("planted") / "d", planting_cases())


@pytest.fixture(scope="module")
def whole(planted: Path) -> Report:
    """Return the report on that dataset, as a plain run makes it."""
    return checked(planted)


def checked(folder: Path, size: int = SCAN.BLOCK_SIZE, workers: int = 2, part: int = ACROSS.PART) -> Report:
    """Return the report that a run with blocks of that size, and that many threads, makes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SCAN, "BLOCK_SIZE", size)
        patch.setattr(THREADS, "WORKERS", workers)
        patch.setattr(ACROSS, "PART", part)
        return check(open_dataset(folder), SCHEMAS)


@pytest.mark.no_cover
@pytest.mark.parametrize(("size", "workers", "part"), [(1, 2, 1_000), (200, 1, 7), (1_000, 3, 40)])
def test_blocks_and_threads_make_no_difference(
    planted: Path, whole: Report, size: int, workers: int, part: int
) -> None:
    assert checked(planted, size, workers, part) == whole


@pytest.mark.no_cover
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spots=st.lists(
        st.tuples(st.sampled_from(SCHEMAS.written), st.floats(0, 1), st.binary(max_size=3)), max_size=6
    ),
    size=st.integers(150, 2_000),
    workers=st.integers(1, 3),
)
def test_whatever_is_wrong_blocks_and_threads_make_no_difference(
    spots: list[tuple[Table, float, bytes]], size: int, workers: int
) -> None:
    with TemporaryDirectory() as folder:
        target = Path(shutil.copytree(BASE, Path(folder) / "d"))
        for table, where, what in spots:
            path = target / f"{table.name}.csv"
            data = path.read_bytes()
            spot = int(where * len(data))
            path.write_bytes(data[:spot] + what + data[spot + len(what) :])
        assert checked(target, size, workers) == checked(target)


def identities(findings: tuple[Finding, ...]) -> Counter[tuple[str | None, ...]]:
    """Return the findings without what the order of rows changes; of two equal rows the later one is at fault."""
    return Counter(
        (f.code, f.table, None if f.code == "unique-error" else f.key, f.column, f.value, f.hint)
        for f in findings
    )


@pytest.mark.no_cover
def test_the_order_of_rows_makes_no_difference(tmp_path: Path) -> None:
    # What breaks off at the end of a line goes on elsewhere once rows are shuffled.
    cases = [case for case in planting_cases() if b'"' not in b"".join((appended(case) or {}).values())]
    folder = plant(tmp_path / "d", cases)
    before = check(open_dataset(folder), SCHEMAS)
    for path in folder.glob("*.csv"):
        (block,) = SCAN.blocks(io.BytesIO(path.read_bytes()))
        head, *rows = [block.record(number) for number in range(len(block))]
        random.Random(7).shuffle(rows)
        path.write_bytes(head + b"".join(rows))
    after = check(open_dataset(folder), SCHEMAS)
    assert len(before.findings) > 50
    assert identities(after.findings) == identities(before.findings)


@pytest.mark.parametrize("table", SCHEMAS.written, ids=lambda table: table.name)
def test_pandera_finds_in_all_rows_what_it_finds_in_the_suspects(
    table: Table, planted: Path, tmp_path: Path
) -> None:
    frame = check_rows(table, planted, tmp_path, TODAY).frame().drop(RECORD).collect()
    whole = [
        item
        for severity in ("error", "warning")
        for item in judge(pandera_schema(table, TODAY, severity), frame, table)
    ]
    assert whole
    assert judge_suspects(frame, table, TODAY) == whole
    errors = [item for item in whole if item.rule.severity == "error"]
    bad = {row for item in errors for row in item.rows}
    good = [row for row in range(len(frame)) if row not in bad]
    assert not judge(brief_schema(table, TODAY), frame[good], table)
    assert all(judge(brief_schema(table, TODAY), frame[[*good, row]], table) for row in bad)
    assert last_word(frame, table, TODAY) == errors
    assert last_word(frame[good], table, TODAY) == []
    texts = frame.select(pl.col(pl.String)).to_arrow(compat_level=pl.CompatLevel.oldest())
    odd = {name: odd_places(texts[name].chunks, plain=False) for name in texts.column_names}
    assert any(len(places) < len(frame) for places in odd.values())
    assert judge_suspects(frame, table, TODAY, odd) == whole
    assert last_word(frame, table, TODAY, odd) == errors


def test_a_clean_file_is_read_once_and_others_only_where_findings_are(
    base: Path, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, again = Counter[str](), Counter[str]()

    def scanned(file: object, *_: object) -> object:
        read[Path(str(getattr(file, "name", ""))).name] += 1
        return SCAN.blocks(file)

    def reread(file: object, span: object) -> object:
        again[f"{getattr(file, 'name', '')}:{span}"] += 1
        return SCAN.block_at(file, span)

    monkeypatch.setattr(ROWS, "blocks", scanned)
    monkeypatch.setattr(LOCATE, "block_at", reread)
    check(open_dataset(base), SCHEMAS)
    assert dict(read) == dict.fromkeys((f"{table.name}.csv" for table in SCHEMAS.written), 1)
    assert not again
    check(open_dataset(planted), SCHEMAS)
    assert set(again.values()) == {1}


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_few_blocks_are_alive_at_a_time_and_results_are_each_in_turn(workers: int) -> None:
    alive: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            alive.append(number)
            yield number

    taken = 0
    for number in each_in_turn(lambda item: item, items(), workers):
        assert number == taken
        assert len(alive) - taken <= workers + 1
        taken += 1
    assert taken == 50


def test_work_side_by_side_comes_back_in_order_and_sees_what_its_asker_sees() -> None:
    seen = ContextVar("seen", default=0)
    seen.set(7)
    assert side_by_side(lambda item: (item, seen.get()), range(20)) == [(item, 7) for item in range(20)]
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 // item, [1, 0, 2])


@pytest.mark.no_cover
def test_all_findings_are_counted_and_the_first_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = many_findings(tmp_path / "d", 300)
    whole = check(open_dataset(folder), SCHEMAS)
    monkeypatch.setattr(CHECK, "KEPT", 50)
    for size in (200, 10_000):
        report = checked(folder, size)
        assert report.findings == whole.findings[:50]
        assert (report.counts, report.total) == (whole.counts, whole.total)
        assert report.tables == whole.tables
        assert [report.count("error"), report.count("warning")] == [300, 40]
    rejected = check_with_quarantine(open_dataset(folder), SCHEMAS, tmp_path / "q")
    assert sum(table.rejected for table in rejected.tables) == 300
    assert (tmp_path / "q" / "persons.csv").read_text("utf-8-sig").count("\n") == 301


def test_a_line_that_is_too_long_makes_a_file_unreadable(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SCAN, "RECORD_LIMIT", 1_000)
    with (base / "persons.csv").open("a") as file:
        file.write("x" * 5_000)
    sizes = [checked(base, size) for size in (100, 10_000)]
    assert sizes[0] == sizes[1]
    (finding,) = sizes[0].findings
    assert (finding.code, finding.file, finding.line) == ("source-error", "persons.csv", None)
    assert not next(table for table in sizes[0].tables if table.table == "persons").readable


def test_a_report_with_kept_findings_taken_out_counts_what_is_left(whole: Report) -> None:
    report = whole
    rest = replace(report, findings=report.findings[1:], omitted={("persons", "foreign-key", "error"): 5})
    assert rest.total == report.total + 4
    assert sum(rest.counts.values()) == rest.total


def test_help_imports_no_engine() -> None:
    program = (
        "import sys; sys.argv = ['communique', '--help']\n"
        "from communique.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'polars', 'pandera', 'pyarrow', 'numpy', 'narwhals'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0
