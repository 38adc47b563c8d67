"""What the commands that check have in common: which dataset to take, how a report is made and shown, and exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from .formats import FORMATS
from .output import Output, OutputType, deliver, outputs

if TYPE_CHECKING:
    from communique.datapackage import Report
    from communique.schemas import Severity

CLEAN, FINDINGS, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130
EMBEDDED = "union-state"
RELEASE = Path("output", EMBEDDED)
"""The release that is taken where none is given."""


class _Place(click.Path):
    """A path. An address is refused before it becomes a path, which would lose one of its slashes.

    So is an empty text, which would become the working folder: most often a variable is not set.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("the path is empty. Give a path; . is the current folder.", param, ctx)
        if isinstance(value, str) and _ADDRESS.match(value):
            self.fail(
                f"{value} is a web address, but commands take files and folders. Download it first; "
                "in Python communique.open reads those that begin with http:// or https://.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
PATH = _Place(path_type=Path)
SCHEMA = click.option(
    "--schema", metavar="FILE", type=PATH, help="The Table Schema of a single CSV, TSV or Parquet file."
)


*_FIRST, _LAST = FORMATS
_ONE_AFTER_THE_OTHER = ("text", "github")
"""The formats in which reports of several datasets can follow each other, because each line has a path."""


class DayType(click.DateTime):
    """A day such as 2025-01-31, or the word today."""

    def __init__(self) -> None:
        """Take days in the form of ISO 8601."""
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day as a moment; another text is a usage error, in words for people."""
        if value == "today":
            return today()
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a day. Give one such as 2025-01-31, or the word today.", param, ctx)


class Count(click.IntRange):
    """A number that is not negative; help and errors call it a number instead of a range of integers."""

    name = "number"

    def __init__(self) -> None:
        """Take zero, and what is above it."""
        super().__init__(min=0)


def refuse_to_overwrite(files: Iterable[Path], *sources: Path, schema: Path | None = None) -> None:
    """Raise a usage error where a file to be written belongs to what is checked."""
    there = [path for path in files if path.is_file()]
    if not there:
        return
    from communique.datapackage.inputs import inputs

    read = frozenset[Path]().union(*(inputs(source, schema) for source in sources))
    for path in there:
        if path.resolve() in read:
            raise click.UsageError(
                f"{path}: is part of what is checked, and the report would replace it. Give another file."
            )


def today() -> datetime:
    """Return the day of SOURCE_DATE_EPOCH (reproducible-builds.org), or of the clock in UTC, which only this reads."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise click.UsageError(
            f"SOURCE_DATE_EPOCH is {epoch!r}, which is not a number of seconds."
        ) from error


_AS_OF = click.option(
    "--as-of",
    metavar="DATE",
    type=DayType(),
    help="The day that rules use as today, or the word today. [default: the release date of the dataset]",
)


@dataclass(frozen=True)
class Reporting:
    """How a report is made and shown: what all commands that check have in common."""

    today: date | None
    outputs: list[Output]
    limit: int
    fail_on: Severity | None

    def refuse_to_overwrite(self, *sources: Path, schema: Path | None = None) -> None:
        """Raise a usage error where a report would overwrite a file of what is checked."""
        refuse_to_overwrite([output.path for output in self.outputs if output.path], *sources, schema=schema)

    def finish(self, *reports: Report, least: int = CLEAN) -> NoReturn:
        """Show the reports, and exit with the code that they demand together, or `least` if that is larger."""
        for report in reports:
            deliver(report, self.outputs, self.limit, self.fail_on)
        sys.exit(max(least, CLEAN if all(report.clean(self.fail_on) for report in reports) else FINDINGS))

    def passes(self, report: Report) -> bool:
        """Say whether what the report is about may be released: no error, and nothing that makes the exit code 1."""
        return report.ok and report.clean(self.fail_on)

    def refuse_several(self) -> None:
        """Raise a usage error where reports of several datasets cannot be told apart, or would not form a valid file."""
        for output in self.outputs:
            if output.path:
                raise click.UsageError(
                    "A report in a file is about one dataset; give the paths of one at a time."
                )
            if output.form not in _ONE_AFTER_THE_OTHER:
                raise click.UsageError(
                    f"A report in the format {output.form} is about one dataset; give the paths of one at a time."
                )


def reporting_options(*, as_of: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of `Reporting`, and pass it that value. as_of: whether --as-of is one of them."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        return _AS_OF(_reporting(command)) if as_of else _reporting(command)

    return decorate


def _reporting(command: Callable[..., None]) -> Callable[..., None]:
    @click.option(
        "--output-format",
        metavar="FORMAT[=FILE]",
        type=OutputType(),
        multiple=True,
        help=f"{', '.join(_FIRST)} or {_LAST}; may be repeated. [default: text]",
    )
    @click.option(
        "--output-file", metavar="FILE", type=PATH, help="Write the report to FILE instead of stdout."
    )
    @click.option(
        "--max-findings",
        type=Count(),
        default=100,
        show_default=True,
        help="How many findings the text shows; all are counted.",
    )
    @click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "info", "never"]),
        default="error",
        show_default=True,
        help="The mildest severity that makes the exit code 1.",
    )
    @wraps(command)
    def wrapper(
        *arguments: Any,
        as_of: datetime | None = None,
        output_format: tuple[Output, ...],
        output_file: Path | None,
        max_findings: int,
        fail_on: str,
        **options: Any,
    ) -> None:
        severity: Any = None if fail_on == "never" else fail_on
        today = as_of.date() if as_of else None
        reporting = Reporting(today, outputs(output_format, output_file), max_findings, severity)
        command(*arguments, reporting=reporting, **options)

    return wrapper


def folder_of(folder: Path | None) -> Path:
    """Return the folder of a dataset: the one given, else the working folder if it is one, else the embedded one."""
    if folder is None and Path("dataset.yaml").exists():
        folder = Path()
    if folder is None:
        from communique.datapackage.foreign.opening import descriptor_in

        found = descriptor_in(Path())
        if found:
            raise click.UsageError(f"This folder has a {found}. If you mean it, name it: {found}.")
    return folder or Path(str(files("communique.data"))) / EMBEDDED
