"""Snippets: a few lines of code for each tool that read a release, computed from its descriptor.

Each reads the Parquet files of two tables and joins them along a declared key; where no table refers to another, it reads
the first table. Names and paths come from a descriptor that anybody may have written, so each is quoted for its language,
and none appears in a comment.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..filenames import TWIN
from .literals import glob_free, sql_identifier, sql_text, text

_OWN = (
    "pl pd spark rows read key found place row urlretrieve console print library merge head c function repeat next"
    " compressors"
)
_JAVASCRIPT = (
    "arguments case catch const debugger default delete do enum eval export extends false implements instanceof"
    " interface let new null package private protected public static switch this throw true typeof undefined var void"
)
_TAKEN = {*keyword.kwlist, *dir(builtins), *_OWN.split(), *_JAVASCRIPT.split()}
"""Names that no variable of a snippet may have."""


@dataclass(frozen=True)
class Snippet:
    """A few lines of code.

    language: as fenced blocks of Markdown name it: python, sql, r, javascript.
    title: the tool.
    code: the lines, with a line feed at the end.
    """

    language: str
    title: str
    code: str


@dataclass(frozen=True)
class _Table:
    """A table that is read: the variable that it is called, its file, and its columns."""

    variable: str
    place: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    """What a snippet does: read `left`, and where there is a `right`, join it by pairs of columns."""

    left: _Table
    right: _Table | None = None
    left_on: tuple[str, ...] = ()
    right_on: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[_Table, ...]:
        return (self.left,) if self.right is None else (self.left, self.right)

    @property
    def suffix(self) -> str:
        """The suffix for columns of `right` that `left` has too."""
        assert self.right
        suffix = f"_{self.right.variable}"
        while {f"{name}{suffix}" for name in self.right.columns} & {*self.left.columns, *self.right.columns}:
            suffix += "_"
        return suffix


def snippets(descriptor: Mapping[str, Any], location: str) -> list[Snippet]:
    """Return the snippets for a release, in a fixed order; none where it has no Parquet.

    descriptor: what `datapackage.json` says.
    location: the folder or web address of the release, as it is to appear in the code.
    """
    tables = {
        resource["name"]: resource
        for resource in descriptor.get("resources", ())
        if resource.get("format") == "parquet" and isinstance(resource.get("path"), str)
    }
    if not tables:
        return []
    plan = _plan(tables, location.rstrip("/"))
    return [
        Snippet("python", "Polars", _code(_polars(plan))),
        Snippet("python", "pandas", _code(_pandas(plan))),
        Snippet("sql", "DuckDB", _code(_duckdb(plan))),
        Snippet("r", "R", _code(_r(plan))),
        Snippet("python", "Spark", _code(_spark(plan))),
        Snippet("javascript", "JavaScript", _code(_javascript(plan))),
    ]


def _code(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _plan(tables: Mapping[str, Any], location: str) -> _Plan:
    """Choose the table whose primary key refers to the most other tables, and the first of those."""
    best = max(tables, key=lambda name: len(_references(tables[name], tables, in_key=True)))
    for name in (best, *tables):
        found = _references(tables[name], tables, in_key=name == best) or _references(tables[name], tables)
        if found:
            key = found[0]
            left, right = tables[name], tables[key["reference"]["resource"]]
            left_table = _table(left, location, set())
            right_table = _table(right, location, {left_table.variable})
            return _Plan(left_table, right_table, tuple(key["fields"]), tuple(key["reference"]["fields"]))
    return _Plan(_table(tables[best], location, set()))


def _references(
    resource: Mapping[str, Any], tables: Mapping[str, Any], in_key: bool = False
) -> list[Mapping[str, Any]]:
    """Return the foreign keys that lead to the primary key of another table, with `in_key` those that are part of the own.

    Other columns may be empty, and repeat: pandas, R and JavaScript would then pair rows that have nothing to do
    with each other.
    """
    schema = resource["schema"]
    return [
        key
        for key in schema.get("foreignKeys", ())
        if key["reference"].get("resource") in tables.keys() - {resource["name"]}
        and key["reference"]["fields"] == tables[key["reference"]["resource"]]["schema"].get("primaryKey")
        and (not in_key or set(key["fields"]) <= set(schema.get("primaryKey", ())))
    ]


def _table(resource: Mapping[str, Any], location: str, taken: set[str]) -> _Table:
    name = re.sub(r"[^a-z0-9]+", "_", resource["name"].removesuffix(TWIN).lower()).strip("_")
    while not name or name[0].isdigit() or name in _TAKEN | taken:
        name = f"table_{name}"
    columns = tuple(field["name"] for field in resource["schema"]["fields"])
    return _Table(name, f"{location}/{resource['path']}", columns)


def _polars(plan: _Plan) -> Iterator[str]:
    yield from ("# pip install polars", "import polars as pl", "")
    for table in plan.tables:
        as_it_is = "" if glob_free(table.place) else ", glob=False"
        yield f"{table.variable} = pl.read_parquet({text(table.place)}{as_it_is})"
    yield from _python_join(plan, "join", f"suffix={text(plan.suffix)}" if plan.right else "")
    yield f"print({_result(plan)})"


def _pandas(plan: _Plan) -> Iterator[str]:
    yield from ("# pip install pandas pyarrow", "import pandas as pd", "")
    for table in plan.tables:
        yield f'{table.variable} = pd.read_parquet({text(table.place)}, dtype_backend="pyarrow")'
    yield from _python_join(plan, "merge", f'suffixes=("", {text(plan.suffix)})' if plan.right else "")
    yield f"print({_result(plan)})"


def _python_join(plan: _Plan, method: str, more: str) -> Iterator[str]:
    if plan.right:
        if plan.left_on == plan.right_on:
            on = f"on={_listed(plan.left_on)}"
        else:
            on = f"left_on={_listed(plan.left_on)}, right_on={_listed(plan.right_on)}"
        yield f'rows = {plan.left.variable}.{method}({plan.right.variable}, {on}, how="left", {more})'


def _listed(names: tuple[str, ...]) -> str:
    return text(names[0]) if len(names) == 1 else f"[{', '.join(map(text, names))}]"


def _result(plan: _Plan) -> str:
    return "rows" if plan.right else plan.left.variable


def _duckdb(plan: _Plan) -> Iterator[str]:
    left, right = plan.left, plan.right
    yield from ("SELECT *", f"FROM {_sql_file(left)}{'' if right else ';'}")
    if right:
        yield f"LEFT JOIN {_sql_file(right)}"
        if plan.left_on == plan.right_on:
            yield f"USING ({', '.join(map(sql_identifier, plan.left_on))});"
        else:
            pairs = (
                f"{_sql_column(left, a)} = {_sql_column(right, b)}"
                for a, b in zip(plan.left_on, plan.right_on, strict=True)
            )
            yield f"ON {' AND '.join(pairs)};"


def _sql_column(table: _Table, column: str) -> str:
    return f"{sql_identifier(table.variable)}.{sql_identifier(column)}"


def _sql_file(table: _Table) -> str:
    place = re.sub(
        r"[*?\[]", r"[\g<0>]", table.place
    )  # what would be a pattern stands for itself in brackets
    return f"read_parquet({sql_text(place)}) AS {sql_identifier(table.variable)}"


def _r(plan: _Plan) -> Iterator[str]:
    yield from ('# install.packages("arrow")', "library(arrow)", "")
    for table in plan.tables:
        yield f"{table.variable} <- read_parquet({text(table.place)})"
    if plan.right:
        left_on, right_on = (f"c({', '.join(map(text, names))})" for names in (plan.left_on, plan.right_on))
        yield f"rows <- merge({plan.left.variable}, {plan.right.variable}, by.x = {left_on}, by.y = {right_on},"
        yield f'  all.x = TRUE, suffixes = c("", {text(plan.suffix)}))'
    yield f"print(head({_result(plan)}))"


def _spark(plan: _Plan) -> Iterator[str]:
    far = re.match("https?://", plan.left.place)
    yield "# pip install pyspark"
    if far:
        yield from ("from urllib.request import urlretrieve  # Spark reads no web addresses", "")
    yield from ("from pyspark.sql import SparkSession", "", "spark = SparkSession.builder.getOrCreate()")
    for table in plan.tables:
        name = table.place.rsplit("/", 1)[1]
        if far:
            yield f"urlretrieve({text(table.place)}, {text(name)})"
        path = re.sub(r"[*?\[\]{}\\]", r"\\\g<0>", name if far else table.place)
        yield f"{table.variable} = spark.read.parquet({text(path)})"
    if plan.right:
        pairs = " & ".join(
            f"({_spark_column(plan.left, a)} == {_spark_column(plan.right, b)})"
            for a, b in zip(plan.left_on, plan.right_on, strict=True)
        )
        same = plan.left_on == plan.right_on
        on = f"[{', '.join(map(text, plan.left_on))}]" if same else pairs
        yield f'rows = {plan.left.variable}.join({plan.right.variable}, {on}, how="left")'
    yield f"{_result(plan)}.show()"


def _spark_column(table: _Table, column: str) -> str:
    quoted = column if re.fullmatch(r"\w+", column, re.ASCII) else f"`{column.replace('`', '``')}`"
    return f"{table.variable}[{text(quoted)}]"


def _javascript(plan: _Plan) -> Iterator[str]:
    opener = "asyncBufferFromUrl" if re.match("https?://", plan.left.place) else "asyncBufferFromFile"
    place = "{ url: place }" if opener.endswith("Url") else "place"
    yield from (
        "// npm install hyparquet hyparquet-compressors",
        f'import {{ {opener}, parquetReadObjects }} from "hyparquet";',
        'import { compressors } from "hyparquet-compressors";',
        "",
        f"const read = async (place) => parquetReadObjects({{ file: await {opener}({place}), compressors }});",
    )
    for table in plan.tables:
        yield f"const {table.variable} = await read({text(table.place)});"
    if plan.right:
        yield r'const key = (row, ...names) => names.map((name) => String(row[name] ?? "")).join("\u001f");'
        right_on, left_on = (", ".join(map(text, names)) for names in (plan.right_on, plan.left_on))
        right = plan.right.variable
        yield f"const found = new Map({right}.map((row) => [key(row, {right_on}), row]));"
        yield f"const rows = {plan.left.variable}.map((row) => ({{ ...row, {right}: found.get(key(row, {left_on})) }}));"
    yield f"console.log({_result(plan)});"
