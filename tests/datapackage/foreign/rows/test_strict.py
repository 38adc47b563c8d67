"""A violation of the CSV dialect is reported on its own line, and swallows no other row."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.datapackage.foreign.descriptor.dialect import Dialect
from communique.datapackage.foreign.rows.strict import Source, strict
from communique.datapackage.reading.scan import blocks
from communique.datapackage.untrusted.limits import CELL

from .. import codes, report


def _found(tmp_path: Path, text: str, dialect: dict[str, Any]) -> list[tuple[str, int | None, int | None]]:
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    found = report(tmp_path, {"t.csv": text}, dialect=dialect, schema=schema)
    return [(finding.code, finding.row, finding.line) for finding in found.findings]


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        ({"quoteChar": "'"}, "'1'2"),
        ({"quoteChar": "'"}, "'1"),
        ({"delimiter": ";", "quoteChar": "'"}, "'a'x,b"),
        ({"doubleQuote": False, "escapeChar": "\\"}, '"a""b"'),
        ({"escapeChar": "\\"}, '"a\\"'),
    ],
    ids=str,
)
def test_a_quote_out_of_place_in_a_dialect_is_a_fault_where_the_plain_form_would_take_it(
    tmp_path: Path, dialect: dict[str, Any], line: str
) -> None:
    found = _found(tmp_path, f"a\n1\n{line}\n2\nx\n", dialect)
    assert [code for code, row, _ in found if row == 3] in (["unclosed-quote"], ["stray-quote"])
    assert found[1:] == [("type-error", 5, 5)]


def test_a_line_feed_in_a_broken_row_of_a_file_with_carriage_returns_ends_no_row(tmp_path: Path) -> None:
    found = _found(tmp_path, 'a\r1\r"2"\n3\n4\r5\rx\r', {"lineTerminator": "\r"})
    assert found == [("stray-quote", 3, 3), ("type-error", 5, 7)]


@pytest.mark.parametrize("dialect", [{}, {"delimiter": ";"}, {"lineTerminator": "\r\n"}], ids=str)
def test_lines_are_counted_as_an_editor_does_whatever_the_dialect(
    tmp_path: Path, dialect: dict[str, Any]
) -> None:
    found = _found(tmp_path, 'a\r\n"1\r2\n3"\r\nx\r\n', dialect)
    assert found == [("type-error", 2, 2), ("type-error", 3, 5)]


def test_an_unclosed_quote_before_many_lines_leaves_rows_and_lines_as_they_are(tmp_path: Path) -> None:
    lines = ["a", '"1', *["2", '""'] * 750, "x"]
    found = _found(tmp_path, "\n".join(lines) + "\n", {"commentChar": "#"})
    assert [each for each in found if each[0] != "blank-row"] == [
        ("unclosed-quote", 2, 2),
        ("type-error", 1503, 1503),
    ]
    assert len(found) == 752


@pytest.mark.parametrize("line", ['x";"', '";x";"', '"x;'], ids=str)
def test_lines_with_quotes_out_of_place_are_read_twice_at_most(tmp_path: Path, line: str) -> None:
    source = tmp_path / "t.csv"
    source.write_text(f"{line}\n" * 5000)
    taken = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal taken
        taken += event == "call" and frame.f_code.co_name == "take"

    sys.setprofile(count)
    try:
        strict(
            [Source(source, "t.csv")], Dialect(delimiter=";", comment="#"), "utf-8", tmp_path / "strict.csv"
        )
    finally:
        sys.setprofile(None)
    assert 5000 < taken <= 10_002
    assert (tmp_path / "strict.csv").read_bytes().count(b"\n") == 5000


@pytest.mark.parametrize(
    ("delimiter", "row", "offset"),
    [
        (";", "a;x", 3),
        (";", "1,5;x", 5),
        (";", '"a";x', 5),
        (";", '"a;b";"x"', 7),
        (";", '"1,5";"say ""x"""', 7),
        (";", '1,5;"x"', 5),
        ("::", 'a::"x"', None),  # in the strict form it has another delimiter
        ("\t", "я\tx", 3),
        (",", '"я",x', 5),
    ],
)
def test_cells_are_found_where_they_stand_in_their_own_dialect(
    tmp_path: Path, delimiter: str, row: str, offset: int | None
) -> None:
    schema = {"fields": [{"name": "k"}, {"name": "n", "type": "integer"}]}
    content = f"k{delimiter}n\n{row}\n".encode("cp1251")
    dialect = {"delimiter": delimiter}
    found = report(tmp_path, {"t.csv": content}, dialect=dialect, encoding="cp1251", schema=schema)
    assert [(finding.line, finding.offset) for finding in found.findings] == [(2, offset)]


