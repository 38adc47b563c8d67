"""Tables are fully described, and refer only to tables and columns that exist."""

from __future__ import annotations

import pytest

from communique.schemas import SCHEMAS, CodeList, Table
from communique.schemas import codelists as lists


@pytest.mark.parametrize("table", SCHEMAS.tables, ids=lambda table: table.name)
def test_a_table_and_its_columns_are_described(table: Table) -> None:
    assert table.title
    assert table.row
    assert table.description.endswith(".")
    for column in table.columns:
        assert column.title, column.name
        assert column.description.endswith("."), column.name


@pytest.mark.parametrize("table", SCHEMAS.tables, ids=lambda table: table.name)
def test_keys_are_required_columns_and_references_exist(table: Table) -> None:
    columns = {column.name: column for column in table.columns}
    assert all(columns[part].required for part in table.primary_key)
    for key in table.foreign_keys:
        target = SCHEMAS.table(key.table)
        assert set(key.columns) <= set(columns)
        assert key.references == target.primary_key


def test_every_table_that_is_written_by_hand_cites_sources_but_the_sources() -> None:
    uncited = [
        table.name
        for table in SCHEMAS.written
        if "source_ids" not in {column.name for column in table.columns}
    ]
    assert uncited == ["sources"]


@pytest.mark.parametrize(
    "codes",
    [value for value in vars(lists).values() if isinstance(value, CodeList)],
    ids=lambda codes: codes.name,
)
def test_a_code_list_has_unique_codes_with_label_and_definition(codes: CodeList) -> None:
    assert len(set(codes.values)) == len(codes.values)
    assert all(code.label and code.definition.endswith(".") for code in codes.codes)


def test_an_unknown_table_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        SCHEMAS.table("meetingz")
