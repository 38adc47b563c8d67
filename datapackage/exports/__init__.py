"""Export: a release as a database, a workbook, or lines of JSON, for tools that read those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from communique.schemas import View

from ..arguments import as_path, optional_path
from ..errors import ExportError, TargetError
from ..forms import FORMS
from ..inputs import inputs
from ..releasing.commit import staging, whole_file
from .duckdb import write_duckdb
from .jsonl import NOTE, write_jsonl, write_jsonl_zip
from .source import Source, source_of
from .sqlite import write_sqlite
from .xlsx import write_xlsx


def export(
    release: str | Path,
    form: str,
    target: str | Path | None = None,
    views: Sequence[View] = (),
    force: bool = False,
    schema: str | Path | None = None,
) -> Path:
    """Write a release, or a package of others, in another form; return where it was written.

    form: `duckdb`, `sqlite`, `xlsx` or `jsonl`.
    target: the file; for jsonl a folder, or a zip if its name ends with .zip. By default it is named after the release and
        its version, in the working folder.
    views: queries to add to a database, where it has the tables that they need; `communique.schemas.SCHEMAS.views`.
    force: whether an existing target is replaced.
    schema: the Table Schema of a lone table.
    Raises ReleaseError where there is no whole release, ExportError where there is no such form or it has no room for
    the release, TargetError where the target cannot be written; what was there before is untouched then.
    """
    release, target, schema = as_path(release), optional_path(target), optional_path(schema)
    if form not in FORMS:
        raise ExportError(f"There is no format {form!r}. The formats are {', '.join(FORMS)}.")
    with source_of(release, schema) as source:
        to = target or Path(f"{source.package.stem}.{form}")
        if to.exists() and not force:
            raise TargetError(f"{to}: already exists. Give another name, or --force to replace it.")
        if to.resolve() in inputs(release, schema):
            raise TargetError(f"{to}: is part of what is exported, and would be replaced. Give another name.")
        if form == "jsonl" and to.suffix != ".zip":
            with staging(to, NOTE) as folder:
                write_jsonl(source, folder)
        else:
            with whole_file(to) as path:
                _writer(form, views)(source, path)
    return to


def _writer(form: str, views: Sequence[View]) -> Callable[[Source, Path], None]:
    writers: dict[str, Callable[[Source, Path], None]] = {
        "duckdb": lambda source, path: write_duckdb(source, path, views),
        "sqlite": lambda source, path: write_sqlite(source, path, views),
        "xlsx": write_xlsx,
        "jsonl": write_jsonl_zip,
    }
    return writers[form]
