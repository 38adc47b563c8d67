"""The codes of a column with their labels, as in the descriptor, for inspection and joins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import communique

RELEASE = communique.open()


def opened(folder: Path, **field: Any) -> communique.Release:
    """Return a release of one table, one column of which is described so."""
    (folder / "t.csv").write_text("id,code\n1,\n", "utf-8")
    fields = [{"name": "id", "type": "integer"}, {"name": "code", **field}]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": ["id"]}}
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}), "utf-8")
    return communique.open(folder)


def test_every_code_list_of_the_release_labels_every_row() -> None:
    seen = 0
    for table in RELEASE.tables.values():
        for column in table.columns:
            codes = table.codes(column.name)
            assert codes.schema == {"code": table.schema[column.name], "label": pl.String}
            assert codes.rows() == [(one.value, one.label) for one in column.categories or ()]
            if column.categories:
                rows = table.lazy().drop_nulls(column.name)
                labelled = rows.join(codes.lazy(), left_on=column.name, right_on="code").collect()
                assert labelled.height == rows.collect().height
                assert labelled["label"].null_count() == 0
                seen += 1
    assert seen > 5
    assert RELEASE.codes("meetings", "status").equals(RELEASE["meetings"].codes("status"))


@pytest.mark.parametrize(
    ("field", "rows"),
    [
        ({"type": "string", "categories": ["b", "a"]}, [("b", None), ("a", None)]),
        (
            {"type": "integer", "categories": [{"value": 2, "label": "two"}, {"value": 10}]},
            [(2, "two"), (10, None)],
        ),
        ({"type": "integer", "constraints": {"enum": [3, 1]}}, [(3, None), (1, None)]),
        ({"type": "string", "constraints": {"enum": ["x"]}}, [("x", None)]),
        ({"type": "date", "constraints": {"enum": ["2024-01-01"]}}, []),
        ({"type": "object", "constraints": {"enum": [{"a": 1}]}}, []),
        ({"type": "boolean"}, []),
    ],
)
def test_codes_of_others_have_the_type_of_their_column_and_the_labels_that_there_are(
    tmp_path: Path, field: dict[str, Any], rows: list[tuple[Any, Any]]
) -> None:
    with opened(tmp_path, **field) as release:
        codes = release.codes("t", "code")
        assert codes.rows() == rows
        assert codes.schema == {"code": release["t"].schema["code"], "label": pl.String}


def test_a_table_or_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(communique.ReleaseError, match=r"has no table 'meeting'\. The tables are .*meetings"):
        RELEASE.codes("meeting", "status")
    with pytest.raises(
        communique.ReleaseError, match=r"meetings: has no column 'state'\. The columns are .*status"
    ):
        RELEASE.codes("meetings", "state")
    with pytest.raises(TypeError, match="the name of a column as a string, found int: 5"):
        RELEASE.codes("meetings", 5)  # type: ignore[arg-type]
