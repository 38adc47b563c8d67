"""Render: templates to files. Whatever a template prints is escaped, and shown as it is."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ..visible import visible
from .addresses import web_address
from .dates import in_words
from .texts import brief, prose

_HERE = files("communique.datapackage.site")
ASSETS = ("icon.svg", "search.js", "site.css", "site.js")


def _template(name: str) -> str:
    return (_HERE / "templates" / name).read_text("utf-8")


def _shown(value: Any) -> Any:
    """Spell out what would be invisible, in all that comes from data; what is markup was escaped before."""
    return visible(value) if type(value) is str else value


def _thousands(number: int) -> str:
    return f"{number:,}"


def _size(number: int) -> str:
    """Return a number of bytes in the unit in which people read it."""
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if number >= 10**power:
            return f"{number / 10**power:.1f} {unit}"
    return f"{number} bytes"


def _web(address: str | None) -> str | None:
    return web_address(address) if address else None


def _fitted(name: str, room: int) -> str:
    """Return the beginning of a name that takes no more room than `room` letters of usual width; m and w take that of two."""
    ends = list(accumulate(2 if letter in "mw" else 1 for letter in name))
    return name if ends[-1] <= room else f"{name[: sum(end < room for end in ends)]}…"


def _anchor(text: str) -> str:
    """Return text as the end of an id: letters and digits alone."""
    return "".join(letter for letter in text if letter.isalnum())


def environment() -> Environment:
    """Return the environment of the templates: everything is escaped, and an unknown name is an error."""
    made = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "anchor": _anchor,
        "brief": brief,
        "prose": prose,
        "fitted": _fitted,
        "size": _size,
        "thousands": _thousands,
        "web": _web,
        "words": in_words,
    }
    made.filters.update(filters)
    return made


@dataclass
class Writer:
    """Writes pages and scripts into a folder, and counts them.

    shared: what every page needs.
    """

    folder: Path
    shared: dict[str, Any]
    files: int = 0
    size: int = 0
    _environment: Environment = field(default_factory=environment)
    _made: set[str] = field(default_factory=set[str])
    _frames: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def page(self, path: str, template: str, **values: Any) -> None:
        """Write a page; `root` leads from it to the root of the site."""
        frame = self._frame("../" * path.count("/"))
        text = self._environment.get_template(template).render(**frame, **values)
        self.file(path, text.encode())

    def _frame(self, root: str) -> dict[str, Any]:
        """Return what pages share that are as far from the root, with their header and footer, rendered once."""
        if root not in self._frames:
            shared = {**self.shared, "root": root}
            get = self._environment.get_template
            rendered = {name: trusted(get(f"{name}.html").render(shared)) for name in ("header", "footer")}
            self._frames[root] = {**shared, **rendered}
        return self._frames[root]

    def file(self, path: str, content: bytes) -> None:
        """Write a file that is not there yet."""
        target = os.path.join(self.folder, path)
        place = os.path.dirname(target)
        if place not in self._made:
            os.makedirs(place, exist_ok=True)
            self._made.add(place)
        with open(target, "xb") as file:
            file.write(content)
        self.files += 1
        self.size += len(content)

    def script(self, path: str, function: str, *values: object) -> None:
        """Write a script that hands values to a function of the site: pages opened as files cannot fetch JSON."""
        arguments = ",".join(map(as_script, values))
        self.file(path, f"{function}({arguments});\n".encode("ascii"))

    def assets(self) -> None:
        """Write the style sheet and the scripts that all pages share."""
        for name in ASSETS:
            self.file(f"assets/{name}", (_HERE / "assets" / name).read_bytes())


def as_script(value: object) -> str:
    """Return a value as JSON that may stand in a script: ASCII alone, and no tag can begin or end in it."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def trusted(markup: str) -> Markup:
    """Return markup that a library made from data and escaped."""
    return Markup(markup)
