"""Write the generated pages of the documentation: rules, tables, versions, limits, Python and the command line.

python docs/generate.py          writes them
python docs/generate.py --check  says which are not current
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from python_page import python_page

from communique.cli.explain import all_rules, page
from communique.cli.main import communique
from communique.datapackage import KINDS, LIMITS, dictionary
from communique.schemas import SCHEMAS, Rule

DOCS = Path(__file__).parent


def pages() -> dict[str, str]:
    """Return every generated page by its path below `docs/`."""
    rules = all_rules()
    listed = "".join(_listed(code, rule) for code, rule in sorted(rules.items()))
    return {
        "rules/README.md": "\n".join((*_RULES, listed)),
        **{f"rules/{code}.md": page(rule) for code, rule in rules.items()},
        **{f"tables/{table.name}.md": dictionary(table).replace("##", "#", 1) for table in SCHEMAS.tables},
        "versions.md": versions(),
        "limits.md": limits(),
        "python.md": python_page(),
        "command-line.md": "# The command line\n" + "".join(_commands(communique, "communique")),
    }


def _listed(code: str, rule: Rule) -> str:
    milder = "" if rule.severity == "error" else f" ({rule.severity})"
    return f"- [`{code}`]({code}.md): {rule.statement}{milder}\n"


def versions() -> str:
    """Return the page on the version that changes of the data demand."""
    rows = (
        f"| `{kind.code}` | {kind.statement} | {kind.bump} | {'yes' if kind.notice else ''} | {kind.deviation} |"
        for kind in KINDS.values()
    )
    return "\n".join((*_VERSIONS, *rows, ""))


def limits() -> str:
    """Return the page on what input of others may cost."""
    rows = (f"| {limit.what} | {limit.most:,} {limit.unit} | {limit.beyond} |" for limit in LIMITS)
    return "\n".join((*_LIMITS, *rows, ""))


_RULES = (
    "# Rules",
    "",
    "Each finding names the rule that it breaks. A broken rule is an error, which keeps out the row or the release, unless",
    "the list says warning or info. `communique explain CODE` prints the page of a rule.",
    "",
)

_LIMITS = (
    "# Limits",
    "",
    "Communique limits untrusted input, whatever the command. Each limit is tested: input at the limit is accepted, one",
    "more is not.",
    "",
    "| what | limit | beyond it |",
    "|---|---|---|",
)

_VERSIONS = (
    "# Versions of the data",
    "",
    "A version is MAJOR.MINOR.PATCH. Each kind of change requires a step; the release takes the largest.",
    "`communique release` computes it from the two releases and refuses a smaller one. If nothing changed, there is",
    "nothing to release. A change with a *notice* is announced at the top of the changelog entry.",
    "",
    "The steps follow the [Data Package recipe](https://datapackage.org/recipes/data-package-version/); the last column",
    "explains the deviations.",
    "",
    "| kind of change | what happened | step | notice | deviation from the recipe |",
    "|---|---|---|---|---|",
)


def _commands(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(
        command, info_name=name, max_content_width=100, terminal_width=100, help_option_names=["-h", "--help"]
    )
    yield f"\n## {name}\n\n```\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for part in sorted(command.commands):
            yield from _commands(command.commands[part], f"{name} {part}")


def stale() -> list[str]:
    """Return the pages that are missing, differ, or should not be there."""
    wanted = pages()
    there = {
        path.relative_to(DOCS).as_posix()
        for folder in ("rules", "tables")
        for path in (DOCS / folder).glob("*")
    }
    differing = [
        path
        for path, text in wanted.items()
        if not (DOCS / path).exists() or (DOCS / path).read_text("utf-8") != text
    ]
    return sorted({*differing, *(there - set(wanted))})


def main() -> int:
    """Write the pages, or with --check say which are not current."""
    if "--check" in sys.argv:
        found = stale()
        for path in found:
            print(f"docs/{path} is not current: run make docs")
        return 1 if found else 0
    for folder in ("rules", "tables"):
        (DOCS / folder).mkdir(exist_ok=True)
        for path in (DOCS / folder).glob("*.md"):
            path.unlink()
    for path, text in pages().items():
        (DOCS / path).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
