"""Run a target under atheris: python -m tests.fuzzing.run TARGET FOLDER [options of libFuzzer].

New inputs are written to the folder. It needs atheris (pip install atheris), which no test needs. See docs/fuzzing.md.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import warnings
from pathlib import Path
from typing import Any

_FOLDERS = ("communique.datapackage.foreign", "communique.cli.formats")
HERE = Path(__file__).parent
LIMITS = ("-timeout=30", "-rss_limit_mb=2048", "-max_len=4096")
"""The seconds and the memory that an input may take, and how long it may be; an option that is given counts more."""


def main() -> None:
    """Fuzz until an input fails, or the options say that it is enough."""
    name, *given = sys.argv[1:]
    options = [*LIMITS, *(option for option in given if option.startswith("-"))]
    folders = [folder for folder in given if not folder.startswith("-")]
    if not folders:
        sys.exit("Give a folder for new inputs.")
    atheris: Any = importlib.import_module("atheris")  # optional, and without types
    warnings.simplefilter("ignore")
    with atheris.instrument_imports(include=["communique"], enable_loader_override=False):
        for folder in _FOLDERS:
            package = importlib.import_module(folder)
            for module in pkgutil.iter_modules(package.__path__, f"{folder}."):
                importlib.import_module(module.name)  # some are imported only when they are needed
        targets = importlib.import_module("tests.fuzzing.targets")
    target = targets.TARGETS[name]
    known = [str(HERE / kind / name) for kind in ("seeds", "corpus")]
    atheris.Setup([sys.argv[0], *options, *folders, *known], target)
    try:
        atheris.Fuzz()
    finally:
        targets.clear()


if __name__ == "__main__":
    main()
