"""Resources are checked concurrently, and the report equals that of a sequential check."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path

import pytest

from communique.datapackage import Report, threads, validate_package
from communique.datapackage.foreign import run as running
from communique.datapackage.reading.longcells import long_cells
from communique.datapackage.untrusted.limits import CELL

TABLES = 12


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Return a package of tables that each have another fault, some of them with semicolons, which are rewritten."""
    resources = list[dict[str, object]]()
    for number in range(TABLES):
        mark = ";" if number % 3 else ","
        rows = [f"{row}{mark}{row % (number + 2)}" for row in range(50)] + [f"x{mark}{number}"]
        (tmp_path / f"t{number}.csv").write_text("\n".join([f"id{mark}far", *rows]) + "\n", "utf-8")
        fields = [{"name": "id", "type": "integer"}, {"name": "far", "type": "integer"}]
        reference = {"fields": "far", "reference": {"resource": f"t{(number + 1) % TABLES}", "fields": "id"}}
        resources.append(
            {
                "name": f"t{number}",
                "path": f"t{number}.csv" if number % 5 else f"gone{number}.csv",
                "dialect": {"delimiter": mark},
                "bytes": 1,
                "hash": "0",
                "schema": {"fields": fields, "primaryKey": "far", "foreignKeys": [reference]},
            }
        )
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "many", "resources": resources}), "utf-8")
    return tmp_path


def test_the_number_of_threads_makes_no_difference(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = list[Report]()
    for workers in (1, 2, 4):
        for module in (threads, running):
            monkeypatch.setattr(module, "WORKERS", workers)
        reports.append(validate_package(faulty))
    assert reports[0] == reports[1] == reports[2]
    assert {finding.table for finding in reports[0].findings} >= {f"t{number}" for number in range(TABLES)}


def test_the_limit_of_cells_is_set_back_by_the_last_thread() -> None:
    before, seen = csv.field_size_limit(), list[int]()
    inside, leave = threading.Event(), threading.Event()

    def rewrite() -> None:
        with long_cells(CELL.most):
            inside.set()
            leave.wait()
            seen.append(csv.field_size_limit())

    other = threading.Thread(target=rewrite)
    other.start()
    inside.wait()
    with long_cells(CELL.most):
        assert csv.field_size_limit() == CELL.most
    leave.set()
    other.join()
    assert seen == [CELL.most]
    assert csv.field_size_limit() == before
