"""Where reports go: each format to stdout or to a file, which is written whole or not at all. Talk goes to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .formats import FORMATS, render

if TYPE_CHECKING:
    from communique.datapackage import Report
    from communique.schemas import Severity

_SUMMARY = "GITHUB_STEP_SUMMARY"
_WITHOUT_TOTALS = ("jsonl", "csv", "parquet", "gitlab")
"""Formats that have one entry per finding, and no place to say that there are more."""


@dataclass(frozen=True)
class Output:
    """A format, and the file that it goes to; None is stdout."""

    form: str
    path: Path | None = None


class OutputType(click.ParamType["Output"]):
    """NAME, or NAME=FILE."""

    name = "format"

    def convert(
        self, value: str | Output, param: click.Parameter | None, ctx: click.Context | None
    ) -> Output:
        """Return the format and its file; an unknown format is a usage error."""
        if isinstance(value, Output):
            return value
        form, _, path = value.partition("=")
        if form not in FORMATS:
            self.fail(f"there is no format {form!r}; the formats are {', '.join(FORMATS)}.", param, ctx)
        if "=" in value and not path:
            self.fail(f"{value!r} names no file.", param, ctx)
        if path.endswith("/"):
            self.fail(f"{value!r} names a folder; give a file in it.", param, ctx)
        return Output(form, Path(path) if path else None)


def outputs(given: Sequence[Output], file: Path | None) -> list[Output]:
    """Return where the reports go; raises a usage error where two would go to one place."""
    chosen = list(given) or [Output("text")]
    loose = [output for output in chosen if output.path is None]
    if len(loose) > 1:
        raise click.UsageError(
            "Only one format can go to stdout; give the others a file, such as sarif=out.sarif."
        )
    if file and not loose:
        raise click.UsageError(
            "--output-file is for a format without a file of its own, and each format given has one."
        )
    resolved = [Output(output.form, output.path or file) for output in chosen]
    paths = [os.path.realpath(output.path) for output in resolved if output.path]
    if len(set(paths)) < len(paths):
        raise click.UsageError("Two formats would go to the same file. Give each its own.")
    return resolved


def deliver(report: Report, chosen: Sequence[Output], limit: int, fail_on: Severity | None) -> None:
    """Render the report in each format and write it to its destination. fail_on: as for `render`."""
    from communique.datapackage import write_file

    from .wording import omitted

    for output in chosen:
        if output.path:
            write_file(output.path, render(output.form, report, limit, fail_on=fail_on))
        else:
            sys.stdout.buffer.write(render(output.form, report, limit, in_colour(), columns(), fail_on))
            sys.stdout.flush()
        if output.form == "github" and os.environ.get(_SUMMARY):
            _summarize(report, Path(os.environ[_SUMMARY]))
    if any(output.form in _WITHOUT_TOTALS for output in chosen) and omitted(report):
        click.echo(omitted(report), err=True)


def columns() -> int | None:
    """Return the columns of the terminal that stdout is, or None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def in_colour() -> bool:
    """Return whether stdout is a terminal that shows colours, and whoever looks wants them (no-color.org)."""
    asked_not = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not asked_not


def _summarize(report: Report, path: Path) -> None:
    from .formats.github import ROOM, summary

    taken = path.stat().st_size if path.exists() else 0  # other datasets of the step have written to it
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(summary(report, room=ROOM - taken))
    except OSError as error:  # a full disk is reported without the file
        error.filename = str(path)
        raise


def tell(line: str) -> None:
    """Say a line on stderr, with any unsafe characters in it spelt out."""
    from .wording import inert  # and with it what reports are made of, which help does without

    click.echo(inert(line, 2000), err=True)
