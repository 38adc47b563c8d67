"""Each format contains what the report contains, in the form that its platform accepts."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import polars as pl
import pytest
from jsonschema.validators import validator_for

from communique.cli import formats
from communique.cli.formats import FORMATS, github, html, junit, sarif
from communique.cli.formats.text import render as render_text
from communique.cli.output import Output, deliver
from communique.datapackage import Finding, Report, check, open_dataset, write_file
from communique.schemas import SCHEMAS, SEVERITIES, Severity

from ...conftest import CASES, ROOT, lay
from ...faulty_datasets import many_findings, plant, planting_cases

SUITE = ROOT.parent / "shared" / "suites" / "report-schemas"
NEEDS_SUITE = pytest.mark.skipif(
    not SUITE.exists(), reason="the published report schemas are not beside the checkout"
)
FORM = json.loads((ROOT / "cli" / "formats" / "report-1.schema.json").read_text("utf-8"))

WAIVER = """
waivers:
  - rule: formula-like
    table: sources
    key: odd
    reason: The title begins so
    owner: maintainers
    expires: 2100-12-31
"""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report on a dataset with every fault that can be planted, one of them waived."""
    report = report_on(plant(tmp_path_factory.mktemp("planted") / "d", planting_cases()))
    return replace(
        report, findings=report.findings[1:], waived=report.findings[:1], unchecked=("chair-count",)
    )


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report on a dataset with 30,000 errors."""
    return report_on(many_findings(tmp_path_factory.mktemp("crowded") / "d", 30_000))


def report_on(folder: Path) -> Report:
    return check(open_dataset(folder), SCHEMAS)


def rendered(name: str, report: Report) -> str:
    return formats.render(name, report, 100).decode()


def loaded(name: str, report: Report) -> Any:
    return json.loads(rendered(name, report))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders_every_report(name: str, planted: Report, base: Path) -> None:
    for report in (planted, report_on(base)):
        assert formats.render(name, report, 100) == formats.render(name, report, 100)


def test_json_fits_its_own_schema_and_has_every_finding(planted: Report) -> None:
    report = loaded("json", planted)
    jsonschema.Draft202012Validator(FORM).validate(report)
    assert len(report["findings"]) == len(planted.findings)
    assert sum(report["codes"].values()) == len(planted.findings)
    assert len({finding["fingerprint"] for finding in report["findings"]}) == len(planted.findings)


def test_json_fits_its_own_schema_where_no_rule_asks_for_the_day(base: Path) -> None:
    report = loaded("json", replace(report_on(base), today=None))
    assert report["today"] is None
    jsonschema.Draft202012Validator(FORM).validate(report)


def test_json_lines_and_tables_have_a_line_a_finding(planted: Report) -> None:
    lines = rendered("jsonl", planted).splitlines()
    validator = jsonschema.Draft202012Validator({**FORM["$defs"]["worded"], "$defs": FORM["$defs"]})
    assert all(validator.is_valid(json.loads(line)) for line in lines)
    assert len(lines) == len(planted.findings)
    frame = pl.read_parquet(io.BytesIO(formats.render("parquet", planted, 100)))
    assert frame["code"].to_list() == [finding.code for finding in planted.findings]
    rows = list(csv.DictReader(io.StringIO(rendered("csv", planted))))
    assert len(rows) == len(planted.findings)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


@NEEDS_SUITE
def test_sarif_fits_the_published_schema(planted: Report, crowded: Report, base: Path) -> None:
    schema = json.loads((SUITE / "sarif-schema-2.1.0.json").read_text("utf-8"))
    validator: Any = validator_for(schema)(schema)
    for report in (planted, report_on(base)):
        assert [error.message for error in validator.iter_errors(loaded("sarif", report))] == []


def test_sarif_has_what_code_scanning_needs(planted: Report) -> None:
    log = loaded("sarif", planted)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["partialFingerprints"]["communique/v1"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith(
            (".csv", ".yaml")
        )
    assert sum("suppressions" in result for result in run["results"]) == 1
    assert "chair-count" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_says_why_a_finding_is_waived_by_whom_and_until_when(base: Path) -> None:
    with (base / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("odd,=Title,P,false,,,en,\n")
    with (base / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write(WAIVER)
    (run,) = loaded("sarif", report_on(base))["runs"]
    said = [each["justification"] for result in run["results"] for each in result.get("suppressions", ())]
    assert said == ["The title begins so. Waived in dataset.yaml by maintainers until 2100-12-31."]


@pytest.mark.no_cover
def test_sarif_keeps_to_the_limit_of_the_platform_and_says_so(crowded: Report) -> None:
    (run,) = loaded("sarif", crowded)["runs"]
    assert len(run["results"]) == sarif.LIMIT
    assert {result["level"] for result in run["results"]} == {"error"}
    note = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert note.startswith("5040 of 30040 findings were left out")


def test_sarif_counts_waived_findings_among_those_that_it_leaves_out(
    planted: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "LIMIT", 0)
    (run,) = loaded("sarif", replace(planted, findings=(), unchecked=()))["runs"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("1 of 1 findings were left out")


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif"])
def test_platforms_get_paths_below_the_root_of_the_repository(
    base: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    inner = base / "council"
    inner.mkdir()
    for path in base.glob("*.*"):
        path.rename(inner / path.name)
    (base / ".git").mkdir()
    persons = inner / "persons.csv"
    persons.write_text(persons.read_text("utf-8").replace(",RU,", ",XX,"), "utf-8")
    monkeypatch.chdir(inner)
    report = check(open_dataset(Path()), SCHEMAS)
    assert "council/persons.csv" in formats.render(form, report, 9).decode()
    assert "council/" not in formats.render("text", report, 9).decode()


def test_fingerprints_survive_lines_that_move(base: Path) -> None:
    def prints() -> set[str]:
        return {issue["fingerprint"] for issue in loaded("gitlab", report_on(base))}

    path = base / "persons.csv"
    head, *rows = path.read_text("utf-8").splitlines(keepends=True)
    added = ["x,X,,XX,daily\n", "y,Y,,BY,daily\n", "y,Z,,BY,daily\n"]  # the last names the line of the other
    path.write_text("".join([head, *rows, *added]), "utf-8")
    before = prints()
    path.write_text("".join([head, *added, *rows[::-1]]), "utf-8")
    assert prints() == before
    assert len(before) == 2


@NEEDS_SUITE
def test_junit_fits_the_common_schema(planted: Report, base: Path) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    schema = etree.XMLSchema(etree.parse(str(SUITE / "JUnit.xsd")))
    for report in (planted, report_on(base)):
        for mildest in (*SEVERITIES, None):
            schema.assertValid(etree.fromstring(formats.render("junit", report, 100, fail_on=mildest)))


def test_junit_has_a_case_for_each_rule_and_table_so_that_passes_show(planted: Report, base: Path) -> None:
    clean = ET.fromstring(rendered("junit", report_on(base)))
    assert [suite.get("name") for suite in clean] == [table.name for table in SCHEMAS.written]
    assert {case.get("name") for case in clean.findall("testsuite[@name='meetings']/testcase")} >= {
        "place-country",
        "chair-count",
        "primary-key",
        "missing-cell",
    }
    assert clean.findall(".//failure") == []
    broken = ET.fromstring(formats.render("junit", planted, 100, fail_on="info"))
    failures = [case.get("name") for case in broken.iter("testcase") if case.find("failure") is not None]
    assert set(failures) == {finding.code for finding in planted.findings}
    assert [case.get("name") for case in broken.iter("testcase") if case.find("skipped") is not None] == [
        "chair-count"
    ]
    for suite in broken:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall(".//failure")))


@pytest.mark.parametrize("fail_on", [*SEVERITIES, None])
def test_junit_has_a_failure_where_the_exit_code_is_1_and_no_other(
    planted: Report, fail_on: Severity | None
) -> None:
    tree = ET.fromstring(formats.render("junit", planted, 100, fail_on=fail_on))
    failed = {case.get("name") for case in tree.iter("testcase") if case.find("failure") is not None}
    graver = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on else ()
    assert failed == {finding.code for finding in planted.findings if finding.severity in graver}
    assert bool(failed) is (fail_on is not None and not planted.clean(fail_on))
    said = "".join(suite.findtext("system-out") or "" for suite in tree)
    for finding in planted.findings:
        assert (f"{finding.code}: " in said) is (finding.severity not in graver)


def test_junit_counts_what_a_report_does_not_list_by_its_severity(base: Path) -> None:
    report = replace(report_on(base), omitted={("persons", "formula-like", "warning"): 7})
    for fail_on, failures in zip(SEVERITIES, (0, 1, 1), strict=True):
        tree = ET.fromstring(formats.render("junit", report, 100, fail_on=fail_on))
        assert sum(int(suite.get("failures") or 0) for suite in tree) == failures
    assert "formula-like: 7 warnings" in rendered("junit", report)


def test_junit_has_one_suite_for_each_table_whatever_rules_it_breaks(base: Path) -> None:
    report = report_on(base)
    findings = [
        Finding(code, f"data/{table}.csv", table)
        for table in ("meetings", "persons", "")
        for code in ("row-count", "hash-count")
    ]
    tree = ET.fromstring(rendered("junit", replace(report, findings=tuple(findings))))
    names = [suite.get("name") for suite in tree]
    assert names == [*(table.name for table in SCHEMAS.written), report.dataset]
    assert [suite.get("id") for suite in tree] == list(map(str, range(len(names))))


def test_junit_writes_out_no_more_than_people_read(crowded: Report) -> None:
    assert f"… and {30_000 - junit.SHOWN:,} more findings" in rendered("junit", crowded)


def test_filters_of_html_have_the_values_of_the_findings(planted: Report) -> None:
    finding = replace(planted.findings[0], table="two  spaces")
    page = rendered("html", replace(planted, findings=(finding,)))
    assert 'data-table="two  spaces"' in page
    assert '<option value="two  spaces">' in page


def test_gitlab_gets_what_its_documentation_requires(planted: Report) -> None:
    issues = loaded("gitlab", planted)
    assert len(issues) == len(planted.findings)
    for issue in issues:
        assert issue["description"]
        assert issue["check_name"] in planted.rules
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not issue["location"]["path"].startswith("./")
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_github_gets_ten_of_each_severity_the_most_telling_ones(planted: Report, crowded: Report) -> None:
    commands = rendered("github", crowded).splitlines()
    kinds = [command.split(" ")[0] for command in commands]
    assert (kinds.count("::error"), kinds.count("::warning"), kinds.count("::notice")) == (10, 10, 1)
    assert commands[-1] == "::notice title=communique::30,000 errors, 40 warnings in base; 20 shown here."
    codes = re.findall(r"^::error .*title=([a-z-]+)::", rendered("github", planted), re.MULTILINE)
    assert len(codes) == len(set(codes)) == 10


def test_infos_are_notices_and_counted_where_there_are_some(planted: Report) -> None:
    mild = replace(planted.findings[0], severity="info")
    report = replace(planted, findings=(mild,) * 12, omitted={})
    commands = rendered("github", report).splitlines()
    assert [command.split(" ")[0] for command in commands] == ["::notice"] * 10
    for form in ("github", "text", "html"):
        assert "0 errors, 0 warnings, 12 infos" in rendered(form, report)


def test_github_commands_cannot_be_forged_by_data(base: Path) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write('"x\n::error title=forged::",X%0A::error::,,XX,daily\n')
    lines = rendered("github", report_on(base)).splitlines()
    assert not [line for line in lines if line.startswith("::error title=forged")]
    assert all(
        line.startswith(("::error file=", "::warning file=", "::notice title=communique::")) for line in lines
    )


def test_the_summary_of_a_job_has_counts_and_inert_text(tmp_path: Path) -> None:
    report = report_on(lay(CASES / "invalid" / "unknown-country", tmp_path / "d"))
    assert "| `constraint-error` | 1 |" in github.summary(report)
    hostile = replace(
        report, findings=(replace(report.findings[0], value="<img src=x> | [a](b) @all ~~gone~~ $x$"),)
    )
    assert "<img" not in github.summary(hostile)
    assert "| [a]" not in github.summary(hostile)
    assert not {"~", "$"} & set(github.summary(hostile))  # struck out, or taken for mathematics


@pytest.mark.no_cover
def test_the_summary_of_a_job_stays_below_what_github_takes(
    planted: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = "\u202e|" * 2_000
    finding = replace(
        planted.findings[0], file=word, column=word, key=word, value=word, expected=word, hint=word
    )
    report = replace(planted, findings=(finding,) * 60, omitted={})
    said = github.summary(report)
    listed = said.count(f" | `{finding.code}` | ")
    assert 1 <= listed < 50
    assert said.endswith(f"\n\n… and {60 - listed} more findings.\n")
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    for _ in range(5):
        deliver(report, [Output("github", tmp_path / "out")], 100, "error")
    assert len(said.encode()) <= path.stat().st_size <= github.ROOM
    assert path.read_text("utf-8").startswith(said)


def test_text_says_what_it_does_not_show_and_counts_by_rule(crowded: Report) -> None:
    text = render_text(crowded, 5, colour=False)
    assert "… and 30,035 more findings; --max-findings shows more, JSON shows all." in text
    assert "  30,000  constraint-error\n" in text
    assert "\x1b[" not in text
    assert "\x1b[" in render_text(crowded, 5, colour=True)


def test_text_tells_hints_waived_and_older_findings(planted: Report) -> None:
    text = render_text(replace(planted, older=3), 1_000, colour=False)
    assert "(did you mean 2024-02-01 or 2024-01-02?)" in text
    assert "Left out: 3 findings that the revision already had." in text
    assert "1 finding waived in dataset.yaml." in text


def test_the_page_lists_findings_counts_all_and_lets_no_cell_act(crowded: Report, base: Path) -> None:
    page = rendered("html", crowded)
    assert page.count("<tr data-table=") == html.SHOWN
    assert "2,000 of 30,040 findings listed" in page
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write(f'x,"<script>alert(1)</script>\x1b[31m\u202e{"y" * 1_000_000}",,XX,daily\n')
    page = rendered("html", report_on(base))
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert len(page) < 100_000
    assert "https:" not in page.replace("https://creativecommons.org", "")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]
