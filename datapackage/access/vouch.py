"""Vouch: nothing is read in the caller's process before it is known to be readable.

That a file has the hash that the release promises proves that it is what was published, not that it is harmless, because
the author of the release chose the hash. So a separate process reads the file once beforehand, unless the release came
with this program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..describing.descriptor import Resource
from ..errors import HashError, ParquetError
from ..storing.arrow import TYPES
from ..storing.filehash import hash_of
from . import probe

PATIENCE = 60.0
"""How many seconds the other process may take, in addition to the size of the files divided by SLOWEST."""
SLOWEST = 5_000_000
"""The lowest acceptable speed, in bytes per second."""


def insist_on_hash(path: Path, promised: str, where: str) -> None:
    """Raise HashError where a file has another SHA-256 than is promised, as `sha256:` and hexadecimal digits."""
    actual = hash_of(path)
    if actual != promised:
        raise HashError(
            f"{where}: has the hash {actual}, but the release promises {promised}. "
            "It was changed or damaged: get the release again. communique verify tells more."
        )


def insist_on_readable(files: Mapping[Path, Resource]) -> None:
    """Raise ParquetError where a file cannot be read whole, or has other columns or rows than are promised."""
    if not files:
        return
    asked = [
        {"path": str(path), "columns": columns(resource), "rows": resource.rows}
        for path, resource in files.items()
    ]
    answers, end = _answers(asked, PATIENCE + sum(path.stat().st_size for path in files) / SLOWEST)
    for path, answer in zip(files, answers, strict=False):
        if answer is not None:
            raise ParquetError(f"{path}: cannot be read: {answer}. See communique verify.")
    if len(answers) < len(files):
        path = list(files)[len(answers)]
        raise ParquetError(f"{path}: cannot be read: {end}, so it is refused.")


def columns(resource: Resource) -> list[list[str]]:
    """Return the name and the Arrow type of each column, in order."""
    return [[field.name, str(TYPES[field.type])] for field in resource.table_schema.fields]


def _answers(asked: Sequence[object], seconds: float) -> tuple[list[str | None], str]:
    """Return what the other process answered, and how it ended."""
    if not sys.executable:
        return [], "there is no Python to read it with in a separate process"
    # -P leaves the folder of the script out of the path; PYTHONPATH has what this process imports from.
    command = [sys.executable, "-P", probe.__file__]
    path = os.pathsep.join(entry for entry in sys.path if entry)
    surroundings = {**os.environ, "PYTHONPATH": path, "POLARS_MAX_THREADS": "2"}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=surroundings,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return _parsed(late.output or b""), f"reading it took longer than {seconds:.0f} seconds"
    except OSError as error:
        return [], f"no process could be started to read it ({error.strerror})"
    return _parsed(done.stdout), f"it ended the process that read it ({done.returncode})"


def _parsed(output: bytes) -> list[str | None]:
    return [json.loads(line) for line in output.splitlines(keepends=True) if line.endswith(b"\n")]