@pytest.mark.parametrize(
    ("row", "mark", "code", "column", "line", "value"),
    [
        ('1,5;x;a"b', ";", "stray-quote", 3, 2, 'a"b'),
        ('"1;5";x;a"b', ";", "stray-quote", 3, 2, 'a"b'),
        ("1,5;x;a\rb", ";", "bare-carriage-return", 3, 2, "a"),
        ('1;"2\n3";a"b', ";", "stray-quote", 3, 3, 'a"b'),
        ('"a\n\n""b",2,y"z', ",", "stray-quote", 3, 4, 'y"z'),
        ('"a\nb",2,"x" "', ",", "stray-quote", 3, 3, '"x" "'),
        ('"a\nb",2\r,3', ",", "bare-carriage-return", 2, 3, "2"),
        ('"a\nb","c,d', ",", "unclosed-quote", 2, 3, '"c'),
        ('1,"a""', ",", "unclosed-quote", 2, 2, '"a""'),
        ('1 "2 3', " ", "unclosed-quote", 2, 2, '"2'),
    ],
)
def test_a_fault_is_found_alike_in_each_encoding(
    tmp_path: Path, row: str, mark: str, code: str, column: int, line: int, value: str
) -> None:
    text = f"{mark.join('abc')}\n{row}\n{mark.join('1234')}\n"
    found = _alike(tmp_path, text, mark)
    assert found[0] == (code, 2, column, line, value)
    assert [each[:3] for each in found[1:]] == [("extra-cell", 3, 4)]


@pytest.mark.parametrize("header", ['a,b,c"d', 'a,"b,c', '"a\nb",c"d,e'])
def test_a_broken_header_is_found_alike_in_each_encoding(tmp_path: Path, header: str) -> None:
    assert [each[1] for each in _alike(tmp_path, f"{header}\n1,2,3,4\n", ",")] == [1]


@pytest.mark.parametrize("rows", ['"a\nb"\rc,d\n', 'a,"b\n\n1,"x" ,"\n"y', '"\n"",""\n"x"y,"\n'])
def test_quotes_out_of_place_are_found_alike_in_each_encoding(tmp_path: Path, rows: str) -> None:
    assert _alike(tmp_path, f"a,b,c\n{rows}\n1,2,3\n", ",")


def _alike(
    tmp_path: Path, text: str, mark: str
) -> list[tuple[str, int | None, int | None, int | None, str | None]]:
    """Return what is found in a text, which must be the same in each encoding: code, row, column, line and value."""
    schema = {"fields": [{"name": name} for name in "abc"]}
    dialect = {"delimiter": mark}
    found, *others = (
        report(
            tmp_path / name, {"t.csv": text.encode(name)}, dialect=dialect, encoding=name, schema=schema
        ).findings
        for name in ("utf-8", "cp1252", "utf-16")
    )
    assert others == [found, found]
    return [(one.code, one.row, one.field, one.line, one.value) for one in found]


@pytest.mark.parametrize("end", ["\r\r\n", "\r"])
def test_a_carriage_return_that_ends_no_line_is_a_fault_in_each_encoding(tmp_path: Path, end: str) -> None:
    content = f"id,name\n1,a{end}".encode("cp1252")
    found = report(tmp_path, {"t.csv": content}, encoding="cp1252")
    assert codes(found) == [("bare-carriage-return", 2, 2)]


