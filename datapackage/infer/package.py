"""The package: files in, a descriptor out that is marked as a draft and says what each guess rests on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..arguments import as_paths, optional_path
from ..describing.describe import PROFILE, SCHEMA_PROFILE, Json
from ..draft import DRAFT
from ..filenames import TWIN
from ..progress import announce
from ..untrusted.document import DocumentError, load
from ..untrusted.paths import fault, folded
from .column import InferredColumn, Seen
from .keys import Table, composite_keys, references, single_keys
from .source import InferError, csv_source, parquet_source

_PARQUET = (".parquet", ".parq")
_TEXTS = (".csv", ".tsv", ".tab", ".txt")


@dataclass(frozen=True)
class Drafted:
    """A draft of a package.

    descriptor: the descriptor, marked as a draft: no command takes it until somebody has removed the mark.
    notes: in a few lines what is in it.
    """

    descriptor: Json
    notes: tuple[str, ...]


def infer(
    files: Sequence[str | Path],
    output: str | Path | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Drafted:
    """Draft the descriptor of a package for CSV and Parquet files; nothing is written.

    output: where the descriptor will be written; paths are relative to its folder, else to the working folder.
    encoding: that of all CSV files; by default UTF-8.
    delimiter: one character, or `tab`; by default seen from the header of each file.
    Raises CommuniqueError where nothing can be drafted from one of them, or `output` is there already.
    """
    output, paths = optional_path(output), as_paths(files)
    if not paths:
        raise InferError("There is no file to draft a package from. Give at least one.")
    if output is not None:
        _refuse_overwriting(output)
    folder = output.parent if output else Path()
    with TemporaryDirectory(prefix="communique-") as work:
        tables: list[Table] = []
        announce("check", paths)
        for number, file in enumerate(paths):
            place = Path(work) / str(number)
            place.mkdir()
            name = _name(file, [table.name for table in tables])
            tables.append(_table(file, name, _relative(file, folder), encoding, delimiter, place))
        _refuse_twins([table.path for table in tables])
        for table in tables:
            single_keys(table)
        references(tables)
        for number, table in enumerate(tables):
            composite_keys(table, Path(work) / str(number))
    resources = [_resource(table, encoding) for table in tables]
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "package"
    descriptor = {"$schema": PROFILE, "name": name, DRAFT: _evidence(tables), "resources": resources}
    return Drafted(descriptor, tuple(_notes(tables)))


def _refuse_twins(paths: Sequence[str]) -> None:
    """Refuse files that a descriptor cannot name beside each other."""
    seen: dict[str, str] = {}
    for path in paths:
        twin = seen.get(spelt := folded(path))
        if twin == path:
            raise InferError("A file was given twice. Give each once.")
        if twin:
            raise InferError(
                f"{path}: a descriptor cannot name this file beside {twin}: expected paths that differ in more than case. "
                "Rename one."
            )
        seen[spelt] = path


def _refuse_overwriting(output: Path) -> None:
    """Refuse to write over what may be somebody's work: anything but an earlier draft."""
    if not output.parent.is_dir():
        raise InferError(f"{output.parent}: there is no such folder. Make it first.")
    if not output.exists() and not output.is_symlink():
        return
    try:
        if output.is_file() and DRAFT in load(output.read_bytes(), is_yaml=False):
            return
    except (DocumentError, OSError, TypeError):
        pass
    raise InferError(f"{output}: already exists, and is not a draft. Move it, or give another name.")


def _relative(file: Path, folder: Path) -> str:
    path = Path(os.path.relpath(file.absolute(), folder.absolute())).as_posix()
    if path.startswith("../"):
        raise InferError(
            f"{file}: is not below {folder.absolute()}, where the descriptor goes. Give --output FILE in a folder above it."
        )
    wrong = fault(path)
    if wrong:
        raise InferError(f"{file}: a descriptor cannot name this file: expected {wrong}. Rename it.")
    return path


def _name(file: Path, taken: Sequence[str]) -> str:
    name = base = re.sub(r"[^a-z0-9_-]+", "-", _stem(file).lower()).strip("-_") or "table"
    if name in taken and file.suffix.lower() in _PARQUET:
        name = f"{base}{TWIN}"
    number = 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _stem(file: str | Path) -> str:
    return Path(file).name.split(".")[0]


