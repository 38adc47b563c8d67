"""The commands for packages and schemas of anybody: infer, upgrade, and what validate, build and describe do with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from .output import tell
from .progress import shown
from .reporting import PATH, Reporting

if TYPE_CHECKING:
    from communique.datapackage import Loss


def is_model(path: Path) -> bool:
    """Say whether what was given names a model of Python, and no file or folder."""
    from communique.datapackage import names_model

    return names_model(str(path)) and not path.exists()


def describe_model(name: str, allow_import: bool, standard: str) -> None:
    """Print the Table Schema of a model in the user's own Python."""
    from communique.datapackage import as_json, load_model, model_schema

    from .wording import inert_json

    if not allow_import:
        raise click.UsageError(
            f"{name} names a model in Python. Describing it imports its module, which runs the code in it. "
            "Give --allow-import if you trust it."
        )
    exported = model_schema(load_model(name), 1 if standard == "1" else 2)
    click.echo(inert_json(as_json(exported.schema)), nl=False)
    _tell(exported.losses)


def validate_package(source: Path, schema: Path | None, allow_remote: bool, reporting: Reporting) -> NoReturn:
    """Check a package or a table of others, and exit."""
    from communique import datapackage

    with shown():
        found = datapackage.validate_package(source, schema, allow_remote)
    reporting.finish(found)


def build_package(
    source: Path,
    schema: Path | None,
    allow_remote: bool,
    output: Path | None,
    force: bool,
    reporting: Reporting,
) -> NoReturn:
    """Check a package or a table of others, write it as a release, and exit."""
    from communique.datapackage import adopt

    with shown():
        adopted = adopt(source, output, schema, allow_remote, force)
    if adopted.report.built:
        from .wording import written

        _tell(adopted.losses)
        tell(written(adopted.report, adopted.name, output or Path("output") / adopted.name))
    reporting.finish(adopted.report)


@click.command(short_help="Write a descriptor in another version of the standard.")
@click.argument("package", type=PATH)
@click.option(
    "--to", type=click.Choice(["1", "2"]), default="2", show_default=True, help="The version of the standard."
)
@click.option("-o", "--output", metavar="FILE", type=PATH, help="Write to FILE instead of stdout.")
def upgrade(package: Path, to: str, output: Path | None) -> None:
    """Write the descriptor PACKAGE in another version of the Data Package standard.

    PACKAGE is a datapackage.json (or .yaml), the folder of one, or a resource, schema or dialect by itself. What the
    other version cannot say is listed on stderr.
    """
    from communique.datapackage import upgrade as upgrade_descriptor

    found = upgrade_descriptor(package, 1 if to == "1" else 2, output)
    if not found.changed:
        tell(f"{package} already has version {to} of the standard.")
    _write(found.content, output)
    _tell(found.losses)


@click.command(short_help="Draft a datapackage.json for CSV and Parquet files.")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=PATH,
    help="Where the descriptor goes; the files must be in its folder, or below. [default: stdout]",
)
@click.option("--encoding", metavar="NAME", help="The encoding of CSV files. [default: utf-8]")
@click.option(
    "--delimiter",
    metavar="CHAR",
    help="The delimiter, or the word tab. [default: detected from the first lines]",
)
def infer(files: tuple[Path, ...], output: Path | None, encoding: str | None, delimiter: str | None) -> None:
    """Draft a datapackage.json for CSV and Parquet files from what is in them.

    Types, missing values, keys, references and code lists are guesses; the draft says how many rows support each.
    validate refuses a draft: review it, then remove the property communique:draft.
    """
    from communique.datapackage import infer as infer_package

    with shown():
        found = infer_package(files, output, encoding, delimiter)
    _write(found.descriptor, output)
    for line in found.notes:
        tell(line)


def _write(content: dict[str, Any], output: Path | None) -> None:
    from communique.datapackage import as_json, write_file

    from .wording import inert_json

    if output:
        write_file(output, as_json(content).encode("utf-8"))
    else:
        click.echo(inert_json(as_json(content)), nl=False)


def _tell(losses: Iterable[Loss]) -> None:
    for loss in losses:
        tell(f"lost: {loss}")
