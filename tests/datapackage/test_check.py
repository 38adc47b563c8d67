"""One fault gives one finding, wherever else it has effects; a rule that cannot be decided is reported as such."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from communique.datapackage import check, open_dataset
from communique.schemas import SCHEMAS

ANNA = "council-2012-04-02,anna-ivanova,chair,President of Belarus,president-by,attended"
TERM = "anna-ivanova-president-by-2010,anna-ivanova,president-by,President of Belarus,BY,2010-05-07,,high,,gazette"
OFFICE = "president-by,President of Belarus,Президент Беларуси,head-of-state,,BY,gazette"
MAY = "council-2014-05-06,council,Meeting of the Council,held,2014-05-06,,,in_person,Minsk,BY"


@pytest.mark.parametrize(
    ("file", "before", "after", "finding"),
    [
        ("meetings.csv", MAY, MAY.replace("held", "hel"), ("constraint-error", 6, "status")),
        (
            "meetings.csv",
            MAY,
            MAY.replace("Minsk,BY", "Minsk,Belarus"),
            ("constraint-error", 6, "country_code"),
        ),
        ("meetings.csv", MAY, MAY.replace(",2014-05-06,", ",06.05.2014,"), ("type-error", 6, "start_edtf")),
        ("meetings.csv", MAY, MAY.replace("Meeting", "M\xffeting"), ("encoding-error", 6, "name")),
        ("meetings.csv", MAY, MAY.replace("Meeting of", 'Meeting "of'), ("stray-quote", 6, "name")),
        ("meetings.csv", MAY, MAY.replace("Meeting of", '"Meeting of'), ("unclosed-quote", 6, "name")),
        ("participants.csv", ANNA, ANNA.replace("chair", "chiar"), ("constraint-error", 2, "role")),
        (
            "participants.csv",
            ANNA,
            ANNA.replace("attended", "Attended"),
            ("constraint-error", 2, "participation_status"),
        ),
        (
            "organizations.csv",
            OFFICE,
            OFFICE.replace("BY", "Belarus"),
            ("constraint-error", 4, "country_code"),
        ),
        ("organizations.csv", OFFICE, OFFICE.replace("BY", ""), ("national-body-country", 4, "country_code")),
        ("organizations.csv", OFFICE, f"{OFFICE},", ("extra-cell", 4, None)),
        ("memberships.csv", TERM, f"{TERM},", ("extra-cell", 2, None)),
        ("participants.csv", ANNA, ANNA.replace("anna-", "ann-"), ("foreign-key", 2, "person_id")),
        ("participants.csv", ANNA, ANNA.replace("anna-ivanova", ""), ("constraint-error", 2, "person_id")),
        ("persons.csv", "Boris Petrov,", "Boris\0Petrov,", ("nul-byte", 3, "name")),
        ("sources.csv", "Gazette,Gazette,", "Gazette,Gazette,Gazette,", ("extra-cell", 3, None)),
        ("initiatives.csv", "border-treaty,Treaty on", "border-treaty,Treaty on,", ("extra-cell", 2, None)),
    ],
)
def test_a_fault_has_one_finding_although_other_rows_depend_on_its_row(
    base: Path, file: str, before: str, after: str, finding: tuple[str, int, str | None]
) -> None:
    path = base / file
    text = path.read_text("utf-8")
    assert text.count(before) == 1
    path.write_bytes(text.replace(before, after).encode().replace("\xff".encode(), b"\xff"))
    report = check(open_dataset(base), SCHEMAS)
    assert [(found.code, found.line, found.column) for found in report.findings] == [finding]


def test_a_table_that_cannot_be_read_leaves_its_rules_undecided(base: Path) -> None:
    (base / "meetings.csv").unlink()
    report = check(open_dataset(base), SCHEMAS)
    assert [finding.code for finding in report.findings] == ["source-error"]
    assert {"chair-count", "outside-term", "foreign-key"} <= set(report.unchecked)
    (unread,) = [table for table in report.tables if not table.readable]
    assert (unread.table, unread.read) == ("meetings", 0)
    assert not report.ok


def test_devices_pipes_and_links_out_of_the_dataset_are_not_opened(base: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text((base / "persons.csv").read_text("utf-8"), "utf-8")
    path = base / "persons.csv"
    for target in ("pipe", "/dev/zero", tmp_path / "outside.csv"):
        path.unlink()
        os.mkfifo(path) if target == "pipe" else path.symlink_to(target)
        report = check(open_dataset(base), SCHEMAS)
        assert [finding.code for finding in report.findings] == ["source-error"]
