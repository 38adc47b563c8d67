"""Pandera judges, but not what is a value: NaN is one."""

from __future__ import annotations

from pathlib import Path

from . import codes, report


def test_nan_is_a_value_also_in_a_row_that_breaks_something_else(tmp_path: Path) -> None:
    fields = [
        {"name": "a", "type": "number", "constraints": {"required": True}},
        {"name": "b", "constraints": {"enum": ["x"]}},
    ]
    found = report(tmp_path, {"t.csv": "a,b\nNaN,y\n,x\n"}, schema={"fields": fields})
    assert codes(found) == [("constraint-error", 2, 2), ("constraint-error", 3, 1)]
