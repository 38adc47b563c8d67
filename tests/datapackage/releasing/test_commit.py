"""Whatever interrupts the writing of a release, the old or the new one is in place, and no other file is left behind."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from threading import Thread

import pytest

from communique.datapackage import CommuniqueError, TargetError, pack, verify, write_file
from communique.datapackage.releasing import commit as commit_module
from communique.datapackage.releasing.commit import SUMS, staging, whole_file

from ...conftest import BASE
from ...releases import edited
from .. import sweep
from ..sweep import BROKEN, FILES, FULL, KILL, Done, Point, Program, Sweep, contents

EVERY = int(os.environ.get("STRIKE_EVERY", "997"))
"""A build is struck at every n-th system call; STRIKE_EVERY=1 strikes it at each one, which takes an hour."""
ROUNDS = int(os.environ.get("COMMIT_ROUNDS", "2"))
"""How often two builds run at once, and a release is replaced while it is being read."""
MAY_BE_FULL = {
    "openat",
    "write",
    "pwrite64",
    "fallocate",
    "ftruncate",
    "fsync",
    "mkdir",
    "rename",
    "renameat2",
}
"""The system calls that a full disk makes fail."""
ONLY_TIDY = {"openat", "close", "unlink", "unlinkat", "rmdir"}
"""The system calls that also clean up, where a failure does not harm the release."""
NOBODY = 65534
traces = pytest.mark.skipif(
    not sweep.works("strace", "-o", os.devnull, "true"), reason="strace is not here, or may not trace"
)
mounts = pytest.mark.skipif(
    not sweep.works("unshare", "-rm", "true"), reason="unshare is not here, or may not mount a file system"
)
each_start = pytest.mark.parametrize("before", ["old", ""], ids=["old", "nothing"])


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return a path in an empty folder, in which it will be the only name."""
    (tmp_path / "ground").mkdir()
    return tmp_path / "ground" / "out"


@dataclass(frozen=True)
class Releases:
    """Two releases that keep their promises, and the dataset of the new one."""

    dataset: Path
    old: Path
    new: Path


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program("command-line", tmp_path_factory.mktemp("command-line")) as program:
        yield program


@pytest.fixture(scope="module")
def commit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program("commit", tmp_path_factory.mktemp("commit")) as program:
        yield program


@pytest.fixture(scope="module")
def releases(command_line: Program, tmp_path_factory: pytest.TempPathFactory) -> Releases:
    folder = tmp_path_factory.mktemp("releases")
    dataset = Path(shutil.copytree(BASE, folder / "dataset"))
    edited("dataset.yaml", "1.0.0", "1.1.0")(dataset)
    made = Releases(dataset, folder / "old", folder / "new")
    for source, release in ((BASE, made.old), (dataset, made.new)):
        assert command_line.run("build", str(source), "-o", str(release)).code == 0
        assert verify(release).findings == ()
    return made


def put(target: Path, text: str) -> None:
    """Commit a folder whose files contain one text."""
    with staging(target) as folder:
        (folder / "data").mkdir()
        for name in FILES:
            (folder / name).write_text(text)


def word(target: Path) -> str:
    """Return the text that all files of a complete folder contain, or an empty text if there is no folder."""
    if not target.exists():
        return ""
    assert sorted(contents(target)) == sorted(FILES)
    (found,) = set(contents(target).values())
    return found.decode()


def names(target: Path) -> list[str]:
    """Return the names in the folder of a target."""
    return sorted(os.listdir(target.parent))


def lay(target: Path, before: str) -> None:
    """Empty the folder of a target, except for the release to be replaced."""
    shutil.rmtree(target.parent)
    target.parent.mkdir()
    if before:
        put(target, before)


def surveyed(commit: Program, target: Path, before: str, *options: str) -> Sweep:
    lay(target, before)
    return sweep.survey(commit.traced(str(target), "new"), target.parent, *options)


def recover(target: Path) -> None:
    """Start and abandon a write, which cleans up what a killed process left."""
    with staging(target):
        pass


