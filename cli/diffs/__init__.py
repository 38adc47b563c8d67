"""The formats of a diff. A format decides nothing: it turns a diff into text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from communique.datapackage import Diff

FORMS = ("text", "json", "markdown", "html")


def rendered(
    form: str, diff: Diff, limit: int, colour: bool = False, width: int | None = None
) -> Iterator[str]:
    """Yield a diff in a form, part by part.

    limit: how many rows of each table are shown to people; JSON has all.
    width: the columns of the terminal, at which text is wrapped.
    """
    if form == "json":
        from communique.datapackage import json_parts

        from ..wording import inert_json

        yield from map(inert_json, json_parts(diff))
    elif form == "markdown":
        from communique.datapackage import changes_markdown, diff_entry

        from .text import headline

        yield f"# {headline(diff)}\n{changes_markdown(diff_entry(diff, limit))}"
    elif form == "html":
        from . import html

        yield html.render(diff, limit)
    else:
        from . import text

        yield text.render(diff, limit, colour, width)
