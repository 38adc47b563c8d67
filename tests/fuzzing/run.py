"""Run a target under atheris: python -m tests.fuzzing.run TARGET [options of libFuzzer] [folders of inputs].

It needs atheris (pip install atheris), which no test does. docs/fuzzing.md says more.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import warnings
from pathlib import Path
from typing import Any

_FOLDERS = ("communique.datapackage.foreign", "communique.cli.formats")
CORPUS = Path(__file__).parent / "corpus"


def main() -> None:
    """Fuzz until an input fails, or the options say that it is enough."""
    name, *options = sys.argv[1:]
    atheris: Any = importlib.import_module("atheris")  # optional, and without types
    warnings.simplefilter("ignore")
    with atheris.instrument_imports(include=["communique"], enable_loader_override=False):
        for folder in _FOLDERS:
            package = importlib.import_module(folder)
            for module in pkgutil.iter_modules(package.__path__, f"{folder}."):
                importlib.import_module(module.name)  # some are imported only when they are needed
        targets = importlib.import_module("tests.fuzzing.targets")
    target = targets.TARGETS[name]
    atheris.Setup([sys.argv[0], *options, str(CORPUS / name)], target)
    try:
        atheris.Fuzz()
    finally:
        targets.clear()


if __name__ == "__main__":
    main()
