"""The byte pass agrees with Python's strict csv reader, whatever the size of its blocks."""

from __future__ import annotations

import csv
import io
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from communique.datapackage.reading import marks, scan
from communique.datapackage.reading.scan import Fault, LongLineError, blocks

CELLS = st.text(st.sampled_from('ab,"\n é王'), max_size=6)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def written(rows: list[list[str]], end: str, delimiter: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(rows)
    return buffer.getvalue().encode()


def scanned(
    data: bytes, size: int, delimiter: str = ","
) -> tuple[list[bytes], list[int], list[int], list[Fault]]:
    records: list[bytes] = []
    widths: list[int] = []
    lines: list[int] = []
    faults: list[Fault] = []
    for block in blocks(io.BytesIO(data), size, delimiter=delimiter):
        assert block.first == len(records)
        records += [block.record(block.first + index) for index in range(len(block))]
        widths += block.widths.tolist()
        assert [block.width(index) for index in range(len(block))] == block.widths.tolist()
        lines += block.lines.tolist()
        faults += block.faults
    return records, widths, lines, faults


@settings(max_examples=300)
@given(
    rows=TABLES,
    end=st.sampled_from(["\n", "\r\n"]),
    size=st.integers(1, 40),
    final=st.booleans(),
    delimiter=st.sampled_from(",;\t|^ "),
)
def test_well_formed_records_are_split_as_python_splits_them(
    rows: list[list[str]], end: str, size: int, final: bool, delimiter: str
) -> None:
    data = written(rows, end, delimiter)
    if not final and not data.endswith((b"\n\n", b"\r\n\r\n")) and len(rows[-1]) > 1:
        data = data.removesuffix(end.encode())
    records, widths, lines, faults = scanned(data, size, delimiter)
    assert faults == []
    assert b"".join(records) == data
    assert widths == [len(row) for row in rows]
    text = io.StringIO(data.decode(), newline="")
    reader, starts = csv.reader(text, delimiter=delimiter, strict=True), [1]
    for _ in reader:
        starts.append(reader.line_num + 1)
    assert lines == starts[:-1]


@settings(max_examples=300)
@example(data=b"\na\r", padding=0, size=40)
@given(
    data=st.lists(
        st.sampled_from([b"a", b"~", b",", b'"', b"\n", b"\r\n", b"\r", b"\x07", b"\x7f", "é".encode()])
    ).map(b"".join),
    padding=st.sampled_from([0, 400]),
    size=st.integers(1, 500),
)
def test_plain_is_said_of_printable_ascii_and_line_feeds_alone(data: bytes, padding: int, size: int) -> None:
    for block in blocks(io.BytesIO(b"x" * padding + data), size):
        records = [block.record(block.first + index) for index in range(len(block))]
        whole = b"".join(record[:-2] if record.endswith(b"\r\n") else record for record in records)
        assert block.plain == all(byte == 10 or 32 <= byte < 127 for byte in whole)
        assert block.feeds == block.data.count(b"\n")


@settings(max_examples=500)
@example(data=b'\0""\n\0"\0', size=3, piece=1 << 20, tail=1 << 16, most=1 << 20)
@given(
    data=st.binary(max_size=60) | st.text(st.sampled_from('a,"\r\n\0é'), max_size=40).map(str.encode),
    size=st.integers(1, 30),
    piece=st.integers(1, 30),
    tail=st.integers(1, 30),
    most=st.integers(1, 10),
)
def test_whatever_the_bytes_nothing_is_lost_and_blocks_do_not_matter(
    data: bytes, size: int, piece: int, tail: int, most: int
) -> None:
    whole = scanned(data, 1 << 20)
    with (
        patch.object(marks, "_PIECE", piece),
        patch.object(scan, "_TAIL", tail),
        patch.object(scan, "_RECORDS", most),
    ):
        part = scanned(data, size)
    assert b"".join(whole[0]) == data.removeprefix(b"\xef\xbb\xbf")
    assert whole == part


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'a,b\n1,"x\n2,y\n', Fault(1, 2, "unclosed-quote", 1)),
        (b'a,b\n1,"x\n2,"y"\n', Fault(1, 2, "unclosed-quote", 1)),
        (b'a,b\n1,x"y"\n2,y\n', Fault(1, 2, "stray-quote", 1)),
        (b'a,b\n1,"x"y\n2,y\n', Fault(1, 2, "stray-quote", 1)),
        (b'a,b\n1,"x"y', Fault(1, 2, "stray-quote", 1)),
        (b"a,b\n1\r2,x\n2,y\n", Fault(1, 2, "bare-carriage-return", 0)),
        (b"a,b\n1,x\r", Fault(1, 2, "bare-carriage-return", 1)),
        (b"a,b\n1,x\0\n2,y\n", Fault(1, 2, "nul-byte", 1)),
        (b"a,b\n1,\xff\n2,y\n", Fault(1, 2, "encoding-error", 1)),
        (b'a,b\n"1\n2",\xff\n2,y\n', Fault(1, 2, "encoding-error", 1)),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "]"])
