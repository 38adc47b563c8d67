"""The command line as a user runs it, for the tests of its commands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from communique.cli import main as cli


def run(
    *arguments: str | Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run the command line as a user does; return exit code, stdout, stderr."""
    monkeypatch.setattr(sys, "argv", ["communique", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    printed = capfd.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


class Shell:
    """Runs the command line in a folder."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capfd = monkeypatch, capfd

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        return run(*arguments, monkeypatch=self._monkeypatch, capfd=self._capfd)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(monkeypatch, capfd)