def judge_error(point: Point, done: Done, new: bool, left: list[str]) -> None:
    """Assert that a program ended as it should after a failed system call."""
    if done.code == 0:
        assert new, point
        assert point.call in ONLY_TIDY, point
        return
    assert done.code == 2, (point, done)
    assert done.said.startswith("communique: "), (point, done)
    assert len(done.said.splitlines()) == 1, (point, done)
    assert "internal error" not in done.said, (point, done)
    # A process that could not query the lock must not remove it, because another may hold it; and as each thread is
    # struck at its own n-th call, an openat may fail both while files are written and while they are removed.
    assert left in ([], ["out"]) or point.call in ("flock", "openat"), (point, left)


@traces
@each_start
def test_a_kill_at_any_call_leaves_the_old_or_the_new_and_the_next_one_tidies_up(
    before: str, commit: Program, target: Path
) -> None:
    calls = surveyed(commit, target, before)
    found = Counter[str]()
    for point in calls.points:
        lay(target, before)
        assert calls.strike(point, KILL).code == -9, point
        found[word(target)] += 1
        recover(target)
        assert names(target) == (["out"] if word(target) else []), point
        put(target, "next")
        assert (word(target), names(target)) == ("next", ["out"]), point
    assert set(found) == {before, "new"}


@traces
def test_without_an_exchange_of_names_a_kill_is_put_right_by_the_next_one(
    commit: Program, target: Path
) -> None:
    calls = surveyed(commit, target, "old", *sweep.NO_EXCHANGE)
    found = Counter[str]()
    for point in calls.points:
        if point.call in ("rename", "unlink", "unlinkat", "rmdir"):
            lay(target, "old")
            assert calls.strike(point, KILL, *sweep.NO_EXCHANGE).code == -9, point
            found[word(target)] += 1
            recover(target)
            assert (word(target) in ("old", "new"), names(target)) == (True, ["out"]), point
    assert set(found) == {"old", "", "new"}


@traces
@pytest.mark.parametrize(("before", "action"), [("old", BROKEN), ("", FULL)])
def test_an_error_of_any_call_leaves_the_old_or_the_new_and_says_so(
    before: str, action: str, commit: Program, target: Path
) -> None:
    calls = surveyed(commit, target, before)
    for point in calls.points:
        if action == BROKEN or point.call in MAY_BE_FULL:
            lay(target, before)
            done = calls.strike(point, action)
            assert word(target) in (before, "new"), point
            judge_error(point, done, word(target) == "new", names(target))
            put(target, "next")
            assert (word(target), names(target)) == ("next", ["out"]), point


