"""The commands. Each one is options, one call into the library, rendering, and an exit code.

Exit codes: 0 clean, 1 findings, 2 could not run. Results go to stdout, talk goes to stderr. The library is
imported by the commands that need it, so that help stays quick.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import sys
from contextlib import suppress
from importlib.resources import files
from io import TextIOWrapper
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, NoReturn

import click

from . import ending, packages, using
from . import release as release_commands
from . import site as site_commands
from .output import tell
from .packages import build_package, validate_package
from .progress import shown
from .reporting import CLEAN, COULD_NOT_RUN, PATH, SCHEMA, Reporting, folder_of, reporting_options, today
from .stopped import end_if_asked, interrupted, on_stderr, say_why

if TYPE_CHECKING:
    from communique.datapackage import Dataset, Report

_ALLOW_REMOTE = click.option(
    "--allow-remote",
    is_flag=True,
    help="Fetch files that a descriptor names by URL; never from private networks.",
)
_OF_OTHERS = "--schema and --allow-remote are for one data package or table, and not for a dataset."


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="communique", prog_name="communique")  # it is looked up when asked for
def communique() -> None:
    """Check tables of meetings, participants and initiatives, and package them as open data.

    DATASET is a folder with a dataset.yaml and one CSV file per table. The default is the working folder, if it is
    a dataset, otherwise the embedded dataset union-state. SOURCE can also be any data package, version 1 or 2, or a
    table with --schema. Exit codes: 0 clean, 1 findings, 2 could not run.
    """


@communique.command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[SOURCE]...")
@SCHEMA
@_ALLOW_REMOTE
@reporting_options()
@click.option(
    "--since",
    metavar="REV",
    help="For a dataset, report only findings on lines that differ from this git revision, or that it did not have.",
)
@click.option(
    "--quarantine",
    metavar="FOLDER",
    type=PATH,
    help="Write the rejected rows of a dataset, with reasons, to FOLDER.",
)
@click.option(
    "--only-datasets",
    is_flag=True,
    help="Ignore files that are not in a dataset: hooks pass every changed file.",
)
def validate(
    paths: tuple[Path, ...],
    schema: Path | None,
    allow_remote: bool,
    since: str | None,
    quarantine: Path | None,
    only_datasets: bool,
    reporting: Reporting,
) -> None:
    """Check every row of SOURCE and say exactly what is wrong. SOURCE is not changed.

    SOURCE is a dataset; or any data package (datapackage.json or .yaml of version 1 or 2, or a folder, zip or tar
    that contains one); or a CSV, TSV or Parquet file with --schema. The path of a file in a dataset stands for its
    dataset; several datasets are checked one after the other. Data without a schema is never valid: exit code 2.
    """
    from communique.datapackage import is_foreign

    if only_datasets:
        # A file that is gone stands for its dataset, too, which lacks a table now.
        paths = tuple(path if path.exists() else path.parent for path in paths if not is_foreign(path))
        if not paths:
            from communique.datapackage import Report

            click.echo("Nothing to check: none of the paths is in a dataset.", err=True)
            reporting.finish(Report("no dataset", "", "."))
    reporting.refuse_to_overwrite(*(paths or (folder_of(None),)), schema=schema)
    if len(paths) == 1 and (schema or is_foreign(paths[0])):
        if since is not None or quarantine or reporting.today:
            raise click.UsageError(
                "--since, --quarantine and --as-of are for datasets, which have a dataset.yaml."
            )
        validate_package(paths[0], schema, allow_remote, reporting)
    if schema or allow_remote:
        raise click.UsageError(_OF_OTHERS)
    if foreign := next((path for path in paths if path.exists() and is_foreign(path)), None):
        raise click.UsageError(
            f"{foreign} is not a dataset, nor in one. Only datasets can be checked several at a time; check it by itself."
        )
    _validate_datasets(paths, since, quarantine, reporting)


def _validate_datasets(
    paths: tuple[Path, ...], since: str | None, quarantine: Path | None, reporting: Reporting
) -> NoReturn:
    """Check the datasets that the paths are, or lie in, one after the other, and exit.

    Where one of several cannot be opened, say why, and check the others.
    """
    from communique import datapackage
    from communique.schemas import SCHEMAS

    folders = _folders(paths)
    if len(folders) > 1:
        if quarantine:
            raise click.UsageError("--quarantine is for one dataset; give the paths of one at a time.")
        reporting.refuse_several()
    datasets: list[Dataset] = []
    for folder in folders:
        try:
            datasets.append(_open(folder))
        except datapackage.DatasetError as error:
            if len(folders) == 1:
                raise
            say_why(error)
    reports: list[Report] = []
    for dataset in datasets:
        with shown():
            reports.append(datapackage.validate(dataset, SCHEMAS, reporting.today, quarantine, since))
    if quarantine:
        _tell_of_quarantine(*reports)
    reporting.finish(*reports, least=CLEAN if len(datasets) == len(folders) else COULD_NOT_RUN)


def _tell_of_quarantine(report: Report) -> None:
    from .wording import unquarantined

    if said := unquarantined(report):
        tell(said)


@communique.command()
@click.argument("source", required=False, type=PATH)
@SCHEMA
@_ALLOW_REMOTE
@click.option(
    "-o", "--output", metavar="FOLDER", type=PATH, help="Where the release goes. [default: output/NAME]"
)
@click.option("--force", is_flag=True, help="Replace a different existing release atomically.")
@reporting_options()
@click.option(
    "--quarantine",
    metavar="FOLDER",
    type=PATH,
    help="Write the rejected rows, with reasons, to FOLDER, and build the rest.",
)
def build(
    source: Path | None,
    schema: Path | None,
    allow_remote: bool,
    output: Path | None,
    force: bool,
    quarantine: Path | None,
    reporting: Reporting,
) -> None:
    """Check SOURCE and write it as a release.

    SOURCE is a dataset; or any data package, in any form that validate takes; or a table with --schema. The
    release has each table as CSV and Parquet, and datapackage.json. If there are errors, nothing is written. An
    existing release is never changed: building the same again is fine, replacing it needs --force.
    """
    from communique.datapackage import build as build_release
    from communique.datapackage import is_foreign
    from communique.schemas import SCHEMAS

    reporting.refuse_to_overwrite(folder_of(source), schema=schema)
    if source is not None and (schema or (source.exists() and is_foreign(source))):
        if quarantine or reporting.today:
            raise click.UsageError("--quarantine and --as-of are for datasets, which have a dataset.yaml.")
        build_package(source, schema, allow_remote, output, force, reporting)
    if schema or allow_remote:
        raise click.UsageError(_OF_OTHERS)
    opened = _open(source)
    target = output or Path("output") / opened.name
    with shown():
        report = build_release(opened, SCHEMAS, target, reporting.today, quarantine, force)
    if report.built:
        from .wording import written

        tell(written(report, report.edition, target))
    if quarantine:
        _tell_of_quarantine(report)
    reporting.finish(report)


@communique.group()
def quarantine() -> None:
    """Work with rejected rows.

    validate --quarantine writes them, quarantine apply puts repaired ones back.
    """


@quarantine.command("apply")
@click.argument("folder", type=PATH)
@reporting_options()
def quarantine_apply(folder: Path, reporting: Reporting) -> None:
    """Put repaired rows back into their dataset.

    The dataset is checked again afterwards.

    To repair a row, write the whole row, as CSV, into its column fix; a single - removes the row.
    """
    from communique.datapackage import apply_fixes, check, dataset_of
    from communique.schemas import SCHEMAS

    reporting.refuse_to_overwrite(dataset_of(folder))
    applied = apply_fixes(folder)
    tell(f"Rows put back into {applied.dataset}: {applied.fixed:,}; without a fix: {applied.left:,}")
    if applied.misplaced:
        tell(f"Changed in the column raw, which repairs nothing: {applied.misplaced:,}; write them into fix")
    reporting.finish(check(_open(applied.dataset), SCHEMAS, reporting.today))


@communique.command(short_help="Say what a rule demands, or list all rules.")
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what the rule CODE demands, with an example and the remedy; without CODE list all.

    CODE is also a kind of change, such as row-removed: then say which step of the version it demands.
    """
    from .explain import all_rules, explanation, kind_explanation, listing, nearest

    if code is None:
        click.echo(listing())
        return
    rules = all_rules()
    kind = kind_explanation(code)
    if kind:
        click.echo(kind)
        return
    if code not in rules:
        raise click.UsageError(f"There is no rule {code!r}.{nearest(code)}")
    click.echo(explanation(rules[code]))


