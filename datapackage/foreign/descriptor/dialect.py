"""Dialects: how a table is written as text. https://datapackage.org/standard/table-dialect/ and the CSV Dialect of v1."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ...untrusted.limits import MARK
from ..findings import DescriptorFindings, subject

_CHARACTERS = ("quoteChar", "escapeChar")
_FLAGS = ("doubleQuote", "skipInitialSpace", "header", "caseSensitiveHeader")
_ROWS = ("headerRows", "commentRows")
_TEXTS = ("lineTerminator", "nullSequence", "headerJoin", "property", "table", "sheetName")
_OTHERS = (
    *("csvddfVersion", "commentChar", "itemType", "itemKeys", "sheetNumber"),
    *("title", "description", "name", "type"),
)
_KEYS = ("delimiter", *_CHARACTERS, *_FLAGS, *_ROWS, *_TEXTS, *_OTHERS)
_TERMINATORS = ("\n", "\r\n", "\r")
_NO_CHARACTERS = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
"""What Python has among the encodings of text, and is none: names of hosts, and ways to write texts in a program."""


@dataclass(frozen=True)
class Dialect:
    """How a table is written.

    header_rows, comment_rows: the numbers of those rows, from 1.
    comment: the beginning of a row that is a comment.
    null_sequence: a text that stands for no value in any column.
    json_keys: the properties about rows in JSON.
    """

    delimiter: str = ","
    quote: str = '"'
    double_quote: bool = True
    escape: str = ""
    comment: str = ""
    skip_space: bool = False
    terminator: str = "\n"
    header_rows: tuple[int, ...] = (1,)
    header_join: str = " "
    comment_rows: frozenset[int] = field(default_factory=frozenset[int])
    null_sequence: str | None = None
    heeds_case: bool = True
    json_keys: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @cached_property
    def strict_delimiter(self) -> str:
        """What separates cells in the strict form: the same character, where the byte pass can look for it."""
        passed = self.delimiter.isascii() and len(self.delimiter) == 1 and self.delimiter != '"'
        return self.delimiter if passed else ","

    @property
    def is_strict(self) -> bool:
        """Whether the strict byte pass reads such files as they are."""
        plain = replace(
            self, delimiter=",", null_sequence=None, heeds_case=True, terminator="\n", json_keys={}
        )
        passed = self.terminator != "\r" and self.strict_delimiter == self.delimiter
        return passed and plain in (Dialect(), Dialect(header_rows=()))

    @cached_property
    def has_strict_rows(self) -> bool:
        """Whether the strict byte pass reads the rows as they are, once header and comments are set apart."""
        return replace(self, header_rows=(), comment="", comment_rows=frozenset()).is_strict


def read_dialect(
    given: Any, where: str, findings: DescriptorFindings, table: str, delimiter: str
) -> Dialect | None:
    """Return a dialect; None where it cannot be used, which is a finding.

    delimiter: that of the format, where the dialect names none.
    """
    if not isinstance(given, dict):
        findings.add("dialect-error", where, "an object", table)
        return None
    if isinstance(given.get("csv"), dict):  # as frictionless 5 writes it
        given = {**{key: value for key, value in given.items() if key != "csv"}, **given["csv"]}
    findings.unknown(given, _KEYS, where, table)
    wrong = next(_wrong(given), None)
    if wrong:
        findings.add("dialect-error", where, wrong, table, subject(wrong, _KEYS))
        return None
    dialect = _understood(given, delimiter)
    marks = [mark for mark in (dialect.delimiter, dialect.quote, dialect.escape, dialect.comment) if mark]
    within = {dialect.quote, dialect.escape} & {*dialect.delimiter}
    if len(set(marks)) < len(marks) or within or set("".join(marks)) & {"\r", "\n", "\0"}:
        findings.add(
            "dialect-error", where, "delimiter, quoteChar, escapeChar and commentChar that differ", table
        )
        return None
    return dialect


def _understood(given: Mapping[str, Any], delimiter: str) -> Dialect:
    rows = tuple(given.get("headerRows", (1,)))
    return Dialect(
        delimiter=given.get("delimiter", delimiter),
        quote=given.get("quoteChar", '"') or "",
        double_quote=given.get("doubleQuote", True),
        escape=given.get("escapeChar", "") or "",
        comment=given.get("commentChar", "") or "",
        skip_space=given.get("skipInitialSpace", False),
        terminator=given.get("lineTerminator", "\n"),
        header_rows=rows if given.get("header", True) else (),
        header_join=given.get("headerJoin", " "),
        comment_rows=frozenset(given.get("commentRows", ())),
        null_sequence=given.get("nullSequence"),
        heeds_case=given.get("caseSensitiveHeader", True),
        json_keys={key: given[key] for key in ("property", "itemType", "itemKeys") if key in given},
    )


def _wrong(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the properties of a dialect."""
    mark = given.get("delimiter", ",")
    if not isinstance(mark, str) or not mark:
        yield "delimiter as one or more characters"
    elif MARK.exceeded(len(mark)):
        yield f"delimiter of {MARK}, found {len(mark):,}"
    for key in _CHARACTERS:
        value = given.get(key)
        if value not in ("", None) and not (isinstance(value, str) and len(value) == 1):
            yield f"{key} as one character"
    for key in _FLAGS:
        if not isinstance(given.get(key, True), bool):
            yield f"{key} as true or false"
    for key in _ROWS:
        if not _are_rows(given.get(key, [])):
            yield f"{key} as a list of ascending row numbers, from 1"
    for key in _TEXTS:
        if not isinstance(given.get(key, ""), str):
            yield f"{key} as a string"
    if not isinstance(given.get("commentChar") or "", str):
        yield "commentChar as a string"
    if given.get("itemType", "array") not in ("array", "object"):
        yield "itemType as array or object"
    keys = given.get("itemKeys", ["a"])
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        yield "itemKeys as a list of strings"
    if not isinstance(given.get("sheetNumber", 1), int):
        yield "sheetNumber as a whole number"
    if given.get("lineTerminator", "\n") not in _TERMINATORS:
        yield "a lineTerminator that is LF, CR LF, or CR"


def _are_rows(rows: Any) -> bool:
    whole = isinstance(rows, list) and all(isinstance(row, int) and not isinstance(row, bool) for row in rows)
    return whole and rows == sorted(set(rows)) and all(row >= 1 for row in rows)


def known_encoding(encoding: str) -> bool:
    """Say whether that is the name of an encoding of characters."""
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError):
        return False
    return bool(found._is_text_encoding) and found.name not in _NO_CHARACTERS
