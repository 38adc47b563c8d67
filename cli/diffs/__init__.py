"""The forms in which a diff is shown. A form decides nothing: it takes a diff and gives text."""

from __future__ import annotations

from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from communique.datapackage import Diff

FORMS = ("text", "json", "markdown", "html")


def render(form: str, diff: Diff, limit: int, colour: bool = False) -> str:
    """Return a diff in a form. limit: how many rows of each table are shown to people; JSON has all."""
    if form == "json":
        from communique.datapackage import write_json

        from ..wording import inert_json

        file = StringIO()
        write_json(diff, file)
        return inert_json(file.getvalue())
    if form == "markdown":
        from communique.datapackage import changes_markdown, diff_entry

        from .text import headline

        return f"# {headline(diff)}\n{changes_markdown(diff_entry(diff, limit))}"
    module = import_module(f"{__name__}.{form}")
    rendered: str = module.render(diff, limit, colour)
    return rendered
