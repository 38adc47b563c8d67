"""Lazy imports: a command loads only the libraries that it uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import communique
import communique.datapackage
import communique.schemas

from .conftest import ROOT

_RUN = """
import sys
from communique.cli.main import main
sys.argv = ["communique", *sys.argv[1:]]
try: main()
except SystemExit as left: code = left.code
print(code, *sys.modules)
"""
_SLOW = (
    "pandas",
    "pandera",
    "narwhals",
    "pydantic",
    "ruamel",
    "frictionless",
    "jsonschema",
    "duckdb",
    "jinja2",
)
_PARTS = ("pyarrow.compute", "pyarrow.parquet", "pyarrow.dataset", "numpy.ma", "http.client", "asyncio")


def _loaded(*arguments: str) -> tuple[str, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments], capture_output=True, text=True, check=True
    )
    code, *modules = done.stdout.splitlines()[-1].split()
    return code, set(modules)


def _package(folder: Path, rows: str) -> Path:
    (folder / "datapackage.json").write_text(
        '{"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": {"fields": ['
        '{"name": "id", "type": "integer", "constraints": {"minimum": 1}}, {"name": "on", "type": "date"},'
        '{"name": "n", "type": "string"}], "primaryKey": "id"}}]}'
    )
    (folder / "t.csv").write_text("id,on,n\n" + rows)
    return folder


def test_a_package_without_faults_is_checked_without_what_it_has_no_use_for(tmp_path: Path) -> None:
    code, modules = _loaded("validate", str(_package(tmp_path, "1,2024-12-06,Minsk\n2,,\n")))
    assert code == "0"
    assert not modules & {*_SLOW, *_PARTS}
    assert {"polars", "pyarrow", "numpy"} <= modules


def test_pandera_judges_where_there_is_something_to_judge(tmp_path: Path) -> None:
    code, modules = _loaded("validate", str(_package(tmp_path, "0,2024-12-06,Minsk\n")))
    assert code == "1"
    assert "pandera" in modules


def test_a_dataset_is_checked_without_what_only_others_need() -> None:
    code, modules = _loaded("validate", str(ROOT / "data" / "union-state"))
    assert code == "0"
    assert not modules & {"frictionless", "jsonschema", "duckdb", "jinja2", "http.client"}


@pytest.mark.parametrize("room", [communique, communique.datapackage, communique.schemas])
def test_each_public_name_is_there_and_no_module(room: ModuleType) -> None:
    names: list[str] = room.__dict__["__all__"]
    assert names == sorted(names)
    for name in names:
        assert not isinstance(getattr(room, name), ModuleType), name
    assert set(names) <= set(dir(room))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = room.no_such_name


def test_a_public_name_is_not_the_module_of_the_same_name() -> None:
    code = (
        "import communique.datapackage.check, communique.datapackage.build as build; "
        "from communique.datapackage import check; import communique.datapackage as room; "
        "assert callable(check) and callable(build) and room.check is check"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
