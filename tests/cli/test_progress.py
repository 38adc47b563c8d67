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
from communique.datapackage import Step, build, open_dataset
from communique.datapackage.progress import tell
from communique.schemas import SCHEMAS


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that sets the time, and take stderr for a terminal."""
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    monkeypatch.setattr(progress, "is_terminal", lambda: True)
    return lambda seconds: now.__setitem__(0, 100 + seconds)


def test_long_work_is_shown_with_the_time_left_and_taken_away_in_the_end(
    clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with shown():
        tell(Step("check", ahead=40_000_000))
        clock(1)
        tell(Step("check", 10, 10_000_000))
        assert capsys.readouterr().err == ""
        clock(10)
        tell(Step("check", 10, 10_000_000, 3))
        told = capsys.readouterr().err
        assert told == "\rchecking: 20 of 40 MB, 20 rows, 3 findings, about 10 s left"
        clock(10.1)
        tell(Step("check", 1))
        assert capsys.readouterr().err == ""
        clock(400)
        tell(Step("write", ahead=28))
        clock(800)
        tell(Step("write", 14))
        told = capsys.readouterr().err
        assert "writing: 0 rows" in told
        assert "writing: 14 rows, about 7 min left" in told
    assert capsys.readouterr().err.endswith("\r")


def test_work_that_is_more_than_was_known_has_no_time_left(
    clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with shown():
        tell(Step("hash", ahead=1_000_000))
        clock(10)
        tell(Step("hash", bytes=2_000_000))
        clock(20)
        tell(Step("compare", 7, ahead=7))
        clock(30)
        tell(Step("write", 7))  # nobody announced it
    told = capsys.readouterr().err
    assert told.startswith("\rhashing: 2 of 2 MB\rcomparing: 7 rows ")


def test_the_time_left_is_that_of_the_stage_alone(
    clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with shown():
        tell(Step("check", ahead=10_000_000))
        clock(10)
        tell(Step("check", 1, 10_000_000))
        tell(Step("write", ahead=7))
        clock(400)
        tell(Step("write", 7))
        clock(500)
        tell(Step("check", ahead=10_000_000))  # as a release that is verified once it is written
        clock(505)
        tell(Step("check", 1, 5_000_000))
    assert "checking: 15 of 20 MB, 2 rows, 0 findings, about 5 s left" in capsys.readouterr().err


def test_a_terminal_that_was_closed_does_not_stop_the_work(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("click.echo", fail)
    with shown():
        clock(10)
        tell(Step("check", 10, 20, 3, 20))


def test_the_line_fits_a_terminal_that_has_become_narrower(
    clock: Callable[[float], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    with shown():
        tell(Step("check", ahead=20))
        clock(10)
        tell(Step("check", 10, 20, 3))
        monkeypatch.setenv("COLUMNS", "20")
        clock(20)
        tell(Step("check", 10, 20, 3))
        monkeypatch.setenv("COLUMNS", "10")
    line = "checking: 0 of 0 MB, 10 rows, 3 finding"
    assert capsys.readouterr().err == f"\r{line}\r{line[:19]}\r{' ' * 9}\r"


def test_the_line_is_no_longer_than_the_terminal_is_wide(
    clock: Callable[[float], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    with shown():
        tell(Step("check", ahead=20))
        clock(10)
        tell(Step("check", 10, 20, 3))
    assert capsys.readouterr().err == f"\rchecking: 0 of 0 MB, 10 rows, 3 finding\r{' ' * 39}\r"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudoterminals")
@pytest.mark.parametrize("said", [{}, {"COLUMNS": "200"}], ids=["not said", "said wrongly"])
def test_the_width_is_that_of_the_terminal_of_stderr_where_stdout_is_redirected(said: dict[str, str]) -> None:
    code = """
from communique.cli import progress
from communique.datapackage.progress import Step, tell
progress._PATIENCE = -1.0
with progress.shown():
    tell(Step("check", 10, 20, 3, 20))
"""
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("4H", 24, 30, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | said
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
    with shown():
        build(open_dataset(base), SCHEMAS, base.parent / "out")
    assert capsys.readouterr().err == ""
