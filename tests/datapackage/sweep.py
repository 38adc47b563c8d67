"""Fault injection: a program that writes a release is killed, or gets an error, at each of its system calls in turn.

Run as a program, this module is the victim. `serve PROGRAM` imports once what the program needs, and runs it in a fork
for each line on stdin: the command line, or `commit`, which puts a folder of three files in place. `fill FOLDER` runs
`commit` on small file systems that it mounts there.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import types
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, NoReturn, Self

CALLS = (
    *(
        "openat",
        "close",
        "write",
        "pwrite64",
        "writev",
        "ftruncate",
        "fallocate",
        "fsync",
        "fdatasync",
        "flock",
    ),
    *("mkdir", "mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("unlink", "unlinkat", "rmdir", "chmod", "fchmod", "fchmodat", "copy_file_range", "sendfile"),
)
"""The system calls that change files, and those that open and close them."""
KILL = "signal=KILL"
FULL = "error=ENOSPC"
BROKEN = "error=EIO"
NO_EXCHANGE = ("-e", "inject=renameat2:error=ENOSYS")
"""Simulates a file system that cannot exchange two names."""
FILES = ("data/a.csv", "data/a.parquet", "SHA256SUMS")
"""What `commit` writes; the last one is the marker of a complete release."""
LONG = "new" * 8_000
"""A text that fills six pages of a file system."""
_LINE = re.compile(r"(\d+) +(\w+)\(")
_HANDSHAKE = "/communique-is-traced"
"""A path that does not exist: chdir to it succeeds only when strace, which fakes the result, sees the calls."""
_PR_SET_PTRACER = 0x59616D61
_ENGINE = Path(__file__).parents[2] / "datapackage"


@dataclass(frozen=True)
class Done:
    """The exit code of a program, and its stderr."""

    code: int
    said: str


Run = Callable[[list[str]], Done]
"""Runs a program under strace with further options, and returns the outcome of the program, not of strace."""


@dataclass(frozen=True)
class Point:
    """The n-th time that a thread makes a call on one of the files."""

    call: str
    number: int


@dataclass(frozen=True)
class Sweep:
    """The system calls of an undisturbed run on the files below a folder."""

    run: Run
    paths: tuple[str, ...]
    points: tuple[Point, ...]

    def strike(self, point: Point, action: str, *options: str) -> Done:
        """Run the program and inject the strace `action` at that point."""
        paths = [word for path in (*self.paths, _HANDSHAKE) for word in ("-P", path)]
        trace = f"trace=chdir,renameat2,{point.call}"
        inject = f"inject={point.call}:{action}:when={point.number}"
        return self.run([*paths, "-o", os.devnull, "-e", trace, *options, "-e", inject])


def survey(run: Run, ground: Path, *options: str) -> Sweep:
    """Run a program to its end, and return every point at which it touches what is below the folder `ground`."""
    log = ground.with_suffix(".strace")
    done = run(["-y", "-s", "0", "-e", f"trace=chdir,{','.join(CALLS)}", "-o", str(log), *options])
    assert done.code == 0, done.said
    inside = re.compile(rf'["<]({re.escape(str(ground))}[^"<>]*)')
    made: Counter[tuple[str, str]] = Counter()
    paths: set[str] = set()
    for line in log.read_text("utf-8").splitlines():
        touched = inside.findall(line)
        paths.update(path.removesuffix("(deleted)") for path in touched)
        match = _LINE.match(line)
        if match and touched:
            made[match[1], match[2]] += 1
    most = {call: max(made[key] for key in made if key[1] == call) for _, call in made}
    points = [Point(call, number) for call in CALLS for number in range(1, most.get(call, 0) + 1)]
    return Sweep(run, tuple(sorted(paths)), tuple(points))


def works(*command: str) -> bool:
    """Return whether a program is installed and succeeds."""
    return (
        bool(shutil.which(command[0]))
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder; none, where there is no folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class Program:
    """A process that has imported what a program needs, and forks for each run of it."""

    def __init__(self, name: str, folder: Path) -> None:
        self._said = folder / f"stderr-{time.monotonic_ns()}"
        # One thread of each kind: strace counts the calls of each thread for itself.
        single = {"POLARS_MAX_THREADS": "1", "POLARS_ASYNC_THREAD_COUNT": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__, "serve", name],
            env={**os.environ, **single},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.__exit__(None, None, None)  # closes stdin, which ends it

    def start(self, *arguments: str, traced: bool = False) -> None:
        """Start a run; a traced one waits for strace."""
        request = {"arguments": arguments, "said": str(self._said), "traced": traced}
        assert self._process.stdin
        print(json.dumps(request), file=self._process.stdin, flush=True)

    def end(self) -> Done:
        """Wait for the end of the started run."""
        return Done(self._answer(), self._said.read_text("utf-8"))

    def run(self, *arguments: str) -> Done:
        """Run the program."""
        self.start(*arguments)
        return self.end()

    def traced(self, *arguments: str) -> Run:
        """Return a function that runs the program under strace."""

        def run(options: list[str]) -> Done:
            self.start(*arguments, traced=True)
            handshake = ("-e", "inject=chdir:retval=0")
            command = ["strace", "-f", "--quiet=all", *handshake, *options, "-p", str(self._answer())]
            subprocess.run(command, capture_output=True, check=False)
            return self.end()

        return run

    def _answer(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())


def _command_line() -> Callable[..., None]:
    # One worker thread only: with several, which of them makes a call varies from run to run.
    import_module("communique.datapackage.threads").__dict__["WORKERS"] = 1
    for name in ("datapackage", "schemas"):
        import_module(f"communique.{name}")
    import_module("frictionless")
    from communique.cli.main import main

    def run(*arguments: str) -> None:
        sys.argv[1:] = arguments
        main()

    return run


def _commit() -> Callable[..., None]:
    package = types.ModuleType("engine")  # the package itself would import all libraries
    package.__path__ = [str(_ENGINE)]
    sys.modules["engine"] = package
    return partial(_put, import_module("engine.releasing.commit"), import_module("engine.errors"))


def _put(commit: types.ModuleType, errors: types.ModuleType, target: str, word: str) -> None:
    try:
        with commit.staging(Path(target)) as folder:
            (folder / "data").mkdir()
            for name in FILES:
                (folder / name).write_text(word)
    except errors.CommuniqueError as error:
        print(f"communique: {error}", file=sys.stderr)
        sys.exit(2)


def _fill(folder: str) -> None:
    target = Path(folder) / "out"
    with tempfile.TemporaryDirectory() as apart, Program("commit", Path(apart)) as commit:
        for size in range(4, 100, 4):
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], check=True)
            commit.run(str(target), "old")
            old = contents(target)
            done = commit.run(str(target), LONG)
            kept = done.code != 0 and contents(target) == old
            print(json.dumps([done.code, done.said, kept, sorted(os.listdir(folder))]), flush=True)
            subprocess.run(["umount", folder], check=True)


def _serve(name: str) -> None:
    program = _SERVED[name]()
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            _forked(program, request)
        if request["traced"]:
            print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _forked(program: Callable[..., None], request: dict[str, Any]) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    os.dup2(os.open(request["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    if request["traced"]:
        _await_tracer()
    # Temporary files have the same names in each run.
    tempfile.__dict__["_name_sequence"] = map(str, count())
    program(*request["arguments"])
    sys.exit()


def _await_tracer() -> None:
    # strace is a sibling of this process: a kernel that lets only parents trace has to be told to allow it.
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    while libc.chdir(_HANDSHAKE.encode()):
        time.sleep(0.001)


_SERVED = {"command-line": _command_line, "commit": _commit}
PROGRAMS: dict[str, Callable[..., None]] = {"fill": _fill, "serve": _serve}
if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
