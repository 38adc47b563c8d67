"""`communique validate` on external data: exit codes, formats, and no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from frictionless import Report

from tests.datapackage.foreign import SCHEMA, TABLE, package

from .conftest import Shell

BAD = 'id,name\n1,"a\nb"\nx,c\n2\n3,d,e\n\n'


def test_exit_codes_say_clean_findings_and_nothing_checked(shell: Shell, tmp_path: Path) -> None:
    folder = package(tmp_path, {"t.csv": TABLE, "bad.csv": BAD, "s.json": json.dumps(SCHEMA)})
    assert shell("validate", str(folder))[0] == 0
    assert shell("validate", str(folder / "datapackage.json"))[0] == 0
    assert shell("validate", str(folder / "t.csv"), "--schema", str(folder / "s.json"))[0] == 0
    code, out, _ = shell("validate", str(folder / "bad.csv"), "--schema", str(folder / "s.json"))
    assert code == 1
    assert "bad.csv:4:1" in out
    code, out, err = shell("validate", str(folder / "t.csv"))
    assert (code, out) == (2, "")
    assert "nothing was checked" in err


@pytest.mark.parametrize("arguments", [["--since", "HEAD"], ["--quarantine", "q"]])
def test_options_of_datasets_are_refused_for_packages(
    shell: Shell, tmp_path: Path, arguments: list[str]
) -> None:
    code, _, err = shell("validate", str(package(tmp_path, {"t.csv": TABLE})), *arguments)
    assert code == 2
    assert "are for datasets" in err


def test_a_schema_is_refused_for_a_package_which_has_its_own(shell: Shell, tmp_path: Path) -> None:
    folder = package(tmp_path, {"t.csv": TABLE})
    for source in (folder, folder / "datapackage.json"):
        code, _, err = shell("validate", source, "--schema", "s.json")
        assert code == 2
        assert "so give none; only a single table needs one" in err


@pytest.mark.parametrize("command", ["validate", "build", "describe"])
def test_a_package_that_is_not_named_is_not_passed_over(shell: Shell, tmp_path: Path, command: str) -> None:
    package(tmp_path, {"t.csv": TABLE})
    code, out, err = shell(command)
    assert (code, out) == (2, "")
    assert "datapackage.json" in err


def test_a_package_in_another_spelling_of_yaml_is_not_passed_over(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "datapackage.yml").write_text("name: p\n", "utf-8")
    code, out, err = shell("validate")
    assert (code, out) == (2, "")
    assert "datapackage.yml" in err


def test_options_of_packages_are_refused_for_datasets(shell: Shell) -> None:
    code, _, err = shell("validate", "--allow-remote")
    assert code == 2
    assert "are for one data package" in err


def test_the_form_of_frictionless_is_read_by_frictionless_and_has_its_numbers(
    shell: Shell, tmp_path: Path
) -> None:
    folder = package(tmp_path, {"t.csv": BAD}, owner="me")
    code, out, _ = shell("validate", str(folder), "--output-format", "frictionless")
    assert code == 1
    read = Report.from_descriptor(json.loads(out))
    assert not read.valid
    assert read.flatten(["rowNumber", "fieldNumber", "type"]) == [
        [3, 1, "type-error"],
        [4, 2, "missing-cell"],
        [5, 3, "extra-cell"],
        [6, None, "blank-row"],
    ]
    assert read.stats["tasks"] == 1
    theirs = json.loads(_frictionless(folder))
    assert {*theirs} <= {*json.loads(out)}
    assert {*theirs["tasks"][0]} <= {*json.loads(out)["tasks"][0]}


def _frictionless(folder: Path) -> str:
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False).stdout


def test_findings_about_a_descriptor_are_a_task_of_their_own_there(shell: Shell, tmp_path: Path) -> None:
    folder = package(
        tmp_path,
        {"t.csv": TABLE},
        {"resources": [{"name": "t", "path": "t.csv", "schema": SCHEMA}], "created": "x"},
    )
    _, out, _ = shell("validate", str(folder), "--output-format", "frictionless")
    tasks: list[dict[str, Any]] = json.loads(out)["tasks"]
    assert [[error["type"] for error in task["errors"]] for task in tasks] == [[], ["package-error"]]


@pytest.mark.parametrize(
    "form", ["text", "json", "jsonl", "csv", "github", "gitlab", "sarif", "junit", "html", "frictionless"]
)
def test_what_a_descriptor_or_a_cell_says_is_inert_in_every_format(
    shell: Shell, tmp_path: Path, form: str
) -> None:
    odd = "\x1b[31m\u202e<script>alert(1)</script>\x07"
    schema = {"fields": [{"name": "id", "type": "integer", "title": odd}, {"name": odd}]}
    descriptor = {
        "name": odd,
        "title": odd,
        "resources": [{"name": "t", "path": "t.csv", "schema": schema, odd: 1}],
    }
    folder = package(tmp_path, {"t.csv": f'"id","{odd}"\n"{odd}","{odd}"\n'}, descriptor)
    code, out, _ = shell("validate", str(folder), "--output-format", form)
    assert code == 1
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    if form in ("html", "junit"):
        assert "<script>alert" not in out


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
def test_without_a_network_the_output_is_the_same(tmp_path: Path) -> None:
    resources = [
        {"name": "t", "path": "t.csv", "schema": SCHEMA},
        {"name": "u", "path": "http://example.org/u.csv", "schema": "http://example.org/s.json"},
    ]
    folder = package(
        tmp_path, {"t.csv": BAD}, {"resources": resources, "$schema": "http://example.org/p.json"}
    )
    command = [sys.executable, "-m", "communique", "validate", str(folder), "--output-format", "json"]
    alone = subprocess.run(["unshare", "-rn", *command], capture_output=True, check=False)
    if alone.returncode not in (0, 1, 2) or b"unshare" in alone.stderr:
        pytest.skip("network namespaces are not allowed here")
    usual = subprocess.run(command, capture_output=True, check=False, env=os.environ)
    assert (alone.returncode, alone.stdout, alone.stderr) == (usual.returncode, usual.stdout, usual.stderr)
    assert usual.returncode == 1


def test_no_report_takes_the_place_of_what_is_checked(shell: Shell, tmp_path: Path) -> None:
    table = package(tmp_path / "p", {"t.csv": TABLE, "s.json": json.dumps(SCHEMA)}) / "t.csv"
    before = table.read_bytes()
    os.symlink("t.csv", tmp_path / "p" / "link")
    for arguments in (
        ("validate", "p", "--output-format", "csv=p/t.csv"),
        ("validate", "p", "--output-format", "csv=p/link"),
        ("validate", "p/datapackage.json", "--output-format", "json=p/datapackage.json"),
        ("validate", "p/t.csv", "--schema", "p/s.json", "--output-format", "json=p/s.json"),
        ("build", "p", "--output-file", "p/t.csv"),
        ("verify", "p", "--output-file", "p/t.csv"),
        ("validate", "p", "--output-format", "json=p/new/"),
    ):
        assert shell(*arguments)[0] == 2
    assert table.read_bytes() == before
    assert shell("init", "d")[0] == 0
    assert shell("validate", "d", "--quarantine", "q")[0] == 0
    for name in ("persons.csv", "dataset.yaml"):
        for checks in (("validate", "d"), ("quarantine", "apply", "q")):
            code, _, err = shell(*checks, "--output-file", f"d/{name}")
            assert (code, "is part of what is checked" in err) == (2, True)
    assert shell("validate", "d", "--output-file", "d/found.txt")[0] == 0
    assert shell("validate", "d", "--output-file", "d/found.txt")[0] == 0


def test_a_table_that_was_deleted_stands_for_its_dataset(shell: Shell, tmp_path: Path) -> None:
    assert shell("init", "d")[0] == 0
    (tmp_path / "d" / "claims.csv").unlink()
    code, out, _ = shell("validate", "--only-datasets", "d/claims.csv")
    assert (code, "claims.csv" in out) == (1, True)
    code, out, _ = shell("validate", "--only-datasets", "--output-format", "json", "elsewhere.csv")
    assert (code, json.loads(out)["findings"]) == (0, [])


def test_a_dataset_that_cannot_be_opened_keeps_no_other_from_being_checked(
    shell: Shell, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        assert shell("init", name)[0] == 0
    (tmp_path / "a" / "dataset.yaml").write_text("{", "utf-8")
    (tmp_path / "b" / "claims.csv").unlink()
    paths = ("a/dataset.yaml", "b/persons.csv", "c/persons.csv")
    code, out, err = shell("validate", "--only-datasets", *paths)
    assert (code, "b/claims.csv" in out, out.count(" rows in ")) == (2, True, 2)
    assert err.startswith("communique: a/dataset.yaml:")
    assert shell("validate", *paths[1:])[0] == 1
    (tmp_path / "c" / "dataset.yaml").unlink()
    code, out, err = shell("validate", "a", "c")
    assert (code, out, "communique: a/dataset.yaml:" in err, "communique: c" in err) == (2, "", True, True)


def test_an_empty_or_negated_revision_is_refused(shell: Shell) -> None:
    assert shell("init", "d")[0] == 0
    for revision in ("", "^HEAD", "--output=x"):
        code, _, err = shell("validate", "d", f"--since={revision}")
        assert (code, "not a revision of git" in err) == (2, True)


def test_a_package_among_several_sources_is_refused_by_name(shell: Shell, tmp_path: Path) -> None:
    folder = package(tmp_path, {"t.csv": TABLE})
    assert shell("init", "council")[0] == 0
    for source in (folder, folder / "t.csv"):
        code, out, err = shell("validate", "council", source)
        assert (code, out) == (2, "")
        assert f"{source} is not a dataset, nor in one" in err
        assert "check it by itself" in err
    code, _, err = shell("validate", "council", "nowhere")
    assert (code, "nowhere: there is no such file" in err) == (2, True), err


def test_the_remedy_of_a_missing_key_fits_it(shell: Shell, tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}, {"name": "a"}], "primaryKey": ["id"]}
    _, out, _ = shell("validate", package(tmp_path, {"t.csv": "id,a\n,x\n"}, schema=schema))
    assert "expected a value in each part of the key" in out
    assert "→ Give each row a whole key of its own" in out
