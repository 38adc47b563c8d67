"""The command site."""

from __future__ import annotations

from pathlib import Path

import click

from .reporting import PATH


@click.command()
@click.argument("release", type=PATH)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=PATH,
    required=True,
    help="Where the site goes; a site that is there is replaced, at once and as a whole.",
)
def site(release: Path, output: Path) -> None:
    """Make a static site of RELEASE, a folder or an archive.

    It has a page for each table, meeting, person, initiative and body, search, charts, and the release itself to
    download. It works from any static host and as files, and asks no other host for anything.
    """
    from communique.datapackage.site import site as make
    from communique.schemas import STORY

    made = make(release, output, STORY)
    click.echo(
        f"Wrote the site of {made.name} {made.version} to {output}: {made.files:,} files, {made.bytes:,} bytes."
        f" Open {output / 'index.html'}",
        err=True,
    )
