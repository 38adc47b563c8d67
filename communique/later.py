"""Lazy imports: a package imports its public names when they are first used, so that a command loads only what it needs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any


def import_later(package: str, homes: Mapping[str, Sequence[str]]) -> None:
    """Give a package names that its modules define.

    homes: the names, by the module of the package that defines them; `name as other` gives `name` as `other`.
    """
    module = sys.modules[package]
    found = {
        (other or name): (home, name)
        for home, names in homes.items()
        for name, _, other in (given.partition(" as ") for given in names)
    }
    module.__dict__.update(_homes=found, __all__=sorted({*module.__dict__.get("__all__", ()), *found}))
    module.__class__ = _LazyPackage


class _LazyPackage(ModuleType):
    """A package with such names. Where one of its modules has the same name, the name does not mean the module."""

    _homes: Mapping[str, tuple[str, str]]

    def __getattr__(self, name: str) -> Any:
        if name not in self._homes:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        home, there = self._homes[name]
        value = self.__dict__[name] = getattr(import_module(f"{self.__name__}.{home}"), there)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in self._homes):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self._homes})
