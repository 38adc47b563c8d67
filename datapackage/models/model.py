"""Models in a user's own Python modules. Importing runs them, so callers must have the user's permission."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

from ..arguments import insist_on
from .schema import Model, ModelError, model_of


def names_model(text: str) -> bool:
    """Say whether a text is of the form `package.module:Model`."""
    parts = text.split(":")
    return len(parts) == 2 and all(name.isidentifier() for part in parts for name in part.split("."))


def load_model(name: str) -> Model:
    """Import `package.module:Model` and return the model, or the schema, of that name.

    This runs the module, which is searched for as in an import, in the working folder first.
    Raises ModelError where the module cannot be imported, or has no such model for Polars.
    """
    insist_on(str, name, "the name of a model, as a string")
    if not names_model(name):
        raise ModelError(f"{name}: expected a module and a model, such as my_package.my_module:MyModel.")
    module, _, path = name.partition(":")
    try:
        with _from_here(), redirect_stdout(sys.stderr):  # stdout is for the result
            found: Any = import_module(module)
            for part in path.split("."):
                if not hasattr(found, part):
                    raise ModelError(f"there is no {part}. Give the name of a model in {module}.")
                found = getattr(found, part)
            return model_of(found)
    except KeyboardInterrupt:
        raise
    except ModelError as error:
        raise ModelError(f"{name}: {error}") from error
    except BaseException as error:  # a module may also exit, or skip as a test does
        raise ModelError(f"{name}: cannot be imported: {_said(error)}") from error


def _said(error: BaseException) -> str:
    """Return the class of an error and the first line of what it says, if it says anything."""
    return ": ".join([type(error).__name__, *str(error).strip().splitlines()[:1]])


@contextmanager
def _from_here() -> Generator[None]:
    """Make modules of the working folder importable within the block."""
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)