def test_one_fault_is_found_once_and_where_it_is(data: bytes, fault: Fault, delimiter: str) -> None:
    mark = delimiter.encode()
    for size in (1, 4, 1 << 20):
        records, _, _, faults = scanned(data.replace(b",", mark), size, delimiter)
        assert faults == [fault]
        assert records[-1].replace(mark, b",") in (b"2,y\n", b'2,"y"\n', b"1,x\r", b'1,"x"y')


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"\x1f\x8b\x08,\r\x01\n", [Fault(0, 1, "encoding-error", 0)]),  # gzip
        (b'PK\x03\x04\x14\0,"x"\r\n', [Fault(0, 1, "nul-byte", 0)]),  # a workbook
        (b"a,b\r1,\xff\r", [Fault(0, 1, "bare-carriage-return", 1)]),  # line ends of old, and not UTF-8 later
        (b'a,b"\n', [Fault(0, 1, "stray-quote", 1)]),
        (b'a"b"\n', [Fault(0, 1, "stray-quote", 0)]),
    ],
)
def test_of_a_header_that_is_no_text_no_quote_or_line_end_is_told(data: bytes, faults: list[Fault]) -> None:
    assert scanned(data, 1 << 20)[3] == faults


def test_a_quote_that_is_never_closed_does_not_hold_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communique.datapackage.reading.scan.RECORD_LIMIT", 100)
    data = b'a,b\n1,"x\n' + b"2,y\n" * 200
    held = [len(block.data) for block in blocks(io.BytesIO(data), 10)]
    assert max(held) < 300
    assert [fault.code for block in blocks(io.BytesIO(data), 10) for fault in block.faults] == [
        "unclosed-quote"
    ]


def test_a_block_of_short_records_has_no_more_of_them_than_fit_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scan, "_RECORDS", 4)
    assert [len(block) for block in blocks(io.BytesIO(b"a\n" + b"\n" * 8), 100)] == [4, 4, 1]


@pytest.mark.parametrize("end", [b"", b"\n", b'"\n3,z\n'])
@pytest.mark.parametrize("size", [10, 1 << 20])
def test_of_a_record_that_is_too_long_the_last_line_ends_with_the_file(
    monkeypatch: pytest.MonkeyPatch, end: bytes, size: int
) -> None:
    monkeypatch.setattr(scan, "RECORD_LIMIT", 100)
    record = b'"' + b"x\n" * 49 + b'","' + b"z" * 40
    found = scanned(b"a,b\n" + record + end, size)
    assert b"".join(found[0]) == b"a,b\n" + record + end
    assert found[3][0] == Fault(1, 2, "unclosed-quote", 1)


@pytest.mark.parametrize(("length", "fits"), [(99, True), (100, True), (101, False)])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_may_be_as_long_as_the_limit_with_its_line_feed(
    monkeypatch: pytest.MonkeyPatch, length: int, fits: bool, end: str
) -> None:
    monkeypatch.setattr(scan, "RECORD_LIMIT", 100)
    data = b"a\n" + b"x" * (length - len(end)) + end.encode()
    if fits:
        assert b"".join(block.data for block in blocks(io.BytesIO(data), 10)) == data
    else:
        with pytest.raises(LongLineError):
            list(blocks(io.BytesIO(data), 10))
