"""Long work tells how much lies ahead, and then of each part of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from communique.datapackage import (
    Step,
    adopt,
    build,
    check,
    diff,
    export,
    infer,
    open_dataset,
    pack,
    validate_package,
    verify,
    watched,
)
from communique.datapackage.describing.descriptor import read_descriptor
from communique.datapackage.progress import tell
from communique.datapackage.site import site
from communique.schemas import SCHEMAS, STORY

_TEXT = "a,b\n" + "".join(f"{number},é{number}\n" for number in range(5_000))
_FIELDS = [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]


def _steps(work: Callable[[], object]) -> list[Step]:
    steps: list[Step] = []
    with watched(steps.append):
        work()
    return steps


def _told(work: Callable[[], object]) -> dict[str, int]:
    """Return how much was done of each stage, and check that so much had been announced."""
    steps = _steps(work)
    sums = {step.stage: [0, 0] for step in steps}
    for step in steps:
        sums[step.stage][0] += step.done
        sums[step.stage][1] += step.ahead
    assert all(done == ahead for stage, (done, ahead) in sums.items() if stage != "hash" or ahead), sums
    return {stage: done for stage, (done, _) in sums.items()}


def _size(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file())


def test_a_build_tells_of_every_row_that_it_reads_and_writes(base: Path, tmp_path: Path) -> None:
    steps = _steps(lambda: build(open_dataset(base), SCHEMAS, tmp_path / "out"))
    report = build(open_dataset(base), SCHEMAS, tmp_path / "again")
    read = sum(table.read for table in report.tables)
    size = _size(base, "*.csv")
    checked = [step for step in steps if step.stage == "check"]
    assert (sum(step.rows for step in checked), sum(step.done for step in checked)) == (read, size)
    assert checked[0].ahead == size
    written = [step for step in steps if step.stage == "write"]
    assert sum(step.ahead for step in written) == written[0].ahead > read  # citations are derived from rows
    # Of a table that is not in order, too, which is read twice.
    assert sum(step.done for step in written) == written[0].ahead


def test_a_check_tells_how_much_it_found(base: Path) -> None:
    path = base / "persons.csv"
    path.write_text(path.read_text("utf-8") + "broken\n", encoding="utf-8")

    steps = _steps(lambda: check(open_dataset(base), SCHEMAS))
    assert sum(step.findings for step in steps) > 0


def test_whoever_reads_a_release_tells_of_all_of_it(release: Path, tmp_path: Path) -> None:
    rows = sum(resource.rows for resource in read_descriptor(release).of("csv").values())
    size, text = (
        _size(release, "**/*") - (release / "SHA256SUMS").stat().st_size,
        _size(release, "data/*.csv"),
    )
    of_verify = {"hash": size, "check": text, "compare": rows}
    assert _told(lambda: verify(release)) == of_verify
    archive, whole = pack(release), size + (release / "SHA256SUMS").stat().st_size
    assert _told(lambda: verify(archive)) == {"unpack": whole, **of_verify}
    with ExitStack() as stack:
        assert _told(lambda: stack.enter_context(diff(release, release))) == {"compare": 2 * rows}
    exported = _told(lambda: export(release, "jsonl", tmp_path / "out", SCHEMAS.views))
    assert exported == {"hash": size, "write": rows}


def test_a_site_tells_of_each_row_that_has_a_page(release: Path, tmp_path: Path) -> None:
    steps = _steps(lambda: site(release, tmp_path / "site", STORY))
    written = [step for step in steps if step.stage == "write"]
    assert sum(step.done for step in written) == sum(step.ahead for step in written) > 0
    hashed = [step for step in steps if step.stage == "hash"]
    nobody_announced = (release / "SHA256SUMS").stat().st_size
    assert sum(step.done for step in hashed) == sum(step.ahead for step in hashed) + nobody_announced


@pytest.mark.parametrize(
    ("content", "said", "read"),
    [
        pytest.param(_TEXT.encode(), {}, 1, id="as it is"),
        pytest.param(_TEXT.encode("latin-1"), {"encoding": "latin-1"}, 2, id="rewritten"),
        pytest.param(gzip.compress(_TEXT.encode()), {"path": "t.csv.gz"}, 1, id="compressed"),
    ],
)
def test_packages_tell_of_what_they_read(
    content: bytes, said: dict[str, str], read: int, tmp_path: Path
) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": _FIELDS}, **said}
    (tmp_path / said.get("path", "t.csv")).write_bytes(content)
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}), "utf-8")
    bytes_read = len(_TEXT.encode()) + (read - 1) * len(content)
    unpacked = {"unpack": len(content)} if "path" in said else {}
    assert _told(lambda: validate_package(tmp_path)) == {"check": bytes_read, **unpacked}
    steps = _told(lambda: adopt(tmp_path, tmp_path / "out"))
    assert (steps["check"], steps["write"]) == (bytes_read, 5_000)
    parquet = tmp_path / "out" / "data" / "t.parquet"
    drafted = _told(lambda: infer([parquet], tmp_path / "draft.json"))
    assert drafted == {"check": parquet.stat().st_size}


def test_a_table_without_a_schema_does_not_lie_ahead(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(_TEXT, encoding="utf-8")
    (tmp_path / "u.csv").write_text(_TEXT, encoding="utf-8")
    resources = [
        {"name": "t", "path": "t.csv", "schema": {"fields": _FIELDS}},
        {"name": "u", "path": "u.csv"},
    ]
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": resources}), "utf-8")
    assert _told(lambda: validate_package(tmp_path)) == {"check": len(_TEXT.encode())}


@pytest.mark.parametrize(("encoding", "read"), [(None, 0), ("latin-1", len(_TEXT))])
def test_a_draft_tells_of_the_rows_that_it_reads(encoding: str | None, read: int, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(_TEXT, encoding or "utf-8")
    told = _told(lambda: infer([tmp_path / "t.csv"], tmp_path / "draft.json", encoding))
    assert told == {"check": len(_TEXT.encode()) + read}


def test_what_a_watcher_does_itself_is_not_told_to_it(base: Path) -> None:
    steps: list[Step] = []

    def watch(step: Step) -> None:
        steps.append(step)
        check(open_dataset(base), SCHEMAS)

    with watched(watch):
        tell(Step("check"))
    assert steps == [Step("check")]
