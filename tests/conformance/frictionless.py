"""Run frictionless on cases: `python -m tests.conformance.frictionless SOURCE…` prints one answer a line.

Each source is validated in a child process, which is ended when it takes too much time or memory. An attempt to
connect is recorded and refused, so that nothing here depends on a network.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from .cases import CANARY, Case

_SECONDS = 10
"""Of computing: longer than any case needs that ends at all."""
_PATIENCE = 5
"""How many seconds a child may do nothing at all."""
_MEMORY = 4 << 30
_NAMES = ("datapackage.json", "datapackage.yaml")

installed = importlib.util.find_spec("frictionless") is not None


def ask(sources: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the answer on each source: `verdict`, which is valid, invalid, stopped (an exception) or hangs; `types`
    of errors, once each; and whether it asked for the `network`, or printed what lies `outside` of the package."""
    command = [sys.executable, "-m", "tests.conformance.frictionless", *map(str, sources)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def words(answer: dict[str, Any]) -> str:
    """Return an answer in a few words."""
    verdict = str(answer["verdict"])
    said = {"valid": "accepted", "invalid": "refused"}.get(verdict, verdict)
    more = [
        name
        for name, key in (("reads outside", "outside"), ("asks the network", "network"))
        if answer.get(key)
    ]
    return ", ".join((said, *more))


def is_right(case: Case, answer: dict[str, Any]) -> bool:
    """Say whether an answer is what a case expects: refused or accepted, and nothing done that is not to be done.

    Which errors are named is not asked, for types of our own are unknown there, and warnings it has none.
    """
    return words(answer) == ("refused" if case.expected["exit"] else "accepted") and not case.expected.get(
        "warnings"
    )


def _main(sources: Sequence[str]) -> None:
    _warm_up()
    for source in sources:
        print(json.dumps(_in_child(source), sort_keys=True), flush=True)


def _warm_up() -> None:
    """Validate a table before there are children, so that what is imported for that is imported once."""
    import frictionless

    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("t.csv").write_text("id\n1\n")
        frictionless.validate({"resources": [{"name": "t", "path": "t.csv"}]}, type="package")
    gc.freeze()  # so that children need no copy of what the collector would touch


def _in_child(source: str) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _answer(source, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        idle, before = 0, ""
        while not select.select([pipe], [], [], 1)[0]:
            now = _done(child)
            idle, before = idle + 1 if now == before else 0, now
            if idle == _PATIENCE:
                os.kill(child, signal.SIGKILL)
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"verdict": "hangs", "types": []}


def _done(child: int) -> str:
    """Return what changes while a process computes: its state, and the time that it has had."""
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    return " ".join((fields[0], *fields[11:13])) if fields[0] == "S" else os.urandom(8).hex()


def _answer(source: str, writing: int) -> NoReturn:
    asked: list[bool] = []

    def refuse(*_: Any, **__: Any) -> NoReturn:
        asked.append(True)
        raise OSError("no network")

    socket.getaddrinfo = refuse
    socket.socket.connect = refuse  # type: ignore[method-assign]
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the child ends with it
    found = _validated(Path(source))
    if asked:
        found["network"] = True
    os.write(writing, json.dumps(found).encode()[:60_000])
    os._exit(0)


def _validated(source: Path) -> dict[str, Any]:
    import frictionless

    os.chdir(source.parent)  # it takes an absolute path for an unsafe one
    source = Path(source.name)
    if source.is_dir():
        source = next((source / name for name in _NAMES if os.path.lexists(source / name)), source)
    try:
        with contextlib.redirect_stdout(None):
            report = frictionless.validate(str(source))
        types = [error[0] for error in report.flatten(["type"])]
        said = repr(report.to_descriptor())
    except BaseException as error:  # noqa: BLE001  whatever it is, it is an answer
        kind = (
            "error" if isinstance(error, re.error) else type(error).__name__
        )  # Python 3.13 has another name for it
        return {"verdict": "stopped", "types": [kind]}
    outside = {"outside": True} if CANARY in said or _read_outside(source) else {}
    return {"verdict": "valid" if report.valid else "invalid", "types": sorted(set(types))} | outside


def _read_outside(source: Path) -> bool:
    """Return whether rows of a file outside the package, reached through a link, are returned."""
    import frictionless
    from frictionless.resources import TableResource

    if not any(path.is_symlink() for path in source.parent.rglob("*")):
        return False

    try:
        package = frictionless.Package(str(source))
        return any(
            CANARY in repr(res.read_rows()) for res in package.resources if isinstance(res, TableResource)
        )
    except Exception:  # noqa: BLE001  what cannot be read gives nothing away
        return False


if __name__ == "__main__":
    _main(sys.argv[1:])
