"""The data dictionary of tables, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from communique.schemas import Column, Table

from .dataset import Dataset

_FILES = """Each table lies in `data/` as CSV (UTF-8, comma, LF; an empty cell is no value) and as Parquet, with the
same rows in the same order. `datapackage.json` describes both; `SHA256SUMS` has the digests of all files. The same
description is there for others in `CITATION.cff`, `croissant.json` (machine learning), `schema-org.jsonld` (search
engines), `dcat-ap.jsonld` (data portals) and `data/csv-metadata.json` (CSV on the Web). The column *maps to* names terms of schema.org (`schema:`), Popolo (`popolo:`) and the W3C Organization Ontology (`org:`)."""


def dictionary(table: Table) -> str:
    """Return the data dictionary of one table, with what curators write and what they do not."""
    return "\n".join((*_table(table), *_for_curators(table))) + "\n"


def _for_curators(table: Table) -> Iterator[str]:
    if table.derive:
        yield from ("", "Nobody writes this table: it is built from the others.")
        return
    labels = ", ".join(column.name for column in table.source_columns)
    yield from (
        "",
        f"Curators write `{table.name}.csv` with the columns {labels}. Derived columns are computed.",
    )
    for column in table.source_columns:
        if not column.published:
            yield f"`{column.name}` is written and not published: {_inline(column.description)}"


def readme(dataset: Dataset, tables: tuple[Table, ...], rows: dict[str, int]) -> str:
    """Return the page that stands beside a release: what it is, its tables, how to cite it, its dictionary."""
    released = dataset.release_date.isoformat()
    authors = ", ".join(contributor.title for contributor in dataset.contributors)
    paragraphs = (
        f"# {dataset.title}",
        dataset.description.strip(),
        f"Version {dataset.version}, {released}. Licence: [{dataset.license.title}]({dataset.license.path}).",
        f"Cite as: {authors} ({released[:4]}). {dataset.title}. Version {dataset.version}.",
        _FILES,
        "\n".join(_overview(tables, rows)),
        *("\n".join(_table(table)) for table in tables),
    )
    return "\n\n".join(paragraphs) + "\n"


def _overview(tables: tuple[Table, ...], rows: dict[str, int]) -> Iterator[str]:
    yield from ("| table | one row is | rows |", "|---|---|---:|")
    for table in tables:
        yield f"| [{table.name}](#{table.name}) | {_inline(table.row)} | {rows[table.name]} |"


def _table(table: Table) -> Iterator[str]:
    yield from (f"## {table.name}", "", f"One row is {table.row}. {table.description}")
    if table.usage:
        yield from ("", table.usage)
    yield from ("", f"Key: {_names(table.primary_key)}")
    for key in table.foreign_keys:
        if key.columns[0] in {column.name for column in table.published_columns}:
            yield from ("", f"{_names(key.columns)} refers to {_names(key.references)} of `{key.table}`.")
    yield from ("", "| column | type | meaning | maps to |", "|---|---|---|---|")
    yield from (_row(column) for column in table.published_columns)
    for column in table.published_columns:
        if column.codes:
            yield from ("", f"Codes of `{column.name}`:", "")
            yield from (f"- `{code.code}`: {_inline(code.definition)}" for code in column.codes.codes)


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


def _row(column: Column) -> str:
    kind: str = "partial date (EDTF)" if column.type == "edtf" else column.type
    kind += ", derived" if column.derived is not None else ""
    need = "" if column.required else ", may be empty"
    return f"| `{column.name}` | {kind}{need} | {_inline(column.description)} | {column.term or ''} |"


def _inline(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
