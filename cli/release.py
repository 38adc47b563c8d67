"""The commands for releases: verify, identify, diff, release, pack and sign."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from .diffs import FORMS
from .output import columns, in_colour, tell
from .progress import shown
from .reporting import (
    CLEAN,
    FINDINGS,
    PATH,
    RELEASE,
    SCHEMA,
    Count,
    DayType,
    Reporting,
    folder_of,
    refuse_to_overwrite,
    reporting_options,
    today,
)

if TYPE_CHECKING:
    from communique.datapackage import Diff, Identity, Plan

_RELEASE = click.argument("release", type=PATH)
_BUMPS = ("auto", "patch", "minor", "major")


@click.command()
@click.argument("release", metavar="[SOURCE]", type=PATH, required=False)
@SCHEMA
@click.option(
    "--key",
    metavar="FILE",
    type=PATH,
    help="Trusted public keys (id_ed25519.pub, allowed_signers): one of them must have signed the release.",
)
@click.option("--signature", metavar="FILE", type=PATH, help="The signature. [default: SOURCE.sig]")
@reporting_options(as_of=False)
def verify(
    release: Path | None,
    schema: Path | None,
    key: Path | None,
    signature: Path | None,
    reporting: Reporting,
) -> None:
    """Check that SOURCE is what it says it is.

    In a release (folder, zip or tar), every file must be listed and have its digest, CSV and Parquet must hold the
    same values, and every row must keep the schema in the descriptor. In any other data package, or a table with
    --schema, the bytes, hashes, row counts and schemas must be those in the descriptor; a file without a hash is
    reported. The default is output/union-state.
    """
    from communique.datapackage import verify as verify_release

    if signature and not key:
        raise click.UsageError("--signature needs --key: a signature proves nothing without a trusted key.")
    source = release or RELEASE
    reporting.refuse_to_overwrite(source, schema=schema)
    with shown():
        report = verify_release(source, key, signature, schema)
    if key and not report.counts["signature-error"]:
        tell(f"Signed with a key of {key}.")
    reporting.finish(report)


@click.command(short_help="Tell which release a file is from; exit code 1 if none has it.")
@click.argument("file", type=PATH)
@click.option(
    "--in",
    "releases",
    metavar="RELEASE",
    type=PATH,
    multiple=True,
    help="A release to look in; may be repeated. [default: those in output/]",
)
def identify(file: Path, releases: tuple[Path, ...]) -> None:
    """Tell which release and table a stray CSV or Parquet FILE is; exit code 1 if no known release has it."""
    from communique.datapackage import identify as identify_file

    from .wording import inert

    known = releases or tuple(sorted(path.parent for path in Path("output").glob("*/datapackage.json")))
    with shown():
        found = identify_file(file, known)
    for line in _identity(file, found):
        click.echo(inert(line, 2000))
    sys.exit(CLEAN if found.matches else FINDINGS)


def _identity(file: Path, found: Identity) -> list[str]:
    from .wording import inert

    lines = [f"{file}"]
    if found.claims:
        claims = {name: inert(value) for name, value in found.claims.items()}
        said = " ".join(claims.get(name, "?") for name in ("package", "version", "table"))
        rows = "it has no digest of its rows"
        if found.intact or found.contradicted:
            rows = f"its rows {'match' if found.intact else 'do NOT match'} its digest"
        lines.append(f"  says it is: {said}; {rows}")
    for match in found.matches:
        kind = "the same file" if match.exact else "the same rows"
        lines.append(f"  is {match.edition}, table {match.table} ({kind} as in {match.release})")
    lines += [f"  has the same columns as {inert(name)}, but other rows" for name in found.alike]
    if not found.matches:
        lines.append("  none of the releases searched has these rows; name others with --in")
    return lines


@click.command(short_help="Say what changed from OLD to NEW, row by row.")
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@SCHEMA
@click.option(
    "--output-format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="The format."
)
@click.option("--output-file", metavar="FILE", type=PATH, help="Write to FILE instead of stdout.")
@click.option(
    "--max-rows",
    type=Count(),
    default=20,
    show_default=True,
    help="How many rows of each table are shown; all are counted, and JSON has all.",
)
@click.option(
    "--apply", "prove", is_flag=True, help="Prove that OLD with the diff applied has the rows of NEW."
)
def diff(
    old: Path,
    new: Path,
    schema: Path | None,
    form: str,
    output_file: Path | None,
    max_rows: int,
    prove: bool,
) -> None:
    """Say what changed from OLD to NEW: in the descriptor, and row by row, by key.

    Each is a release, whose files are trusted (verify checks them); or any data package, which must be valid; or a
    table with --schema. Rows of a table without a key are compared as a whole. Exit code 0 if nothing changed, 1 if
    something did.
    """
    from communique.datapackage import diff as compare
    from communique.datapackage import write_file

    from .diffs import rendered

    refuse_to_overwrite([output_file] if output_file else [], old, new, schema=schema)
    with ExitStack() as stack:
        with shown():
            found = stack.enter_context(compare(old, new, schema))
        colour = not output_file and in_colour()
        parts = rendered(form, found, max_rows, colour, None if output_file else columns())
        if output_file:
            write_file(output_file, (part.encode("utf-8", "backslashreplace") for part in parts))
        else:
            for part in parts:
                click.echo(part, nl=False, color=colour)
        if prove:
            _prove(found)
        sys.exit(CLEAN if found.empty else FINDINGS)


def _prove(found: Diff) -> None:
    from communique.datapackage import prove

    prove(found)
    click.echo(
        f"Proved: in {len(found.new.of('csv'))} tables, the old rows with the diff applied are the new rows.",
        err=True,
    )


@click.command()
@click.argument("dataset", required=False, type=PATH)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=PATH,
    help="The folder of the last release, which the new one replaces. [default: output/NAME]",
)
@click.option(
    "--bump",
    type=click.Choice(_BUMPS),
    default="auto",
    show_default=True,
    help="The step of the version; auto takes the one that the changes demand.",
)
@click.option("--check", "only_check", is_flag=True, help="Say what a release would be, and write nothing.")
@click.option(
    "--date",
    "day",
    metavar="DATE",
    type=DayType(),
    default="today",
    help="The day of the release. [default: today in UTC, or that of SOURCE_DATE_EPOCH]",
)
@click.option(
    "--note",
    metavar="TEXT",
    default="",
    help="What to say about the release in the changelog, above the list of changes.",
)
@reporting_options(as_of=False)
def release(
    dataset: Path | None,
    output: Path | None,
    bump: Any,
    only_check: bool,
    day: datetime,
    note: str,
    reporting: Reporting,
) -> None:
    """Make the next release of DATASET.

    This compares the dataset with the last release, computes the version that the changes require and refuses a
    smaller one, writes version and day into dataset.yaml and the changes into CHANGELOG.md and changelog.json,
    builds, verifies, replaces the last release, and says what to commit.
    """
    from communique.datapackage import open_dataset, plan
    from communique.datapackage import release as make
    from communique.schemas import SCHEMAS

    folder = folder_of(dataset)
    reporting.refuse_to_overwrite(folder)
    name = open_dataset(folder).name
    target = output or Path("output") / name
    on = day.date()
    if on > today().date() + timedelta(days=1):  # it is tomorrow already somewhere
        raise click.UsageError(
            f"--date: {on} is in the future, so no release after it could be made before that day."
        )
    with shown():
        planned = plan(folder, SCHEMAS, target, on, None if bump == "auto" else bump)
    click.echo("\n".join(_told(name, planned)), err=True)
    if planned.untold:
        click.echo(
            f"{target} was built but never released: no changelog mentions it. If nobody has it, remove that folder"
            " before the release, which is then the first.",
            err=True,
        )
    if only_check or planned.version is None or not reporting.passes(planned.report):
        reporting.finish(planned.report)
    with shown():
        report = make(folder, SCHEMAS, target, on, planned, note)
    for line in _what_to_commit(folder, target, name, planned.version):
        tell(line)
    reporting.finish(report)


def _told(name: str, planned: Plan) -> list[str]:
    from communique.datapackage import changes_markdown

    if not planned.report.ok and planned.demanded is None:
        return [f"{name}: the dataset has errors, so there can be no release."]
    if planned.previous is None:
        return [f"{name}: no release yet; the first one is {planned.version}."]
    if planned.version is None:
        return [f"{name}: nothing changed since {planned.previous}."]
    assert planned.changes is not None
    evidence = (f"  {count:>9,}  {code}" for code, count in planned.changes["evidence"].items())
    return [
        f"{name}: {planned.previous} → {planned.version}; the changes demand {planned.demanded} ({planned.bump}):",
        *evidence,
        *changes_markdown(planned.changes).splitlines(),
    ]


def _what_to_commit(folder: Path, target: Path, name: str, version: str) -> list[str]:
    return [
        f"Wrote {name} {version} to {target}. Commit and tag it:",
        f"  git add {quote(str(folder))} {quote(str(target))}",
        f'  git commit -m "{name} {version}"',
        f"  git tag {name}-{version}",
    ]


@click.command(short_help="Make one zip of a release; always the same bytes.")
@_RELEASE
@click.option(
    "-o", "--output", metavar="FILE", type=PATH, help="The zip. [default: NAME-VERSION.zip beside RELEASE]"
)
def pack(release: Path, output: Path | None) -> None:
    """Make one zip of RELEASE, a folder; the same release gives the same bytes, and verify reads it as it is."""
    from communique.datapackage import pack as pack_release

    with shown():
        written = pack_release(release, output)
    tell(f"Wrote {written}")


@click.command(short_help="Sign a release with an SSH key.")
@_RELEASE
@click.option(
    "--key",
    metavar="FILE",
    type=PATH,
    required=True,
    help="The private key, of the kind ssh-ed25519 (ssh-keygen -t ed25519).",
)
@click.option("-o", "--output", metavar="FILE", type=PATH, help="The signature. [default: RELEASE.sig]")
def sign(release: Path, key: Path, output: Path | None) -> None:
    """Sign RELEASE, a folder or an archive, with an SSH key; verify --key checks it, and so does ssh-keygen.

    The signature covers SHA256SUMS and so every byte. It is written beside the release, which does not change.
    If the key has a passphrase, it is read from the variable COMMUNIQUE_PASSPHRASE.
    """
    from communique.datapackage import sign as sign_release
    from communique.datapackage import signature_path

    target = output or signature_path(release)
    with shown():
        sign_release(release, key, target, os.environ.get("COMMUNIQUE_PASSPHRASE"))
    tell(f"Wrote {target}")
