"""JUnit XML: a test suite for each table and a case for each rule, so that passed rules are visible too.

The format is that of Ant's JUnit task. No clock is read: the time stamp is the day that counted as today. Findings that
do not make the exit code 1 are not failures: their case passes, and they are in `system-out` of the suite, as the format
has no other place for the output of a passed case.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from communique.datapackage import Report
from communique.schemas import Severity

from ..wording import Case, cases_by_table, counted, inert, no_command, path_of, sentence

_EPOCH = "1970-01-01"
"""JUnit requires a time stamp even where no rule depends on the day."""
SHOWN = 100
"""How many findings of a case are written out."""


def render(report: Report, fail_on: Severity | None = "error") -> str:
    """Return the report as test suites. fail_on: the mildest severity that is a failure; None where none is."""
    root = ET.Element("testsuites")
    for number, (table, listed) in enumerate(cases_by_table(report).items()):
        _suite(root, number, table, listed, report, fail_on)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(
    root: ET.Element, number: int, table: str, listed: list[Case], report: Report, fail_on: Severity | None
) -> None:
    counts = {
        "tests": len(listed),
        "failures": sum(case.fails(fail_on) for case in listed),
        "errors": 0,
        "skipped": sum(not case.decided for case in listed),
    }
    place = {"name": table, "package": inert(report.dataset), "id": number, "hostname": "localhost"}
    clock = {"timestamp": f"{report.today or _EPOCH}T00:00:00", "time": "0"}
    suite = ET.SubElement(
        root, "testsuite", {key: str(value) for key, value in (place | clock | counts).items()}
    )
    ET.SubElement(suite, "properties")
    for case in listed:
        _case(suite, case, report, fail_on)
    mild = [case for case in listed if case.count and not case.fails(fail_on)]
    ET.SubElement(suite, "system-out").text = "\n".join(_mild(case, report) for case in mild) or None
    ET.SubElement(suite, "system-err")


def _case(suite: ET.Element, case: Case, report: Report, fail_on: Severity | None) -> None:
    name = {"name": case.code, "classname": inert(f"{report.dataset}.{case.table}"), "time": "0"}
    element = ET.SubElement(suite, "testcase", name)
    if not case.decided:
        ET.SubElement(element, "skipped")
    elif case.fails(fail_on):
        kind = {"message": counted(case.count, "finding"), "type": case.code}
        ET.SubElement(element, "failure", kind).text = _text(case, report)


def _mild(case: Case, report: Report) -> str:
    return f"{case.code}: {counted(case.count, case.severity or 'finding')}\n{_text(case, report)}"


def _text(case: Case, report: Report) -> str:
    lines = [
        f"{inert(path_of(finding, report), 1000)}:{finding.line or 1}:{finding.offset or 1} {sentence(finding, report)}"
        for finding in case.findings[:SHOWN]
    ]
    more = case.count - len(lines)
    said = [*lines, f"… and {counted(more, 'more finding')}"] if more > 0 else lines
    return "\n".join(map(no_command, said))
