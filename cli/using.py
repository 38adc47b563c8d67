"""The commands for whoever uses a dataset or a release: describe, export and snippets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .reporting import PATH, folder_of

if TYPE_CHECKING:
    from communique.datapackage import DataDictionary

_RELEASE = click.argument("release", type=PATH, required=False)
_DEFAULT = Path("output/union-state")
FORMS = ("duckdb", "sqlite", "xlsx", "jsonl")
TOOLS = ("polars", "pandas", "duckdb", "r", "spark", "javascript")


@click.command()
@_RELEASE
@click.option(
    "--to",
    "form",
    type=click.Choice(FORMS),
    required=True,
    help="The form: a database with keys, references and views, a workbook, or a file of JSON lines for each table.",
)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=PATH,
    help="The file; for jsonl a folder, or a zip if OUT ends with .zip. [default: NAME-VERSION.FORM]",
)
@click.option("--force", is_flag=True, help="Replace what is there, at once and as a whole.")
def export(release: Path | None, form: str, output: Path | None, force: bool) -> None:
    """Write RELEASE, a folder, a zip or a tar, in a form that another tool reads.

    The files of the release must be whole. Without RELEASE output/union-state is taken.
    """
    from communique.datapackage import export as export_release
    from communique.schemas import SCHEMAS

    written = export_release(release or _DEFAULT, form, output, SCHEMAS.views, force)
    click.echo(f"Wrote {written}", err=True)


@click.command()
@_RELEASE
@click.option("--tool", type=click.Choice(TOOLS), help="Print the code for this tool alone.")
@click.option(
    "--location",
    metavar="PLACE",
    help="The folder or web address from which the code reads. [default: RELEASE]",
)
def snippets(release: Path | None, tool: str | None, location: str | None) -> None:
    """Print code that reads RELEASE, a folder, and joins two of its tables, for each tool, or for one."""
    from communique.datapackage import snippets_of

    place = release or _DEFAULT
    found = snippets_of(place, location or str(place))
    if tool:
        sys.stdout.write(next(one.code for one in found if one.title.lower() == tool))
        return
    sys.stdout.write("\n".join(f"## {one.title}\n\n```{one.language}\n{one.code}```\n" for one in found))


@click.command()
@click.argument("place", metavar="[DATASET|RELEASE]", required=False, type=PATH)
@click.option("--table", metavar="NAME", help="Describe this table instead of the whole.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table-schema", "json-schema", "markdown", "md", "html"]),
    default="table-schema",
    show_default=True,
    help="The form: a schema for programs, or a data dictionary for people, as Markdown (md for short) or as a page.",
)
def describe(place: Path | None, table: str | None, form: str) -> None:
    """Print the descriptor of a dataset or a release, its data dictionary, or what one table is.

    A release says itself what its tables are, so that any release is described, whoever made it.
    """
    from communique.datapackage import data_dictionary
    from communique.schemas import SCHEMAS

    data = data_dictionary(folder_of(place), SCHEMAS)
    names = [known.name for known in data.tables]
    if table is not None and table not in names:
        raise click.UsageError(f"There is no table {table!r}. The tables are {', '.join(names)}.")
    click.echo(_described(data, table, form), nl=False)


def _described(data: DataDictionary, table: str | None, form: str) -> str:
    from communique.datapackage import as_json, dictionary_page, json_schema, table_schema

    if form == "html":
        from .dictionary import page

        return page(data, table)
    if form in ("markdown", "md"):
        return dictionary_page(data, table)
    if table is None:
        return as_json(data.descriptor)
    project = table_schema if form == "table-schema" else json_schema
    return as_json(project(data.table(table)))
