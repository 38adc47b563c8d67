"""Progress is shown on a terminal during long work, and nowhere else."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from communique.cli import progress
from communique.cli.progress import shown
from communique.datapackage import Step, build, open_dataset, watched
from communique.schemas import SCHEMAS


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that sets the time, and take stderr for a terminal."""
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    monkeypatch.setattr(progress, "is_terminal", lambda: True)
    return lambda seconds: now.__setitem__(0, 100 + seconds)


def test_the_work_tells_of_every_row_that_it_reads_and_writes(base: Path, tmp_path: Path) -> None:
    steps: list[Step] = []
    with watched(steps.append):
        report = build(open_dataset(base), SCHEMAS, tmp_path / "out")
    read = sum(table.read for table in report.tables)
    assert sum(step.rows for step in steps if step.stage == "check") == read
    assert sum(step.rows for step in steps if step.stage == "write") > read  # the citations too
    size = sum(path.stat().st_size for path in base.glob("*.csv"))
    assert 0 < sum(step.bytes for step in steps) <= size


def test_long_work_is_shown_with_the_time_left_and_taken_away_in_the_end(
    base: Path, clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    size = sum(path.stat().st_size for path in base.glob("*.csv"))
    with shown(base):
        from communique.datapackage.progress import tell

        clock(1)
        tell(Step("check", 10, size // 4))
        assert capsys.readouterr().err == ""
        clock(10)
        tell(Step("check", 10, size // 4, 3))
        told = capsys.readouterr().err
        assert "checking: 0 of 0 MB, 20 rows, 3 findings, about 10 s left" in told
        clock(10.1)
        tell(Step("check", 1, 0))
        assert capsys.readouterr().err == ""
        clock(400)
        tell(Step("write", 7))
        clock(800)
        tell(Step("write", 7))
        told = capsys.readouterr().err
        assert "writing: 7 rows" in told
        assert "writing: 14 rows, about 3 min left" in told
    assert capsys.readouterr().err.endswith("\r")


def test_the_line_is_no_longer_than_the_terminal_is_wide(
    base: Path,
    clock: Callable[[float], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    with shown(base):
        from communique.datapackage.progress import tell

        clock(10)
        tell(Step("check", 10, 20, 3))
    assert capsys.readouterr().err == f"\rchecking: 0 of 0 MB, 10 rows, 3 finding\r{' ' * 39}\r"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudoterminals")
def test_the_width_is_that_of_the_terminal_of_stderr_where_stdout_is_redirected(base: Path) -> None:
    code = f"""
from communique.cli import progress
from communique.datapackage.progress import Step, tell
progress._PATIENCE = -1.0
with progress.shown(__import__("pathlib").Path({str(base)!r})):
    tell(Step("check", 10, 20, 3))
"""
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("4H", 24, 30, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    command = (sys.executable, "-c", code)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=end, env=environment)
    told = os.read(terminal, 1000).decode()
    os.close(end)
    os.close(terminal)
    assert told == f"\rchecking: 0 of 0 MB, 10 rows,\r{' ' * 29}\r"


def test_nothing_is_shown_where_stderr_is_no_terminal(
    base: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", -1.0)
    with shown(base):
        build(open_dataset(base), SCHEMAS, base.parent / "out")
    assert capsys.readouterr().err == ""
