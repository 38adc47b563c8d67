"""Parquet types that map to a different Table Schema type: JSON, UUIDs, and the contents of lists and structs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from communique.datapackage.storing.parquet import columns_of, parquet_rows

from . import codes, column, report

ID = UUID("123e4567-e89b-12d3-a456-426614174000")
DAY = datetime(2024, 12, 6, 15, tzinfo=UTC)
ZONED = pa.timestamp("us", "-03:00")


def _table() -> pa.Table:
    documents = pa.array(['{"a":1}', None, "[1]"])
    uuids = pa.array([ID.bytes, None, ID.bytes], pa.binary(16))
    columns = {"id": pa.array([1, 2, 3]), "json": pa.ExtensionArray.from_storage(pa.json_(), documents)}
    return pa.table(columns | {"uuid": pa.ExtensionArray.from_storage(pa.uuid(), uuids)})


def test_json_and_uuids_of_parquet_are_texts(tmp_path: Path) -> None:
    pq.write_table(_table(), tmp_path / "t.parquet")
    assert columns_of(tmp_path / "t.parquet")["uuid"] == pa.string()
    rows = [row for part in parquet_rows(tmp_path / "t.parquet") for row in part.rows()]
    assert rows == [(1, '{"a":1}', str(ID)), (2, None, None), (3, "[1]", str(ID))]


def test_json_and_uuids_of_parquet_are_checked(tmp_path: Path) -> None:
    pq.write_table(_table(), tmp_path / "t.parquet")
    fields: list[dict[str, Any]] = [
        {"name": "id", "type": "integer"},
        {"name": "json", "type": "object"},
        {"name": "uuid", "type": "string", "format": "uuid", "constraints": {"unique": True}},
    ]
    found = report(tmp_path, {}, path="t.parquet", schema={"fields": fields})
    assert codes(found) == [("type-error", 4, 2), ("unique-error", 4, 3)]


@pytest.mark.parametrize(
    ("item", "value", "kind"),
    [
        ("datetime", DAY.replace(tzinfo=None), pa.timestamp("us")),
        ("datetime", DAY, pa.timestamp("us", "UTC")),
        ("datetime", DAY, pa.timestamp("us", "+05:30")),
        ("number", Decimal("1.50"), pa.decimal128(5, 2)),
        ("integer", Decimal(2), pa.decimal128(5, 0)),
    ],
)
def test_parts_of_lists_of_parquet_have_their_types(
    tmp_path: Path, item: str, value: Any, kind: pa.DataType
) -> None:
    pq.write_table(pa.table({"v": pa.array([[value]], pa.list_(kind))}), tmp_path / "t.parquet")
    schema = {"fields": [{"name": "v", "type": "list", "itemType": item}]}
    assert codes(report(tmp_path, {}, path="t.parquet", schema=schema)) == []


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (DAY, ZONED, DAY.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ([DAY], pa.list_(ZONED), f'["{DAY.isoformat()}"]'),
        ([DAY], pa.large_list(ZONED), f'["{DAY.isoformat()}"]'),
        ([DAY], pa.list_(ZONED, 1), f'["{DAY.isoformat()}"]'),
        ({"a": [DAY]}, pa.struct([("a", pa.list_(ZONED))]), f'{{"a": ["{DAY.isoformat()}"]}}'),
        ([("a", DAY)], pa.map_(pa.string(), ZONED), f'{{"a": "{DAY.isoformat()}"}}'),
        ([(DAY, 1)], pa.map_(ZONED, pa.int8()), f'{{"{DAY.isoformat()}": 1}}'),
        (
            [(DAY.date(), [(b"a", 1)])],
            pa.map_(pa.date32(), pa.map_(pa.binary(), pa.int8())),
            '{"2024-12-06": {"a": 1}}',
        ),
        ([Decimal("1.50")], pa.list_(pa.decimal256(60, 2)), "[1.5]"),
        ([timedelta(seconds=5)], pa.list_(pa.duration("s")), '["0:00:05"]'),
    ],
    ids=str,
)
def test_values_that_polars_or_json_lacks_are_read(
    tmp_path: Path, value: Any, kind: pa.DataType, text: str
) -> None:
    pq.write_table(pa.table({"v": pa.array([value, None], kind)}), tmp_path / "t.parquet")
    schema = {"fields": [{"name": "v", "type": "any", "constraints": {"enum": [text]}}]}
    assert codes(report(tmp_path, {}, path="t.parquet", schema=schema)) == []


def test_decimals_in_objects_of_parquet_are_numbers(tmp_path: Path) -> None:
    objects = pa.array([{"a": Decimal("1.50")}], pa.struct([("a", pa.decimal128(5, 2))]))
    pq.write_table(pa.table({"v": objects}), tmp_path / "t.parquet")
    rule = {"jsonSchema": {"properties": {"a": {"type": "number"}}}}
    schema = {"fields": [{"name": "v", "type": "object", "constraints": rule}]}
    assert codes(report(tmp_path, {}, path="t.parquet", schema=schema)) == []


@pytest.mark.parametrize("item", ["string", "integer"])
@pytest.mark.parametrize("text", ["[1,2", "[", "[1,[2]", "[1, x]"])
def test_a_text_of_a_list_that_only_begins_as_json_is_read_as_in_csv(
    tmp_path: Path, text: str, item: str
) -> None:
    field = {"name": "v", "type": "list", "itemType": item}
    schema = {"fields": [field]}
    pq.write_table(pa.table({"v": [text]}), tmp_path / "t.parquet")
    expected = [] if item == "string" else [("type-error", 2, 1)]
    assert column(tmp_path / "csv", [text], **field) == expected
    assert codes(report(tmp_path, {}, path="t.parquet", schema=schema)) == expected
    assert codes(report(tmp_path, {}, data=[["v"], [text]], schema=schema)) == expected


def test_a_list_of_parquet_with_nan_is_no_text(tmp_path: Path) -> None:
    pq.write_table(pa.table({"v": pa.array([[float("nan"), 1.5], [], [1.5]])}), tmp_path / "t.parquet")
    schema = {"fields": [{"name": "v", "type": "list"}]}
    assert codes(report(tmp_path, {}, path="t.parquet", schema=schema)) == [("type-error", 2, 1)]


def test_decimals_without_a_fraction_are_integers_of_64_bits(tmp_path: Path) -> None:
    values = [Decimal(2**63 - 1), None, Decimal(-(2**63)), Decimal(2**63), Decimal(10) ** 30]
    schema = {"fields": [{"name": "v", "type": "integer"}]}
    for scale, expected in (
        (0, [("type-error", 5, 1), ("type-error", 6, 1)]),
        (2, [("type-error", None, 1), ("type-error", 2, 1)]),
    ):
        table = pa.table({"v": pa.array(values if scale == 0 else [Decimal(1)], pa.decimal128(38, scale))})
        pq.write_table(table, tmp_path / "t.parquet")
        assert codes(report(tmp_path, {}, path="t.parquet", schema=schema)) == expected


def test_each_file_of_parquet_has_the_types_of_the_fields(tmp_path: Path) -> None:
    for name, values in (("1", pa.array([1, 2])), ("2", pa.array(["3", "4"])), ("3", pa.array(["5"]))):
        pq.write_table(pa.table({"id": values}), tmp_path / f"{name}.parquet")
    schema = {"fields": [{"name": "id", "type": "integer"}]}
    paths = ["1.parquet", "2.parquet", "3.parquet"]
    found = report(tmp_path, {}, path=paths, schema=schema)
    assert [(finding.code, finding.file, finding.field) for finding in found.findings] == [
        ("type-error", "2.parquet", 1)
    ]
