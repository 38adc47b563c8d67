"""The Pandera schemas of a table enforce everything that the table declares."""

from __future__ import annotations

import pytest

from communique.datapackage.checking.contract import pandera_schema
from communique.schemas import SCHEMAS, Table

from ...frames import TODAY


@pytest.mark.parametrize("table", SCHEMAS.tables, ids=lambda table: table.name)
def test_all_rules_of_a_table_run_in_its_pandera_schemas(table: Table) -> None:
    declared = {rule.code for column in table.columns for rule in column.rules} | {
        r.code for r in table.rules
    }
    running = set[str]()
    for schema in (pandera_schema(table, TODAY), pandera_schema(table, TODAY, "warning")):
        checks = [
            *(schema.checks or []),
            *(c for column in schema.columns.values() for c in column.checks or []),
        ]
        running |= {str(check.name) for check in checks}
    assert declared <= running
