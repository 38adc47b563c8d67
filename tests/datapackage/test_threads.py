"""Threads find everything in place."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import polars as pl
import polars._dependencies as found
assert type(found.numpy).__name__ == "_LazyModule", "Polars asks for NumPy at once: communique.datapackage.threads need not"
from communique.datapackage.threads import each_in_turn, side_by_side
print(*{call}(lambda _: type(found.numpy).__name__, [0]))
"""


@pytest.mark.parametrize("call", ["each_in_turn", "side_by_side"])
def test_polars_has_numpy_before_threads_ask_for_it(call: str) -> None:
    # Two that ask at once: TypeError: 'module' object does not support item assignment.
    program = _PROGRAM.format(call=call)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("module\n", "")
