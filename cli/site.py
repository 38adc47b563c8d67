"""The command site."""

from __future__ import annotations

from pathlib import Path

import click

from .output import tell
from .progress import shown
from .reporting import PATH, SCHEMA


@click.command()
@click.argument("release", metavar="SOURCE", type=PATH)
@SCHEMA
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=PATH,
    required=True,
    help="Where the site goes; an existing site is replaced atomically.",
)
def site(release: Path, schema: Path | None, output: Path) -> None:
    """Make a static site of SOURCE.

    SOURCE is a release, in a folder or an archive; or any data package, which must be valid; or a table with
    --schema. The site has a page for each table, meeting, person, initiative and body, search, charts, and the release itself to
    download. It works from any static host and as files, and asks no other host for anything.
    """
    from communique.datapackage.site import site as make
    from communique.schemas import STORY

    with shown():
        made = make(release, output, STORY, schema)
    tell(
        f"Wrote the site of {made.edition} to {output}: {made.files:,} files, {made.bytes:,} bytes."
        f" Open {output / 'index.html'}"
    )
