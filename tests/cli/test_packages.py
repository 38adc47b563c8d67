"""The commands for data packages of any origin: their output and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from communique.cli.main import communique
from communique.datapackage import CommuniqueError

MODULE = """
import pandera.polars as pa
class City(pa.DataFrameModel):
    code: str = pa.Field(str_matches="^[A-Z]{2}$", unique=True)
    people: int = pa.Field(gt=0)
    @pa.check("people")
    def even(cls, data): return data
open("was-run", "w").close()
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(communique, [str(argument) for argument in arguments], catch_exceptions=False)


def failing(folder: Path, *arguments: str) -> str:
    """Return what a command that cannot run says in its one line."""
    command = [sys.executable, "-m", "communique.cli", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert (result.returncode, result.stdout) == (2, "")
    return result.stderr


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "city_models.py").write_text(MODULE)
    (tmp_path / "cities.csv").write_text("code,people\nBY,9\nRU,144\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "city_models", raising=False)
    return tmp_path


def test_a_model_is_described_only_if_its_module_may_run(folder: Path) -> None:
    refused = run("describe", "city_models:City")
    assert refused.exit_code == 2
    assert "Give --allow-import if you trust it" in refused.stderr
    assert not (folder / "was-run").exists()
    described = run("describe", "city_models:City", "--allow-import")
    assert described.exit_code == 0
    schema = json.loads(described.stdout)
    assert schema["fields"][0]["constraints"] == {"required": True, "unique": True, "pattern": "[A-Z]{2}"}
    assert (
        described.stderr
        == "lost: fields.people: the check even: only built-in checks of Pandera are carried over\n"
    )
    older = json.loads(run("describe", "city_models:City", "--allow-import", "--standard", "1").stdout)
    assert older["fields"][1]["constraints"]["minimum"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["city_models:City", "--table", "a"], "a model has a Table Schema"),
        (["city_models:City", "--schema", "cities.csv"], "a model has a Table Schema"),
        (["--allow-import"], "are for models"),
        ([".", "--standard", "1"], "are for models"),
    ],
)
def test_options_that_do_not_go_together(folder: Path, arguments: list[str], said: str) -> None:
    result = run("describe", *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_model_that_is_not_there_is_one_line(folder: Path) -> None:
    said = failing(folder, "describe", "city_models:Town", "--allow-import")
    assert "Give the name of a model in city_models" in said
    assert len(said.splitlines()) == 1


def test_a_draft_is_written_refused_confirmed_and_checked(folder: Path) -> None:
    drafted = run("infer", "cities.csv", "-o", "datapackage.json")
    assert (drafted.exit_code, drafted.stdout) == (0, "")
    assert "cities: 2 rows, 2 fields, key code" in drafted.stderr
    assert "then remove communique:draft" in failing(folder, "validate", ".")
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert run("infer", "cities.csv").stdout == (folder / "datapackage.json").read_text("utf-8")
    del descriptor["communique:draft"]
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    assert run("validate", ".").exit_code == 0
    assert "is not a draft" in failing(folder, "infer", "cities.csv", "-o", "datapackage.json")


def test_a_dataset_that_is_a_draft_is_refused(base: Path) -> None:
    path = base / "dataset.yaml"
    path.write_text(path.read_text("utf-8") + '"communique:draft": true\n', "utf-8")
    for command in (["validate", "."], ["build", ".", "-o", "out"]):
        assert "this is a draft, so nothing was checked" in failing(base, *command)
    assert not (base / "out").exists()


def test_a_descriptor_on_the_terminal_has_what_cannot_be_seen_as_escapes(folder: Path) -> None:
    odd = "a\x7f\x9b31m\u202e\u2028b é"
    schema = {"fields": [{"name": "code", "type": "string", "title": odd}, {"name": "people"}]}
    content = {"name": "c", "resources": [{"name": "cities", "path": "cities.csv", "schema": schema}]}
    (folder / "datapackage.json").write_text(json.dumps(content))
    commands = [
        ("describe", "."),
        ("describe", ".", "--table", "cities"),
        ("describe", ".", "--table", "cities", "--format", "json-schema"),
        ("upgrade", "."),
    ]
    for command in commands:
        text = run(*command).stdout
        assert r"a\u007f\u009b31m\u202e\u2028b é" in text
        assert not set("\x7f\x9b\u202e\u2028") & set(text)


@pytest.mark.parametrize("there", ["t.csv", "datapackage.json", "link.json", "sub"])
def test_upgrade_writes_over_nothing(folder: Path, there: str) -> None:
    (folder / "t.csv").write_text("id\n1\n")
    (folder / "datapackage.json").write_text('{"resources": []}')
    (folder / "link.json").symlink_to("nowhere.json")
    (folder / "sub").mkdir()
    before = (folder / "datapackage.json").read_text(), (folder / "t.csv").read_text()
    with pytest.raises(CommuniqueError, match="already exists"):
        run("upgrade", ".", "-o", there)
    assert before == ((folder / "datapackage.json").read_text(), (folder / "t.csv").read_text())
    assert not (folder / "nowhere.json").exists()


def test_a_descriptor_goes_up_and_comes_down(folder: Path) -> None:
    old = {
        "profile": "tabular-data-package",
        "resources": [
            {
                "name": "cities",
                "profile": "tabular-data-resource",
                "path": "cities.csv",
                "schema": {
                    "fields": [{"name": "code", "type": "string"}, {"name": "people", "type": "integer"}]
                },
            }
        ],
    }
    (folder / "datapackage.json").write_text(json.dumps(old))
    up = run("upgrade", ".", "-o", "new.json")
    assert (up.exit_code, up.stdout, up.stderr) == (0, "", "")
    assert run("validate", "new.json").exit_code == 0
    down = run("upgrade", "new.json", "--to", "1")
    assert (down.exit_code, json.loads(down.stdout)) == (0, old)
    again = run("upgrade", "new.json")
    assert "already has version 2 of the standard" in again.stderr
    new = json.loads((folder / "new.json").read_text("utf-8"))
    assert run("upgrade", "datapackage.json", "-o", "/dev/null").exit_code == 0
    new["resources"][0]["schema"]["fieldsMatch"] = "subset"
    (folder / "new.json").write_text(json.dumps(new))
    assert "lost: resources[0].schema: fieldsMatch 'subset'" in run("upgrade", "new.json", "--to", "1").stderr
