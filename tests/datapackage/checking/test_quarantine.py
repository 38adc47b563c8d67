"""Rejected rows are quarantined with their reasons, and can be repaired and put back."""

from __future__ import annotations

import csv
import errno
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from communique.datapackage import (
    CommuniqueError,
    apply_fixes,
    build,
    check,
    check_with_quarantine,
    open_dataset,
    verify,
)
from communique.datapackage.checking.quarantine import COLUMNS, fixes_in, write_rows
from communique.schemas import SCHEMAS

from ...conftest import BASE, CASES, lay
from ...faulty_datasets import plant, planting_cases


def quarantined(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each file of a quarantine."""
    texts = {path.name: path.read_text("utf-8-sig") for path in folder.glob("*.csv")}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def repair(folder: Path, fixes: dict[str, dict[int, str]]) -> None:
    """Write fixes into the files of a quarantine, as a user would in a spreadsheet."""
    for name, rows in quarantined(folder).items():
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            for row in rows:
                writer.writerow({**row, "fix": fixes.get(name, {}).get(int(row["record"]), "")})


def test_a_rejected_row_is_kept_as_it_stood_with_what_is_wrong(tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "stray-quote-inside", tmp_path / "d")
    report = check_with_quarantine(open_dataset(folder), SCHEMAS, tmp_path / "q")
    (row,) = quarantined(tmp_path / "q")["sources.csv"]
    assert row["raw"] == 'stray-quote-inside,A "Title",Daily,false,,,en,'
    assert (row["line"], row["record"], row["codes"], row["fix"]) == ("4", "3", "stray-quote", "")
    assert row["root"] == "sources.csv:4 stray-quote"
    assert report.tables[-1].rejected == 1


def test_rows_of_a_quarantine_have_quotes_where_readers_need_them(tmp_path: Path) -> None:
    cells = ["1", "", 'a "b", c', "a\nb", "a\rb", "a b;\u2028", "'=1", ""]
    write_rows(tmp_path / "q.csv", [cells])
    text = '1,,"a ""b"", c","a\nb","a\rb",a b;\u2028,\'=1,\n'
    assert (tmp_path / "q.csv").read_bytes() == f"\ufeff{','.join(COLUMNS)}\n{text}".encode()
    with (tmp_path / "q.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, strict=True)) == [list(COLUMNS), cells]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_repair_that_was_typed_over_raw_is_counted_and_not_replaced(
    base: Path, tmp_path: Path, end: str
) -> None:
    text = (base / "persons.csv").read_text("utf-8") + 'x,"X\nY",,XX,daily\ny,Y,,XX,daily\n'
    (base / "persons.csv").write_text(text, "utf-8", newline=end)
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    assert apply_fixes(tmp_path / "q").misplaced == 0
    path = tmp_path / "q" / "persons.csv"
    path.write_bytes(path.read_bytes().replace(b"y,Y,,XX,daily", b"y,Y,,BY,daily"))
    applied = apply_fixes(tmp_path / "q")
    assert (applied.fixed, applied.left, applied.misplaced) == (0, 2, 1)
    with pytest.raises(CommuniqueError, match="were changed in the column raw"):
        check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        ("x,X,,ru,daily", "country_code: expected one of: BY, RU (did you mean RU?)"),
        ("X-y,X,,RU,daily", "in parts joined by single hyphens (did you mean x-y?)"),
    ],
)
def test_a_reason_has_the_suggestion_that_the_finding_has(
    base: Path, tmp_path: Path, row: str, reasons: str
) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    assert quarantined(tmp_path / "q")["persons.csv"][0]["reasons"].endswith(reasons)


def test_a_carriage_return_in_a_row_breaks_no_row_of_the_quarantine(base: Path, tmp_path: Path) -> None:
    path = base / "persons.csv"
    path.write_bytes(path.read_bytes() + b'one\rtwo\nx,"A\rB",,,\n')
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    with (tmp_path / "q" / "persons.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert [row["raw"] for row in rows] == [r"one\x0dtwo", r'x,"A\x0dB",,,']
    before = [int(row["record"]) for row in rows]
    repair(tmp_path / "q", {"persons.csv": dict.fromkeys(before, "-")})
    assert apply_fixes(tmp_path / "q").fixed == 2
    assert b"\r" not in path.read_bytes()


def test_rows_that_depend_on_a_rejected_row_go_with_it_and_name_the_root(base: Path, tmp_path: Path) -> None:
    path = base / "meetings.csv"
    path.write_text(
        path.read_text("utf-8").replace(
            "2014-05-06,council,Meeting of the Council,held", "2014-05-06,council,Meeting of the Council,hel"
        ),
        "utf-8",
    )
    report = check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    roots = {
        (name, row["codes"], row["root"])
        for name, rows in quarantined(tmp_path / "q").items()
        for row in rows
    }
    root = "meetings.csv:6 constraint-error"
    assert roots >= {
        ("meetings.csv", "constraint-error", root),
        ("meetings.csv", "foreign-key", root),  # the postponed meeting that it followed
        ("participants.csv", "foreign-key", root),
        ("initiative_events.csv", "foreign-key", root),
        ("initiatives.csv", "initiative-without-events", "rows that are rejected"),
    }
    assert all(table.read == table.valid + table.rejected for table in report.tables)


def test_build_with_quarantine_builds_the_valid_rest(tmp_path: Path) -> None:
    folder = plant(tmp_path / "d", planting_cases())
    report = build(open_dataset(folder), SCHEMAS, tmp_path / "out", quarantine=tmp_path / "q")
    assert report.built
    assert not report.ok
    for table in report.tables:
        published = pl.read_parquet(tmp_path / "out" / "data" / f"{table.table}.parquet")
        assert len(published) == table.valid
        assert len(quarantined(tmp_path / "q").get(table.file, [])) == table.rejected
        assert table.valid + table.rejected == table.read
        told = f"{table.rejected:,} of `{table.table}`"
        assert (told in (tmp_path / "out" / "README.md").read_text("utf-8")) == bool(table.rejected)


def test_which_rows_depend_on_others_is_only_asked_for_a_quarantine(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("x,X,,XX,daily\n")
    monkeypatch.setattr(sys.modules[build.__module__], "rejects", None)
    assert not build(open_dataset(base), SCHEMAS, tmp_path / "out").built


def test_what_is_left_without_the_rejects_has_no_errors(tmp_path: Path) -> None:
    folder = plant(tmp_path / "d", planting_cases())
    check_with_quarantine(open_dataset(folder), SCHEMAS, tmp_path / "q")
    every = {
        name: {int(row["record"]): "-" for row in rows} for name, rows in quarantined(tmp_path / "q").items()
    }
    repair(tmp_path / "q", every)
    assert check(open_dataset(apply_fixes(tmp_path / "q").dataset), SCHEMAS).ok


def test_a_round_trip_through_quarantine_restores_the_original(tmp_path: Path) -> None:
    """A hundred rows of a valid dataset are broken; their originals are the fixes; the bytes are those of before."""
    original = tmp_path / "original"
    shutil.copytree(BASE, original)
    with (original / "persons.csv").open("a", encoding="utf-8") as file:
        file.writelines(f'person-{n},Person {n},,BY,"daily"\n' for n in range(100))
    with (original / "participants.csv").open("a", encoding="utf-8") as file:
        file.writelines(
            f"council-2012-04-02,person-{n},invited,Guest,,attended,stated,,low,daily\n" for n in range(100)
        )
    assert check(open_dataset(original), SCHEMAS).findings == ()
    broken = Path(shutil.copytree(original, tmp_path / "broken"))
    lines = (original / "persons.csv").read_bytes().splitlines(keepends=True)
    faults = [b",XX,", b",", b',B"Y,', b",BY,more,", b',"BY,', b",B\0Y,", b",\xff,"]
    hurt = [*lines[:4], *(line.replace(b",BY,", faults[n % len(faults)]) for n, line in enumerate(lines[4:]))]
    (broken / "persons.csv").write_bytes(b"".join(hurt))
    check_with_quarantine(open_dataset(broken), SCHEMAS, tmp_path / "q")
    rejected = quarantined(tmp_path / "q")
    assert len(rejected["persons.csv"]) == 100
    assert len(rejected["participants.csv"]) == 100
    repair(tmp_path / "q", {"persons.csv": {n: line.decode() for n, line in enumerate(lines) if n > 3}})
    applied = apply_fixes(tmp_path / "q")
    assert (applied.fixed, applied.left) == (100, 100)
    dataset = applied.dataset
    assert check(open_dataset(dataset), SCHEMAS).findings == ()
    assert (broken / "persons.csv").read_bytes() == b"".join(lines)


def test_a_table_that_cannot_be_read_is_not_quarantined(tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "file-missing", tmp_path / "d")
    assert not check_with_quarantine(open_dataset(folder), SCHEMAS, tmp_path / "q").ok
    assert not build(open_dataset(folder), SCHEMAS, tmp_path / "out", quarantine=tmp_path / "q").built
    assert not (tmp_path / "q").exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("start", ["=", "'=", "''@", "'x"])
def test_cells_in_quarantine_do_not_run_as_formulas_and_come_back_as_they_were(
    start: str, base: Path, tmp_path: Path
) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write(f"{start}1+1,X,,BY,daily\n")
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    (row,) = quarantined(tmp_path / "q")["persons.csv"]
    assert row["raw"] == f"{start}1+1,X,,BY,daily" if start == "'x" else f"'{start}1+1,X,,BY,daily"
    repair(tmp_path / "q", {"persons.csv": {4: row["raw"]}})
    before = (base / "persons.csv").read_bytes()
    apply_fixes(tmp_path / "q")
    assert (base / "persons.csv").read_bytes() == before


def test_a_quarantine_without_repairs_is_replaced_by_the_next(base: Path, tmp_path: Path) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("x,X,,XX,daily\n")
    first, second = (check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q") for _ in range(2))
    assert first == second
    assert len(quarantined(tmp_path / "q")["persons.csv"]) == 1


def test_repairs_that_were_not_applied_are_not_replaced(base: Path, tmp_path: Path) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("x,X,,XX,daily\n")
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    repair(tmp_path / "q", {"persons.csv": {4: "x,X,,BY,daily"}})
    before = (tmp_path / "q" / "persons.csv").read_bytes()
    with pytest.raises(CommuniqueError, match="repairs that were not applied"):
        check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    assert (tmp_path / "q" / "persons.csv").read_bytes() == before
    apply_fixes(tmp_path / "q")
    assert check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q").ok
    assert not (tmp_path / "q" / "persons.csv").exists()


def test_rows_are_repaired_a_few_at_a_time_also_where_others_have_moved_them(
    base: Path, tmp_path: Path
) -> None:
    path, place = base / "persons.csv", tmp_path / "q"
    good = path.read_text("utf-8")
    path.write_text(good + "x,X,,XX,daily\ny,Y,,YY,daily\nz,Z,,ZZ,daily\n", "utf-8")
    check_with_quarantine(open_dataset(base), SCHEMAS, place)
    repair(place, {"persons.csv": {4: "-"}})
    assert (apply_fixes(place).fixed, apply_fixes(place).fixed) == (1, 0)
    assert [row["raw"] for row in quarantined(place)["persons.csv"]] == ["y,Y,,YY,daily", "z,Z,,ZZ,daily"]
    repair(place, {"persons.csv": {5: "y,Y,,BY,daily"}})
    first = (place / "persons.csv").read_bytes()
    applied = apply_fixes(place)
    assert (applied.fixed, applied.left) == (1, 1)
    assert path.read_text("utf-8") == good + "y,Y,,BY,daily\nz,Z,,ZZ,daily\n"
    # A kill between the two files: the row is repaired, and the quarantine does not know.
    (place / "persons.csv").write_bytes(first)
    repair(place, {"persons.csv": {5: "y,Y,,BY,daily", 6: "z,Z,,RU,daily"}})
    with pytest.raises(CommuniqueError, match="the row has changed"):
        apply_fixes(place)
    path.write_text(good + "x,X,,BY,daily\ny,Y,,BY,daily\nz,Z,,ZZ,daily\n", "utf-8")
    assert apply_fixes(place).left == 0
    assert path.read_text("utf-8") == good + "x,X,,BY,daily\ny,Y,,BY,daily\nz,Z,,RU,daily\n"
    assert check_with_quarantine(open_dataset(base), SCHEMAS, place).ok


@pytest.mark.parametrize(
    ("fix", "said"),
    [
        ("x;X;;BY;daily", "line 5 has 1 cells, and the table has 5 columns"),
        ("x,X,,BY,daily,", "line 5 has 6 cells"),
        ("x,X,,BY,daily\ny,Y,,BY,daily", "line 5 has several rows"),
        ('x,X,,BY,"daily', "line 5 has a quote that does not enclose a whole cell"),
        ('x,"X" Y,,BY,daily', "line 5 has a quote that does not enclose a whole cell"),
    ],
)
def test_a_fix_that_is_not_one_whole_row_is_refused(base: Path, tmp_path: Path, fix: str, said: str) -> None:
    path = base / "persons.csv"
    path.write_text(path.read_text("utf-8") + "x,X,,XX,daily\n", "utf-8")
    before = path.read_bytes()
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    repair(tmp_path / "q", {"persons.csv": {4: fix}})
    with pytest.raises(CommuniqueError, match=said):
        apply_fixes(tmp_path / "q")
    assert path.read_bytes() == before


def test_a_fix_that_was_pasted_over_several_cells_is_refused(base: Path, tmp_path: Path) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("x,X,,XX,daily\n")
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    place = tmp_path / "q" / "persons.csv"
    place.write_bytes(place.read_bytes().removesuffix(b"\n") + b"x,X,,BY,daily\n")
    with pytest.raises(CommuniqueError, match="has more cells than columns"):
        apply_fixes(tmp_path / "q")


_DAMAGES: list[tuple[Callable[[str], str], str]] = [
    (lambda text: text + text.splitlines()[-1] + "\n", "two fixes of line 5"),
    (lambda text: text + ",,,,,,,\n", "line 3 has no number in the column record, but ''"),
    (lambda text: text.replace("raw", "row", 1), "its first line has no column raw"),
]


@pytest.mark.parametrize(("change", "said"), _DAMAGES)
def test_a_quarantine_with_rows_or_columns_of_another_kind_is_refused(
    base: Path, tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("x,X,,XX,daily\n")
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    repair(tmp_path / "q", {"persons.csv": {4: "x,X,,BY,daily"}})
    place = tmp_path / "q" / "persons.csv"
    place.write_text(change(place.read_text("utf-8")), "utf-8")
    with pytest.raises(CommuniqueError, match=said):
        apply_fixes(tmp_path / "q")


def test_repairs_of_rows_that_have_moved_are_not_replaced(base: Path, tmp_path: Path) -> None:
    path, good = base / "persons.csv", (base / "persons.csv").read_text("utf-8")
    path.write_text(good + "w,W,,BY,daily\nx,X,,XX,daily\n", "utf-8")
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    repair(tmp_path / "q", {"persons.csv": {5: "x,X,,BY,daily"}})
    path.write_text(good + "x,X,,XX,daily\n", "utf-8")
    with pytest.raises(CommuniqueError, match="repairs that were not applied"):
        check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    assert apply_fixes(tmp_path / "q").fixed == 1


@pytest.mark.parametrize("mark", [";", "\t"])
def test_repairs_come_back_from_a_spreadsheet_that_writes_other_delimiters(
    base: Path, tmp_path: Path, mark: str
) -> None:
    path = base / "meetings.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b",held,", b",hel;d,", 1))
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    rows = quarantined(tmp_path / "q")["meetings.csv"]
    with (tmp_path / "q" / "meetings.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(
            file, ("fix", *sorted(set(rows[0]) - {"fix", "record"}), "record"), delimiter=mark
        )
        writer.writeheader()
        writer.writerows({**row, "fix": row["raw"].replace("hel;d", "held")} for row in rows)
    assert apply_fixes(tmp_path / "q").fixed == len(rows)
    assert path.read_bytes() == good


def test_a_row_that_changed_since_is_not_overwritten(base: Path, tmp_path: Path) -> None:
    path = base / "persons.csv"
    text = path.read_text("utf-8")
    path.write_text(text + "x,X,,XX,daily\n", "utf-8")
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    repair(tmp_path / "q", {"persons.csv": {4: "x,X,,BY,daily"}})
    path.write_text(text + "y,Y,,XX,daily\n", "utf-8")
    with pytest.raises(CommuniqueError, match=r"persons\.csv:5: the row has changed"):
        apply_fixes(tmp_path / "q")
    path.write_text(text, "utf-8")
    with pytest.raises(CommuniqueError, match="no longer has a row 4"):
        apply_fixes(tmp_path / "q")
    (tmp_path / "q" / "persons.csv").rename(tmp_path / "q" / "persons (1).csv")
    with pytest.raises(CommuniqueError, match=r"which has no persons \(1\)\.csv\. Rename"):
        apply_fixes(tmp_path / "q")
    assert path.read_text("utf-8") == text
    assert sorted(entry.name for entry in base.iterdir()) == sorted(entry.name for entry in BASE.iterdir())


def _refused(*_: object, **__: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", "persons.csv")


def test_what_is_no_quarantine_is_refused(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "q").mkdir()
    for folder in ("nowhere", "q"):
        with pytest.raises(
            CommuniqueError, match=r"is not a quarantine: it has no quarantine\.json\. Name the folder"
        ):
            apply_fixes(tmp_path / folder)
    (tmp_path / "q" / "quarantine.json").write_text("[" * 100_000, "utf-8")
    with pytest.raises(
        CommuniqueError, match=r"is not a quarantine: it has a quarantine\.json that cannot be read"
    ):
        apply_fixes(tmp_path / "q")
    (tmp_path / "q" / "quarantine.json").write_text(json.dumps({"dataset": str(base)}), "utf-8")
    (tmp_path / "q" / "persons.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(CommuniqueError, match="not as it was written"):
        apply_fixes(tmp_path / "q")
    with monkeypatch.context() as unreadable:
        unreadable.setattr(Path, "open", _refused)
        with pytest.raises(CommuniqueError, match=r"persons\.csv: cannot be read: Permission denied\. Check"):
            list(fixes_in(tmp_path / "q" / "persons.csv"))


def test_bytes_that_are_spelt_out_and_a_byte_order_mark_stay_what_they_are(
    base: Path, tmp_path: Path
) -> None:
    path = base / "persons.csv"
    before = b"\xef\xbb\xbf" + path.read_bytes() + b'iv,Iv\xe9n,,BY,gazette\nx,"A\rB",,XX,daily'
    path.write_bytes(before)
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    rows = quarantined(tmp_path / "q")["persons.csv"]
    repair(tmp_path / "q", {"persons.csv": {int(row["record"]): row["raw"] for row in rows}})
    assert apply_fixes(tmp_path / "q").fixed == 2
    assert path.read_bytes() == before


@pytest.mark.parametrize(("byte", "spelt"), [(b"\xff", "xff"), (b"\0", "x00"), (b"\r", "x0d")])
def test_a_byte_that_is_spelt_out_is_not_put_back_as_text(
    base: Path, tmp_path: Path, byte: bytes, spelt: str
) -> None:
    path = base / "persons.csv"
    path.write_bytes(path.read_bytes() + b'x,"\\%s A%sB",,XX,daily\n' % (spelt.encode(), byte))
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    repair(tmp_path / "q", {"persons.csv": {4: f'x,"\\{spelt} A\\{spelt}B",,BY,daily'}})
    with pytest.raises(CommuniqueError, match=rf"the fix of line 5 still has \\{spelt}"):
        apply_fixes(tmp_path / "q")
    repair(tmp_path / "q", {"persons.csv": {4: f'x,"\\{spelt} AB",,BY,daily'}})
    assert apply_fixes(tmp_path / "q").fixed == 1


def test_rows_that_are_waived_stay_where_others_are_rejected(base: Path, tmp_path: Path) -> None:
    path = base / "participants.csv"
    path.write_text(path.read_text("utf-8").replace("chair", "member"), "utf-8")
    found = check(open_dataset(base), SCHEMAS)
    waived = [finding for finding in found.findings if finding.code == "chair-count"]
    assert waived
    assert {finding.code for finding in found.findings} == {"chair-count"}
    with (base / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write("waivers:\n")
        for one in waived:
            about = f"rule: {one.code}, table: {one.table}, key: {one.key}"
            file.write(f"  - {{{about}, reason: Known., owner: me, expires: 2099-12-31}}\n")
    with (base / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("ivan,Ivan,,XX,gazette\n")
    report = build(open_dataset(base), SCHEMAS, tmp_path / "out", quarantine=tmp_path / "q")
    assert {table.table: table.rejected for table in report.tables if table.rejected} == {"persons": 1}
    assert list(quarantined(tmp_path / "q")) == ["persons.csv"]
    assert verify(tmp_path / "out").ok


def test_a_quarantine_can_be_moved_with_its_dataset(base: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(base, old / "d")
    with (old / "d" / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("x,X,,XX,daily\n")
    check_with_quarantine(open_dataset(old / "d"), SCHEMAS, old / "q")
    repair(old / "q", {"persons.csv": {4: "x,X,,BY,daily"}})
    old.rename(new)
    assert apply_fixes(new / "q").dataset == (new / "d").resolve()
    assert check_with_quarantine(open_dataset(new / "d"), SCHEMAS, tmp_path / "q").ok
    shutil.rmtree(new / "d")
    with pytest.raises(CommuniqueError, match=r"its dataset is not at \S*old/d or \S*new/d\. Put it back"):
        apply_fixes(new / "q")
    new.rename(old)
    with pytest.raises(CommuniqueError, match=r"its dataset is not at \S*old/d\. Put it back"):
        apply_fixes(old / "q")


def test_a_quarantine_leaves_the_limit_of_the_csv_module_as_it_was(base: Path, tmp_path: Path) -> None:
    (base / "persons.csv").write_bytes(
        (base / "persons.csv").read_bytes() + b'x,"A' + b"a" * 200_000 + b'",,,\n'
    )
    before = csv.field_size_limit()
    check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    csv.field_size_limit(300_000)
    rejected = quarantined(tmp_path / "q")
    repair(tmp_path / "q", {"persons.csv": {int(row["record"]): "-" for row in rejected["persons.csv"]}})
    csv.field_size_limit(before)
    with pytest.raises(CommuniqueError, match="has repairs that were not applied"):
        check_with_quarantine(open_dataset(base), SCHEMAS, tmp_path / "q")
    assert apply_fixes(tmp_path / "q").fixed == len(rejected["persons.csv"])
    assert csv.field_size_limit() == before
