"""Run validators on all cases and print their answers side by side: `python -m tests.conformance`.

python -m tests.conformance                              Communique and, where it is installed, frictionless
python -m tests.conformance --tool 'mine=mytool check {}'   also your own tool, by exit code; {} is the input
python -m tests.conformance --lay FOLDER                 write the cases to FOLDER for other uses
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from . import communique, frictionless
from .cases import CANARY, Case, cases

_SECONDS = 60
_HEADER = ("case", "expected")
Column = tuple[str, list[str], list[bool]]
"""A tool, what it says of each case, and whether that is right."""


def _communique(chosen: Sequence[Case], sources: Sequence[Path], folder: Path) -> Column:
    asked = zip(chosen, sources, strict=True)
    said = [
        communique.ask(source, None if case.is_many else folder / "report.json") for case, source in asked
    ]
    right = [case.agrees(answer) for case, answer in zip(chosen, said, strict=True)]
    return "Communique", [_verdict(answer.code) for answer in said], right


def _frictionless(chosen: Sequence[Case], sources: Sequence[Path], _: Path) -> Column:
    answers = frictionless.ask(sources)
    right = [frictionless.is_right(case, answer) for case, answer in zip(chosen, answers, strict=True)]
    return "frictionless", [frictionless.words(answer) for answer in answers], right


def _command(name: str, command: str) -> Callable[[Sequence[Case], Sequence[Path], Path], Column]:
    def ask(chosen: Sequence[Case], sources: Sequence[Path], _: Path) -> Column:
        said = [_run(command, source) for source in sources]
        right = [verdict == _expected(case) for case, verdict in zip(chosen, said, strict=True)]
        return name, said, right

    return ask


def _run(command: str, source: Path) -> str:
    words = [word.replace("{}", str(source)) for word in shlex.split(command)]
    try:
        done = subprocess.run(
            words, check=False, capture_output=True, text=True, errors="replace", timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    printed = done.stdout + done.stderr
    if CANARY in printed:
        return "reads outside"
    return "stopped" if "Traceback" in printed or done.returncode < 0 else _verdict(done.returncode)


def _verdict(code: int) -> str:
    return "refused" if code else "accepted"


def _expected(case: Case) -> str:
    return _verdict(case.expected["exit"])


def _table(chosen: Sequence[Case], columns: Sequence[Column]) -> str:
    rows = [[*_HEADER, *(name for name, _, _ in columns)]]
    for place, case in enumerate(chosen):
        marked = [said[place] + ("" if right[place] else "  ✗") for _, said, right in columns]
        rows.append([case.name, _expected(case), *marked])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def summary(name: str, chosen: Sequence[Case], right: Sequence[bool]) -> str:
    """Return in one line how many cases a tool is right about, and how many risks with all of their cases."""
    risks = [list(group) for _, group in groupby(range(len(right)), lambda place: chosen[place].number)]
    whole = sum(all(right[place] for place in group) for group in risks)
    return f"{name}: {sum(right)} of {len(right)} cases, {whole} of {len(risks)} risks as a whole"


def main() -> int:
    """Print the comparison; return 1 where Communique is wrong about a case."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance", description="Put all cases to validators and print what they say."
    )
    parser.add_argument("--tool", action="append", default=[], metavar="NAME=COMMAND", help="one more tool")
    parser.add_argument("--lay", type=Path, metavar="FOLDER", help="only write the cases to FOLDER")
    parser.add_argument("case", nargs="*", help="how names of cases begin; all, if none is given")
    given = parser.parse_args()
    chosen = [case for case in cases() if not given.case or case.name.startswith(tuple(given.case))]
    if given.lay:
        for case in chosen:
            case.lay(given.lay)
        return 0
    asked = [_communique, *([_frictionless] if frictionless.installed else [])]
    tools = [*asked, *(_command(*tool.split("=", 1)) for tool in given.tool)]
    with TemporaryDirectory() as folder:
        sources = [case.lay(Path(folder)) for case in chosen]
        columns = [tool(chosen, sources, Path(folder)) for tool in tools]
    lines = [summary(name, chosen, right) for name, _, right in columns]
    print(_table(chosen, columns), "", *lines, sep="\n")
    return 0 if all(columns[0][2]) else 1


if __name__ == "__main__":
    sys.exit(main())