@pytest.mark.parametrize("mark", [";", "\t", "|", " "])
def test_a_file_with_another_delimiter_is_read_as_one_with_commas(tmp_path: Path, mark: str) -> None:
    text = 'k,n,n2\n1,x,2\n"a""b",3,"4"\n,,\n5,6\n7,8,9,10\n"11",1"2,13\n\n14,"15,16\n'
    schema = {
        "fields": [
            {"name": "k"},
            {"name": "n", "type": "integer"},
            {"name": "n2", "type": "integer", "constraints": {"maximum": 3}},
        ]
    }
    both = [
        report(
            tmp_path,
            {name: text.replace(",", delimiter)},
            path=name,
            dialect={"delimiter": delimiter},
            schema=schema,
        )
        for name, delimiter in (("a.csv", ","), ("b.csv", mark))
    ]
    commas, others = (
        [(one.code, one.line, one.offset, one.row, one.field, one.value) for one in found.findings]
        for found in both
    )
    assert len(commas) == 8
    assert others == commas


def test_a_quote_in_a_comment_swallows_no_row(tmp_path: Path) -> None:
    found = _found(tmp_path, 'a\n#;"x\nx\n#;"\n2\n', {"delimiter": ";", "commentChar": "#"})
    assert found == [("type-error", 3, 3)]


def test_a_quote_left_open_at_the_end_of_a_file_swallows_no_row_of_the_next(tmp_path: Path) -> None:
    first, second = 'a,b\n1,"x\n', '2,y\nz,w"\n3,v\n'
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]}
    found = report(tmp_path, {"t.csv": first, "u.csv": second}, path=["t.csv", "u.csv"], schema=schema)
    assert [(one.code, one.file, one.line, one.offset, one.value) for one in found.findings] == [
        ("unclosed-quote", "t.csv", 2, 3, '"x'),
        ("stray-quote", "u.csv", 2, 3, 'w"'),
    ]
    assert [(count.read, count.valid) for count in found.tables] == [(4, 2)]


_OTHERS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "quote": ({"quoteChar": "'"}, {'"': "'"}),
    "delimiter": ({"delimiter": "::"}, {",": "::"}),
    "both": ({"delimiter": "||", "quoteChar": "~"}, {",": "||", '"': "~"}),
    "letter": ({"delimiter": "§"}, {",": "§"}),
    "spaces": ({"skipInitialSpace": True}, {",": ", "}),
    "comments": ({"commentChar": "#"}, {}),
}
"""Dialects, each with what it has instead of the marks of the plain one."""


def _faults(
    folder: Path, text: str, dialect: dict[str, Any]
) -> list[tuple[str, int | None, int | None, int | None]]:
    fields = [{"name": "a", "type": "integer"}, {"name": "b"}, {"name": "c"}]
    found = report(folder, {"t.csv": text.encode()}, dialect=dialect, schema={"fields": fields})
    return [(one.code, one.row, one.line, one.field) for one in found.findings]


