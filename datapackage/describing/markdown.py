"""The data dictionary of tables, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote

from communique.schemas import Code, Column, Table

from ..dataset import Dataset
from ..filenames import CITATION, CROISSANT, CSVW, DCAT, SCHEMA_ORG
from ..visible import visible
from .citation import in_words
from .datadictionary import DataDictionary
from .demands import demands
from .descriptor import Licence

_FILES = (
    "Each table is in `data/` as CSV (UTF-8, comma, LF; an empty cell is a missing value) and as Parquet, with the same "
    "rows in the same order. `datapackage.json` describes both; `SHA256SUMS` has the digests of all files."
)
_SAME = "The same metadata is also in"
_FOR_OTHERS = {
    CITATION: f"`{CITATION}`",
    CROISSANT: f"`{CROISSANT}` (machine learning)",
    SCHEMA_ORG: f"`{SCHEMA_ORG}` (search engines)",
    DCAT: f"`{DCAT}` (data portals)",
    CSVW: f"`{CSVW}` (CSV on the Web)",
}
_TERMS = "The column *maps to* names terms of schema.org (`schema:`), Popolo (`popolo:`) and the W3C Organization Ontology (`org:`)."
_OURS = ("schema:", "popolo:", "org:")
"""The prefixes of the terms that this sentence is about."""

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_HEADING = re.compile(r"(?m)^(\s*)(#|=+\s*$|-+\s*$)")
_FENCE = re.compile(r"(?m)^\s*(?:`{3,}|~{3,})")

NO_KEY = "none; a row is identified by all of its values"


def dictionary(table: Table) -> str:
    """Return the data dictionary of one table of a dataset, including what curators write."""
    return "\n".join((*_table(table, True), *_for_curators(table))) + "\n"


def dictionary_page(
    data: DataDictionary, table: str | None = None, files: Collection[str] | None = None
) -> str:
    """Return a data dictionary as Markdown: what it is, how to cite it, its tables and columns.

    table: describe only this table; KeyError where there is none of that name.
    files: the files of the release that the page is part of.
    """
    page = release_dictionary if data.is_release else dictionary
    if table:
        return page(data.table(table))
    parts = (
        f"# {_inline(data.title)}\n",
        *([f"{_paragraphs(data.description)}\n"] if data.description else []),
        f"{f'{data.version_and_day}. ' if data.version_and_day else ''}Licence: {_licence(data.license)}.\n",
        f"Cite as: {_inline(data.citation)}\n",
        *([] if files is None else [f"{_files(files, data.tables)}\n"]),
        "\n".join(_list(data)) + "\n",
        *map(page, data.tables),
    )
    return "\n".join(parts)


def _files(names: Collection[str], tables: Collection[Table]) -> str:
    """Say which files there are, and what terms are; not every release has metadata for others, or our terms."""
    *most, last = [said for name, said in _FOR_OTHERS.items() if name in names] or [""]
    listed = f"{', '.join(most)} and {last}" if most else last
    terms = [column.term or "" for table in tables for column in table.published_columns]
    told = [_TERMS] if any(term.startswith(_OURS) for term in terms) else []
    return " ".join([_FILES, *([f"{_SAME} {listed}."] if listed else []), *told])


def _licence(licence: Licence) -> str:
    return _link(licence.called, licence.path) if licence.path else _inline(licence.called)


def release_dictionary(table: Table) -> str:
    """Return the data dictionary of one table of a release."""
    return "\n".join(_table(table, True)) + "\n"


def _list(data: DataDictionary) -> Iterator[str]:
    yield from ("| table | contents | rows |", "|---|---|---:|")
    for table in data.tables:
        rows = f"{data.rows[table.name]:,}" if table.name in data.rows else ""
        yield f"| [{table.name}](#{_anchor(table)}) | {_inline(table.title)} | {rows} |"


def _anchor(table: Table) -> str:
    """Return the anchor of the heading of a table: Markdown renderers drop full stops."""
    return table.name.replace(".", "")


def _for_curators(table: Table) -> Iterator[str]:
    if table.derive:
        yield from ("", "This table is derived from the others.")
        return
    labels = ", ".join(column.name for column in table.source_columns)
    yield from (
        "",
        f"Curators write `{table.name}.csv` with the columns {labels}. Derived columns are computed.",
    )
    for column in table.source_columns:
        if not column.published:
            yield f"{_code(column.name)} is in this file, but not published: {_inline(column.description)}"


def readme(
    dataset: Dataset,
    tables: tuple[Table, ...],
    rows: Mapping[str, int],
    rejected: Mapping[str, int],
    files: Collection[str],
) -> str:
    """Return the README of a release: what it is, its tables, how to cite it, its dictionary.

    The constraints of values are left to the descriptor, and to the dictionary that `describe` prints.

    rows, rejected: how many rows of each table are in it, and how many of the sources are not.
    files: the files of the release.
    """
    released = dataset.release_date.isoformat()
    cited = in_words(dataset.contributors, released, dataset.title, dataset.version)
    licence = _link(dataset.license.title, dataset.license.path)
    paragraphs = (
        f"# {_inline(dataset.title)}",
        _paragraphs(dataset.description.strip()),
        f"Version {dataset.version}, {released}. Licence: {licence}.",
        *_left_out(rejected),
        f"Cite as: {_inline(cited)}",
        _files(files, tables),
        "\n".join(_overview(tables, rows)),
        *("\n".join(_table(table, False)) for table in tables),
    )
    return "\n\n".join(paragraphs) + "\n"


def _left_out(rejected: Mapping[str, int]) -> Iterator[str]:
    listed = [f"{count:,} of `{table}`" for table, count in rejected.items() if count]
    if listed:
        yield (
            f"**Not complete.** Rows of the sources that are left out, because they break a rule or depend on rows that "
            f"do: {', '.join(listed)}. `report.json` says which rules are broken, and where."
        )


def _overview(tables: tuple[Table, ...], rows: Mapping[str, int]) -> Iterator[str]:
    yield from ("| table | one row is | rows |", "|---|---|---:|")
    for table in tables:
        yield f"| [{table.name}](#{_anchor(table)}) | {_inline(table.row)} | {rows[table.name]} |"


def _table(table: Table, with_demands: bool) -> Iterator[str]:
    row = f"One row is {table.row}. " if table.row else ""
    yield f"## {table.name}"
    for paragraph in filter(None, (f"{row}{_paragraphs(table.description)}", table.usage)):
        yield from ("", paragraph)
    yield from ("", f"Key: {_names(table.primary_key) or NO_KEY}")
    for key in table.foreign_keys:
        if key.columns[0] in {column.name for column in table.published_columns}:
            yield from ("", f"{_names(key.columns)} refers to {_names(key.references)} of `{key.table}`.")
    if with_demands:
        for names in table.unique_keys:
            yield from ("", f"No two rows have the same {_names(names)}.")
    yield from ("", "| column | type | meaning | maps to |", "|---|---|---|---|")
    yield from (_row(column, table, with_demands) for column in table.published_columns)
    for column in table.published_columns:
        if column.codes:
            yield from ("", f"Codes of {_code(column.name)}:", "")
            yield from (f"- {_code(code.code)}{_meaning(code)}" for code in column.codes.codes)


def _meaning(code: Code) -> str:
    """Return what a code means; nothing if all that is known is the code itself."""
    told = code.definition or code.label
    return "" if told == code.code else f": {_inline(told)}"


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(map(_code, columns))


def _row(column: Column, table: Table, with_demands: bool) -> str:
    kind: str = "partial date (EDTF)" if column.type == "edtf" else column.type
    kind += ", derived" if column.derived is not None else ""
    need = ", may be empty" if table.may_be_empty(column) else ""
    told = _demanded(column, table) if with_demands else ""
    meaning = " ".join(filter(None, (_inline(column.description), told)))
    return f"| {_code(column.name)} | {kind}{need} | {meaning} | {_inline(column.term or '')} |"


def _demanded(column: Column, table: Table) -> str:
    told = [f"{words} {_code(what)}" if what else words for words, what in demands(table, column)]
    return f"Values: {', '.join(told)}." if told else ""


def _inline(text: str) -> str:
    line = _escaped(_paragraphs(text.replace("\n", " ")), "|")
    return re.sub(r"\\+$", r"\g<0>\g<0>", line)  # else it would escape what comes next


def _paragraphs(text: str) -> str:
    """Return a text escaped so that it makes no tags, links, images, headings or code blocks, and controls no terminal."""
    text = _CONTROL.sub(lambda found: visible(found.group()), text)
    text = _escaped(text.replace("<", "&lt;"), "[")
    text = _FENCE.sub(lambda found: re.sub("[`~]", r"\\\g<0>", found.group()), text)
    return _HEADING.sub(r"\1\\\2", text)


def _escaped(text: str, sign: str) -> str:
    """Return a text in which a sign is escaped, even after backslashes."""
    return re.sub(rf"(\\*)(\{sign})", r"\1\1\\\2", text)


def _code(text: str) -> str:
    """Return a name or a code as inline code; with entities where it has characters that would break that, or are invisible."""
    if text == visible(text) and not {"`", "|"} & set(text):
        return f"`{text}`"
    return "".join(
        letter if letter.isalnum() or letter == " " else f"&#{ord(letter)};" for letter in visible(text)
    )


def _link(text: str, url: str) -> str:
    address = "".join(
        quote(letter) if letter in "()\\" or not letter.isprintable() else letter for letter in url
    )
    return f"[{_escaped(_inline(text), ']')}]({address})"
