"""The formats of a report. A format decides nothing: it turns a report into text or bytes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from communique.datapackage import Report
    from communique.schemas import Severity

FORMATS: dict[str, str] = {
    "text": "text",
    "json": "jsonreport",
    "jsonl": "jsonlines",
    "csv": "tabular",
    "parquet": "tabular",
    "github": "github",
    "gitlab": "gitlab",
    "sarif": "sarif",
    "junit": "junit",
    "html": "html",
    "frictionless": "frictionless",
}
"""The module of each format, by its name on the command line; it is imported when it is needed."""


def render(
    name: str,
    report: Report,
    limit: int,
    colour: bool = False,
    width: int | None = None,
    fail_on: Severity | None = "error",
) -> bytes:
    """Return a report in a format.

    limit: how many findings are shown to people; formats for programs have all, or as many as their platform takes.
    fail_on: the mildest severity that makes the exit code 1, for formats that tell what failed; None where none does.
    """
    module = import_module(f"{__name__}.{FORMATS[name]}")
    if name == "text":
        rendered: str | bytes = module.render(report, limit, colour, width)
    elif name == "junit":
        rendered = module.render(report, fail_on)
    elif name in ("csv", "parquet"):
        rendered = module.render(report, name)
    else:
        rendered = module.render(report)
    return rendered.encode("utf-8", "backslashreplace") if isinstance(rendered, str) else rendered