def _table(
    file: Path, name: str, path: str, encoding: str | None, delimiter: str | None, work: Path
) -> Table:
    suffix = file.suffix.lower()
    if suffix not in (*_PARQUET, *_TEXTS):
        raise InferError(f"{file}: expected a file named *.csv, *.tsv, *.txt or *.parquet.")
    if suffix in _PARQUET:
        if not file.is_file():
            raise InferError(f"{file}: there is no such file, or it is not a regular one.")
        rows = parquet_source(file)
    else:
        rows = csv_source(file, encoding, delimiter, work / "strict.csv")
    seen = [
        Seen.begin(label, place, work / f"{place}.hashes", rows.types[place] if rows.types else None)
        for place, label in enumerate(rows.labels)
    ]
    for frame in rows.frames():
        for column in seen:
            column.see(frame[str(column.place)])
    return Table(name, path, rows, [column.finish() for column in seen])


def _resource(table: Table, encoding: str | None) -> Json:
    form = "parquet" if table.rows.types else "tsv" if table.rows.delimiter == "\t" else "csv"
    resource: Json = {"name": table.name, "type": "table", "path": table.path, "format": form}
    if form == "parquet":
        resource["mediatype"] = "application/vnd.apache.parquet"
    else:
        resource["mediatype"] = "text/tab-separated-values" if form == "tsv" else "text/csv"
        resource["encoding"] = encoding or "utf-8"
    if table.rows.delimiter != ",":
        resource["dialect"] = {"delimiter": table.rows.delimiter}
    return {**resource, "schema": _schema(table)}


def _schema(table: Table) -> Json:
    schema: Json = {
        "$schema": SCHEMA_PROFILE,
        "fields": [_field(column, table) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.references:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": "" if far == table.name else far, "fields": [key]}}
            for name, (far, key) in table.references.items()
        ]
    return schema


def _field(column: InferredColumn, table: Table) -> Json:
    field: Json = {"name": column.name, **column.field}
    if column.missing:
        field["missingValues"] = ["", *column.missing]
    constraints: Json = {}
    if not column.empty and column.seen.rows:
        constraints["required"] = True
    codes = _codes(column, table)
    if codes:
        constraints["enum"] = list(codes)
    return {**field, "constraints": constraints} if constraints else field


def _codes(column: InferredColumn, table: Table) -> Json | None:
    """Return the codes of a column: one that refers to a table has its code list there."""
    return None if column.name in table.references else column.codes


def _evidence(tables: Sequence[Table]) -> Json:
    return {
        "confirm": f"Look over each guess, then remove {DRAFT}: until then validate refuses the package.",
        "tables": [_table_evidence(table) for table in tables],
    }


def _table_evidence(table: Table) -> Json:
    keys: Json = {"keys": [list(key) for key in table.keys]} if table.keys else {}
    return {
        "name": table.name,
        "rows": table.rows.counts.read,
        "broken": table.rows.counts.broken,
        **keys,
        "fields": {column.name: _field_evidence(column, table) for column in table.columns},
    }


def _field_evidence(column: InferredColumn, table: Table) -> Json:
    found: Json = {"kind": column.kind, "values": column.values, "empty": column.empty}
    if column.missing:
        found["missing"] = column.missing
    codes = _codes(column, table)
    if codes:
        found["codes"] = codes
    if column.name in table.references:
        found["refers"] = f"all {column.values:,} values are in {'.'.join(table.references[column.name])}"
    if table.likely.get(column.name):
        found["mayRefer"] = table.likely[column.name]
    if column.notes:
        found["notes"] = list(column.notes)
    return found


def _notes(tables: Sequence[Table]) -> Iterator[str]:
    for table in tables:
        codes = sum(_codes(column, table) is not None for column in table.columns)
        key = f"key {', '.join(table.key)}" if table.key else "no key"
        counts = table.rows.counts
        size = f"{_counted(counts.read, 'row', 'rows')}, {_counted(len(table.columns), 'field', 'fields')}"
        yield f"{_called(table)}: {size}, {key}, references {len(table.references)}, code lists {codes}"
        if table.nearly:
            twice = f"{table.nearly.seen.repeated:,} of {table.nearly.values:,} rows repeat the value of another row"
            yield f"{table.name}: {table.nearly.name} would be a key, but {twice}"
        if counts.broken:
            broken = _counted(counts.broken, "row is broken and was", "rows are broken and were")
            yield f"{table.name}: {broken} left out; the first: {counts.fault}; validate will name them all"
        if counts.blank:
            blank = _counted(counts.blank, "row has no value and was", "rows have no value and were")
            yield f"{table.name}: {blank} left out; remove what is blank, because validate refuses it"
        if not counts.read:
            known = "only its types are known" if table.rows.types else "its types are not known"
            yield f"{table.name}: there are no rows, so {known}"
    yield f"This is a draft: look it over, then remove {DRAFT}."


def _counted(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def _called(table: Table) -> str:
    """Return the name of a table, with its file where the name does not tell which that is."""
    return table.name if table.name == _stem(table.path).lower() else f"{table.name} ({table.path})"
