"""Models in a user's own Python modules. Importing runs them, so callers must have the user's permission."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

import pandera.polars as pa

from .schema import Model, ModelError

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


def names_model(text: str) -> bool:
    """Say whether a text is of the form `package.module:Model`."""
    return _NAME.fullmatch(text) is not None


def load_model(name: str) -> Model:
    """Import `package.module:Model` and return the model, or the schema, of that name.

    This runs the module, which is searched for as in an import, in the working folder first. Raises ModelError.
    """
    if not names_model(name):
        raise ModelError(f"{name}: expected a module and a model, such as my_package.my_module:MyModel.")
    module, _, path = name.partition(":")
    found: Any = None
    try:
        with _from_here(), redirect_stdout(sys.stderr):  # stdout is for the result
            found = import_module(module)
            for part in path.split("."):
                if not hasattr(found, part):
                    raise ModelError(f"{name}: there is no {part}. Give the name of a model in {module}.")
                found = getattr(found, part)
            if isinstance(found, type) and issubclass(found, pa.DataFrameModel):
                found = found.to_schema()
    except ModelError:
        raise
    except (Exception, SystemExit) as error:
        said = (str(error).splitlines() or [""])[0]
        raise ModelError(f"{name}: cannot be imported: {type(error).__name__}: {said}") from error
    if not isinstance(found, pa.DataFrameSchema):
        kind = found.__mro__[1] if isinstance(found, type) else type(found)
        what = f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")
        raise ModelError(
            f"{name}: expected a DataFrameModel or DataFrameSchema of pandera.polars, found {what}. Give a model for Polars."
        )
    return found


@contextmanager
def _from_here() -> Generator[None]:
    """Make modules of the working folder importable within the block."""
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)