@given(
    st.sampled_from(sorted(_OTHERS)),
    st.lists(
        st.sampled_from(["x", "1", '"', ",", ',"', '",', '""', "\n", '"\n', '\n"', "\n1,y,z\n"]), max_size=15
    ),
)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_a_broken_table_has_the_same_faults_in_each_dialect(
    tmp_path_factory: pytest.TempPathFactory, name: str, pieces: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("faults")
    dialect, marks = _OTHERS[name]
    text = "".join(["a,b,c\n", *pieces, "\n2,v,w\n"])
    other = "".join(marks.get(character, character) for character in text)
    assert _faults(folder / "b", other, dialect) == _faults(folder / "a", text, {})


@pytest.mark.parametrize(
    ("dialect", "doubled"),
    [
        ({"escapeChar": "\\"}, '\\"'),
        ({"escapeChar": "\\", "doubleQuote": False}, '\\"'),
        ({"doubleQuote": False}, ""),
    ],
)
@pytest.mark.parametrize(
    "row",
    [
        '"2","p\nq",z"z',
        '"2","p\nq","z"z',
        '2,"o""k","un',
        '2,"o""k","u""n',
        '"2","p\n""q""",z"z""',
        '"2","p\n\nq","u\nn"x',
        '"2"x,"p\nq",z',
        '2,"p\nq',
    ],
)
def test_a_broken_row_has_the_same_faults_however_quotes_are_escaped(
    tmp_path: Path, dialect: dict[str, Any], doubled: str, row: str
) -> None:
    text = f'a,b,c\n1,"x""x",y\n{row}\nx,y,z\n'
    found = _faults(tmp_path / "b", text.replace('""', doubled), dialect)
    assert found == _faults(tmp_path / "a", text, {})
    assert len(found) > 1


def test_a_cell_that_is_too_long_before_a_broken_one_is_a_fault(tmp_path: Path) -> None:
    text = f"a,b,c\n1,'{'x' * (CELL.most + 1)}',z'z\nx,y,z\n"
    found = _faults(tmp_path, text, {"quoteChar": "'"})
    assert [each[1:3] for each in found] == [(2, 2), (3, 3)]


def test_the_value_of_a_broken_cell_is_that_cell(tmp_path: Path) -> None:
    schema = {"fields": [{"name": name} for name in "abc"]}
    dialect = {"delimiter": "::", "quoteChar": "'", "escapeChar": "\\"}
    text = "a::b::c\n1::'x\\'\ny, z'::u, v'w\n"
    (found,) = report(tmp_path, {"t.csv": text}, dialect=dialect, schema=schema).findings
    assert (found.code, found.line, found.field, found.value) == ("stray-quote", 3, 3, 'u  v"w')


_PIECES = ("a", '"', ",", ";", "\n", '"\n', '\n"', '""', ',"', '",', "\r", "'", "\\", "#", " ")


@given(
    st.lists(
        st.lists(st.sampled_from(_PIECES), max_size=12).map("".join),
        min_size=1,
        max_size=2,
    ),
    st.sampled_from(
        [
            Dialect(comment="#"),
            Dialect(delimiter=";", comment="#"),
            Dialect(delimiter=";", quote="'"),
            Dialect(escape="\\"),
            Dialect(double_quote=False),
            Dialect(terminator="\r"),
            Dialect(skip_space=True),
            Dialect(delimiter=";", quote=""),
        ]
    ),
)
@settings(max_examples=300, derandomize=True)
def test_what_is_written_has_the_records_that_were_read(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], dialect: Dialect
) -> None:
    folder = tmp_path_factory.mktemp("strict")
    sources = [Source(folder / f"{number}.csv", f"{number}.csv") for number in range(len(texts))]
    for source, text in zip(sources, texts, strict=True):
        source.path.write_bytes(text.encode())
    written = strict(sources, dialect, "utf-8", folder / "strict")
    with written.path.open("rb") as file:
        records = sum(map(len, blocks(file, delimiter=written.delimiter)))
    assert written.origins.layouts is not None
    assert records == len(written.origins.layouts)


@pytest.mark.parametrize(
    ("quote", "row"),
    [
        ("", "a^|||b"),
        ("", "a^|||b^^"),
        ("", "^|^|||^||b"),
        ('"', "a^|||b"),
        ('"', '"a^|"||b'),
        ('"', '"a||^""||b'),
    ],
)
def test_an_escaped_character_begins_no_delimiter_of_several(tmp_path: Path, quote: str, row: str) -> None:
    dialect = {"delimiter": "||", "escapeChar": "^", "quoteChar": quote}
    schema = {"fields": [{"name": "a"}, {"name": "b"}]}
    assert report(tmp_path, {"t.csv": f"a||b\n{row}\n"}, dialect=dialect, schema=schema).ok