@mounts
def test_a_disk_of_any_size_has_the_old_or_the_new(tmp_path: Path) -> None:
    command = ["unshare", "-rm", sys.executable, sweep.__file__, "fill", str(tmp_path)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    codes = set[int]()
    for code, said, kept, left in map(json.loads, lines):
        codes.add(code)
        if code:
            assert "No space left on device" in said
            assert len(said.splitlines()) == 1
            assert kept
        assert left in ([], ["out"])
    assert codes == {0, 2}


@traces
def test_all_is_durable_before_it_is_put_in_place_and_before_the_old_is_removed(
    commit: Program, target: Path
) -> None:
    surveyed(commit, target, "old")
    log = target.parent.with_suffix(".strace").read_text("utf-8")
    before, after = log.split("renameat2(")
    staged = target.with_name(".out.staging")
    for path in (staged, staged / "data", *(staged / name for name in FILES)):
        assert f"<{path}>)" in "".join(line for line in before.splitlines() if "fsync(" in line), path
    assert after.index(f"<{target.parent}>)") < after.index("unlinkat(")


@traces
@pytest.mark.parametrize(
    ("before", "strikes"),
    [("", {EVERY // 4: KILL}), ("old", {0: KILL, EVERY // 2: FULL, EVERY * 3 // 4: BROKEN})],
    ids=["nothing", "old"],
)
def test_a_build_that_is_struck_leaves_the_old_release_or_the_new(
    before: str, strikes: dict[int, str], releases: Releases, command_line: Program, target: Path
) -> None:
    build = ("build", str(releases.dataset), "-o", str(target), "--force")
    old, new = contents(releases.old) if before else {}, contents(releases.new)

    def lay_release() -> None:
        lay(target, "")
        if before:
            shutil.copytree(releases.old, target)

    lay_release()
    calls = sweep.survey(command_line.traced(*build), target.parent)
    for point, action in (
        (point, strikes[first]) for first in strikes for point in calls.points[first::EVERY]
    ):
        lay_release()
        done = calls.strike(point, action)
        found = contents(target)
        assert found in (old, new), (point, done)
        if action != KILL:
            judge_error(point, done, found == new, names(target))
        assert command_line.run(*build) == Done(0, f"Wrote base 1.1.0 to {target}\n"), point
        assert (contents(target) == new, names(target)) == (True, ["out"]), point


@pytest.mark.no_cover
def test_of_two_builds_at_once_one_is_made_and_the_other_says_so_and_a_reader_sees_no_fault(
    releases: Releases, command_line: Program, target: Path, tmp_path: Path
) -> None:
    shutil.copytree(releases.old, target)
    results = {BASE: contents(releases.old), releases.dataset: contents(releases.new)}
    rounds: list[tuple[dict[Path, Done], dict[str, bytes], list[str]]] = []

    def build_in_pairs(other: Program) -> None:
        pair = [command_line, other]
        for _ in range(ROUNDS):
            pair.reverse()
            for process, dataset in zip(pair, results, strict=True):
                process.start("build", str(dataset), "-o", str(target), "--force")
            ends = {dataset: process.end() for process, dataset in zip(pair, results, strict=True)}
            rounds.append((ends, contents(target), names(target)))

    with Program("command-line", tmp_path) as other:
        writer = Thread(target=build_in_pairs, args=[other])
        writer.start()
        while writer.is_alive():
            assert verify(target).findings == ()
    assert len(rounds) == ROUNDS
    for ends, found, left in rounds:
        assert found in [results[dataset] for dataset, done in ends.items() if done.code == 0], ends
        assert left == ["out"]
    losers = [done for ends, _, _ in rounds for done in ends.values() if done.code]
    assert losers
    assert all(done.code == 2 and "another build is writing it" in done.said for done in losers), losers


@each_start
def test_a_folder_without_the_marker_is_dropped(before: str, target: Path) -> None:
    lay(target, before)
    with staging(target) as folder:
        (folder / "half").touch()
    assert (word(target), names(target)) == (before, ["out"] if before else [])


def interrupted(target: Path) -> None:
    with staging(target) as folder:
        (folder / SUMS).touch()
        raise KeyboardInterrupt


def test_whatever_stops_the_work_removes_the_folder_and_the_parents_that_were_made(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "kept" / "a" / "b" / "out")
    assert os.listdir(tmp_path) == ["kept"]
    assert os.listdir(tmp_path / "kept") == []


def test_parents_in_which_something_lies_stay(tmp_path: Path) -> None:
    with staging(tmp_path / "a" / "b" / "out"):
        (tmp_path / "a" / "file").touch()
    assert os.listdir(tmp_path / "a") == ["file"]
    put(tmp_path / "c" / "d" / "out", "new")
    assert word(tmp_path / "c" / "d" / "out") == "new"


@contextmanager
def unprivileged() -> Generator[None]:
    """Run as a user without the rights of root."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def unable(*_: object) -> bool:
    return False


def test_what_a_kill_left_is_cleared_without_following_links(target: Path, tmp_path: Path) -> None:
    left = target.with_name(".out.staging")
    for folder in (tmp_path / "elsewhere", left / "data" / "deep"):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    (left / "link").symlink_to(tmp_path / "elsewhere")
    (left / "data" / "broken").symlink_to("nowhere")
    target.with_name(".out.lock").touch()
    put(target, "new")
    assert (word(target), names(target)) == ("new", ["out"])
    assert os.listdir(tmp_path / "elsewhere") == ["file"]


def test_a_link_in_the_place_of_the_staging_folder_is_refused(target: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").touch()
    target.with_name(".out.staging").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TargetError, match="symbolic link"):
        put(target, "new")
    assert os.listdir(tmp_path / "elsewhere") == ["file"]


@pytest.mark.parametrize("second", [False, True], ids=["before", "after"])
def test_a_kill_before_or_after_the_second_of_two_renames_is_put_right(second: bool, target: Path) -> None:
    lay(target, "old")
    target.rename(target.with_name(".out.old"))
    if second:
        put(target.with_name("new"), "new")
        target.with_name("new").rename(target)
    recover(target)
    assert (word(target), names(target)) == ("new" if second else "old", ["out"])


def test_if_the_second_of_two_renames_fails_the_first_is_undone(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def failing(path: Path, to: Path) -> Path:
        if path.name == ".out.staging":
            raise OSError(5, "Input/output error")
        return rename(path, to)

    lay(target, "old")
    monkeypatch.setattr(commit_module, "_exchange", unable)
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(TargetError, match="Input/output error"):
        put(target, "new")
    assert (word(target), names(target)) == ("old", ["out"])


def test_without_an_exchange_of_names_the_new_takes_the_place_of_the_old(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(target, "old")
    monkeypatch.setattr(commit_module, "_exchange", unable)
    put(target, "new")
    assert (word(target), names(target)) == ("new", ["out"])


@each_start
def test_a_second_build_of_the_same_process_is_refused_and_the_first_goes_on(
    before: str, target: Path
) -> None:
    lay(target, before)
    with staging(target) as folder:
        (folder / "data").mkdir()
        for name in FILES:
            with pytest.raises(TargetError, match="another build is writing it now"):
                put(target, "second")
            (folder / name).write_text("first")
    assert (word(target), names(target)) == ("first", ["out"])


def test_a_lock_on_a_file_that_was_removed_is_no_lock(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flock = fcntl.flock
    removed: list[Path] = []

    def late(descriptor: int, operation: int) -> None:
        flock(descriptor, operation)
        if not removed:
            removed.append(target.with_name(".out.lock"))
            removed[0].unlink()

    monkeypatch.setattr(fcntl, "flock", late)
    with staging(target):
        assert names(target) == [".out.lock", ".out.staging"]
        with pytest.raises(TargetError, match="another build"):
            put(target, "second")
    assert names(target) == []


def test_a_read_only_folder_keeps_the_old_release() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        target = Path(folder) / "ground" / "out"
        target.parent.mkdir()
        put(target, "old")
        target.parent.chmod(0o555)
        for place in (target, target.with_name("new"), target.parent / "a" / "b"):
            with unprivileged(), pytest.raises(TargetError, match=r"Permission denied.*Nothing was changed"):
                put(place, "new")
        assert (word(target), names(target)) == ("old", ["out"])
        target.parent.chmod(0o755)


def test_a_release_that_was_protected_against_changes_is_replaced_and_leaves_nothing() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        target = Path(folder) / "ground" / "out"
        with unprivileged():
            target.parent.mkdir()
            put(target, "old")
            for place in (target / "data", target):
                place.chmod(0o555)
            put(target, "new")
            assert (word(target), names(target)) == ("new", ["out"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave a folder that belongs to somebody else")
def test_what_somebody_else_left_in_the_way_is_named() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        left = Path(folder) / ".out.staging"
        left.mkdir(mode=0o755)
        (left / "file").touch()
        with (
            unprivileged(),
            pytest.raises(TargetError, match=r"\.out\.staging: an earlier build left it behind"),
        ):
            put(Path(folder) / "out", "new")


@pytest.mark.parametrize("path", [".", "..", "a/.."])
def test_a_target_without_a_name_of_its_own_is_refused(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TargetError, match="expected the name of a folder"):
        put(Path(path), "new")
    assert os.listdir(tmp_path) == []


def crossed(target: Path) -> None:
    with staging(target) as folder:
        (folder / SUMS).touch()
        target.mkdir()
        (target / "photo.jpg").touch()


def copied(source: Path, target: Path, name: str = SUMS) -> None:
    with staging(target) as folder:
        shutil.copy(source, folder / name)


@each_start
def test_a_file_that_cannot_be_read_is_named_and_not_the_target(
    before: str, target: Path, tmp_path: Path
) -> None:
    lay(target, before)
    with pytest.raises(
        CommuniqueError, match=r"gone\.csv: cannot be used: No such file.*out was not changed"
    ) as told:
        copied(tmp_path / "gone.csv", target)
    assert not isinstance(told.value, TargetError)
    assert (word(target), names(target)) == (before, ["out"] if before else [])


def test_a_file_that_cannot_be_written_is_told_of_the_target(
    target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source").write_text("new")
    monkeypatch.chdir(target.parent)
    for place in (target, Path("out")):
        with pytest.raises(TargetError, match=r"out: cannot be written: No such file.*out\.staging/no/file"):
            copied(tmp_path / "source", place, "no/file")


def full(target: Path, *named: Path | int) -> None:
    with staging(target) as folder:
        (folder / SUMS).write_text("new")
        # A write names no file, a copy its source and what it writes.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), *((*named, 0, folder / SUMS) if named else ()))


def test_a_full_disk_is_told_of_the_target(target: Path, tmp_path: Path) -> None:
    for named in ((), (tmp_path / "source",)):
        with pytest.raises(TargetError, match="out: cannot be written: No space left"):
            full(target, *named)
    with pytest.raises(
        TargetError, match=rf"device \(there, or in {gettempdir()}, the folder for temporary files\)\."
    ):
        full(target)


def copied_whole(source: Path, target: Path) -> None:
    with whole_file(target) as new:
        shutil.copy(source, new)


def test_a_source_of_one_file_that_cannot_be_read_is_named_and_not_the_target(
    target: Path, tmp_path: Path
) -> None:
    with pytest.raises(
        CommuniqueError, match=r"gone\.csv: cannot be used: No such file.*out was not changed"
    ) as told:
        copied_whole(tmp_path / "gone.csv", target)
    assert not isinstance(told.value, TargetError)
    assert names(target) == []


def test_a_folder_that_appears_meanwhile_is_left_alone(target: Path) -> None:
    with pytest.raises(TargetError, match="left alone"):
        crossed(target)
    assert (os.listdir(target), names(target)) == (["photo.jpg"], ["out"])


def test_an_error_after_the_new_is_in_place_says_that_it_is(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def failing(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), target.parent.stat()):
            raise OSError(5, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(TargetError, match=r"what was written is in place, but .*Input/output error"):
        put(target, "new")
    assert (word(target), names(target)) == ("new", ["out"])


def test_a_pipe_that_a_report_goes_to_stays_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_file(tmp_path / "pipe", b"a report")
    assert os.read(reader, 100) == b"a report"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
    with pytest.raises(TargetError, match="cannot be written: Is a directory"):
        write_file(tmp_path, b"a report")


def test_a_link_stays_a_link_and_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    file.chmod(0o600)
    link.symlink_to("file")
    write_file(link, [b"a ", b"report"])
    assert (link.is_symlink(), file.read_bytes(), file.stat().st_mode & 0o777) == (True, b"a report", 0o600)
    write_file(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o644


def test_nothing_is_written_into_a_release(released: Path, tmp_path: Path) -> None:
    release = Path(shutil.copytree(released, tmp_path / "release"))
    before = contents(release)
    inside = release / "data"
    with pytest.raises(TargetError, match=r"report\.json: is inside the release .*, which is never changed"):
        write_file(inside / "report.json", b"{}")
    with pytest.raises(TargetError, match="is inside the release"):
        pack(release, release / "release.zip")
    with pytest.raises(TargetError, match="is inside the release"):
        put(inside / "out", "new")
    assert contents(release) == before
    assert verify(release).ok
    assert pack(release, release / ".." / "release.zip").is_file()  # which only seems to lie there
