"""The rules of the repository: import directions, file sizes, dependencies, locks."""

from __future__ import annotations

import ast
import re
import tomllib
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

from .conftest import ROOT

ROOMS = {"schemas": set[str](), "datapackage": {"schemas"}, "cli": {"datapackage", "schemas"}}
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def imports(path: Path) -> list[tuple[int, str]]:
    """Return the level and the name of each import."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.append((node.level, node.module or ""))
        elif isinstance(node, ast.Import):
            found += [(0, name.name) for name in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_imports_run_one_way_relative_inside_a_room_and_absolute_across(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    for level, name in imports(path):
        top = name.split(".")[0]
        assert top not in ROOMS, f"import communique.{top}, not {top}"
        if top == "communique" and "." in name:
            assert name.split(".")[1] in {*ROOMS[room], "later"}, f"{room} imports {name}"
        assert level < len(path.relative_to(ROOT).parts), "a relative import stays in its room"


@pytest.mark.parametrize("room", ["datapackage", "datapackage/foreign"])
def test_the_folders_of_the_engine_import_each_other_in_no_circle(room: str) -> None:
    engine = ROOT / room
    folders = {path.name for path in engine.iterdir() if (path / "__init__.py").exists()}
    near = {
        folder: {
            name.split(".")[0]
            for path in (engine / folder).rglob("*.py")
            for level, name in imports(path)
            if level == len(path.relative_to(engine).parts)
        }
        for folder in folders
    }
    TopologicalSorter(
        {folder: there & folders for folder, there in near.items()}
    ).prepare()  # raises at a circle


def test_schemas_do_no_input_or_output() -> None:
    outside = {"pathlib", "os", "io", "click", "frictionless", "pyarrow", "json", "csv"}
    for path in (ROOT / "schemas").glob("*.py"):
        assert not {name.split(".")[0] for _, name in imports(path)} & outside, path.name


def test_the_engine_names_no_table() -> None:
    from communique.schemas import SCHEMAS

    names = {table.name for table in SCHEMAS.tables} | {
        column.name for t in SCHEMAS.tables for column in t.columns
    }
    common = {
        "name",
        "title",
        "language",
        "license",
        "description",
        "version",
        "sources",
        "note",
        "url",
        "role",
        "table_name",  # as the information schema of SQL has it
        "publisher",  # a role of contributors, and a property of schema.org
    }
    for path in (ROOT / "datapackage").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        texts = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not texts & (names - common), path.name


def test_every_room_is_installed() -> None:
    folders = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in FILES}
    assert {f"communique.{folder}" for folder in folders} <= set(PROJECT["tool"]["setuptools"]["packages"])


def test_files_stay_small() -> None:
    assert [path.name for path in FILES if len(path.read_text("utf-8").splitlines()) > 400] == []


def test_every_dependency_has_a_reason_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| .+ \|$", text.partition("\n## Dependencies\n")[2], re.MULTILINE)
    named = {name for row in rows for name in row.partition(" (")[0].split(", ")}
    extras = PROJECT["project"]["optional-dependencies"]
    given = [extras[extra] for extra in extras if extra not in ("bench", "dev")]
    for requirement in (*PROJECT["project"]["dependencies"], *chain(*given)):
        name = re.split(r"[\[<>=]", requirement)[0].removesuffix("-python")
        assert name in named, name


def test_the_locks_name_no_index_and_hash_everything() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text("utf-8")
        assert "://" not in text
        pinned = re.findall(r"^[a-z0-9].*==.*$", text, re.MULTILINE)
        assert pinned
        assert all(line.endswith("\\") for line in pinned)


def test_every_command_of_the_readme_exists() -> None:
    from communique.cli.main import communique

    readme = (ROOT / "README.md").read_text("utf-8")
    for command in re.findall(r"^communique (\w+)", readme, re.MULTILINE):
        assert command in communique.commands
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", readme, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
