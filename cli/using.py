"""The commands for whoever uses a dataset or a release: describe, export and snippets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from communique.datapackage.forms import FORMS

from .output import tell
from .packages import describe_model, is_model
from .progress import shown
from .reporting import PATH, RELEASE, SCHEMA, folder_of

if TYPE_CHECKING:
    from communique.datapackage import DataDictionary

_RELEASE = click.argument("release", metavar="[SOURCE]", type=PATH, required=False)
TOOLS = ("polars", "pandas", "duckdb", "r", "spark", "javascript")


@click.command()
@_RELEASE
@click.option(
    "--to",
    "form",
    type=click.Choice(FORMS),
    required=True,
    help="The format: a database with keys, references and views, a workbook, or a JSON Lines file for each table.",
)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=PATH,
    help="The file; for jsonl a folder, or a zip if OUT ends with .zip. [default: NAME-VERSION.FORM]",
)
@SCHEMA
@click.option("--force", is_flag=True, help="Replace an existing output atomically.")
def export(release: Path | None, form: str, output: Path | None, schema: Path | None, force: bool) -> None:
    """Write SOURCE in a form that another tool reads.

    SOURCE is a release (folder, zip or tar) with intact files; or a valid data package; or a table with --schema. The
    default is output/union-state.
    """
    from communique.datapackage import export as export_release
    from communique.schemas import SCHEMAS

    with shown():
        written = export_release(release or RELEASE, form, output, SCHEMAS.views, force, schema)
    tell(f"Wrote {written}")


@click.command(short_help="Print code that reads SOURCE and joins two tables.")
@_RELEASE
@click.option(
    "--tool", type=click.Choice(TOOLS, case_sensitive=False), help="Print only the code for this tool."
)
@click.option(
    "--location",
    metavar="PLACE",
    help="The folder or web address from which the code reads. [default: SOURCE, or output/NAME where it is built, or unpacked, first]",
)
@SCHEMA
def snippets(release: Path | None, tool: str | None, location: str | None, schema: Path | None) -> None:
    """Print code that reads SOURCE and joins two of its tables, for each tool, or for one.

    SOURCE is a release; or any data package, or a table with --schema: the code then reads the release that communique
    build makes of it.
    """
    from communique.datapackage import snippets_of

    found = snippets_of(release or RELEASE, location, schema)
    if tool:
        sys.stdout.write(next(one.code for one in found if one.title.lower() == tool))
        return
    sys.stdout.write("\n".join(f"## {one.title}\n\n```{one.language}\n{one.code}```\n" for one in found))


@click.command(short_help="Print the descriptor or the data dictionary of SOURCE.")
@click.argument("place", metavar="[SOURCE|MODULE:MODEL]", required=False, type=PATH)
@SCHEMA
@click.option("--table", metavar="NAME", help="Describe this table instead of the whole.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table-schema", "json-schema", "markdown", "md", "html"]),
    default="table-schema",
    show_default=True,
    help="The format: a schema for programs (json-schema only with --table), or a data dictionary for people, as Markdown "
    "(md for short) or as a page.",
)
@click.option(
    "--allow-import", is_flag=True, help="Import MODULE, which runs it: only do that with Python you trust."
)
@click.option(
    "--standard",
    type=click.Choice(["1", "2"]),
    default="2",
    show_default=True,
    help="The version of Table Schema in which a MODEL is described.",
)
def describe(
    place: Path | None, schema: Path | None, table: str | None, form: str, allow_import: bool, standard: str
) -> None:
    """Print the descriptor or the data dictionary of SOURCE, or of one table.

    SOURCE is a dataset; or a release; or any data package, or a table with --schema, described from its descriptor
    alone, as the release that communique build makes of it. For MODULE:MODEL, a Pandera model for Polars in your
    own Python, print its Table Schema; what a Table Schema cannot express is listed on stderr.
    """
    from communique.datapackage import data_dictionary
    from communique.schemas import SCHEMAS

    if place is not None and is_model(place):
        if table or schema or form != "table-schema":
            raise click.UsageError("--table, --format and --schema are for data; a model has a Table Schema.")
        describe_model(str(place), allow_import, standard)
        return
    if allow_import or standard != "2":
        raise click.UsageError("--allow-import and --standard are for models, such as my_module:MyModel.")
    if form == "json-schema" and table is None:
        raise click.UsageError("A JSON Schema is that of one table; name it with --table.")
    data = data_dictionary(folder_of(place), SCHEMAS, schema)
    names = [known.name for known in data.tables]
    if table is not None and table not in names:
        raise click.UsageError(f"There is no table {table!r}. The tables are {', '.join(names)}.")
    click.echo(_described(data, table, form), nl=False)


def _described(data: DataDictionary, table: str | None, form: str) -> str:
    from communique.datapackage import as_json, dictionary_page, json_schema, table_schema

    from .wording import inert_json

    if form == "html":
        from .dictionary import page

        return page(data, table)
    if form in ("markdown", "md"):
        return dictionary_page(data, table)
    if table is None:
        return inert_json(as_json(data.descriptor))
    project = table_schema if form == "table-schema" else json_schema
    return inert_json(as_json(project(data.table(table))))
