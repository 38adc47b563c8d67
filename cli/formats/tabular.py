"""Findings as a table, in CSV or Parquet, for counting and joining."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import polars as pl

from communique.datapackage import Report
from communique.datapackage.formulas import formula_free

from ..wording import inert
from .jsonreport import findings

_COLUMNS = {
    "code": pl.String(),
    "severity": pl.String(),
    "table": pl.String(),
    "file": pl.String(),
    "line": pl.Int64(),
    "offset": pl.Int64(),
    "record": pl.Int64(),
    "column": pl.String(),
    "key": pl.String(),
    "value": pl.String(),
    "expected": pl.String(),
    "hint": pl.String(),
    "row": pl.Int64(),
    "field": pl.Int64(),
    "statement": pl.String(),
    "remedy": pl.String(),
    "fingerprint": pl.String(),
}


def render(report: Report, form: str) -> bytes:
    """Return one row for each finding; in CSV no cell begins like a formula, or has control characters or line ends."""
    rows = [{name: _encodable(value) for name, value in finding.items()} for finding in findings(report)]
    frame = pl.DataFrame(rows, schema=_COLUMNS)
    buffer = BytesIO()
    if form == "parquet":
        frame.write_parquet(buffer)
    else:
        texts = pl.col(pl.String).map_elements(_harmless, return_dtype=pl.String)
        frame.with_columns(texts).write_csv(buffer)
    return buffer.getvalue()


def _encodable(value: Any) -> Any:
    """Return a text that UTF-8 can encode: the name of a file may not be UTF-8."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _harmless(text: str) -> str:
    return formula_free(inert(text, len(text)))
