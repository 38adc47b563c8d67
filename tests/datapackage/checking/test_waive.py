"""Waivers excuse known exceptions, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.datapackage import Report, build, check, open_dataset
from communique.schemas import SCHEMAS

WAIVER = "  - {{rule: {rule}, table: {table}, key: {key}, reason: Known., owner: me, expires: {expires}}}\n"


def waived(
    base: Path,
    *,
    rule: str = "place-country",
    table: str = "meetings",
    key: str = "council-2014-05-06",
    expires: str = "2025-12-31",
) -> Report:
    """Check the base with a meeting in the wrong country, and a waiver."""
    path = base / "meetings.csv"
    path.write_text(path.read_text("utf-8").replace("Minsk,BY", "Minsk,RU"), "utf-8")
    with (base / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write("waivers:\n" + WAIVER.format(rule=rule, table=table, key=key, expires=expires))
    return check(open_dataset(base), SCHEMAS)


def codes(report: Report) -> list[tuple[str, str, int | None]]:
    return [(finding.code, finding.file, finding.line) for finding in report.findings]


BROKEN = ("place-country", "meetings.csv", 6)


def test_a_waiver_excuses_the_finding_that_it_names(base: Path, tmp_path: Path) -> None:
    report = waived(base)
    assert codes(report) == []
    assert [finding.key for finding in report.waived] == ["council-2014-05-06"]
    assert all(table.rejected == 0 for table in report.tables)
    assert build(open_dataset(base), SCHEMAS, tmp_path / "out").built


@pytest.mark.parametrize(
    ("waiver", "found"),
    [
        ({"expires": "2024-12-31"}, ("expired-waiver", "dataset.yaml", 17)),
        ({"key": "council-2012-04-02"}, ("unused-waiver", "dataset.yaml", 17)),
        ({"rule": "place-contry"}, ("unknown-waiver", "dataset.yaml", 17)),
        ({"table": "meetingz"}, ("unknown-waiver", "dataset.yaml", 17)),
        ({"rule": "constraint-error"}, ("unknown-waiver", "dataset.yaml", 17)),
        ({"rule": "foreign-key"}, ("unknown-waiver", "dataset.yaml", 17)),
        ({"rule": "identifier-format"}, ("unknown-waiver", "dataset.yaml", 17)),
        ({"rule": "list-format"}, ("unknown-waiver", "dataset.yaml", 17)),
    ],
)
def test_a_waiver_that_is_expired_unused_or_unknown_is_a_finding(
    base: Path, waiver: dict[str, str], found: tuple[str, str, int]
) -> None:
    report = waived(base, **waiver)
    assert codes(report) == [BROKEN, found]
    meant = {"place-contry": "place-country", "meetingz": "meetings"}
    assert report.findings[1].hint == next((meant[name] for name in waiver.values() if name in meant), None)


def test_of_two_waivers_for_one_finding_the_first_that_holds_is_told_and_the_other_is_a_finding(
    base: Path,
) -> None:
    place = {"rule": "place-country", "table": "meetings", "key": "council-2014-05-06"}
    waived(base)
    with (base / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.writelines(WAIVER.format(**place, expires=day) for day in ("2025-11-30", "2024-12-31"))
    report = check(open_dataset(base), SCHEMAS)
    assert codes(report) == [("unused-waiver", "dataset.yaml", 18), ("expired-waiver", "dataset.yaml", 19)]
    assert "no waiver before this one" in (report.findings[0].expected or "")
    assert [str(waiver.expires) for waiver in report.waivers.values()] == ["2025-12-31"]


def test_a_waiver_needs_a_reason_and_an_owner(base: Path) -> None:
    with (base / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write("waivers:\n  - {rule: a, table: b, key: c, expires: 2025-01-01}\n")
    with pytest.raises(Exception, match=r"dataset\.yaml:17: waivers\.0\.reason is missing"):
        open_dataset(base)
