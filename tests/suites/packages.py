"""Suites of packages, descriptors, archives and Parquet: camtrap-dp, datasets-core, JSONTestSuite, zip-slip,
parquet-testing, and the tables of meetings."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from communique.datapackage import CommuniqueError, Report, validate_package

from .reading import SUITES, Outcome, checked, errors, verdict

_ROOT = Path(__file__).resolve().parents[2]
_MEETINGS = Path(__file__).parent / "meetings"


def camtrap_dp(work: Path) -> Outcome:
    """Its addresses are not fetched, and that is said; with its schemas beside it, all rows are read, and all is checked but one pattern, which has a look-ahead."""
    folder = work / "camtrap"
    shutil.copytree(SUITES / "camtrap-dp" / "example", folder, ignore=shutil.ignore_patterns("*.JPG"))
    path = folder / "datapackage.json"
    described = json.loads(path.read_text())
    remote = verdict(folder)
    found = {"addresses": remote is not None and {"scheme-error", "no-schema"} == set(errors(remote))}
    found["profile"] = remote is not None and remote.counts["not-checked"] == 1
    for resource in described["resources"]:
        if isinstance(resource.get("schema"), str):
            name = resource["schema"].rsplit("/", 1)[1]
            shutil.copy(SUITES / "camtrap-dp" / name, folder)
            resource["schema"] = name
    described["resources"] = [resource for resource in described["resources"] if "schema" in resource]
    path.chmod(0o644)
    path.write_text(json.dumps(described))
    local = verdict(folder)
    rows = {table.table: (table.read, table.rejected) for table in local.tables} if local else {}
    found["pattern"] = local is not None and errors(local) == ["field-error"]
    for name, table in (("deployments", 4), ("media", 423), ("observations", 549)):
        found[name] = rows.get(name) == (table, 0)
    return found


def datasets_core(_: Path) -> Outcome:
    """The two whole packages are valid, the two whose data is missing are not; codes and zeros stay text."""
    folder = SUITES / "datasets-core"
    whole = {"country-codes": 249, "population": 17_195}
    found = Outcome()
    for path in sorted(folder.glob("*/datapackage.*")):
        name, report = path.parent.name, verdict(path.parent)
        read = sum(table.valid for table in report.tables) if report else 0
        found[name] = (
            (errors(report) == [] and read == whole[name]) if name in whole else errors(report) != []
        )
    return found


def jsontestsuite(work: Path) -> Outcome:
    """As descriptors: what is JSON is read, what is none is refused; where readers may differ, we only have to end."""
    found = Outcome()
    for path in sorted((SUITES / "jsontestsuite").glob("test_*/*.json")):
        name = path.name
        copy = work / "datapackage.json"
        copy.unlink(missing_ok=True)
        copy.write_bytes(path.read_bytes())
        try:
            refused = not validate_package(copy)
        except CommuniqueError as error:
            refused = "cannot be read" in str(error)
        found[name] = refused is {"y": False, "n": True}.get(name.split("_")[0], refused)
    return found


def zip_slip(work: Path) -> Outcome:
    """Each archive is refused, its member named, and nothing is written, not even what is harmless in it."""
    found, before = Outcome(), sorted(work.rglob("*"))
    for path in sorted((SUITES / "zip-slip" / "archives").glob("zip-slip*.*")):
        try:
            validate_package(path)
            found[path.name] = False
        except CommuniqueError as error:
            found[path.name] = (
                "evil" in str(error) and "refused" in str(error) and sorted(work.rglob("*")) == before
            )
    return found


def parquet_testing(work: Path) -> Outcome:
    """Bad data is an error; of what DuckDB reads as many rows are read. Nothing ends the process."""
    command = [sys.executable, "-m", "tests.suites.packages", str(work)]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _parquet(work: Path) -> Outcome:
    folder, found = SUITES / "parquet-testing", Outcome()
    for path in sorted([*folder.glob("bad_data/*.parquet"), *folder.glob("data/**/*.parquet")]):
        report = checked(path, _any(path), work)
        found[path.relative_to(folder).as_posix()] = _agrees(path, report)
    return found


def _agrees(path: Path, report: Report | None) -> bool:
    kinds = errors(report)
    if path.parent.name == "bad_data" or "corrupt" in path.name:
        return kinds != []
    if "compression-error" in kinds:  # DuckDB would lay out what is too much
        return False
    wanted = _rows(path)
    return wanted is None or (kinds == [] and report is not None and report.tables[0].read == wanted)


def _any(path: Path) -> dict[str, Any]:
    try:
        names = pq.read_schema(path).names
    except Exception:  # noqa: BLE001  what is wrong with it is for the reader to say
        names = ["a"]
    return {"fields": [{"name": name, "type": "any"} for name in names]}


def _rows(path: Path) -> int | None:
    try:
        found = duckdb.execute(
            "select count(columns(*)::varchar), count(*) from read_parquet(?)", [str(path)]
        ).fetchone()
    except duckdb.Error:
        return None
    return found[-1] if found else None


_FINDINGS: dict[str, dict[str, int]] = {
    "f1": {},
    "lt": {"type-error": 2168, "unique-error": 1171, "constraint-error": 322},
    "nl-agendas": {},
    "unfccc-precops": {"unique-error": 34},
}
"""The errors of the tables of meetings."""
_WARNINGS = {
    "f1": {"formula-like": 14, "untrimmed-text": 5},
    "lt": {"untrimmed-text": 338},
    "nl-agendas": {"untrimmed-text": 81, "control-character": 20},
    "unfccc-precops": {},
}


def meetings(work: Path) -> Outcome:
    """Four registers of meetings, under schemas that are written from their documentation, have what is known of them."""
    found = Outcome()
    for name, wanted in _FINDINGS.items():
        folder = work / name
        folder.mkdir()
        for path in (SUITES / f"meetings-{name}").rglob("*.csv"):
            shutil.copy(path, folder)
        shutil.copy(_MEETINGS / f"{name}.json", folder / "datapackage.json")
        report = verdict(folder)
        counts = report.counts if report else Counter[str]()
        found[name] = dict(counts) == {**wanted, **_WARNINGS[name]}
    return found


__all__ = ["camtrap_dp", "datasets_core", "jsontestsuite", "meetings", "parquet_testing", "zip_slip"]

if __name__ == "__main__":
    print(json.dumps(_parquet(Path(sys.argv[1]))))
