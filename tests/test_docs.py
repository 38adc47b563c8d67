"""Documentation and code agree, and no code of a finding disappears unnoticed."""

from __future__ import annotations

import importlib.util
import json
import re
from types import ModuleType

import click
import pytest
from python_page import LEFT_OUT, python_page

from communique.cli.explain import all_rules
from communique.cli.main import communique
from communique.datapackage import PACKAGE_RULES
from communique.datapackage.release_codes import RELEASE

from .conftest import CASES, ROOT, expectation

CODES = json.loads((ROOT / "tests" / "codes.json").read_text("utf-8"))


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_are_current() -> None:
    assert generator().stale() == []


def test_a_public_name_is_on_the_page_on_python_or_left_out_for_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = python_page()
    assert not [name for name in LEFT_OUT if f"\n### {name}\n" in page]
    for wrong in ({"View": None}, {"validate": "is on the page"}, {"no_such_name": "is gone"}):
        with monkeypatch.context() as patch:
            for name, reason in wrong.items():
                patch.setitem(LEFT_OUT, name, reason) if reason else patch.delitem(LEFT_OUT, name)
            with pytest.raises(SystemExit, match=f"decide where these belong: {next(iter(wrong))}"):
                python_page()


def test_no_code_has_disappeared_or_changed_its_severity() -> None:
    assert {code: rule.severity for code, rule in sorted(all_rules().items())} == CODES


@pytest.mark.parametrize("code", all_rules())
def test_every_code_has_statement_remedy_examples_page_and_a_case_that_it_rejects(code: str) -> None:
    rule = all_rules()[code]
    assert rule.statement
    assert rule.remedy
    assert rule.rejects != rule.accepts
    assert (ROOT / "docs" / "rules" / f"{code}.md").exists()
    found = {
        finding["code"] for case in (CASES / "invalid").iterdir() for finding in expectation(case)["findings"]
    }
    elsewhere = {
        "unknown-waiver",
        "expired-waiver",
        "unused-waiver",
        "unknown-former-key",
        "repeated-former-key",
        "schema-error",
        *(rule.code for rule in RELEASE),
        *(rule.code for rule in PACKAGE_RULES),
    }  # see test_waive, test_former, test_judge, test_verify, test_releasing, foreign/
    assert code in found | elsewhere


def commands(group: click.Group, name: str) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for part, command in group.commands.items():
        found.append((f"{name} {part}", command))
        if isinstance(command, click.Group):
            found += commands(command, f"{name} {part}")
    return found


@pytest.mark.parametrize(
    ("name", "command"), commands(communique, "communique"), ids=lambda value: str(value)
)
def test_every_command_and_option_has_help_and_stands_in_the_documentation(
    name: str, command: click.Command
) -> None:
    assert command.help
    page = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    assert f"## {name}\n" in page
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.opts[0] in page


def test_links_between_documents_lead_somewhere() -> None:
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "output" / "union-state" / "README.md",
    ]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_table_is_named_in_the_guide_for_curators() -> None:
    from communique.schemas import SCHEMAS

    guide = (ROOT / "docs" / "dataset.md").read_text("utf-8")
    assert all(f"tables/{table.name}.md" in guide for table in SCHEMAS.tables)