@communique.command()
@click.argument("folder", type=PATH)
def init(folder: Path) -> None:
    """Make a new dataset in FOLDER.

    It has every table with an example row, dataset.yaml, a workflow for GitHub, and a README.
    """
    from communique.datapackage import start_dataset

    start_dataset(Path(str(files("communique.data"))) / "template", folder, today().date())
    tell(f"Wrote a dataset to {folder}. Check it with: communique validate {quote(str(folder))}")


def _folders(paths: tuple[Path, ...]) -> list[Path | None]:
    """Return the datasets that the paths are, or lie in, each once."""
    folders = [path.parent if path.is_file() else path for path in paths]
    each = {folder.resolve(): folder for folder in reversed(folders)}
    return [*reversed(each.values())] or [None]


def _open(folder: Path | None) -> Dataset:
    from communique.datapackage import open_dataset

    return open_dataset(folder_of(folder))


for _command in (
    release_commands.verify,
    release_commands.identify,
    release_commands.diff,
    release_commands.release,
    packages.infer,
    packages.upgrade,
    release_commands.pack,
    release_commands.sign,
    site_commands.site,
    using.describe,
    using.export,
    using.snippets,
):
    communique.add_command(_command)


def main() -> NoReturn:
    """Run the command line, and turn what stops it into one line on stderr and exit code 2."""
    ending.heed()
    try:
        if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]  a closed stdout is None
            raise OSError(errno.EBADF, os.strerror(errno.EBADF), "stdout")
        # Not click's own main: it leaves with 1 where a pipe breaks, and 1 means findings here.
        with communique.make_context("communique", sys.argv[1:]) as context:
            communique.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as left:
        sys.exit(left.exit_code)
    except click.ClickException as error:
        on_stderr(error.show)
    except (click.Abort, KeyboardInterrupt):
        interrupted()
    except Exception as error:  # noqa: BLE001  whatever it is, people get one line and exit code 2
        end_if_asked()
        say_why(error)
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of Polars; Exception does not cover it
            raise
        end_if_asked()
        say_why(error)
    else:
        sys.exit(CLEAN)
    sys.exit(COULD_NOT_RUN)


_M_ARENA_MAX = -8
"""The option of mallopt for the number of arenas (glibc, malloc.h)."""
_OBJECTS = 100_000
"""How many more objects may exist before garbage is collected; they take a few megabytes."""


def program() -> NoReturn:
    """Run the command line as a program, with settings that save time and memory.

    Imports create so many objects that collecting garbage among them is not worthwhile. OpenBLAS, which NumPy loads, would
    start a busy-waiting thread for each processor. With fewer malloc arenas, threads share freed memory instead of each
    keeping its own, which saves a tenth of the memory of a build.
    """
    gc.set_threshold(_OBJECTS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "MALLOC_ARENA_MAX" not in os.environ:
        with suppress(AttributeError, OSError, TypeError):  # another C library than glibc
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # spell out characters that the terminal cannot encode
            with suppress(OSError):  # it was replaced since the interpreter started
                stream.reconfigure(errors="backslashreplace")
    ending.insist()
    try:
        main()
    finally:
        # Freezing saves a collection at exit; with DuckDB, it would report the frozen objects as leaks at length.
        if "duckdb" not in sys.modules:
            gc.freeze()
