"""The commands. Each one is options, one call into the library, rendering, and an exit code.

Exit codes: 0 clean, 1 findings, 2 could not run. Results go to stdout, talk goes to stderr. The library is
imported by the commands that need it, so that help stays quick.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from communique import __version__

if TYPE_CHECKING:
    from communique.datapackage import Dataset, Report

CLEAN, FINDINGS, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130

_DATASET = click.argument("dataset", required=False, type=click.Path(path_type=Path))
_AS_OF = click.option(
    "--as-of",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that rules take for today. [default: the release date of the dataset]",
)
_FORMAT = click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the report is printed.",
)
_MAXIMUM = click.option(
    "--max-findings",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="How many findings the text shows; all are counted. JSON has them all.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="communique")
def communique() -> None:
    """Check tables of meetings, participants and initiatives, and package them as open data.

    DATASET is a folder with a dataset.yaml and one CSV file a table; without it the embedded dataset
    union-state is taken. Exit codes: 0 clean, 1 findings, 2 could not run.
    """


@communique.command()
@_DATASET
@_AS_OF
@_FORMAT
@_MAXIMUM
def validate(dataset: Path | None, as_of: datetime | None, output_format: str, max_findings: int) -> None:
    """Check every row of DATASET and say exactly what is wrong. Nothing is written."""
    from communique.datapackage import check
    from communique.schemas import SCHEMAS

    report = check(_open(dataset), SCHEMAS, _day(as_of))
    _render(report, output_format, max_findings)
    sys.exit(CLEAN if report.ok else FINDINGS)


@communique.command()
@_DATASET
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the release goes; an older release there is replaced. [default: output/NAME]",
)
@_AS_OF
@_FORMAT
@_MAXIMUM
def build(
    dataset: Path | None, output: Path | None, as_of: datetime | None, output_format: str, max_findings: int
) -> None:
    """Check DATASET and write its data package: CSV, Parquet, datapackage.json. With errors nothing is written."""
    from communique.datapackage import build as build_release
    from communique.schemas import SCHEMAS

    opened = _open(dataset)
    target = output or Path("output") / opened.name
    report = build_release(opened, SCHEMAS, target, _day(as_of))
    _render(report, output_format, max_findings)
    if report.ok:
        click.echo(f"Wrote {opened.name} {opened.version} to {target}", err=True)
    sys.exit(CLEAN if report.ok else FINDINGS)


@communique.command()
@_DATASET
@click.option("--table", metavar="NAME", help="Describe this table instead of the whole package.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table-schema", "json-schema", "markdown"]),
    default="table-schema",
    show_default=True,
    help="How a table is described.",
)
def describe(dataset: Path | None, table: str | None, form: str) -> None:
    """Print the descriptor of DATASET, or with --table the schema of one table."""
    from communique.datapackage import as_json, dictionary, json_schema, package, table_schema
    from communique.schemas import SCHEMAS

    names = [known.name for known in SCHEMAS.tables]
    if table is None:
        click.echo(as_json(package(_open(dataset), SCHEMAS.tables, {})), nl=False)
    elif table not in names:
        raise click.UsageError(f"There is no table {table!r}. The tables are {', '.join(names)}.")
    elif form == "markdown":
        click.echo(dictionary(SCHEMAS.table(table)), nl=False)
    else:
        project = table_schema if form == "table-schema" else json_schema
        click.echo(as_json(project(SCHEMAS.table(table))), nl=False)


@communique.command()
@click.argument("code")
def explain(code: str) -> None:
    """Say what the rule CODE demands, with an example and the remedy."""
    from communique.datapackage import RULES
    from communique.schemas import SCHEMAS

    from .text import explanation, nearest

    rules = {**RULES, **SCHEMAS.rules}
    if code not in rules:
        raise click.UsageError(f"There is no rule {code!r}.{nearest(code, rules)}")
    click.echo(explanation(rules[code]))


def _open(folder: Path | None) -> Dataset:
    from communique.datapackage import open_dataset

    return open_dataset(folder or Path(str(files("communique.data"))) / "union-state")


def _day(as_of: datetime | None) -> date | None:
    return as_of.date() if as_of else None


def _render(report: Report, output_format: str, max_findings: int) -> None:
    if output_format == "json":
        from .jsonreport import render

        click.echo(render(report), nl=False)
    else:
        from .text import render_text

        render_text(report, max_findings)


def main() -> NoReturn:
    """Run the command line, and turn what stops it into one line on stderr and exit code 2."""
    try:
        communique.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
    except click.Abort:
        click.echo("communique: interrupted", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001  whatever it is, people get one line and exit code 2
        _stopped(error)
    else:
        sys.exit(CLEAN)
    sys.exit(COULD_NOT_RUN)


def _stopped(error: Exception) -> None:
    from communique.datapackage.errors import CommuniqueError

    if isinstance(error, CommuniqueError):
        for line in str(error).splitlines():
            click.echo(f"communique: {line}", err=True)
    elif isinstance(error, OSError):
        click.echo(
            f"communique: {error.strerror or error}: {error.filename or 'input or output failed'}", err=True
        )
    else:
        click.echo(f"communique: internal error, please report it: {type(error).__name__}: {error}", err=True)
