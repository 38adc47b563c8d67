"""The order in which tables are created: every possible constraint is declared, even next to a circular reference."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from communique.datapackage.exports import export

from .made import Made, release_of

_ROWS = pl.DataFrame({"id": [1, 2], "to": [2, 1]})


def test_one_reference_of_each_circle_is_left_out_and_no_other(tmp_path: Path) -> None:
    refers = {"child": "a", "a": "b", "b": "c", "c": "a", "y": "x", "x": "y", "own": "own", "last": "child"}
    tables = {name: Made(_ROWS, "id", {"to": far}) for name, far in refers.items()}
    path = export(release_of(tmp_path / "made", tables), "duckdb", tmp_path / "made.duckdb")
    with duckdb.connect(path, read_only=True) as database:
        found = database.execute(
            "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'"
        ).fetchall()
        told = database.execute("SELECT table_name FROM duckdb_columns() WHERE comment LIKE 'Refers to %'")
        left = {name for (name,) in told.fetchall()}
    declared = {name for (name,) in found}
    assert declared | left == refers.keys()
    assert "own" in left
    assert len(left & {"a", "b", "c"}) == len(left & {"x", "y"}) == 1
    assert {"child", "last"} <= declared
